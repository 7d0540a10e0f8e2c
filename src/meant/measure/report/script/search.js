// Full-text search over everything that a transcript shows: words in any order, "phrases in quotes", any case.

let hits = null;
const haystacks = new Map();

function terms(text) {
  const found = [...text.matchAll(/"([^"]+)"|(\S+)/g)];
  return found.map(([, phrase, word]) => phrase ?? word.replaceAll('"', "")).filter((term) => term.trim());
}

const literally = (term) => term.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");

// Sets what `marked` highlights; gives the test that a cell must pass.
function searchFor(text) {
  const wanted = terms(text);
  const longest = [...wanted].sort((a, b) => b.length - a.length);
  hits = wanted.length ? new RegExp(`(${longest.map(literally).join("|")})`, "giu") : null;
  const each = wanted.map((term) => new RegExp(literally(term), "iu"));
  return (i) => each.every((term) => term.test(haystack(i)));
}

function haystack(i) {
  if (!haystacks.has(i)) haystacks.set(i, [caseOf(i).name, ...texts(i)].filter(Boolean).join("\n"));
  return haystacks.get(i);
}

// Everything that was said in a cell, the reply last, then what the judge says of it.
function texts(i) {
  const cell = data.cells[i], one = caseOf(i);
  const turns = cell.sent || [...one.turns, ...(cell.steps || [])];
  const because = (decision) => decision && decision.because;
  const called = (calls) => (calls || []).flatMap((call) => [call.tool, call.arguments, because(call.decision)]);
  const before = turns.flatMap((turn) => [turn.text, ...called(turn.calls)]);
  const stray = (cell.decisions || []).map(because);
  const guards = (cell.guards || []).flatMap((said) => [said.reason, said.error]);
  return [...before, cell.reply.join(""), ...called(cell.calls), ...stray, ...guards, cell.error, cell.why];
}

function hitsIn(i) {
  return hits ? (haystack(i).match(hits) || []).length : 0;
}

// The text as nodes, with hits marked.
function marked(text) {
  if (!hits) return visible(text);
  return text.split(hits).flatMap((part, n) => (n % 2 ? el("mark", "hit", visible(part)) : visible(part)));
}

// One line for the list: the prompt, or the surroundings of the first hit.
function snippet(i) {
  const said = texts(i).filter(Boolean), turns = caseOf(i).turns;
  const at = hits && said.map((text) => [text, text.search(hits)]).find(([, place]) => place >= 0);
  if (!at) return marked(turns[turns.length - 1].text.slice(0, 200));
  const from = Math.max(0, at[1] - 30);
  return [from ? "…" : "", ...marked(at[0].slice(from, from + 200))];
}
