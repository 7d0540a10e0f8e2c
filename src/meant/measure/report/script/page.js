// The page itself: figures open their transcripts, tables are sorted, pickers choose which table is shown.

function openFrom(opener) {
  const { open, row, system = "", show: list = "", outcome = "" } = opener.dataset;
  const next = open === undefined ? { ...NOTHING, figure: row, system, show: list, outcome } : parse(`#${open}`);
  show(next, true);
}

// Rows with too little behind them (`data-sort-last`) stay last, whatever the order.
function sortBy(chosen) {
  const way = chosen.dataset.sort, section = chosen.closest("section");
  const value = (body, by) => body.getAttribute(`data-sort-${by}`) || "0";
  const number = (by) => (a, b) => Number(value(a, by)) - Number(value(b, by));
  const compare = {
    name: (a, b) => value(a, "name").localeCompare(value(b, "name")),
    severity: (a, b) => number("severity")(a, b) || number("lowest")(a, b),
  };
  const place = new Map([...section.querySelectorAll("tbody")].map((body) => [body, Number(body.dataset.place)]));
  const order = (a, b) => number("last")(a, b) || (compare[way] || number(way))(a, b) || place.get(a) - place.get(b);
  const ways = section.querySelectorAll("[data-sort]"), tables = section.querySelectorAll("table.dots");
  ways.forEach((other) => other.setAttribute("aria-pressed", String(other === chosen)));
  tables.forEach((table) => table.append(...[...table.tBodies].sort(order)));
}

function pick(picker) {
  for (const one of document.querySelectorAll(`[data-shown-by="${picker.dataset.show}"]`)) {
    one.classList.toggle("off", one.id !== picker.value);
    if (one.localName === "details") one.open = one.id === picker.value;
  }
}

function onClick(event) {
  const lane = event.target.closest(".dots tbody td.plot:not(.still)");
  const beside = lane && lane.parentElement.querySelector("[data-row]");
  const opener = event.target.closest("[data-row], [data-open]") || beside;
  const sorter = event.target.closest("[data-sort]");
  if (opener) openFrom(opener);
  else if (sorter) sortBy(sorter);
}

function startPage() {
  document.documentElement.classList.add("js");
  document.querySelectorAll(".dots tbody").forEach((body, place) => { body.dataset.place = place; });
  for (const picker of document.querySelectorAll("select[data-show]")) {
    pick(picker);
    picker.addEventListener("change", () => pick(picker));
  }
  document.addEventListener("click", onClick);
}

startPage();
startKeys();
startTranscripts();
