// The list: only the rows in sight are in the page, so that thousands stay fast. One is selected; arrows move it.

const ROW = 74;
let shown = [], selected = 0;

function setRows(cells, at) {
  shown = cells;
  selected = at ? Math.max(0, shown.findIndex((i) => idOf(i) === at)) : 0;
  $("rows").style.height = `${shown.length * ROW}px`;
  $("list").scrollTop = Math.max(0, selected * ROW - $("list").clientHeight / 2 + ROW / 2);
  $("none").hidden = shown.length > 0;
  drawRows();
}

function drawRows() {
  const list = $("list");
  const from = Math.max(0, Math.floor(list.scrollTop / ROW) - 4);
  const to = Math.min(shown.length, Math.ceil((list.scrollTop + list.clientHeight) / ROW) + 4);
  const places = Array.from({ length: Math.max(0, to - from) }, (_, n) => from + n);
  if (shown.length && !places.includes(selected)) places.push(selected);
  $("rows").replaceChildren(...places.map(row));
  if (shown.length) list.setAttribute("aria-activedescendant", `row-${selected}`);
  else list.removeAttribute("aria-activedescendant");
}

function row(place) {
  const i = shown[place], cell = data.cells[i], name = el("span", "row-system", data.systems[cell.system]);
  const head = el("span", "row-head", key(cell.system), name, chip(cell));
  const said = el("span", "row-snippet", snippet(i));
  const made = el("div", `row s${cell.system}`, head, said, el("span", "row-case", caseOf(i).name));
  const here = place === selected;
  const roles = { role: "option", "aria-selected": here, "aria-setsize": shown.length, "aria-posinset": place + 1 };
  made.id = `row-${place}`;
  made.style.top = `${place * ROW}px`;
  Object.entries(roles).forEach(([role, value]) => made.setAttribute(role, value));
  made.addEventListener("click", () => select(place, true));
  return made;
}

function chip(cell) {
  const said = NO_VERDICT.includes(cell.outcome) ? `no verdict: ${cell.outcome}` : cell.outcome;
  return el("span", `chip ${cell.outcome}`, said);
}

// Selects a row; `read` also opens it where list and transcript do not stand side by side.
function select(place, read) {
  if (!shown.length) return;
  selected = Math.min(shown.length - 1, Math.max(0, place));
  const list = $("list"), top = selected * ROW;
  if (top < list.scrollTop) list.scrollTop = top;
  if (top + ROW > list.scrollTop + list.clientHeight) list.scrollTop = top + ROW - list.clientHeight;
  drawRows();
  selectionChanged(read);
}
