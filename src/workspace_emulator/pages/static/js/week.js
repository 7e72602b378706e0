/** Draws the days: the columns once for a range, the events again after every change. Decides nothing. */

import { byId, el, icon } from "./dom.js";
import { inLanes, inRows } from "./lanes.js";
import { coloured, lastMidnight, partsOn, touches } from "./shown-event.js";
import { dateOf, DAY, fromDate, HOUR, longDay, minuteOfDay, timeText, weekdayOf, weekdayText } from "./wall.js";

export const HOUR_HEIGHT = 48;
const SHORTEST = 30;
const pixels = (minutes) => (minutes / HOUR) * HOUR_HEIGHT;

export class Week {
  days = [];
  #scrolled = false;

  constructor() {
    this.grid = byId("grid");
    this.scroller = byId("scroller");
    this.grid.dataset.hourHeight = HOUR_HEIGHT;
    this.grid.style.setProperty("--hour", `${HOUR_HEIGHT}px`);
  }

  /** Draws empty columns for the days. */
  showDays(days, _date, today) {
    this.days = days;
    this.grid.style.setProperty("--days", days.length);
    byId("heads").replaceChildren(el("div"), ...this.days.map((date) => this.#head(date, date === today)));
    byId("hours").replaceChildren(this.#gutter(), ...this.days.map((date) => this.#column(date)));
    this.#scrollToMorning();
  }

  /** Once: later ranges keep the hours that the person has scrolled to. */
  #scrollToMorning() {
    if (this.#scrolled) return;
    this.#scrolled = true;
    this.scroller.scrollTop = pixels(7 * HOUR);
  }

  showEvents(events) {
    const focused = this.#focusedKey();
    for (const date of this.days) {
      const parts = inLanes(partsOn(date, events), SHORTEST);
      this.#columnOf(date).replaceChildren(...parts.map((part) => this.#timed(part, date)));
    }
    this.#showAllDay(events.filter((event) => event.inAllDayRow));
    if (focused) this.grid.querySelector(focused)?.focus({ preventScroll: true });
  }

  /** The line of the present moment, on its day if that is shown. */
  showNow(wall) {
    this.grid.querySelector(".now")?.remove();
    const column = this.#columnOf(dateOf(wall));
    if (!column) return;
    const line = el("div", { class: "now", "aria-hidden": "true" });
    line.style.top = `${pixels(minuteOfDay(wall))}px`;
    column.append(line);
  }

  /** Where a pointer is: {date, wall}, with the nearest column when it is outside of all. */
  placeAt(x, y) {
    const columns = [...this.grid.querySelectorAll(".day")];
    const box = (column) => column.getBoundingClientRect();
    const column = columns.findLast((one) => box(one).left <= x) ?? columns[0];
    const minutes = Math.min(Math.max(((y - box(column).top) / HOUR_HEIGHT) * HOUR, 0), DAY);
    return { date: column.dataset.date, wall: fromDate(column.dataset.date) + minutes };
  }

  /** Shows where a dragged event would go; none of it is in the API yet. */
  preview({ start, end, allDay }) {
    this.clearPreview();
    if (allDay) {
      this.#previewBar(start, end);
      return;
    }
    for (const date of this.days) {
      const midnight = fromDate(date);
      if (start >= midnight + DAY || end <= midnight) continue;
      const ghost = el("div", { class: "ghost" }, `${timeText(start)} to ${timeText(end)}`);
      ghost.style.top = `${pixels(Math.max(start - midnight, 0))}px`;
      ghost.style.height = `${pixels(Math.min(end - midnight, DAY) - Math.max(start - midnight, 0))}px`;
      this.#columnOf(date).append(ghost);
    }
  }

  clearPreview() {
    for (const ghost of this.grid.querySelectorAll(".ghost")) ghost.remove();
  }

  #previewBar(start, end) {
    const span = this.#columnSpan(start, Math.max(end - DAY, start));
    if (!span) return;
    const ghost = el("div", { class: "ghost" }, "Here");
    ghost.style.gridColumn = `${span.first + 2} / ${span.last + 3}`;
    byId("all-day").append(ghost);
  }

  #columnOf(date) {
    return this.grid.querySelector(`.day[data-date="${date}"]`);
  }

  #focusedKey() {
    const id = this.grid.contains(document.activeElement) ? document.activeElement.dataset.eventId : null;
    return id ? `[data-event-id="${CSS.escape(id)}"]` : null;
  }

  #head(date, isToday) {
    const wall = fromDate(date);
    const note = isToday ? el("span", { class: "sr" }, " (today)") : null;
    return el("div", { class: isToday ? "head today" : "head" }, weekdayText(wall), el("b", {}, Number(date.slice(8))), note);
  }

  #gutter() {
    const labels = Array.from({ length: 23 }, (_, index) => {
      const label = el("span", {}, timeText((index + 1) * HOUR));
      label.style.top = `${pixels((index + 1) * HOUR)}px`;
      return label;
    });
    return el("div", { class: "gutter", "aria-hidden": "true" }, labels);
  }

  #column(date) {
    const rest = weekdayOf(date) > 4 ? " rest" : "";
    return el("div", { class: `day${rest}`, data: { date }, role: "group", "aria-label": longDay(fromDate(date)) });
  }

  #timed({ event, from, to, lane, lanes, endsHere }, date) {
    const short = to - from < 45;
    const classes = ["ev", event.look, short && "short", lanes > 1 && "tight"].filter(Boolean).join(" ");
    const starts = fromDate(date) <= event.start;
    const when = short || lanes > 1 ? timeText(event.start) : `${timeText(event.start)}–${timeText(event.end)}`;
    const handles = event.calendar.editable ? [starts && !short && handle("start"), endsHere && handle("end")] : [];
    const button = this.#button(event, classes, date, starts, el("span", { class: "when" }, when), ...handles);
    const height = Math.max(pixels(to - from) - 1, 24);
    button.style.top = `${pixels(from)}px`;
    button.style.height = `${height}px`;
    // As many whole lines of the title as fit above the time.
    const lines = Math.max(1, Math.floor((height - 8) / 16) - 1);
    button.style.setProperty("--lines", lines);
    if (lines === 1) button.classList.add("one-line");
    button.style.left = `calc(${(lane / lanes) * 100}% + 2px)`;
    button.style.width = `calc(${100 / lanes}% - 5px)`;
    return button;
  }

  #button(event, classes, date, isFirst, ...rest) {
    const name = isFirst ? event.name : `${event.name}, continued on ${longDay(fromDate(date))}`;
    const data = { eventId: event.key, look: event.look };
    const title = el("b", {}, ...event.icons.map((drawing) => icon(drawing, 13)), event.title);
    return coloured(el("button", { type: "button", class: classes, "aria-label": name, data }, title, ...rest), event);
  }

  #showAllDay(events) {
    const bars = events
      .filter((event) => this.days.some((date) => touches(event, date)))
      .map((event) => ({ event, ...this.#columnSpan(event.start, lastMidnight(event)) }));
    const placed = inRows(bars);
    const rows = Math.max(0, ...placed.map((bar) => bar.lane + 1)) + 1;
    const cells = this.days.map((date, index) => {
      const cell = el("div", { class: "all-day-cell", data: { allDayDate: date } });
      cell.style.gridArea = `1 / ${index + 2} / span ${rows}`;
      return cell;
    });
    const label = el("div", { class: "all-day-label", "aria-hidden": "true" }, "all day");
    byId("all-day").replaceChildren(label, ...cells, ...placed.map((bar) => this.#bar(bar)));
  }

  #bar({ event, first, last, lane }) {
    const date = this.days[first];
    const starts = fromDate(date) <= event.start;
    const hours = event.allDay || !starts ? null : `${timeText(event.start)}–${timeText(event.end)}`;
    const when = hours && event.end - event.start < DAY ? el("span", { class: "when" }, hours) : null;
    const stretches = event.allDay && event.calendar.editable && event.item.eventType !== "workingLocation";
    const ends = lastMidnight(event) <= fromDate(this.days[last]);
    const handles = stretches ? [starts && handle("start"), ends && handle("end")] : [];
    const button = this.#button(event, `ev ${event.look}`, date, starts, when, ...handles);
    button.style.gridArea = `${lane + 1} / ${first + 2} / auto / ${last + 3}`;
    return button;
  }

  /** The shown columns between two wall times, both inclusive; null when none of them is shown. */
  #columnSpan(start, lastDay) {
    const origin = fromDate(this.days[0]);
    const first = Math.floor((start - origin) / DAY);
    const last = Math.floor((lastDay - origin) / DAY);
    if (last < 0 || first >= this.days.length) return null;
    return { first: Math.max(first, 0), last: Math.min(last, this.days.length - 1) };
  }
}

/** An edge to drag; a keyboard changes the times in the editor. */
const handle = (edge) => el("span", { class: `handle ${edge}`, data: { edge }, "aria-hidden": "true" });
