// The page's data, and the one way in which text reaches the page: as text nodes, never as markup.

const data = JSON.parse(document.getElementById("data").textContent);
const EVERY = data.cells.map((_, i) => i);
const CELLS_OF = data.cases.map(() => []);
data.cells.forEach((cell, i) => CELLS_OF[cell.case].push(i));
const NO_VERDICT = ["unsure", "error"];
const SEVERITIES = ["critical", "high", "medium", "low"];

const $ = (id) => document.getElementById(id);
const caseOf = (i) => data.cases[data.cells[i].case];
const severityOf = (i) => (data.principles[caseOf(i).principle] || {}).severity || "";
const outcomeOf = (i) => (NO_VERDICT.includes(data.cells[i].outcome) ? "none" : data.cells[i].outcome);

function el(name, className, ...content) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...content.flat().filter((part) => part !== null && part !== undefined));
  return made;
}

function button(className, label, act) {
  const made = el("button", className, label);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

const written = (number) => number.toLocaleString("en");
const counted = (number, noun) => `${written(number)} ${noun}${number === 1 ? "" : "s"}`;

// A system's mark, as the table of systems draws it.
const MARKS = [...document.querySelectorAll(".coverage:not(.spent) tbody .key")];
const key = (system) => MARKS[system].cloneNode(true);

// A cell's name in the address: case@system, and .repeat where a case was asked more than once.
function idOf(i) {
  const cell = data.cells[i];
  return `${caseOf(i).name}@${cell.system}${cell.repeat ? `.${cell.repeat}` : ""}`;
}

// Characters that turn the reading direction, or hide text (zero-width ones and tags), are written out: a reply must
// not look other than it is. Joiners stay, since scripts and emoji need them.
const CONTROLS = /([\u202a-\u202e\u2066-\u2069\u200b\u2060\ufeff\u{e0000}-\u{e007f}])/u;

function visible(text) {
  const parts = text.split(CONTROLS).filter(Boolean);
  return parts.map((part) => (CONTROLS.test(part) ? el("span", "control", codeOf(part)) : part));
}

function codeOf(character) {
  return `U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
}
