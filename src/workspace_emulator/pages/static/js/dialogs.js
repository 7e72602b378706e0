/** The dialog that shows an event, and the question which events of a series are meant. */

import { byId, closable, el } from "./dom.js";
import { PLACES } from "./event-types.js";
import { ANSWER_WORDS, ownAnswer } from "./shown-event.js";
import { longDay, spanText } from "./wall.js";

const PILLS = { accepted: "ok", declined: "bad", tentative: "warn", needsAction: "" };

export class Details {
  #dialog = byId("details");
  #event = null;

  /** `edit(event)`, `remove(event)`, `answer(event, response)`; the dialog closes before they run. */
  constructor({ edit, remove, answer }) {
    closable(this.#dialog);
    const closing = (action) => () => {
      this.#dialog.close();
      action(this.#event);
    };
    byId("details-edit").addEventListener("click", closing(edit));
    byId("details-delete").addEventListener("click", closing(remove));
    for (const button of this.#dialog.querySelectorAll("[data-answer]")) {
      button.addEventListener("click", closing((event) => answer(event, button.dataset.answer)));
    }
  }

  open(event, zone) {
    this.#event = event;
    byId("details-title").textContent = event.title;
    const span = spanText(event.start, event.end, event.allDay, longDay);
    byId("details-body").replaceChildren(el("p", { class: "lead-time" }, span), el("dl", { class: "detail" }, ...facts(event, zone)));
    const response = ownAnswer(event.item);
    byId("details-answer").hidden = response === undefined || event.item.organizer?.self === true;
    for (const button of this.#dialog.querySelectorAll("[data-answer]")) {
      button.setAttribute("aria-pressed", String(button.dataset.answer === response));
    }
    for (const id of ["details-edit", "details-delete"]) byId(id).hidden = !event.calendar.editable;
    this.#dialog.showModal();
  }
}

function facts(event, zone) {
  const { item } = event;
  const shown = item.transparency === "transparent" ? "Free" : "Busy";
  const rows = [
    ["Shown as", event.words.length ? `${shown} (${event.words.join(", ")})` : shown],
    !event.allDay && ["Time zone", zone],
    event.isInstance && ["Repeats", "Part of a series"],
    !event.calendar.isOwn && ["Calendar", event.calendar.name],
    item.location && ["Location", item.location],
    item.workingLocationProperties && ["Works at", placeText(item.workingLocationProperties)],
    item.conferenceData?.entryPoints?.[0]?.uri && ["Google Meet", `${item.conferenceData.entryPoints[0].uri} (made up)`],
    item.hangoutLink && !item.conferenceData && ["Google Meet", `${item.hangoutLink} (made up)`],
    item.visibility && ["Visibility", item.visibility],
    item.organizer?.email && !item.organizer.self && ["Organiser", item.organizer.displayName ?? item.organizer.email],
    item.attendees?.length && ["Guests", el("ul", {}, item.attendees.map(guestRow))],
    item.description && ["Description", item.description],
  ].filter(Boolean);
  return rows.flatMap(([term, text]) => [el("dt", {}, term), el("dd", {}, text)]);
}

function placeText(place) {
  const label = place[place.type]?.label;
  return [PLACES[place.type] ?? "—", label].filter(Boolean).join(": ");
}

function guestRow(guest) {
  const answer = guest.responseStatus ?? "needsAction";
  const pill = el("span", { class: `pill ${PILLS[answer] ?? ""}` }, ANSWER_WORDS[answer] ?? answer);
  return el("li", {}, guest.displayName ?? guest.email, pill);
}

/** Asks which events of a series are meant: "this", "following" or "all". Rejects with an AbortError when closed. */
export function askScope({ title, text, choices = ["this", "following", "all"] }) {
  const dialog = byId("scope");
  byId("scope-title").textContent = title;
  byId("scope-text").textContent = text;
  const left = new AbortController();
  return new Promise((resolve, reject) => {
    let chosen = null;
    for (const button of dialog.querySelectorAll("[data-scope]")) {
      button.hidden = !choices.includes(button.dataset.scope);
      const choose = () => {
        chosen = button.dataset.scope;
        dialog.close();
      };
      button.addEventListener("click", choose, { signal: left.signal });
    }
    const closed = () => {
      left.abort();
      if (chosen) resolve(chosen);
      else reject(new DOMException("Nothing was chosen.", "AbortError"));
    };
    dialog.addEventListener("close", closed, { signal: left.signal });
    dialog.showModal();
  });
}

export function prepareScope() {
  closable(byId("scope"));
}
