/** The days on the page, as a week or as a month: one face for both. */

import { dayList, showAgenda } from "./agenda.js";
import { byId, closable } from "./dom.js";
import { listen } from "./gestures.js";
import { Month } from "./month.js";
import { fromDate, longDay } from "./wall.js";
import { Week } from "./week.js";

export class Board {
  #week = new Week();
  #events = [];
  #onOpen;
  #gestures;
  #shown;

  /** `onOpen(event)`, `onMove(event, times)`, `onCreate(times)`; in a month `onDate(date)` for a number, `onDay(date)` for a day's free space. */
  constructor({ onOpen, onMove, onCreate, onDate, onDay }) {
    this.#onOpen = onOpen;
    this.month = new Month({ onDate, onMore: (date) => this.#openDay(date) });
    const eventWith = (id) => this.#events.find((event) => event.key === id);
    const handlers = { eventWith, onOpen: (event) => event && onOpen(event), onMove, onCreate, onDay };
    this.#gestures = [listen(this.#week, handlers), listen(this.month, handlers)];
    this.#shown = this.#week;
    closable(byId("day-sheet"));
  }

  get days() {
    return this.#shown.days;
  }

  /** Draws the empty days of the range in the view. */
  showDays(view, range, date, today) {
    const isMonth = view === "month";
    this.#shown = isMonth ? this.month : this.#week;
    byId("scroller").hidden = isMonth;
    byId("month-scroller").hidden = !isMonth;
    this.#shown.showDays(range.days, date, today);
  }

  showEvents(events, now) {
    this.#events = events;
    this.#shown.showEvents(events);
    this.#shown.showNow(now);
    const isMonth = this.#shown === this.month;
    showAgenda(byId("agenda"), this.days, events, this.#onOpen, { onlyFull: isMonth });
  }

  showNow(wall) {
    this.#shown.showNow(wall);
  }

  setReady(ready) {
    this.#shown.grid.dataset.ready = String(ready);
  }

  /** Whether a person is dragging something, which must not be drawn anew under their hand. */
  isHeld() {
    return this.#gestures.some((one) => one.isActive());
  }

  #openDay(date) {
    const sheet = byId("day-sheet");
    const open = (event) => {
      sheet.close();
      this.#onOpen(event);
    };
    byId("day-title").textContent = longDay(fromDate(date));
    byId("day-events").replaceChildren(dayList(date, this.#events, open, { heading: false }));
    sheet.showModal();
  }
}
