/** The same days as a list, for keyboards, screen readers and narrow screens. */

import { el } from "./dom.js";
import { touches } from "./shown-event.js";
import { fromDate, longDay, timeText } from "./wall.js";

/** Fills `box` with a list for each day, or only for those with events; `onOpen(event)` is called for a chosen one. */
export function showAgenda(box, days, events, onOpen, { onlyFull = false } = {}) {
  const focused = box.contains(document.activeElement) ? document.activeElement.dataset.agendaKey : null;
  const listed = onlyFull ? days.filter((date) => events.some((event) => touches(event, date))) : days;
  const none = el("p", { class: "none" }, "Nothing planned.");
  box.replaceChildren(...(listed.length ? listed.map((date) => dayList(date, events, onOpen)) : [none]));
  if (focused) box.querySelector(`[data-agenda-key="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

/** One day's events; without a heading where a dialog has it already. */
export function dayList(date, events, onOpen, { heading = true } = {}) {
  const here = events
    .filter((event) => touches(event, date))
    .sort((one, other) => Number(other.inAllDayRow) - Number(one.inAllDayRow) || one.start - other.start);
  const rows = here.map((event) => el("li", {}, row(event, date, onOpen)));
  const list = rows.length ? el("ul", {}, rows) : el("p", { class: "none" }, "Nothing planned.");
  return el("section", { data: { agendaDate: date } }, heading ? el("h3", {}, longDay(fromDate(date))) : null, list);
}

function row(event, date, onOpen) {
  const time = event.allDay ? "all day" : startOn(event, date);
  const details = [event.allDay ? null : `until ${endText(event, date)}`, ...event.words].filter(Boolean).join(" · ");
  const data = { agendaKey: `${date} ${event.key}`, agendaId: event.key };
  return el(
    "button",
    { type: "button", class: `row ${event.look}`, data, onclick: () => onOpen(event) },
    el("time", {}, time),
    el("span", {}, el("b", {}, event.title), el("small", {}, details)),
  );
}

const startOn = (event, date) => (event.start < fromDate(date) ? "earlier" : timeText(event.start));

function endText(event, date) {
  const ends = new Date(event.end * 60000).toISOString().slice(0, 10);
  return ends === date ? timeText(event.end) : `${longDay(event.end)}, ${timeText(event.end)}`;
}
