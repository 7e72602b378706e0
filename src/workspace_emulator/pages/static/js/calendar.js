/** The calendar page: ties the week, the list, the dialogs and the API of one user together. */

import { showAgenda } from "./agenda.js";
import { CalendarApi } from "./calendar-api.js";
import { askScope, Details, prepareScope } from "./dialogs.js";
import { byId, el, markNavigation, toast } from "./dom.js";
import { Editor } from "./editor.js";
import { listen } from "./gestures.js";
import { control } from "./http.js";
import { watch } from "./live.js";
import { answer, change, remove, withoutNulls } from "./series.js";
import { shownEvent } from "./shown-event.js";
import { addDays, dateOf, DAY, eventPoint, fromDate, HOUR, isDate, minuteOfDay, mondayOf, monthText, shortDay, wallIn } from "./wall.js";
import { Week } from "./week.js";

const user = document.body.dataset.user;
const api = new CalendarApi(user);
const week = new Week();
let zone = "UTC";
let events = [];
let asked = isDate(new URL(location.href).searchParams.get("date") ?? "") ? new URL(location.href).searchParams.get("date") : null;
let clockAhead = 0;
let listing = 0;
let stale = false;

const daysShown = () => (innerWidth < 560 ? 1 : innerWidth < 900 ? 3 : 7);
const now = () => wallIn(zone, Date.now() + clockAhead);
const today = () => dateOf(now());

function firstDay() {
  const date = asked ?? today();
  return daysShown() === 7 ? mondayOf(date) : date;
}

function drawDays() {
  const count = daysShown();
  week.showDays(firstDay(), count, today());
  const first = fromDate(week.days[0]);
  const last = fromDate(week.days.at(-1));
  const words = count === 7 ? "week" : count === 1 ? "day" : `${count} days`;
  byId("previous").setAttribute("aria-label", `Previous ${words}`);
  byId("next").setAttribute("aria-label", `Next ${words}`);
  byId("range").textContent = count === 1 ? shortDay(first) : monthText(first) === monthText(last) ? monthText(first) : `${shortDay(first)} to ${shortDay(last)}`;
}

function drawEvents() {
  week.showEvents(events);
  week.showNow(now());
  showAgenda(byId("agenda"), week.days, events, (event) => details.open(event, zone));
}

/** Lists the shown days anew and draws them. An answer that a later call has overtaken is dropped. */
async function reload() {
  listing += 1;
  const mine = listing;
  stale = true;
  const first = week.days[0] ?? firstDay();
  // A day more on either side, because the window is given in UTC and drawn in the calendar's zone.
  const timeMin = `${addDays(first, -1)}T00:00:00Z`;
  const timeMax = `${addDays(first, daysShown() + 1)}T00:00:00Z`;
  const page = await api.window(timeMin, timeMax);
  if (mine !== listing) return;
  if (page.timeZone && page.timeZone !== zone) {
    zone = page.timeZone;
    byId("zone").replaceChildren(el("span", {}, user), el("span", {}, `Times in ${zone}`));
    drawDays();
    if (week.days[0] !== first) return reload();
  }
  events = page.items.filter((item) => item.status !== "cancelled" && item.start).map(shownEvent);
  if (gestures.isActive()) return;
  drawEvents();
  stale = false;
  byId("grid").dataset.ready = "true";
}

async function go(date) {
  asked = date;
  const url = new URL(location.href);
  if (date) url.searchParams.set("date", date);
  else url.searchParams.delete("date");
  history.replaceState(null, "", url);
  byId("grid").dataset.ready = "false";
  drawDays();
  drawEvents();
  await attempt(reload);
}

/** Runs a change and shows its result at once; a failure is told and the calendar read again. */
async function attempt(action) {
  try {
    await action();
    return true;
  } catch (error) {
    if (error.name === "AbortError") return false;
    const meanwhile = error.status === 412;
    toast(meanwhile ? "This event was changed elsewhere meanwhile. Here is the newest; please try again." : error.message);
    return false;
  }
}

const scopeFor = async (event, question) => (event.isInstance ? askScope(question) : "this");

async function save(event, draft) {
  if (event === null) {
    const { fields, start, end, allDay, recurrence } = draft;
    const times = { start: withoutNulls(eventPoint(start, allDay, zone)), end: withoutNulls(eventPoint(end, allDay, zone)) };
    await api.insert({ ...fields, ...times, ...(recurrence?.length ? { recurrence } : {}) });
  } else {
    const choices = draft.recurrence === undefined ? undefined : ["following", "all"];
    const scope = await scopeFor(event, { title: "Change a repeating event", text: event.title, choices });
    await change(api, zone, event, draft, scope);
  }
  await reload();
}

async function move(event, { start, end }) {
  const draft = { fields: {}, start, end, allDay: event.allDay };
  const done = await attempt(async () => {
    const scope = await scopeFor(event, { title: "Move a repeating event", text: `To ${shortDay(start)}` });
    const written = await change(api, zone, event, draft, scope);
    await reload();
    const undo = () => attempt(() => undoMove(event, written));
    toast(`Moved: ${shownEvent({ ...event.item, ...drawn(start, end, event.allDay) }).shortSpan}`, scope === "this" ? { label: "Undo", run: undo } : null);
  });
  if (!done) await attempt(reload);
}

/** Start and end as the API would render them in the calendar's zone. */
function drawn(start, end, allDay) {
  const point = (wall) => (allDay ? { date: dateOf(wall) } : { dateTime: new Date(wall * 60000).toISOString() });
  return { start: point(start), end: point(end) };
}

async function undoMove(event, written) {
  await api.patch(event.id, { start: event.item.start, end: event.item.end }, written.etag);
  await reload();
}

async function removeEvent(event) {
  const scope = await scopeFor(event, { title: "Delete a repeating event", text: event.title });
  await remove(api, event, scope);
  await reload();
  const restore = () => attempt(() => api.patch(event.id, { status: "confirmed" }).then(reload));
  toast(`Deleted: ${event.title}`, scope === "this" ? { label: "Undo", run: restore } : null);
}

async function respond(event, response) {
  const question = { title: "Answer a repeating invitation", text: event.title, choices: ["this", "all"] };
  await answer(api, event, response, await scopeFor(event, question));
  await reload();
}

async function edit(event) {
  const master = event.isInstance ? await api.get(event.item.recurringEventId) : event.item;
  editor.openFor(event, master.recurrence, zone);
}

function nextFullHour() {
  const date = week.days.includes(today()) ? today() : week.days[0];
  const hour = date === today() ? Math.min(Math.max(Math.floor(minuteOfDay(now()) / HOUR) + 1, 9), 22) : 9;
  const start = fromDate(date) + hour * HOUR;
  return { start, end: start + HOUR, allDay: false };
}

async function readWho() {
  const state = await control.state();
  if (state.now) clockAhead = Date.parse(state.now) - Date.now();
  const person = state.users?.find((one) => one.email === user || one.primaryEmail === user);
  const name = person ? [person.given_name, person.family_name].join(" ").trim() : "";
  if (name) byId("owner").textContent = name;
}

const editor = new Editor({ save, remove: removeEvent });
const details = new Details({
  edit: (event) => attempt(() => edit(event)),
  remove: (event) => attempt(() => removeEvent(event)),
  answer: (event, response) => attempt(() => respond(event, response)),
});
prepareScope();
const gestures = listen(week, {
  eventWith: (id) => events.find((event) => event.id === id),
  onOpen: (event) => event && details.open(event, zone),
  onMove: move,
  onCreate: (times) => editor.openNew(times, zone),
});

byId("new-event").addEventListener("click", () => editor.openNew(nextFullHour(), zone));
byId("today").addEventListener("click", () => go(null));
byId("previous").addEventListener("click", () => go(addDays(week.days[0], -daysShown())));
byId("next").addEventListener("click", () => go(addDays(week.days[0], daysShown())));
let width = daysShown();
addEventListener("resize", () => {
  if (daysShown() === width) return;
  width = daysShown();
  go(asked);
});
// The emulator's clock can be moved by anybody at any time.
setInterval(() => readWho().catch(() => null).then(() => week.showNow(now())), 15000);

function onState(state, error) {
  byId("live").dataset.state = state;
  byId("live-text").textContent = state === "live" ? "Live" : "Not in step";
  byId("problem").hidden = state === "live";
  byId("problem").textContent = error ? `${error.message} Trying again by itself.` : "";
}

markNavigation();
drawDays();
readWho()
  .catch(() => null)
  .then(() => {
    drawDays();
    watch(api, { onChange: reload, onState, isStale: () => stale });
  });
