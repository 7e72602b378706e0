/**
 * Pointer gestures on the days: drag an event to move it, one of its edges to stretch it, free space to make one.
 *
 * A mouse drags at once; a finger after resting for a moment, so that it can still scroll. Everything snaps to quarters
 * of an hour. Escape gives up. Nothing is written here: the page is told what the person wants.
 */

import { DAY, fromDate, HOUR, minuteOfDay } from "./wall.js";

const QUARTER = 15;
const NEAR = 5;
const REST = 350;
const EDGE = 40;

const snapped = (wall) => Math.round(wall / QUARTER) * QUARTER;
const snappedDown = (wall, step) => Math.floor(wall / step) * step;

/**
 * Calls `onOpen(event)`, `onMove(event, {start, end})`, `onCreate({start, end, allDay})`, and `onDay(date)` for a day of
 * the month. `week` is the Week or the Month.
 */
export function listen(week, { eventWith, onOpen, onMove, onCreate, onDay }) {
  let gesture = null;
  let swallowClick = false;
  const { grid, scroller } = week;

  grid.addEventListener("pointerdown", (down) => {
    if (down.button !== 0 || gesture) return;
    gesture = begin(week, down, eventWith);
    if (gesture?.touch) gesture.timer = setTimeout(() => start(gesture), REST);
  });

  grid.addEventListener("pointermove", (move) => {
    if (!gesture || move.pointerId !== gesture.pointer) return;
    const far = Math.hypot(move.clientX - gesture.x, move.clientY - gesture.y) > NEAR;
    if (!gesture.active) {
      if (!far) return;
      if (gesture.touch) return finish();
      start(gesture);
    }
    scrollAtEdge(scroller, move);
    gesture.wanted = gesture.want(week.placeAt(move.clientX, move.clientY));
    week.preview(gesture.wanted);
  });

  grid.addEventListener("pointerup", (up) => {
    if (!gesture || up.pointerId !== gesture.pointer) return;
    const { active, wanted, event } = gesture;
    finish();
    if (!active) return;
    swallowClick = true;
    setTimeout(() => (swallowClick = false), 0);
    if (!wanted) return;
    if (!event) onCreate(wanted);
    else if (wanted.start !== event.start || wanted.end !== event.end) onMove(event, wanted);
  });

  grid.addEventListener("pointercancel", () => finish());
  document.addEventListener("keydown", (key) => {
    if (key.key === "Escape" && gesture?.active) finish();
  });
  grid.addEventListener("contextmenu", (menu) => gesture?.touch && menu.preventDefault());
  // A finger that is dragging must not scroll as well.
  grid.addEventListener("touchmove", (touch) => gesture?.active && touch.preventDefault(), { passive: false });

  grid.addEventListener("click", (click) => {
    if (swallowClick) return;
    const target = click.target.closest("[data-event-id]");
    if (target) onOpen(eventWith(target.dataset.eventId));
    else if (click.target.matches("[data-month-date]")) onDay(click.target.dataset.monthDate);
    else createAt(week, click, onCreate);
  });

  function start(begun) {
    if (gesture !== begun) return;
    begun.active = true;
    begun.element?.classList.add("dragging");
    grid.classList.add(begun.stretching ? "stretching" : "grabbing");
    if (!begun.touch) grid.setPointerCapture(begun.pointer);
    if (begun.event) week.preview(begun.event);
  }

  function finish() {
    if (!gesture) return;
    clearTimeout(gesture.timer);
    for (const dragged of grid.querySelectorAll(".dragging")) dragged.classList.remove("dragging");
    grid.classList.remove("grabbing", "stretching");
    week.clearPreview();
    gesture = null;
  }

  return { isActive: () => gesture?.active ?? false };
}

function begin(week, down, eventWith) {
  const at = { pointer: down.pointerId, x: down.clientX, y: down.clientY, touch: down.pointerType === "touch", active: false };
  const element = down.target.closest("[data-event-id]");
  const place = week.placeAt(down.clientX, down.clientY);
  if (!element) {
    const want = wantOfFreeSpace(down.target, place);
    return want && { ...at, want };
  }
  const event = eventWith(element.dataset.eventId);
  if (!event?.calendar.editable) return null;
  const edge = down.target.closest(".handle")?.dataset.edge;
  const want = edge ? stretchingOf(event, edge) : movingOf(event, place);
  return { ...at, event, element, stretching: edge !== undefined, want };
}

function wantOfFreeSpace(target, place) {
  if (target.closest(".day")) return creating(place.wall);
  return target.closest("[data-all-day-date], [data-month-date]") ? creatingDays(place.date) : null;
}

function creating(from) {
  const anchor = snappedDown(from, QUARTER);
  return ({ wall }) => {
    const other = Math.max(snapped(wall), anchor + QUARTER);
    if (wall < anchor) return { start: snapped(wall), end: anchor + QUARTER, allDay: false };
    return { start: anchor, end: other, allDay: false };
  };
}

function creatingDays(from) {
  return ({ date }) => {
    const [first, last] = [from, date].sort();
    return { start: fromDate(first), end: fromDate(last) + DAY, allDay: true };
  };
}

function stretchingOf(event, edge) {
  const { start, end, allDay } = event;
  const least = allDay ? DAY : QUARTER;
  const first = ({ date, wall }) => (allDay ? fromDate(date) : snapped(wall));
  const last = ({ date, wall }) => (allDay ? fromDate(date) + DAY : snapped(wall));
  if (edge === "start") return (place) => ({ start: Math.min(first(place), end - least), end, allDay });
  return (place) => ({ start, end: Math.max(last(place), start + least), allDay });
}

function movingOf(event, from) {
  const length = event.end - event.start;
  if (event.inAllDayRow) {
    return ({ date }) => {
      const start = event.start + fromDate(date) - fromDate(from.date);
      return { start, end: start + length, allDay: true };
    };
  }
  return ({ date, wall }) => {
    const sameHour = Math.abs(minuteOfDay(wall) - minuteOfDay(from.wall)) < QUARTER / 2;
    const moved = event.start + wall - from.wall;
    // An event at an odd minute keeps it when it only changes its day.
    const start = sameHour ? event.start + fromDate(date) - fromDate(from.date) : snapped(moved);
    return { start, end: start + length, allDay: false };
  };
}

function createAt(week, click, onCreate) {
  const allDay = click.target.closest("[data-all-day-date]");
  if (allDay) {
    const start = fromDate(allDay.dataset.allDayDate);
    onCreate({ start, end: start + DAY, allDay: true });
  } else if (click.target.closest(".day")) {
    const start = snappedDown(week.placeAt(click.clientX, click.clientY).wall, 30);
    onCreate({ start, end: start + HOUR, allDay: false });
  }
}

function scrollAtEdge(scroller, move) {
  const box = scroller.getBoundingClientRect();
  if (move.clientY > box.bottom - EDGE) scroller.scrollBy(0, 12);
  else if (move.clientY < box.top + EDGE + 60) scroller.scrollBy(0, -12);
}
