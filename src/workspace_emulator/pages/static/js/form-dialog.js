/** One dialog for the console's small forms: a title, some fields, Save, and the refusal in words if there is one. */

import { byId, closable, el } from "./dom.js";

let saving = null;

/**
 * Asks for `fields` ({name, label, value, help, kind: "text" | "lines" | "select" | "tick" | "number" | "moment";
 * options, suggestions, least, most, half where they fit}) and calls `save(values)`; what it throws is shown and the dialog
 * stays open.
 */
export function askFor({ title, text = "", fields, action = "Save", save }) {
  byId("form-title").textContent = title;
  byId("form-text").textContent = text;
  byId("form-text").hidden = text === "";
  byId("form-save").textContent = action;
  byId("form-fields").replaceChildren(...fields.map(fieldFor));
  say("");
  saving = async () => save(valuesOf(fields));
  byId("form-dialog").showModal();
  byId("form-fields").querySelector("input, textarea, select")?.focus();
}

function fieldFor(field) {
  const id = `form-${field.name}`;
  const help = field.help ? el("p", { class: "quiet small", id: `${id}-help` }, field.help) : null;
  const common = { id, name: field.name, "aria-describedby": field.help ? `${id}-help` : null };
  if (field.kind === "tick") {
    const tick = el("input", { ...common, type: "checkbox", checked: field.value });
    return el("div", { class: "field" }, el("label", { class: "tick", for: id }, tick, ` ${field.label}`), help);
  }
  return el("div", { class: field.half ? "field half" : "field" }, el("label", { for: id }, field.label), control(field, common), help);
}

function control(field, common) {
  if (field.kind === "select") {
    const options = field.options.map(([value, label]) => el("option", { value, selected: value === field.value }, label));
    return el("select", common, options);
  }
  if (field.kind === "lines") {
    const area = el("textarea", { ...common, rows: 5, spellcheck: "false" });
    area.value = field.value ?? "";
    return area;
  }
  if (field.kind === "number") {
    return el("input", { ...common, type: "number", min: field.least, max: field.most, step: "any", value: field.value });
  }
  if (field.kind === "moment") return el("input", { ...common, type: "datetime-local", value: field.value });
  if (field.suggestions) return suggesting(field, common);
  return el("input", { ...common, type: "text", autocomplete: "off", spellcheck: "false", value: field.value ?? "" });
}

function suggesting(field, common) {
  const list = el("datalist", { id: `${common.id}-list` }, field.suggestions.map((value) => el("option", { value })));
  const input = el("input", { ...common, type: "text", list: list.id, autocomplete: "off", spellcheck: "false", value: field.value ?? "" });
  return el("div", {}, input, list);
}

function valuesOf(fields) {
  const inputs = byId("form").elements;
  const value = ({ name, kind }) => (kind === "tick" ? inputs[name].checked : inputs[name].value.trim());
  return Object.fromEntries(fields.map((field) => [field.name, value(field)]));
}

function say(message) {
  byId("form-error").textContent = message;
  byId("form-error").hidden = message === "";
}

export function prepareForm() {
  closable(byId("form-dialog"));
  byId("form").addEventListener("submit", async (submit) => {
    submit.preventDefault();
    byId("form-save").disabled = true;
    try {
      await saving();
      byId("form-dialog").close();
    } catch (error) {
      say(error.message);
    } finally {
      byId("form-save").disabled = false;
    }
  });
}
