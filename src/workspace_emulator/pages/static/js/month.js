/** Draws a month: six rows of days at most, bars over several days, and as many events a day as fit. */

import { byId, el, icon } from "./dom.js";
import { inRows } from "./lanes.js";
import { coloured, lastMidnight } from "./shown-event.js";
import { DAY, fromDate, longDay, timeText, weekdayOf, weekdayText } from "./wall.js";

const NUMBER_HEIGHT = 32;
const CHIP_HEIGHT = 24;

export class Month {
  days = [];
  #month = "";
  #events = [];

  /** `onDate(date)` when a day's number is chosen, `onMore(date)` when its hidden events are. */
  constructor({ onDate, onMore }) {
    this.grid = byId("month");
    this.scroller = byId("month-scroller");
    this.onDate = onDate;
    this.onMore = onMore;
    new ResizeObserver(() => !this.scroller.hidden && this.showEvents(this.#events)).observe(this.scroller);
  }

  /** Draws empty cells; days outside of the month of `date` are shown more quietly. */
  showDays(days, date, today) {
    this.days = days;
    this.#month = date.slice(0, 7);
    this.#events = [];
    const heads = days.slice(0, 7).map((day) => el("div", { class: "month-head" }, weekdayText(fromDate(day))));
    const weeks = this.#weeks().map((week) => el("div", { class: "month-week" }, week.map((day) => this.#cell(day, day === today))));
    this.grid.replaceChildren(el("div", { class: "month-heads", "aria-hidden": "true" }, heads), ...weeks);
    this.grid.style.setProperty("--weeks", weeks.length);
  }

  showEvents(events) {
    this.#events = events;
    const id = this.grid.contains(document.activeElement) ? document.activeElement.dataset.eventId : null;
    const rows = this.grid.querySelectorAll(".month-week");
    this.#weeks().forEach((week, index) => rows[index] && this.#fill(rows[index], week, events));
    if (id) this.grid.querySelector(`[data-event-id="${CSS.escape(id)}"]`)?.focus({ preventScroll: true });
  }

  /** The month has no line for the present moment: its day is marked. */
  showNow() {}

  /** The day below a pointer; its time is always midnight, so that what is moved keeps its hour. */
  placeAt(x, y) {
    const cells = [...this.grid.querySelectorAll("[data-month-date]")];
    const distance = (cell) => {
      const box = cell.getBoundingClientRect();
      return Math.hypot(Math.max(box.left - x, 0, x - box.right), Math.max(box.top - y, 0, y - box.bottom));
    };
    const nearest = cells.reduce((best, cell) => (distance(cell) < distance(best) ? cell : best));
    return { date: nearest.dataset.monthDate, wall: fromDate(nearest.dataset.monthDate) };
  }

  preview({ start, end }) {
    this.clearPreview();
    for (const cell of this.grid.querySelectorAll("[data-month-date]")) {
      const midnight = fromDate(cell.dataset.monthDate);
      cell.classList.toggle("target", start < midnight + DAY && end > midnight);
    }
  }

  clearPreview() {
    for (const cell of this.grid.querySelectorAll(".target")) cell.classList.remove("target");
  }

  #weeks() {
    return Array.from({ length: this.days.length / 7 }, (_, index) => this.days.slice(index * 7, index * 7 + 7));
  }

  #cell(date, isToday) {
    const outside = date.slice(0, 7) === this.#month ? "" : " outside";
    const rest = weekdayOf(date) > 4 ? " rest" : "";
    const name = `${longDay(fromDate(date))}${isToday ? " (today)" : ""}`;
    const number = el("button", { type: "button", class: "month-number", "aria-label": name, onclick: () => this.onDate(date) }, Number(date.slice(8)));
    const cell = el("div", { class: `month-cell${outside}${rest}${isToday ? " today" : ""}`, data: { monthDate: date } }, number);
    cell.style.gridColumn = `${weekdayOf(date) + 1} / ${weekdayOf(date) + 2}`;
    return cell;
  }

  #fill(row, week, events) {
    for (const old of row.querySelectorAll(".ev, .more")) old.remove();
    const bars = inRows(barsOn(week, events));
    const room = Math.max(1, Math.floor((row.clientHeight - NUMBER_HEIGHT) / CHIP_HEIGHT));
    const covers = (bar, column) => bar.first <= column && bar.last >= column;
    const lanesOn = week.map((_, column) => Math.max(0, ...bars.filter((bar) => covers(bar, column)).map((bar) => bar.lane + 1)));
    // The last lane is for events only on days without more of them than fit.
    const fits = (bar) => bar.lane < room - 1 || (bar.lane < room && lanesOn.every((lanes, column) => lanes <= room || !covers(bar, column)));
    for (const bar of bars) if (fits(bar)) row.append(chip(bar, week));
    week.forEach((date, column) => {
      const hidden = bars.filter((bar) => covers(bar, column) && !fits(bar)).length;
      if (hidden) row.append(this.#more(date, column, hidden, room - 1));
    });
  }

  #more(date, column, count, lane) {
    const name = `${count} more on ${longDay(fromDate(date))}`;
    const words = [el("span", { class: "wide" }, `${count} more`), el("span", { class: "slim" }, `+${count}`)];
    const button = el("button", { type: "button", class: "more", "aria-label": name, onclick: () => this.onMore(date) }, words);
    button.style.gridArea = `${lane + 2} / ${column + 1}`;
    return button;
  }
}

/** The events of a week as bars; one that only goes on past midnight stands on the day on which it begins. */
function barsOn(week, events) {
  const origin = fromDate(week[0]);
  const column = (wall) => Math.floor((wall - origin) / DAY);
  return [...events]
    .sort((one, other) => Number(other.inAllDayRow) - Number(one.inAllDayRow) || one.start - other.start)
    .map((event) => ({ event, first: column(event.start), last: column(event.inAllDayRow ? lastMidnight(event) : event.start) }))
    .filter(({ first, last }) => last >= 0 && first < 7)
    .map((bar) => ({ ...bar, first: Math.max(bar.first, 0), last: Math.min(bar.last, 6), continued: bar.first < 0 }));
}

function chip({ event, first, last, lane, continued }, week) {
  const name = continued ? `${event.name}, continued on ${longDay(fromDate(week[0]))}` : event.name;
  const kind = event.inAllDayRow ? "bar" : "point";
  const time = event.allDay || continued ? null : el("span", { class: "when" }, timeText(event.start));
  const data = { eventId: event.key, look: event.look };
  const icons = event.icons.map((drawing) => icon(drawing, 12));
  const button = el("button", { type: "button", class: `ev chip ${kind} ${event.look}`, "aria-label": name, data }, time, el("b", {}, ...icons, event.title));
  button.style.gridArea = `${lane + 2} / ${first + 1} / auto / ${last + 2}`;
  return coloured(button, event);
}
