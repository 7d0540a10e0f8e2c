"use strict";
// From a figure to the transcripts behind it. Whatever a model said enters the page by textContent, never as markup.
(() => {
  const PAGE = 40;
  const data = JSON.parse(document.getElementById("data").textContent);
  const $ = (id) => document.getElementById(id);
  const drawer = $("drawer"), list = $("list"), more = $("more");
  const NO_VERDICT = ["unsure", "error"];
  const place = new Map([...document.querySelectorAll(".dots tbody")].map((body, i) => [body, i]));
  let state = null, shown = [], drawn = 0;

  document.documentElement.classList.add("js");

  function el(name, className, text) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  // What is open is in the address, so that it can be sent to someone: #figure=…&system=…&show=… or #case=suite/name
  function address(where) {
    return "#" + Object.entries(where).filter(([, v]) => v !== "").map(([k, v]) => `${k}=${encodeURIComponent(v)}`).join("&");
  }

  function parse(hash) {
    const where = Object.fromEntries(new URLSearchParams(hash.slice(1).replace(/\+/g, "%2B")));
    if (where.case !== undefined) return caseState(where.case);
    if (where.figure !== undefined) return figureState(where);
    return null;
  }

  function figureState({ figure: key, system = "", show = "", outcome = "" }) {
    const every = data.cells.map((_, i) => i);
    const whole = { title: "All cells", about: "Every case that was asked.", against: [], all: every };
    const figure = key === "*" ? whole : data.figures[key];
    if (!figure) return null;
    const against = system === "" ? figure.against : figure.against.filter((i) => String(data.cells[i].system) === system);
    return { key, figure, system, outcome, text: "", show: show || (against.length ? "against" : "all"), sides: key !== "*" };
  }

  function caseState(name) {
    const one = data.cases.find((c) => c.name === name);
    if (!one) return null;
    const family = data.cases.map((c, i) => [c, i]).filter(([c]) => c.family === one.family).map(([, i]) => i);
    const first = (i) => (data.cases[data.cells[i].case].name === name ? 0 : 1);
    const all = data.cells.map((_, i) => i).filter((i) => family.includes(data.cells[i].case)).sort((a, b) => first(a) - first(b));
    const about = family.length > 1 ? "This case, then the others of its family." : "This case, as every system answered it.";
    return { key: name, figure: { title: name, about, against: [], all }, system: "", outcome: "", text: "", show: "all", sides: false };
  }

  function haystack(i) {
    const cell = data.cells[i], one = data.cases[cell.case];
    const said = [...(cell.sent || one.turns).map((t) => t[1]), ...cell.reply, cell.why, cell.error, cell.behaviour, one.name, one.principle, one.wanted, ...Object.values(one.slices)];
    return (cell.haystack ??= said.filter(Boolean).join("\n").toLowerCase());
  }

  function select() {
    const words = state.text.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = (i) => {
      const cell = data.cells[i];
      const outcome = NO_VERDICT.includes(cell.outcome) ? "none" : cell.outcome;
      return (state.system === "" || String(cell.system) === state.system) && (state.outcome === "" || outcome === state.outcome)
        && words.every((word) => haystack(i).includes(word));
    };
    const found = state.figure[state.show].filter(wanted), by = state.figure.order;
    return by ? found.sort((a, b) => (data.cells[b][by] ?? -1) - (data.cells[a][by] ?? -1)) : found;
  }

  function refresh() {
    shown = select();
    drawn = 0;
    list.replaceChildren();
    for (const button of drawer.querySelectorAll("[data-pick]")) {
      const of = state.figure[button.dataset.pick].filter((i) => state.system === "" || String(data.cells[i].system) === state.system);
      button.textContent = `${button.dataset.pick === "against" ? "Counts against" : "All"} (${of.length})`;
      button.setAttribute("aria-pressed", String(button.dataset.pick === state.show));
    }
    const says = (state.figure.says || []).filter((_, i) => state.system === "" || i % data.systems.length === Number(state.system));
    $("drawer-about").textContent = [state.figure.about, ...says].filter(Boolean).join("\n");
    drawer.querySelector(".switch").hidden = !state.sides;
    $("count").textContent = `${shown.length} ${shown.length === 1 ? "transcript" : "transcripts"}${state.figure.order ? ", the most expensive first" : ""}`;
    if (!shown.length) list.append(el("p", "empty", state.show === "against" && !state.text && !state.outcome ? "No transcript counts against the system here." : "No transcript matches."));
    draw();
  }

  function draw() {
    list.append(...shown.slice(drawn, drawn + PAGE).map(article));
    drawn = Math.min(shown.length, drawn + PAGE);
    more.hidden = drawn >= shown.length;
    more.textContent = `Show ${Math.min(PAGE, shown.length - drawn)} more`;
  }

  function key(system) {
    const mark = document.querySelector(`.coverage tbody tr:nth-child(${system + 1}) .key`);
    return mark.cloneNode(true);
  }

  function article(i) {
    const cell = data.cells[i], one = data.cases[cell.case];
    const made = el("article", `cell s${cell.system}`);
    const head = el("h3"), name = el("button", "link", one.name);
    name.type = "button";
    name.title = "This case, by every system";
    name.addEventListener("click", () => { location.hash = address({ case: one.name }); });
    const verdict = NO_VERDICT.includes(cell.outcome) ? `no verdict: ${cell.outcome}` : cell.outcome;
    const who = el("span");
    who.append(key(cell.system), data.systems[cell.system]);
    head.append(who, el("span", `chip ${cell.outcome}`, verdict), name);
    const say = el("dl", "say");
    const line = (term, said, className) => {
      const dd = el("dd", className);
      dd.append(...[said].flat());
      say.append(el("dt", "", term), dd);
    };
    for (const [role, text] of cell.sent || one.turns) line(role === "user" ? "Prompt" : role, text);
    if (cell.error) line("Error", cell.error, "error");
    if (cell.reply.join("") || !cell.error) line("Reply", reply(cell), "reply");
    line("Expected", one.wanted);
    if (cell.behaviour) line("Behaviour", cell.behaviour);
    if (cell.why) line("Why", cell.why);
    made.append(head, say, el("p", "small", small(cell, one)));
    return made;
  }

  function reply(cell) {
    if (!cell.reply.join("")) return el("span", "absent", "(empty)");
    const parts = cell.reply.map((text, i) => (i === 1 ? el("mark", "", text) : document.createTextNode(text)));
    if (cell.cut) parts.push(el("span", "absent", ` … cut here: ${cell.cut} characters more are in the store`));
    return parts;
  }

  function small(cell, one) {
    const labels = Object.entries(one.slices).map(([k, v]) => `${k} ${v}`);
    const spent = [cell.seconds !== undefined && `${cell.seconds.toFixed(2)} s`, cell.tokens !== undefined && `${cell.tokens} tokens`, cell.cost !== undefined && `$${cell.cost}`];
    const ended = cell.finish && cell.finish !== "stop" && `ended by ${cell.finish}`;
    const again = cell.repeat && `repeat ${cell.repeat}`;
    return [`principle ${one.principle}`, one.dimension && `counts as ${one.dimension}`, ...labels, one.split, `judge ${cell.judge}`, ...spent, ended, again].filter(Boolean).join(" · ");
  }

  function open() {
    state = parse(location.hash);
    if (!state) { if (drawer.open) drawer.close(); return; }
    $("drawer-title").textContent = state.figure.title;
    $("by-system").value = state.system;
    $("by-outcome").value = state.outcome;
    $("by-text").value = "";
    refresh();
    if (!drawer.open) drawer.showModal();
    drawer.scrollTop = 0;
  }

  function sort(button) {
    const way = button.dataset.sort, section = button.closest("section");
    for (const other of section.querySelectorAll("[data-sort]")) other.setAttribute("aria-pressed", String(other === button));
    const value = (body, by) => body.getAttribute(`data-sort-${by}`);
    const compare = { name: (a, b) => value(a, "name").localeCompare(value(b, "name")), lowest: (a, b) => value(a, "lowest") - value(b, "lowest") };
    compare.severity = (a, b) => value(a, "severity") - value(b, "severity") || compare.lowest(a, b);
    for (const table of section.querySelectorAll("table.dots")) table.append(...[...table.tBodies].sort((a, b) => compare[way](a, b) || place.get(a) - place.get(b)));
  }

  function show(from) {
    const { row, system, show: which = "", outcome = "" } = from.dataset;
    location.hash = address({ figure: row, system, show: which, outcome });
  }

  document.addEventListener("click", (event) => {
    const lane = event.target.closest(".dots tbody td.plot");
    const from = event.target.closest("[data-row]") || (lane && lane.parentElement.querySelector("[data-row]"));
    const sorter = event.target.closest("[data-sort]");
    if (from) show(from);
    else if (sorter) sort(sorter);
  });
  document.addEventListener("keydown", (event) => {
    const spot = event.target.closest && event.target.closest(".spot");
    if (spot && (event.key === "Enter" || event.key === " ")) { event.preventDefault(); show(spot); }
  });
  drawer.addEventListener("click", (event) => {
    const pick = event.target.closest("[data-pick]");
    if (pick) { state.show = pick.dataset.pick; refresh(); }
    if (event.target === drawer && event.clientX < drawer.getBoundingClientRect().left) drawer.close();
  });
  drawer.addEventListener("close", () => {
    if (parse(location.hash)) history.replaceState(null, "", location.pathname + location.search);
  });
  $("close").addEventListener("click", () => drawer.close());
  more.addEventListener("click", draw);
  $("by-system").append(...[["", "all"], ...data.systems.map((name, i) => [String(i), name])].map(([value, name]) => {
    const option = el("option", "", name);
    option.value = value;
    return option;
  }));
  $("by-system").addEventListener("change", (event) => { state.system = event.target.value; refresh(); });
  $("by-outcome").addEventListener("change", (event) => { state.outcome = event.target.value; refresh(); });
  $("by-text").addEventListener("input", (event) => { state.text = event.target.value; refresh(); });
  addEventListener("hashchange", open);
  open();
})();
