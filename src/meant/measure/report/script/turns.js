// A conversation turn by turn: who said what, what was called, what the policy's rules said of it, what came back.

const ROLES = { user: "User", assistant: "Assistant", system: "System", tool: "Tool" };
const RULES = { allow: "allowed", deny: "denied", ask: "a person is asked" };

function conversation(turns) {
  const tools = new Map(turns.flatMap((turn) => (turn.calls || []).map((call) => [call.id, call.tool])));
  const item = (turn) => el("li", `turn ${turn.role}`, el("span", "role", roleOf(turn, tools)), ...body(turn));
  return el("ol", "turns", turns.map(item));
}

function roleOf(turn, tools) {
  return turn.role === "tool" ? `${tools.get(turn.answers) || turn.answers} returned` : ROLES[turn.role] || turn.role;
}

function body(turn) {
  const calls = (turn.calls || []).map(callOf);
  if (!turn.text && calls.length) return calls;
  return [el("div", "said", turn.text ? marked(turn.text) : "(nothing)", ...cutOff(turn.cut)), ...calls];
}

function callOf(call) {
  const head = el("span", "call-tool", "calls ", el("b", "", marked(call.tool)));
  const bad = call.malformed ? [el("span", "absent", " with arguments that are no JSON object")] : [];
  const given = call.arguments === "{}" ? [] : [el("pre", "arguments", marked(call.arguments), ...cutOff(call.cut))];
  return el("div", "call", head, ...bad, ...given, call.decision ? decisionOf(call.decision) : null);
}

function decisionOf(decision) {
  const answered = { true: ", who agreed", false: ", who refused" }[decision.approved] || ", and nobody answered";
  const asked = decision.rule === "ask" ? answered : "";
  const whose = decision.principle ? ` (${decision.principle})` : "";
  const because = decision.because ? [": ", ...marked(decision.because)] : [];
  const ran = el("b", "", decision.ran ? "Carried out." : "Not carried out.");
  return el("p", `decision ${decision.rule}`, ran, ` Rules: ${RULES[decision.rule]}${asked}${whose}`, ...because);
}

const ACTIONS = { allow: "let pass", block: "stopped", rewrite: "rewritten", ask: "a person asked", escalate: "not sure" };
const PLACES = { input: "what the user says", retrieved: "what a tool returned", call: "a call", output: "the reply" };

// What a guard said. In shadow nothing came of it, and the line says so.
function guardOf(said) {
  const shadow = said.mode === "shadow";
  const name = el("b", "", `Guard ${said.guard}${shadow ? " (shadow: nothing came of it)" : ""}`);
  const answered = { true: ", who agreed", false: ", who refused" }[said.approved] || ", and nobody answered";
  const asked = said.action === "ask" && !shadow ? answered : "";
  const whose = said.principle ? ` (${said.principle})` : "";
  const words = [said.reason, said.error && `failed: ${said.error}`].filter(Boolean).join("; ");
  const why = words ? [": ", ...marked(words)] : [];
  const which = said.call ? `${PLACES[said.place]} (${said.call})` : PLACES[said.place];
  return el("p", `decision guard ${said.action} ${said.mode}`, name, ` ${which}: ${ACTIONS[said.action]}${asked}${whose}`, ...why);
}

function guardsOf(cell) {
  const passed = cell.passed ? [el("p", "small", `Guards let pass: ${cell.passed}`)] : [];
  return [...(cell.guards || []).map(guardOf), ...passed];
}

function cutOff(characters) {
  if (!characters) return [];
  return [el("span", "absent", ` … cut here: ${written(characters)} characters more are in the store`)];
}

// The reply, its middle part of three being the judge's evidence.
function replyOf(cell) {
  if (!cell.reply.join("")) return [el("span", "absent", "(empty)")];
  const parts = cell.reply.flatMap((text, n) => (n === 1 ? [el("mark", "evidence", marked(text))] : marked(text)));
  return [...parts, ...cutOff(cell.cut)];
}

// The options of a multiple-choice case, with each one's log-likelihood where the system gives it.
function choicesOf(one, cell) {
  if (!one.choices) return [];
  const best = cell.nats && cell.nats.indexOf(Math.max(...cell.nats));
  const nats = (n) => (cell.nats ? ` · ${cell.nats[n].toFixed(1)} nats${n === best ? ", likeliest" : ""}` : "");
  const right = (n) => (n === one.right ? " · right" : "");
  const option = (text, n) => el("li", right(n) && "right", marked(text), el("span", "small", right(n) + nats(n)));
  return [el("ol", "choices", one.choices.map(option))];
}
