/** The other calendars on the person's list, shown over their own: which there are, which are chosen, in which colour. */

import { byId, el, icon } from "./dom.js";

const WRITERS = ["owner", "writer", "writerWithoutPrivateAccess"];

export class Calendars {
  #own;
  #others = [];
  #onChoice;
  #drawn = "";
  #colleagues = new Map();

  /** `api` is that of the person's own calendar; `onChoice()` runs after a calendar was chosen or left. */
  constructor(api, onChoice) {
    this.#own = { api, name: "Own calendar", color: null, editable: true, isOwn: true, selected: true };
    this.#onChoice = onChoice;
    const overlay = byId("overlay");
    overlay.addEventListener("change", () => overlay.value && onChoice(() => api.addCalendar(overlay.value).then(() => this.refresh())));
  }

  /** Reads the list; whether what is to be shown is different now. */
  async refresh() {
    const entries = (await this.#own.api.calendarList()).filter((entry) => !entry.primary && !entry.hidden && !entry.deleted);
    const before = this.#shownIds();
    const known = new Map(this.#others.map((one) => [one.id, one.api]));
    this.#others = entries.map((entry) => ({
      id: entry.id,
      api: known.get(entry.id) ?? this.#own.api.ofCalendar(entry.id),
      entry,
      name: this.#nameOf(entry),
      color: entry.backgroundColor,
      editable: WRITERS.includes(entry.accessRole),
      isOwn: false,
      /** A secondary calendar says whose it is; what is left is somebody's primary one. */
      isColleague: entry.dataOwner === undefined,
      selected: entry.selected === true,
    }));
    this.#draw();
    this.#offer();
    return this.#shownIds() !== before;
  }

  /** The colleagues ([email, name]), whose calendars can be laid over. */
  showColleagues(colleagues) {
    this.#colleagues = new Map(colleagues);
    for (const one of this.#others) one.name = this.#nameOf(one.entry);
    this.#draw();
    this.#offer();
  }

  shown() {
    return [this.#own, ...this.#others.filter((one) => one.selected)];
  }

  /** [value, label] of those in which the person may make events, their own first. */
  writable() {
    return [["", this.#own.name], ...this.#others.filter((one) => one.editable).map((one) => [one.id, one.name])];
  }

  apiOf(id) {
    return this.#others.find((one) => one.id === id)?.api ?? this.#own.api;
  }

  /** A colleague's own calendar is called like the person. */
  #nameOf({ id, summary, summaryOverride }) {
    return summaryOverride ?? this.#colleagues.get(id) ?? summary;
  }

  #offer() {
    const select = byId("overlay");
    const offered = [...this.#colleagues].filter(([email]) => !this.#others.some((one) => one.id === email));
    const text = JSON.stringify(offered);
    if (select.dataset.filled === text) return;
    select.dataset.filled = text;
    select.replaceChildren(el("option", { value: "" }, "Choose a person"), ...offered.map(([value, name]) => el("option", { value }, name)));
  }

  #shownIds() {
    return this.shown().map((one) => `${one.id} ${one.color}`).join("\n");
  }

  #draw() {
    const text = JSON.stringify(this.#others.map(({ id, name, color, selected }) => [id, name, color, selected]));
    if (text === this.#drawn) return;
    this.#drawn = text;
    const focused = document.activeElement?.id;
    byId("calendar-list").replaceChildren(...this.#others.map((one, index) => this.#row(one, `calendar-${index}`)));
    if (focused?.startsWith("calendar-")) byId(focused)?.focus({ preventScroll: true });
  }

  #row(one, id) {
    const choose = async (change) => {
      one.selected = change.target.checked;
      await this.#onChoice(() => this.#own.api.selectCalendar(one.id, one.selected));
    };
    const mark = el("span", { class: "calendar-mark", "aria-hidden": "true" });
    mark.style.setProperty("--cal", one.color);
    const tick = el("input", { type: "checkbox", id, checked: one.selected, onchange: choose });
    const label = el("label", { class: "tick", for: id }, tick, mark, el("span", {}, one.name), one.editable ? null : el("small", { class: "quiet" }, "read only"));
    const leave = () => this.#onChoice(() => this.#own.api.leaveCalendar(one.id).then(() => this.refresh()));
    const button = el("button", { type: "button", class: "btn plain square", "aria-label": `Take ${one.name} off the list`, onclick: leave }, icon("close", 16));
    return el("li", { data: { calendarId: one.id } }, label, one.isColleague ? button : null);
  }
}
