// What is open stands in the address, so that it can be sent, and so that "back" works.
// #figure=KEY (or *), or #case=suite/name; then filters, the search (q), the order (sort), the transcript (at).

const KEYS = [
  "figure", "case", "show", "system", "outcome", "behaviour", "expect", "suite", "principle", "severity", "slice",
  "q", "sort", "at", "beside",
];
const NOTHING = Object.fromEntries(KEYS.map((name) => [name, ""]));

function address(state) {
  const told = KEYS.filter((name) => state[name]);
  return `#${told.map((name) => `${name}=${encodeURIComponent(state[name])}`).join("&")}`;
}

// The state that an address names; null for one that names nothing here, such as a section of the page.
function parse(hash) {
  const told = Object.fromEntries(new URLSearchParams(hash.slice(1).replace(/\+/g, "%2B")));
  const state = Object.fromEntries(KEYS.map((name) => [name, told[name] || ""]));
  return scopeOf(state) ? state : null;
}

// A step that "back" undoes is pushed at once. Others (typing, moving in the list) replace the address a moment later,
// since browsers refuse many changes in a row.
let pending = null, waiting = 0;

function write(state, push) {
  const to = state ? address(state) : location.href.split("#")[0];
  if (push) flush();
  settle();
  if (state ? to === location.hash : !location.hash) return;
  if (push) history.pushState(null, "", to);
  else { pending = to; waiting = setTimeout(flush, 150); }
}

function flush() {
  if (pending !== null) history.replaceState(null, "", pending);
  settle();
}

function settle() {
  clearTimeout(waiting);
  pending = null;
}
