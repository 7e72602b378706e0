/**
 * Changes to one event, one instance, the rest of a series, or all of it, as Google documents them.
 *
 * "This and following" is no operation of the API: the old series is ended before the instance, and a new one inserted.
 * A draft is {fields, start, end, allDay, recurrence}: `start` and `end` in wall-clock minutes of the calendar's zone,
 * `recurrence` undefined to keep the rule.
 *
 * Every change gives back a function that takes it back, unless somebody else has changed the event since.
 */

import { CallFailed } from "./http.js";
import { endedBefore, goingOn, hasOwnDates, isCounted, shifted } from "./recurrence.js";
import { DAY, eventPoint, fromDate, wallIn } from "./wall.js";

const COPIED = [
  "summary", "description", "location", "visibility", "transparency", "colorId", "reminders", "eventType",
  "focusTimeProperties", "outOfOfficeProperties", "workingLocationProperties", "guestsCanModify",
  "guestsCanInviteOthers", "guestsCanSeeOtherGuests",
];

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

function changeAll(api, zone, event, draft, master) {
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
  return patched(api, master, body);
}

async function changeFollowing(api, zone, event, draft, master) {
  const lines = splittable(master);
  const split = event.item.originalStartTime;
  const past = isCounted(lines) ? await api.instancesBefore(master.id, split.dateTime ?? `${split.date}T00:00:00Z`) : 0;
  const days = Math.floor(draft.start / DAY) - Math.floor(event.start / DAY);
  const recurrence = draft.recurrence ?? shifted(goingOn(lines, past), days) ?? goingOn(lines, past);
  const seriesZone = master.start.timeZone ?? zone;
  const copied = Object.fromEntries(COPIED.filter((key) => key in master).map((key) => [key, master[key]]));
  const body = {
    ...copied,
    ...(master.attendees ? { attendees: master.attendees.map(asInvited) } : {}),
    ...withoutNulls(draft.fields),
    start: withoutNulls(eventPoint(draft.start, draft.allDay, zone, seriesZone)),
    end: withoutNulls(eventPoint(draft.end, draft.allDay, zone, seriesZone)),
    ...(recurrence.length ? { recurrence } : {}),
  };
  const ended = await api.patch(master.id, { recurrence: endedBefore(lines, split) }, master.etag);
  try {
    const rest = await api.insert(body);
    return async () => {
      await api.remove(rest.id, newest(rest.etag));
      return takenBack(master, api.patch(master.id, { recurrence: lines }, newest(ended.etag)));
    };
  } catch (error) {
    // Without the second half the rest of the series would be lost: the first half gets its old rule back.
    await api.patch(master.id, { recurrence: lines }, ended.etag);
    throw error;
  }
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

const asInvited = ({ email, displayName, optional, responseStatus, self, organizer }) => ({
  email,
  ...(displayName ? { displayName } : {}),
  ...(optional ? { optional } : {}),
  responseStatus: self || organizer ? responseStatus : "needsAction",
});

export const withoutNulls = (object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));
