// One transcript whole: the case, then the answer, or several answers side by side.

function drawDetail(scope, state) {
  const detail = $("detail");
  if (!shown.length) { detail.replaceChildren(); return; }
  const i = shown[selected], one = caseOf(i), beside = besides(i, scope, state);
  detail.replaceChildren(
    el("div", "detail-head", el("h3", "", one.name), navigation(scope, state, i)),
    facts([["Expected", one.wanted], ["Principle", principle(one)], ["Other cases", relatives(one)]]),
    conversation(one.turns),
    ...tools(one),
    el("div", "answers", beside.map((each) => answer(each, one))),
  );
  detail.scrollTop = 0;
}

// The cells to be read together, that of the selected row first, or in the order of the systems.
function besides(i, scope, state) {
  const cell = data.cells[i];
  const same = CELLS_OF[cell.case].filter((other) => (data.cells[other].repeat || 0) === (cell.repeat || 0));
  if (scope.pair) return same.filter((other) => scope.pair.includes(data.cells[other].system));
  return state.beside ? same : [i];
}

function navigation(scope, state, i) {
  const step = (by, label, name) => {
    const made = button("", label, () => select(selected + by, true));
    made.disabled = !shown[selected + by];
    made.setAttribute("aria-label", name);
    return made;
  };
  const list = button("to-list", "← List", () => leaveReading());
  const place = el("span", "small", `${written(selected + 1)} of ${written(shown.length)}`);
  const before = step(-1, "‹", "Previous transcript"), after = step(1, "›", "Next transcript");
  const made = el("div", "detail-tools", list, before, place, after);
  const alone = CELLS_OF[data.cells[i].case].every((other) => data.cells[other].system === data.cells[i].system);
  if (!scope.pair && !alone) {
    const toggle = button("", "Side by side", () => change({ beside: state.beside ? "" : "all" }, { push: false }));
    toggle.id = "beside";
    toggle.setAttribute("aria-pressed", String(Boolean(state.beside)));
    made.append(toggle);
  }
  return made;
}

function facts(pairs) {
  const told = pairs.filter(([, said]) => said && (typeof said === "string" || said.length));
  return el("dl", "say", told.flatMap(([term, said]) => [el("dt", "", term), el("dd", "", said)]));
}

function principle(one) {
  const stated = data.principles[one.principle];
  if (!stated) return [one.principle, el("span", "small", " not one of this policy")];
  return [el("b", "", one.principle), ` (${stated.severity}) `, el("span", "small", stated.says)];
}

// The others of the family: the twin, phrasings of the same fact, shifted variants.
function relatives(one) {
  const names = data.cases.filter((other) => other.family === one.family && other !== one).map((other) => other.name);
  return names.map((name) => button("link", name, () => change({ ...NOTHING, case: name })));
}

function tools(one) {
  if (!one.tools) return [];
  const named = one.tools.flatMap(([name, says], n) => [n ? "; " : "", el("b", "", name), ` ${says}`]);
  return [el("p", "small", "Tools offered: ", named)];
}

function answer(i, one) {
  const cell = data.cells[i];
  const did = cell.behaviour ? [el("span", "did", cell.behaviour)] : [];
  const head = el("h4", "", key(cell.system), el("span", "", data.systems[cell.system]), chip(cell), ...did);
  const made = el("article", `answer s${cell.system}`, head);
  if (cell.sent) made.append(el("p", "small", "Sent in place of the case’s own turns:"), conversation(cell.sent));
  if (cell.steps) made.append(conversation(cell.steps));
  if (cell.error) made.append(el("p", "error", "Error: ", marked(cell.error)));
  if (cell.reply.join("") || !(cell.error || cell.calls)) made.append(el("div", "reply", replyOf(cell)));
  made.append(...(cell.calls || []).map(callOf), ...(cell.decisions || []).map(decisionOf), ...guardsOf(cell));
  made.append(...choicesOf(one, cell));
  if (cell.reply.length > 1) made.append(el("p", "small", "Underlined: what the judge goes by."));
  if (cell.why) made.append(el("p", "why", el("b", "", "Why: "), marked(cell.why)));
  made.append(el("p", "small", small(cell, one)));
  return made;
}

const ENDED = { length: "cut off at the limit of tokens", max_steps: "stopped after too many tool calls", content_filter: "stopped by a filter" };

// The rest in one line: who judged, where the case counts, what the reply took, how it ended.
function small(cell, one) {
  const told = (value, says) => (value === undefined ? null : says(value));
  return [
    `judge ${cell.judge}${cell.score === undefined ? "" : `, score ${cell.score}`}`,
    one.dimension && `counts as ${one.dimension}`,
    ...one.labels.map((label) => label.replace("=", " ")),
    `${one.split} case`,
    told(cell.seconds, (seconds) => `${seconds.toFixed(2)} s`),
    told(cell.sent_tokens, (tokens) => `${written(tokens)} tokens in`),
    told(cell.tokens, (tokens) => `${written(tokens)} tokens out`),
    told(cell.cost, (cost) => `$${cost}`),
    cell.finish && (ENDED[cell.finish] || `ended by ${cell.finish}`),
    cell.repeat && `repeat ${cell.repeat}`,
  ].filter(Boolean).join(" · ");
}
