/** Reads an event of the API for showing: when it is, how it looks, and the words for those who do not see the look. */

import { DAY, fromDate, fromDateTime, longDay, minuteOfDay, shortDay, spanText } from "./wall.js";

const KINDS = {
  outOfOffice: { look: "out", word: "out of office", icon: "away" },
  focusTime: { look: "focus", word: "focus time", icon: "focus" },
  workingLocation: { look: "place", word: "working location", icon: "home" },
};
const ANSWERS = { declined: "declined", tentative: "maybe", needsAction: "not answered" };
export const ANSWER_WORDS = { accepted: "accepted", ...ANSWERS };

/** The event of a calendar (of Calendars) as the page shows it; `start` and `end` are wall-clock minutes in the calendar's zone, end exclusive. */
export function shownEvent(item, calendar) {
  const allDay = item.start.date !== undefined;
  const start = allDay ? fromDate(item.start.date) : fromDateTime(item.start.dateTime);
  const end = allDay ? fromDate(item.end.date) : fromDateTime(item.end.dateTime);
  const words = [...wordsFor(item), ...(calendar.isOwn ? [] : [`in ${calendar.name}`])];
  const title = item.summary || (item.visibility === "private" && !calendar.isOwn ? "Busy" : "(No title)");
  const span = spanText(start, end, allDay, longDay);
  return {
    item, calendar, allDay, start, end, words, title,
    id: item.id,
    /** A guest's copy has the id of the organiser's event, so that an id alone does not name one of several calendars. */
    key: calendar.isOwn ? item.id : `${item.id} ${calendar.id}`,
    isInstance: item.recurringEventId !== undefined,
    /** Long timed events, and where a person works, stand with the all-day ones, as in Google's calendar. */
    inAllDayRow: allDay || end - start >= DAY || item.eventType === "workingLocation",
    look: lookOf(item),
    icons: iconsOf(item),
    name: [title, span, ...words].join(", "),
    shortSpan: spanText(start, end, allDay, shortDay),
  };
}

/** Marks an element with the colour of the event's calendar, unless it is the person's own. */
export function coloured(element, { calendar }) {
  if (calendar.isOwn) return element;
  element.classList.add("other");
  element.style.setProperty("--cal", calendar.color);
  return element;
}

export const ownAnswer = (item) => item.attendees?.find((guest) => guest.self)?.responseStatus;

function lookOf(item) {
  const answer = ownAnswer(item);
  if (answer === "declined") return "declined";
  const kind = KINDS[item.eventType];
  if (kind) return kind.look;
  if (answer === "tentative" || answer === "needsAction" || item.status === "tentative") return "maybe";
  return item.transparency === "transparent" ? "free" : "busy";
}

function wordsFor(item) {
  const answer = ownAnswer(item);
  return [
    KINDS[item.eventType]?.word,
    ANSWERS[answer],
    item.status === "tentative" && answer !== "tentative" && "tentative",
    item.transparency === "transparent" && item.eventType !== "workingLocation" && "free",
    (item.visibility === "private" || item.visibility === "confidential") && "private",
    item.recurringEventId !== undefined && "repeats",
  ].filter(Boolean);
}

function iconsOf(item) {
  const kind = KINDS[item.eventType];
  return [kind?.icon, (item.visibility === "private" || item.visibility === "confidential") && "lock"].filter(Boolean);
}

/** The parts of timed events that fall on the day, as {event, from, to} in minutes of that day. */
export function partsOn(date, events) {
  const midnight = fromDate(date);
  return events
    .filter((event) => !event.inAllDayRow && event.start < midnight + DAY && (event.end > midnight || event.start === midnight))
    .map((event) => ({
      event,
      from: Math.max(event.start - midnight, 0),
      to: Math.min(event.end - midnight, DAY),
      endsHere: event.end <= midnight + DAY,
    }));
}

/** Whether any of the event is on the day. */
export function touches(event, date) {
  const midnight = fromDate(date);
  const end = Math.max(event.end, event.start + 1);
  return event.start < midnight + DAY && end > midnight;
}

/** The last day on which there is some of the event, as midnight. */
export function lastMidnight(event) {
  const last = Math.max(event.end - 1, event.start);
  return last - minuteOfDay(last);
}
