/**
 * Changes to one event, one instance, the rest of a series, or all of it, as Google documents them.
 *
 * "This and following" is no operation of the API: the series is split as Google's own page does it, into a shorter one
 * and a second one with `_R` in its id, which is then changed as a whole.
 * A draft is {fields, start, end, allDay, recurrence}: `start` and `end` in wall-clock minutes of the calendar's zone,
 * `recurrence` undefined to keep the rule.
 *
 * Every change gives back a function that takes it back, unless somebody else has changed the event since.
 */

import { CallFailed } from "./http.js";
import { endedBefore, hasOwnDates, shifted } from "./recurrence.js";
import { DAY, eventPoint, fromDate, wallIn } from "./wall.js";

/** Writes the draft of `event` (as shown) in the scope "this", "following" or "all". */
export async function change(api, zone, event, draft, scope) {
  if (!event.isInstance || scope === "this") return changeOne(api, zone, event, draft);
  const master = await api.get(event.item.recurringEventId);
  if (scope === "all" || isFirst(master, event)) return changeAll(api, zone, event, draft, master);
  return changeFollowing(api, zone, event, draft, master);
}

/** From the etag that an event had to the one it got when a change was taken back, so that earlier ones can be too. */
const restored = new Map();
const newest = (etag) => (restored.has(etag) ? newest(restored.get(etag)) : etag);

async function takenBack(before, patching) {
  const { etag } = await patching;
  restored.set(before.etag, etag);
}

/** Makes a new event. */
export async function create(api, body) {
  const made = await api.insert(body);
  return () => api.remove(made.id, newest(made.etag));
}

/** Deletes `event` in the scope. */
export async function remove(api, event, scope) {
  if (!event.isInstance || scope === "this") return removeOne(api, event.item);
  const master = await api.get(event.item.recurringEventId);
  if (scope === "all" || isFirst(master, event)) return removeOne(api, master);
  return patched(api, master, { recurrence: endedBefore(splittable(master), event.item.originalStartTime) });
}

async function removeOne(api, item) {
  await api.remove(item.id, item.etag);
  // As restoring it from Google's bin does.
  return () => takenBack(item, api.patch(item.id, { status: "confirmed" }));
}

/** Patches, and gives back the patch that sets the same fields to what they were. */
async function patched(api, item, body) {
  const written = await api.patch(item.id, body, item.etag);
  const before = Object.fromEntries(Object.keys(body).map((key) => [key, item[key] ?? null]));
  for (const side of ["start", "end"]) if (side in body) before[side] = { date: null, dateTime: null, timeZone: null, ...item[side] };
  return () => takenBack(item, api.patch(item.id, before, newest(written.etag)));
}

/** Sets the calendar owner's answer to an invitation. */
export async function answer(api, event, response, scope) {
  const item = scope === "all" ? await api.get(event.item.recurringEventId) : event.item;
  const attendees = item.attendees.map((guest) => (guest.self ? { ...guest, responseStatus: response } : guest));
  return patched(api, item, { attendees });
}

function changeOne(api, zone, event, draft) {
  const body = { ...draft.fields };
  const moved = draft.start !== event.start || draft.end !== event.end || draft.allDay !== event.allDay;
  if (moved || draft.recurrence?.length) {
    body.start = eventPoint(draft.start, draft.allDay, zone, event.item.start.timeZone ?? zone);
    body.end = eventPoint(draft.end, draft.allDay, zone, event.item.end.timeZone ?? zone);
  }
  if (draft.recurrence !== undefined) body.recurrence = draft.recurrence;
  return patched(api, event.item, body);
}

async function changeAll(api, zone, event, draft, master) {
  const body = { ...draft.fields };
  if (draft.start !== event.start || draft.end !== event.end || draft.allDay !== event.allDay) {
    const seriesZone = master.start.timeZone ?? zone;
    const first = masterWall(master, seriesZone) + draft.start - event.start;
    body.start = eventPoint(first, draft.allDay, seriesZone);
    body.end = eventPoint(first + draft.end - draft.start, draft.allDay, seriesZone);
    const days = Math.floor(draft.start / DAY) - Math.floor(event.start / DAY);
    body.recurrence = shifted(master.recurrence, days);
    if (body.recurrence === null) throw new CallFailed(400, "page", "The rule of this series names days of the month, so all of it cannot move to another day. Move this event alone.");
  }
  if (draft.recurrence !== undefined) body.recurrence = draft.recurrence;
  const takeBack = await patched(api, master, body);
  const along = await alongWith(api, master, draft.fields);
  return async () => {
    await takeBack();
    for (const one of along) await one();
  };
}

/** An instance that was changed by itself keeps what is its own, and takes the rest from the changed series. */
async function alongWith(api, master, fields) {
  const same = (item) => Object.entries(fields).filter(([key]) => key !== "conferenceData" && JSON.stringify(item[key]) === JSON.stringify(master[key]));
  const exceptions = Object.keys(fields).length ? await api.exceptions(master.id) : [];
  const changed = exceptions.map((item) => [item, Object.fromEntries(same(item))]).filter(([, body]) => Object.keys(body).length);
  const takeBacks = [];
  for (const [item, body] of changed) takeBacks.push(await patched(api, item, body));
  return takeBacks;
}

async function changeFollowing(api, zone, event, draft, master) {
  const lines = splittable(master);
  const second = await api.split(event.id);
  const ended = await api.get(master.id);
  const takeBack = async (etag) => {
    await api.remove(second.id, etag);
    return takenBack(master, api.patch(master.id, { recurrence: lines }, newest(ended.etag)));
  };
  try {
    await changeAll(api, zone, asSecond(event, second, zone), draft, second);
  } catch (error) {
    // A series that was split and not changed is not what the person asked for: it becomes one again, also where the
    // change was made and only its answer was lost.
    const left = await api.get(second.id);
    await takeBack(left.etag);
    throw error;
  }
  const written = await api.get(second.id);
  return () => takeBack(newest(written.etag));
}

/** The event as the first instance of the second series; it may have been moved away from there by itself. */
function asSecond(event, { start, end }, zone) {
  const wall = (point) => (point.date ? fromDate(point.date) : wallIn(zone, Date.parse(point.dateTime)));
  return { ...event, start: wall(start), end: wall(end), allDay: start.date !== undefined };
}

function splittable(master) {
  if (hasOwnDates(master.recurrence)) {
    throw new CallFailed(400, "page", "This series also has dates of its own, which cannot be split. Change this event or all of them.");
  }
  return master.recurrence;
}

function isFirst(master, event) {
  const split = event.item.originalStartTime;
  if (split.date) return split.date === master.start.date;
  return Date.parse(split.dateTime) === Date.parse(master.start.dateTime);
}

function masterWall(master, zone) {
  return master.start.date ? fromDate(master.start.date) : wallIn(zone, Date.parse(master.start.dateTime));
}

export const withoutNulls = (object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));
