/** The switches of the emulator's behaviour, by what they are about, each with its meaning and its default. */

import { byId, el } from "./dom.js";
import { control } from "./http.js";

const GROUPS = [
  ["Sign-in", /_subject$|token_refusal|token_names|token_loss|jwt|audience|consent|refresh/],
  ["Push", /^push_|^channel|http_push/],
  ["Quotas", /^quota/],
];
const OTHERS = "Calendar and directory";

export function showSwitches(tools, switches) {
  const changed = switches.filter(isChanged);
  byId("switch-summary").textContent = changed.length
    ? `${changed.length} of ${switches.length} differ from their default: ${changed.map((one) => words(one.name)).join(", ")}.`
    : `All ${switches.length} are at their defaults.`;
  const titles = [OTHERS, ...GROUPS.map(([title]) => title)];
  const sections = titles.map((title) => {
    const rows = switches.filter((one) => groupOf(one.name) === title).map((one) => switchRow(tools, one));
    return rows.length ? el("section", {}, el("h3", {}, title), el("div", { class: "switches" }, rows)) : null;
  });
  byId("switch-list").replaceChildren(...sections.filter(Boolean));
}

const isChanged = (one) => one.value !== one.default;
const groupOf = (name) => GROUPS.find(([, pattern]) => pattern.test(name))?.[0] ?? OTHERS;
const words = (name) => name.replaceAll("_", " ");

function switchRow(tools, one) {
  const id = `switch-${one.name}`;
  const set = (wanted) => tools.press(() => control.patch("/switches", { [one.name]: wanted }), `${words(one.name)}: ${wanted}`);
  const back = isChanged(one)
    ? el("button", { type: "button", class: "btn plain", "aria-label": `Back to the default: ${words(one.name)}`, onclick: () => set(one.default) }, "Default")
    : null;
  const meaning = one.meaning ? el("p", { class: "quiet small", id: `${id}-help` }, one.meaning.replaceAll("`", "")) : null;
  const label = el("label", { for: id }, words(one.name));
  return el(
    "div",
    { class: isChanged(one) ? "switch changed" : "switch", data: { switch: one.name } },
    el("div", { class: "switch-words" }, label, meaning),
    el("div", { class: "switch-value" }, inputFor(one, id, set), back),
  );
}

function inputFor(one, id, set) {
  const common = { id, "aria-describedby": one.meaning ? `${id}-help` : null };
  if (one.allowed) {
    const options = one.allowed.map((word) => el("option", { value: word, selected: word === one.value }, word));
    return el("select", { ...common, onchange: (change) => set(change.target.value) }, options);
  }
  if (one.kind === "bool") {
    return el("input", { ...common, type: "checkbox", checked: one.value, onchange: (change) => set(change.target.checked) });
  }
  const isNumber = one.kind === "int" || one.kind === "float";
  const read = (text) => (isNumber ? Number(text) : text.trim());
  const kind = isNumber ? { type: "number", step: "any" } : { type: "text" };
  return el("input", { ...common, ...kind, value: one.value, onchange: (change) => set(read(change.target.value)) });
}
