// The keyboard: the same keys wherever one is, unless one is writing.

const MOVES = {
  j: (n) => n + 1, ArrowDown: (n) => n + 1, k: (n) => n - 1, ArrowUp: (n) => n - 1,
  PageDown: (n) => n + 8, PageUp: (n) => n - 8, Home: () => 0, End: () => shown.length - 1,
};

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || $("keys").open) return;
  const at = event.target, writing = at.matches("input, select, textarea"), spot = at.closest(".spot");
  if (at.id === "q") onSearchKey(event);
  else if (writing) return;
  else if (event.key === "/") { taken(event); search(); }
  else if (event.key === "?") { taken(event); $("keys").showModal(); }
  else if (state) onListKey(event, at);
  else if (spot && (event.key === "Enter" || event.key === " ")) { taken(event); openFrom(spot); }
}

// Escape takes the search away before it closes the window; some browsers do that by themselves, others do not.
function onSearchKey(event) {
  if (event.key === "Escape" && $("q").value) {
    taken(event);
    change({ q: "", at: "" }, { push: false });
  }
  if (event.key === "ArrowDown" || event.key === "Enter") { taken(event); $("list").focus(); }
}

// j and k move from anywhere in the window; arrows and the like only in the list, so that elsewhere they scroll.
function onListKey(event, at) {
  const move = MOVES[event.key], letter = event.key.length === 1;
  if (move && (letter || at === $("list"))) { taken(event); select(move(selected), isReading()); }
  if (event.key === "Enter" && at === $("list")) { taken(event); select(selected, true); $("detail").focus(); }
  if (event.key === "c" && $("beside")) { taken(event); $("beside").click(); }
}

function search() {
  if (!state) change({});
  if (isReading()) leaveReading();
  $("q").focus();
  $("q").select();
}

function taken(event) {
  event.preventDefault();
}

function startKeys() {
  document.addEventListener("keydown", onKey);
  $("help").addEventListener("click", () => $("keys").showModal());
  $("keys-close").addEventListener("click", () => $("keys").close());
}
