// What the transcripts of a list have in common: a figure, a change between two systems, a case, or nothing.

// title, about, says: the words above the list. lists: cells by the name of the button that shows them, the first
// being shown unless it is empty. order: by which the dearest come first. pair: two systems to be read side by side.
function scopeOf(state) {
  if (state.case) return caseScope(state.case);
  if (state.figure === "*") return { title: "Transcripts", about: "", lists: { all: EVERY } };
  const figure = Object.hasOwn(data.figures, state.figure) ? data.figures[state.figure] : null;
  if (!figure) return null;
  if (figure.pair) return { ...figure, lists: { lost: figure.lost, gained: figure.gained } };
  return { ...figure, lists: { against: figure.against, all: figure.all || EVERY } };
}

const LISTS = { against: "Counts against", all: "All", lost: "Lost", gained: "Gained" };

function caseScope(name) {
  const one = data.cases.findIndex((each) => each.name === name);
  if (one < 0) return null;
  const related = (place) => place !== one && data.cases[place].family === data.cases[one].family;
  const others = data.cases.map((_, place) => place).filter(related);
  const all = [one, ...others].flatMap((place) => CELLS_OF[place]);
  const about = others.length ? "This case, then the others of its family." : "This case, as every system answered it.";
  return { title: name, about, lists: { all } };
}

// Which list is shown: the one that was asked for, else the first that holds anything of the system.
function shownList(scope, state) {
  const names = Object.keys(scope.lists);
  if (names.includes(state.show)) return state.show;
  const mine = (i) => state.system === "" || String(data.cells[i].system) === state.system;
  return names.find((name) => scope.lists[name].some(mine)) || names[names.length - 1];
}

// Failures first, then what has no verdict; among these the most severe principle first, one without severity last.
function badness(i) {
  const severity = SEVERITIES.indexOf(severityOf(i));
  return ["fail", "none", "pass"].indexOf(outcomeOf(i)) * 10 + (severity < 0 ? 9 : severity);
}

const ORDERS = {
  worst: { label: "worst first", by: badness },
  seconds: { label: "slowest first", by: (i) => -(data.cells[i].seconds ?? -1) },
  tokens: { label: "longest first", by: (i) => -(data.cells[i].tokens ?? -1) },
  cost: { label: "dearest first", by: (i) => -(data.cells[i].cost ?? -1) },
};

function ordered(cells, order) {
  if (!ORDERS[order]) return cells;
  const by = new Map(cells.map((i) => [i, ORDERS[order].by(i)]));
  return [...cells].sort((a, b) => by.get(a) - by.get(b));
}
