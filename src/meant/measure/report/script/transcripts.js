// The window with the transcripts: opened by an address, redrawn when the state changes, closed by Escape.

const drawer = $("drawer");
const narrow = matchMedia("(max-width: 780px)");
let state = null, scope = null;

// Every change of what is open goes through here. What is being typed is part of it, even if nobody waited for it.
function change(patch, { push = true } = {}) {
  const now = state ? { ...state, q: $("q").value } : { ...NOTHING, figure: "*" };
  show({ ...now, ...patch }, push);
}

function show(next, push) {
  write(next, push);
  state = next;
  scope = scopeOf(state);
  if (state.case && !state.at) Object.assign(state, { at: idOf(scope.lists.all[0]), beside: "all" });
  const opens = !drawer.open;
  if (opens) drawer.showModal();
  refresh();
  if (opens || !drawer.contains(document.activeElement) || document.activeElement === drawer) focusFirst();
}

function refresh() {
  const list = shownList(scope, state), found = searchFor(state.q);
  const cells = filtered(scope.lists[list], state, found);
  drawHead(list);
  setRows(ordered(cells, state.sort || scope.order), state.at);
  tell();
  drawReading();
}

function drawHead(list) {
  const other = $("drawer-title").textContent !== scope.title;
  $("drawer-title").textContent = scope.title;
  $("drawer-about").textContent = scope.about;
  const says = (scope.says || []).filter((_, n) => ofSystem(n % data.systems.length));
  $("drawer-says").replaceChildren(...says.map((line) => el("li", "", line)));
  $("says").hidden = !says.length;
  if (other) $("says").open = says.length < 3 && !narrow.matches;
  if ($("q").value !== state.q) $("q").value = state.q;
  $("sort").value = state.sort;
  const names = Object.keys(scope.lists);
  $("switch").hidden = names.length < 2;
  $("switch").replaceChildren(...names.map((name) => switchTo(name, name === list)));
}

function switchTo(name, pressed) {
  const mine = scope.lists[name].filter((i) => ofSystem(data.cells[i].system));
  const made = button("", `${LISTS[name]} (${written(mine.length)})`, () => {
    change({ show: name, at: "" });
    $("switch").querySelector("[aria-pressed=true]").focus();
  });
  made.dataset.pick = name;
  made.setAttribute("aria-pressed", String(pressed));
  return made;
}

const ofSystem = (system) => state.system === "" || String(system) === state.system;

function tell() {
  const all = scope.lists[shownList(scope, state)].length;
  const of = shown.length < all ? ` of ${written(all)}` : "";
  const found = state.q ? `, ${counted(shown.reduce((sum, i) => sum + hitsIn(i), 0), "hit")}` : "";
  const order = ORDERS[state.sort || scope.order];
  const noun = shown.length === 1 && !of ? "transcript" : "transcripts";
  $("count").textContent = `${written(shown.length)}${of} ${noun}${found}${order ? `, ${order.label}` : ""}`;
}

// Where there is no room for both, either the list or the transcript is shown.
function drawReading() {
  const was = isReading(), reading = narrow.matches && state.at !== "" && shown.length > 0;
  drawer.classList.toggle("reading", reading);
  drawDetail(scope, state);
  if (was && !reading) drawRows();
}

function selectionChanged(read) {
  const first = narrow.matches && state.at === "";
  if (read || !narrow.matches) state.at = idOf(shown[selected]);
  write(state, first && read);
  drawReading();
  if (first && read) $("detail").focus();
}

function leaveReading() {
  if (state.case) { drawer.close(); return; }
  const at = state.at;
  change({ at: "" });
  select(Math.max(0, shown.findIndex((i) => idOf(i) === at)), false);
  $("list").focus();
}

const isReading = () => drawer.classList.contains("reading");

function focusFirst() {
  $(isReading() ? "detail" : "list").focus();
}

function follow() {
  settle();
  const next = parse(location.hash);
  if (next) show(next, false);
  else if (drawer.open) { state = null; drawer.close(); }
}

function startTranscripts() {
  let typing = 0;
  const search = () => state && change({ at: "" }, { push: false });
  makeFilters();
  $("filters").open = !narrow.matches;
  $("q").addEventListener("input", () => { clearTimeout(typing); typing = setTimeout(search, 60); });
  $("list").addEventListener("scroll", () => requestAnimationFrame(drawRows));
  $("close").addEventListener("click", () => drawer.close());
  drawer.addEventListener("click", (event) => {
    if (event.target === drawer && event.clientX < drawer.getBoundingClientRect().left) drawer.close();
  });
  drawer.addEventListener("cancel", (event) => {
    if (!isReading() || state.case) return;
    event.preventDefault();
    leaveReading();
  });
  drawer.addEventListener("close", () => {
    if (state) write(null, true);
    state = null;
  });
  narrow.addEventListener("change", () => { if (state) refresh(); });
  addEventListener("popstate", follow);
  addEventListener("hashchange", follow);
  follow();
}
