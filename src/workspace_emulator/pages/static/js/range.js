/** Which days a view shows, what they are called, and where the next and the previous ones begin. */

import { addDays, fromDate, mondayOf, monthText, shortDay } from "./wall.js";

export const isView = (name) => name === "week" || name === "month";
/** How many columns the week has on a window of that width: a phone shows single days. */
export const columnsFor = (width) => (width < 560 ? 1 : width < 900 ? 3 : 7);

/** {days, title, words, previous, next} of the view that contains the date; `columns` are those of the week. */
export function rangeOf(view, date, columns) {
  return view === "month" ? monthRange(date) : weekRange(date, columns);
}

function weekRange(date, columns) {
  const first = columns === 7 ? mondayOf(date) : date;
  const days = daysFrom(first, columns);
  const words = columns === 7 ? "week" : columns === 1 ? "day" : `${columns} days`;
  return { days, title: weekTitle(days), words, previous: addDays(first, -columns), next: addDays(first, columns) };
}

function weekTitle(days) {
  const [first, last] = [fromDate(days[0]), fromDate(days.at(-1))];
  if (days.length === 1) return shortDay(first);
  return monthText(first) === monthText(last) ? monthText(first) : `${shortDay(first)} to ${shortDay(last)}`;
}

function monthRange(date) {
  const first = `${date.slice(0, 8)}01`;
  const next = nextMonth(first);
  const start = mondayOf(first);
  const weeks = Math.ceil((fromDate(next) - fromDate(start)) / (7 * 24 * 60));
  const previous = `${addDays(first, -1).slice(0, 8)}01`;
  return { days: daysFrom(start, weeks * 7), title: monthText(fromDate(first)), words: "month", previous, next };
}

const nextMonth = (first) => `${addDays(first, 31).slice(0, 8)}01`;
const daysFrom = (first, count) => Array.from({ length: count }, (_, index) => addDays(first, index));
