/** The calendar page: ties the week, the month, the list, the dialogs and the API of one user together. */

import { prepareBin } from "./bin.js";
import { Board } from "./board.js";
import { CalendarApi } from "./calendar-api.js";
import { Calendars } from "./calendars.js";
import { Changes } from "./changes.js";
import { Details, prepareScope } from "./dialogs.js";
import { byId, el, markNavigation } from "./dom.js";
import { Editor } from "./editor.js";
import { control } from "./http.js";
import { listenToKeys } from "./keys.js";
import { watch } from "./live.js";
import { preparePeople } from "./people.js";
import { columnsFor, isView, rangeOf } from "./range.js";
import { shownEvent } from "./shown-event.js";
import { readState } from "./state.js";
import { Undo } from "./undo.js";
import { addDays, dateOf, fromDate, HOUR, isDate, minuteOfDay, wallIn } from "./wall.js";

const user = document.body.dataset.user;
const asked = new URL(location.href).searchParams;
const api = new CalendarApi(user);
const undo = new Undo();
let zone = "UTC";
let events = [];
let view = isView(asked.get("view")) ? asked.get("view") : "week";
let date = isDate(asked.get("date") ?? "") ? asked.get("date") : null;
let columns = columnsFor(innerWidth);
let clockAhead = 0;
let listing = 0;
let stale = false;

const now = () => wallIn(zone, Date.now() + clockAhead);
const today = () => dateOf(now());
const range = () => rangeOf(view, date ?? today(), columns);

function drawDays() {
  const { title, words } = range();
  board.showDays(view, range(), date ?? today(), today());
  byId("previous").setAttribute("aria-label", `Previous ${words}`);
  byId("next").setAttribute("aria-label", `Next ${words}`);
  byId("range").textContent = title;
  byId("jump").value = date ?? today();
  byId("view-week").textContent = columns === 7 ? "Week" : columns === 1 ? "Day" : `${columns} days`;
  for (const name of ["week", "month"]) byId(`view-${name}`).setAttribute("aria-pressed", String(name === view));
}

/** Lists the shown days anew and draws them. An answer that a later call has overtaken is dropped. */
async function reload() {
  listing += 1;
  const mine = listing;
  stale = true;
  const { days } = range();
  // A day more on either side, because the window is given in UTC and drawn in the calendar's zone.
  const window = [`${addDays(days[0], -1)}T00:00:00Z`, `${addDays(days.at(-1), 2)}T00:00:00Z`];
  const [own, ...others] = calendars.shown();
  const [page, ...pages] = await Promise.all([own.api.window(...window), ...others.map((one) => readOther(one, window))]);
  if (mine !== listing) return;
  if (page.timeZone && page.timeZone !== zone) {
    zone = page.timeZone;
    byId("zone").replaceChildren(el("span", {}, user), el("span", {}, `Times in ${zone}`));
    drawDays();
    // Other days may be today's in this zone, and the other calendars were asked for in another one.
    if (others.length || range().days[0] !== days[0]) return reload();
  }
  events = [eventsOf(page, own), ...others.map((one, index) => eventsOf(pages[index], one))].flat();
  if (board.isHeld()) return;
  board.showEvents(events, now());
  stale = false;
  board.setReady(true);
}

const eventsOf = (page, calendar) => page.items.filter((item) => item.status !== "cancelled" && item.start).map((item) => shownEvent(item, calendar));

/** A calendar that can be read no longer shows nothing, and must not keep the person from their own. */
function readOther(calendar, [timeMin, timeMax]) {
  return calendar.api.window(timeMin, timeMax, zone).catch(() => ({ items: [] }));
}

async function go(wantedDate, wantedView = view) {
  [date, view] = [wantedDate, wantedView];
  history.replaceState(null, "", address(user));
  board.setReady(false);
  drawDays();
  board.setReady(false);
  board.showEvents(events, now());
  await changes.attempt(reload);
}

/** The address of a person's calendar with the same days in the same view. */
function address(email) {
  const query = new URLSearchParams({ ...(date ? { date } : {}), ...(view === "week" ? {} : { view }) }).toString();
  return `/ui/calendar/${encodeURIComponent(email)}${query ? `?${query}` : ""}`;
}

async function edit(event) {
  const master = event.isInstance ? await event.calendar.api.get(event.item.recurringEventId) : event.item;
  editor.openFor(event, master.recurrence, zone);
}

function nextFullHour(onDate = range().days.includes(today()) ? today() : (date ?? board.days[0])) {
  const hour = onDate === today() ? Math.min(Math.max(Math.floor(minuteOfDay(now()) / HOUR) + 1, 9), 22) : 9;
  const start = fromDate(onDate) + hour * HOUR;
  return { start, end: start + HOUR, allDay: false };
}

async function readCompany() {
  const state = readState(await control.state());
  if (state.now) clockAhead = Date.parse(state.now) - Date.now();
  showPeople(state.users);
  if (await calendars.refresh().catch(() => false)) stale = true;
  const others = state.users.filter((one) => one.hasCalendar && one.email !== user && !one.aliases.includes(user));
  const colleagues = others.map((one) => [one.email, one.name]);
  calendars.showColleagues(colleagues);
  editor.showColleagues(colleagues);
}

const create = (times = nextFullHour()) => editor.openNew(times, zone, calendars.writable());
const calendars = new Calendars(api, (write) => changes.attempt(() => write().then(reload)));
const changes = new Changes({ apiOf: (id) => calendars.apiOf(id), undo, zone: () => zone, reload });
const editor = new Editor({ save: (event, draft) => changes.save(event, draft), remove: (event) => changes.remove(event) });
const details = new Details({
  edit: (event) => changes.attempt(() => edit(event)),
  remove: (event) => changes.attempt(() => changes.remove(event)),
  answer: (event, response) => changes.attempt(() => changes.respond(event, response)),
});
const board = new Board({
  onOpen: (event) => details.open(event, zone),
  onMove: (event, times) => changes.move(event, times),
  onCreate: create,
  onDate: (chosen) => go(chosen, "week"),
  // A finger has no room for an empty hour in a month: it opens the day, a mouse begins an event.
  onDay: (chosen) => (columns === 1 ? go(chosen, "week") : create(nextFullHour(chosen))),
});
const showPeople = preparePeople(user, (email) => location.assign(address(email)));
const openBin = prepareBin(api, () => zone, (id, title) => changes.attempt(() => changes.restore(id, title)));
const jump = byId("jump");
const step = (side) => go(range()[side]);
prepareScope();

byId("new-event").addEventListener("click", () => create());
byId("show-bin").addEventListener("click", () => changes.attempt(openBin));
jump.addEventListener("click", () => jump.showPicker());
// Typed one digit after the other, a year is none yet.
jump.addEventListener("change", () => isDate(jump.value) && jump.value > "1900" && go(jump.value));
byId("today").addEventListener("click", () => go(null));
byId("previous").addEventListener("click", () => step("previous"));
byId("next").addEventListener("click", () => step("next"));
byId("view-week").addEventListener("click", () => go(date, "week"));
byId("view-month").addEventListener("click", () => go(date, "month"));
listenToKeys([
  { key: "n", words: "New event", run: () => create() },
  { key: "t", words: "Today", run: () => go(null) },
  { key: "j", words: "Next week or month", run: () => step("next") },
  { key: "k", words: "Previous week or month", run: () => step("previous") },
  { key: "w", words: "Week (the day on a phone)", run: () => go(date, "week") },
  { key: "m", words: "Month", run: () => go(date, "month") },
  { key: "g", words: "Go to a date", run: () => jump.focus() },
  { key: "b", words: "Bin", run: () => changes.attempt(openBin) },
  { key: "p", words: "Choose another person", run: () => byId("person").focus() },
  { key: "z", also: ["Ctrl+Z"], words: "Undo the last change", run: () => undo.last() },
]);
addEventListener("resize", () => {
  if (columnsFor(innerWidth) === columns) return;
  columns = columnsFor(innerWidth);
  go(date);
});
// The emulator's clock can be moved by anybody at any time.
setInterval(() => readCompany().catch(() => null).then(() => board.showNow(now())), 15000);

function onState(state, error) {
  byId("live").dataset.state = state;
  byId("live-text").textContent = state === "live" ? "Live" : "Not in step";
  byId("problem").hidden = state === "live";
  byId("problem").textContent = error ? `${error.message} Trying again by itself.` : "";
}

markNavigation();
drawDays();
readCompany()
  .catch(() => null)
  .then(() => {
    drawDays();
    watch(() => calendars.shown().map((one) => one.api), { onChange: reload, onState, isStale: () => stale });
  });
