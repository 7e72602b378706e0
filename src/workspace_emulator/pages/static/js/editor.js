/** The dialog that makes and changes events: fills its fields, reads them back as a draft, says what is wrong. */

import { byId, closable, el } from "./dom.js";
import { isTimedOnly, isWorkingLocation, newFields, placeFields, placeOf, showFieldsOf, showPlace } from "./event-types.js";
import { linesFor, ruleText, simpleRule } from "./recurrence.js";
import { DAY, dateOf, fromDate, fromDateTime, localOf } from "./wall.js";

const KEEP = "keep";

const samePlace = (one, other) => one.type === other.type && one.label === other.label;

export class Editor {
  #dialog = byId("editor");
  #form = byId("editor-form");
  #event = null;
  #before = null;

  /** `save(event or null, draft)` and `remove(event)` may throw; the message is then shown in the dialog. */
  constructor({ save, remove }) {
    closable(this.#dialog);
    const { allDay, start, eventType, place } = this.#form.elements;
    allDay.addEventListener("change", () => this.#showTimes(this.#times(!allDay.checked), allDay.checked));
    start.addEventListener("change", () => this.#keepLength());
    for (const field of [eventType, place]) field.addEventListener("change", () => showFieldsOf(eventType.value, this.#form));
    this.#form.addEventListener("submit", (submit) => {
      submit.preventDefault();
      this.#run(() => save(this.#event, this.#draft()));
    });
    const colleague = byId("f-colleague");
    colleague.addEventListener("change", () => {
      const { guests } = this.#form.elements;
      guests.value = [guests.value.trim().replace(/,$/, ""), colleague.value].filter(Boolean).join(", ");
      colleague.value = "";
    });
    byId("editor-delete").addEventListener("click", () => this.#run(() => remove(this.#event)));
  }

  /** The colleagues ([email, name]) who can be invited by name. */
  showColleagues(colleagues) {
    const select = byId("f-colleague");
    select.replaceChildren(select.options[0], ...colleagues.map(([value, name]) => el("option", { value }, name)));
  }

  /** For a new event at {start, end, allDay}, in one of the calendars ([id, name], the person's own first). */
  openNew(times, zone, calendars) {
    const options = calendars.map(([value, label]) => el("option", { value }, label));
    byId("f-calendar").replaceChildren(...options);
    this.#hasCalendars = options.length > 1;
    this.#open(null, { transparency: "opaque" }, times, undefined, zone);
  }

  /** For an existing event; `lines` is the recurrence of its series, if it is of one. */
  openFor(event, lines, zone) {
    this.#open(event, event.item, event, lines, zone);
  }

  #open(event, item, times, lines, zone) {
    this.#event = event;
    const fields = this.#form.elements;
    fields.title.value = item.summary ?? "";
    fields.location.value = item.location ?? "";
    fields.description.value = item.description ?? "";
    fields.showAs.value = item.transparency ?? "opaque";
    fields.visibility.value = item.visibility === "confidential" ? "private" : (item.visibility ?? "default");
    fields.guests.value = (item.attendees ?? []).map((guest) => guest.email).join(", ");
    fields.meet.checked = item.conferenceData !== undefined;
    showPlace(item, this.#form);
    this.#showType(item.eventType ?? "default", event !== null);
    this.#showRepeat(lines);
    fields.allDay.checked = times.allDay;
    this.#showTimes(times, times.allDay);
    this.#before = this.#values();
    byId("editor-title").textContent = event ? "Edit event" : "New event";
    byId("editor-zone").textContent = `Times are in ${zone}.`;
    byId("editor-delete").hidden = event === null;
    byId("calendar-field").hidden = event !== null || !this.#hasCalendars;
    this.#say("");
    this.#dialog.showModal();
    fields.title.focus();
  }

  #showType(type, fixed) {
    const select = this.#form.elements.eventType;
    for (const extra of select.querySelectorAll("[data-extra]")) extra.remove();
    if (![...select.options].some((option) => option.value === type)) {
      select.append(el("option", { value: type, data: { extra: "" } }, type));
    }
    select.value = type;
    select.disabled = fixed;
    showFieldsOf(type, this.#form);
  }

  #showRepeat(lines) {
    const select = this.#form.elements.repeat;
    for (const extra of select.querySelectorAll("[data-extra]")) extra.remove();
    const simple = lines ? simpleRule(lines) : "";
    if (simple === null) select.prepend(el("option", { value: KEEP, data: { extra: "" } }, ruleText(lines)));
    select.value = simple ?? KEEP;
  }

  #showTimes({ start, end }, allDay) {
    const fields = this.#form.elements;
    for (const field of [fields.start, fields.end]) field.type = allDay ? "date" : "datetime-local";
    fields.start.value = allDay ? dateOf(start) : localOf(start);
    fields.end.value = allDay ? dateOf(Math.max(end - DAY, start)) : localOf(end);
    this.#length = end - start;
  }

  #length = 60;
  #hasCalendars = false;

  /** The fields as wall-clock minutes; after `wasAllDay` changed, a sensible time of the other kind. */
  #times(wasAllDay) {
    const { start, end } = this.#form.elements;
    if (!start.value || !end.value) return { start: NaN, end: NaN };
    if (!wasAllDay) {
      const first = fromDateTime(start.value);
      const firstDay = fromDate(dateOf(first));
      const stop = fromDateTime(end.value);
      return this.#form.elements.allDay.checked
        ? { start: firstDay, end: fromDate(dateOf(Math.max(stop - 1, first))) + DAY }
        : { start: first, end: stop };
    }
    const first = fromDate(start.value.slice(0, 10));
    const last = fromDate(end.value.slice(0, 10));
    return this.#form.elements.allDay.checked
      ? { start: first, end: last + DAY }
      : { start: first + 9 * 60, end: last + 10 * 60 };
  }

  #keepLength() {
    const { start, end, allDay } = this.#form.elements;
    if (!start.value) return;
    const first = allDay.checked ? fromDate(start.value) : fromDateTime(start.value);
    end.value = allDay.checked ? dateOf(first + this.#length - DAY) : localOf(first + this.#length);
  }

  #values() {
    const fields = this.#form.elements;
    return {
      summary: fields.title.value.trim(),
      location: fields.location.value.trim(),
      description: fields.description.value.trim(),
      transparency: fields.showAs.value,
      visibility: fields.visibility.value,
      guests: fields.guests.value.trim(),
      repeat: fields.repeat.value,
      meet: fields.meet.checked,
      place: placeOf(this.#form),
    };
  }

  #draft() {
    const type = this.#form.elements.eventType.value;
    const allDay = this.#form.elements.allDay.checked;
    const { start, end } = this.#times(allDay);
    if (Number.isNaN(start) || Number.isNaN(end)) throw new Error("Give the event a start and an end.");
    if (end <= start) throw new Error("The end must be after the start.");
    const fields = this.#changedFields();
    if (this.#event === null) Object.assign(fields, newFields(type, placeOf(this.#form), fields.summary));
    if (isWorkingLocation(type) && allDay && end - start > DAY) throw new Error("A working location is for one day. Let it repeat for more.");
    // Google takes some types only with times, so their whole days go from midnight to midnight.
    const draft = { fields, start, end, allDay: allDay && !isTimedOnly(type) };
    if (this.#event === null) draft.calendarId = this.#form.elements.calendar.value;
    const { repeat } = this.#values();
    if (repeat !== this.#before.repeat) draft.recurrence = linesFor(repeat);
    return draft;
  }

  #changedFields() {
    const values = this.#values();
    const changed = {};
    for (const key of ["summary", "location", "description", "transparency", "visibility"]) {
      if (values[key] !== this.#before[key]) changed[key] = values[key];
    }
    if (isWorkingLocation(this.#form.elements.eventType.value) && !samePlace(values.place, this.#before.place)) {
      Object.assign(changed, placeFields(values.place));
    }
    if (values.meet !== this.#before.meet) {
      changed.conferenceData = values.meet ? { createRequest: { requestId: `page-${Date.now()}` } } : null;
    }
    if (values.guests !== this.#before.guests) changed.attendees = this.#attendees(values.guests);
    return changed;
  }

  #attendees(text) {
    const known = new Map((this.#event?.item.attendees ?? []).map((guest) => [guest.email.toLowerCase(), guest]));
    const emails = text.split(/[\s,;]+/).filter(Boolean);
    const wrong = emails.find((email) => !/^[^@\s]+@[^@\s]+$/.test(email));
    if (wrong) throw new Error(`“${wrong}” is not an address.`);
    return emails.map((email) => known.get(email.toLowerCase()) ?? { email });
  }

  async #run(action) {
    const buttons = [byId("editor-save"), byId("editor-delete")];
    for (const button of buttons) button.disabled = true;
    try {
      await action();
      this.#dialog.close();
    } catch (error) {
      // Closing the question "which events?" is an answer too: the dialog just stays.
      if (error.name !== "AbortError") this.#say(error.message);
    } finally {
      for (const button of buttons) button.disabled = false;
    }
  }

  #say(message) {
    byId("editor-error").textContent = message;
    byId("editor-error").hidden = message === "";
  }
}
