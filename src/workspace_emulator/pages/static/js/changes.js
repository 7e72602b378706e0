/** What a person does to events: asks which of a series are meant, writes it, shows the result, and offers to undo it. */

import { askScope } from "./dialogs.js";
import { toast } from "./dom.js";
import { answer, change, create, remove, withoutNulls } from "./series.js";
import { ANSWER_WORDS } from "./shown-event.js";
import { eventPoint, shortDay, spanText } from "./wall.js";

export class Changes {
  #apiOf;
  #undo;
  #zone;
  #reload;

  /** `apiOf(id)` is that of one of the person's calendars, their own without an id; `zone()` is the calendar's; `reload()` draws what is so. */
  constructor({ apiOf, undo, zone, reload }) {
    this.#apiOf = apiOf;
    this.#undo = undo;
    this.#zone = zone;
    this.#reload = reload;
  }

  /** Runs an action of the page itself; a failure is told. Whether it was done. */
  async attempt(action) {
    try {
      await action();
      return true;
    } catch (error) {
      if (error.name === "AbortError") return false;
      const meanwhile = error.status === 412;
      toast(meanwhile ? "This event was changed elsewhere meanwhile. Here is the newest; please try again." : error.message);
      return false;
    }
  }

  /** Saves the editor's draft; throws what the editor is to say. */
  async save(event, draft) {
    const zone = this.#zone();
    if (event === null) {
      const { fields, start, end, allDay, recurrence, calendarId } = draft;
      const times = { start: withoutNulls(eventPoint(start, allDay, zone)), end: withoutNulls(eventPoint(end, allDay, zone)) };
      const body = { ...fields, ...times, ...(recurrence?.length ? { recurrence } : {}) };
      return this.#done(`Created: ${fields.summary || "(No title)"}`, await create(this.#apiOf(calendarId), body));
    }
    const choices = choicesFor(event).filter((choice) => choice !== "this" || draft.recurrence === undefined);
    const scope = await this.#scopeFor(event, { title: "Change a repeating event", text: event.title, choices });
    return this.#done(`Saved: ${draft.fields.summary ?? event.title}`, await change(event.calendar.api, zone, event, draft, scope));
  }

  async move(event, { start, end }) {
    const draft = { fields: {}, start, end, allDay: event.allDay };
    const stretched = end - start !== event.end - event.start;
    const title = stretched ? "Change how long a repeating event is" : "Move a repeating event";
    const span = spanText(start, end, event.allDay, shortDay);
    const done = await this.attempt(async () => {
      const scope = await this.#scopeFor(event, { title, text: `To ${span}`, choices: choicesFor(event) });
      const takeBack = await change(event.calendar.api, this.#zone(), event, draft, scope);
      await this.#done(`${stretched ? "Changed" : "Moved"}: ${span}`, takeBack);
    });
    if (!done) await this.attempt(this.#reload);
  }

  /** Throws what the dialog is to say. */
  async remove(event) {
    const scope = await this.#scopeFor(event, { title: "Delete a repeating event", text: event.title });
    await this.#done(`Deleted: ${event.title}`, await remove(event.calendar.api, event, scope));
  }

  /** Takes a deleted event out of the bin of the person's own calendar. */
  async restore(id, title) {
    const api = this.#apiOf();
    await api.restore(id);
    await this.#done(`Restored: ${title}`, () => api.remove(id));
  }

  async respond(event, response) {
    const question = { title: "Answer a repeating invitation", text: event.title, choices: ["this", "all"] };
    const takeBack = await answer(event.calendar.api, event, response, await this.#scopeFor(event, question));
    await this.#done(`Answered: ${ANSWER_WORDS[response]}`, takeBack);
  }

  async #done(text, takeBack) {
    this.#undo.offer(text, () => this.attempt(() => takeBack().then(this.#reload)));
    await this.#reload();
  }

  async #scopeFor(event, question) {
    return event.isInstance ? askScope(question) : "this";
  }
}

/** A guest's copy cannot be split: the organiser's series would know nothing of the second one. */
const choicesFor = ({ item }) => (item.organizer && !item.organizer.self ? ["this", "all"] : ["this", "following", "all"]);
