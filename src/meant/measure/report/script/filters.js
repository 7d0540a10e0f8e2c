// The filters: each gives the values of a cell; a cell is shown where every chosen value is among its own.

const FILTERS = [
  { name: "system", label: "System", of: (i) => [String(data.cells[i].system)], says: (value) => data.systems[value] },
  { name: "outcome", label: "Verdict", of: (i) => [outcomeOf(i)], says: (said) => said.replace("none", "no verdict") },
  { name: "behaviour", label: "Behaviour", of: (i) => [data.cells[i].behaviour || ""] },
  { name: "expect", label: "Expected", of: (i) => [caseOf(i).expect], says: (value) => value.replace("_", " ") },
  { name: "suite", label: "Suite", of: (i) => [caseOf(i).suite] },
  { name: "principle", label: "Principle", of: (i) => [caseOf(i).principle] },
  { name: "severity", label: "Severity", of: (i) => [severityOf(i)] },
  { name: "slice", label: "Slice", of: (i) => caseOf(i).labels, says: (value) => value.slice(value.indexOf("=") + 1) },
];
for (const one of data.cases) {
  one.labels = Object.entries(one.slices).map(([label, value]) => `${label}=${value}`);
  if (one.shift) one.labels.push(`shift=${one.shift}`);
}

// The selects, once, each with all values there are; one that could choose nothing is left out.
function makeFilters() {
  for (const filter of FILTERS) {
    const values = [...new Set(EVERY.flatMap(filter.of))].filter(Boolean);
    filter.select = el("select", "", choice("", "any"), ...groups(filter, values));
    filter.select.id = `by-${filter.name}`;
    filter.select.addEventListener("change", () => change({ [filter.name]: filter.select.value, at: "" }));
    if (values.length > 1) $("selects").append(el("label", "", el("span", "", filter.label), filter.select));
  }
  const has = (order) => order === "worst" || data.cells.some((cell) => cell[order] !== undefined);
  const orders = Object.keys(ORDERS).filter(has).map((order) => choice(order, ORDERS[order].label));
  $("sort").append(choice("", "as asked"), ...orders);
  $("sort").addEventListener("change", () => change({ sort: $("sort").value, at: "" }));
  const none = Object.fromEntries(FILTERS.map((filter) => [filter.name, ""]));
  $("clear").addEventListener("click", () => change({ ...none, q: "", at: "" }));
}

function choice(value, label) {
  const made = el("option", "", label);
  made.value = value;
  return made;
}

function groups(filter, values) {
  const says = filter.says || String;
  if (filter.name === "severity") values.sort((a, b) => SEVERITIES.indexOf(a) - SEVERITIES.indexOf(b));
  if (filter.name !== "slice") return values.map((value) => choice(value, says(value)));
  return [...new Set(values.map((value) => value.split("=")[0]))].sort().map((label) => {
    const mine = values.filter((value) => value.startsWith(`${label}=`)).sort();
    const group = el("optgroup", "", mine.map((value) => choice(value, says(value))));
    group.label = label;
    return group;
  });
}

// The cells that pass; each option then says how many it would leave, all other filters being as they are.
function filtered(cells, state, found) {
  const set = FILTERS.filter((filter) => state[filter.name] !== "");
  const counts = new Map(FILTERS.map((filter) => [filter, new Map()]));
  const count = (filter, i) => {
    const mine = counts.get(filter);
    for (const value of filter.of(i)) mine.set(value, (mine.get(value) || 0) + 1);
  };
  const kept = cells.filter((i) => {
    if (!found(i)) return false;
    const against = set.filter((filter) => !filter.of(i).includes(state[filter.name]));
    if (against.length === 1) count(against[0], i);
    if (!against.length) FILTERS.forEach((filter) => count(filter, i));
    return !against.length;
  });
  FILTERS.forEach((filter) => label(filter, counts.get(filter), state[filter.name]));
  $("filters-set").textContent = set.length ? ` (${set.length} set)` : "";
  $("clear").hidden = !set.length && !state.q;
  return kept;
}

function label(filter, counts, value) {
  const says = filter.says || String;
  for (const option of filter.select.options) {
    if (option.value) option.textContent = `${says(option.value)} (${counts.get(option.value) || 0})`;
    if (option.value) option.disabled = !counts.get(option.value) && option.value !== value;
  }
  filter.select.value = value;
  filter.select.classList.toggle("set", value !== "");
}
