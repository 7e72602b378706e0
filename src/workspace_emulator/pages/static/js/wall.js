/**
 * Wall-clock time: whole minutes since 1970 as a clock on the wall shows them, without a zone.
 *
 * The calendar is drawn in wall-clock time of its own zone, so a day is always 24 hours high and moving an event by a
 * day keeps its hour across a clock change. Only `wallIn` and `instantOf` know zones.
 */

export const HOUR = 60;
export const DAY = 24 * HOUR;
const MILLISECONDS = 60000;

/** From Google's dateTime, whose first 16 characters are the wall-clock time in the zone it was rendered in. */
export const fromDateTime = (text) => Date.parse(`${text.slice(0, 16)}Z`) / MILLISECONDS;
/** Midnight at the beginning of "YYYY-MM-DD". */
export const fromDate = (text) => Date.parse(`${text}T00:00Z`) / MILLISECONDS;
export const dateOf = (wall) => new Date(wall * MILLISECONDS).toISOString().slice(0, 10);
/** As an input of type datetime-local wants it. */
export const localOf = (wall) => new Date(wall * MILLISECONDS).toISOString().slice(0, 16);
export const minuteOfDay = (wall) => ((wall % DAY) + DAY) % DAY;
export const addDays = (date, days) => dateOf(fromDate(date) + days * DAY);
/** 0 for Monday to 6 for Sunday. */
export const weekdayOf = (date) => (new Date(`${date}T00:00Z`).getUTCDay() + 6) % 7;
export const mondayOf = (date) => addDays(date, -weekdayOf(date));
export const isDate = (text) => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(fromDate(text)) && dateOf(fromDate(text)) === text;

const formats = new Map();

function formatted(wall, options) {
  const key = JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", ...options }));
  return formats.get(key).format(new Date(wall * MILLISECONDS));
}

/** "09:00" */
export const timeText = (wall) => localOf(wall).slice(11);
/** "Monday 23 November" */
export const longDay = (wall) => formatted(wall, { weekday: "long", day: "numeric", month: "long" }).replace(",", "");
/** "Mon 23 Nov" */
export const shortDay = (wall) => formatted(wall, { weekday: "short", day: "numeric", month: "short" }).replace(",", "");
export const weekdayText = (wall) => formatted(wall, { weekday: "short" });
export const monthText = (wall) => formatted(wall, { month: "long", year: "numeric" });

/** What a clock in `zone` shows at the instant given in milliseconds. */
export function wallIn(zone, instant) {
  const options = { hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" };
  const key = `zone:${zone}`;
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat("en-GB", { ...options, timeZone: zone }));
  const part = Object.fromEntries(formats.get(key).formatToParts(new Date(instant)).map(({ type, value }) => [type, value]));
  return fromDateTime(`${part.year.padStart(4, "0")}-${part.month}-${part.day}T${part.hour}:${part.minute}`);
}

/** The instant, in milliseconds, at which a clock in `zone` shows `wall`; the second of two looks settles clock changes. */
export function instantOf(wall, zone) {
  let instant = wall * MILLISECONDS;
  for (let look = 0; look < 2; look += 1) instant += (wall - wallIn(zone, instant)) * MILLISECONDS;
  return instant;
}

/** Google's start or end of an event: a date, or an instant with the zone in which a series repeats. */
export function eventPoint(wall, allDay, zone, seriesZone = zone) {
  if (allDay) return { date: dateOf(wall), dateTime: null, timeZone: null };
  const dateTime = new Date(instantOf(wall, zone)).toISOString().replace(/\.\d+Z$/, "Z");
  return { dateTime, timeZone: seriesZone, date: null };
}

/** "Mon 23 Nov, 09:00 to 09:45", "Mon 23 Nov, all day", "Wed 2 Dec, 09:00 to Fri 4 Dec, 16:00" */
export function spanText(start, end, allDay, day = shortDay) {
  if (allDay) {
    const last = end - DAY;
    return last <= start ? `${day(start)}, all day` : `${day(start)} to ${day(last)}, all day`;
  }
  const sameDay = dateOf(start) === dateOf(end);
  return `${day(start)}, ${timeText(start)} to ${sameDay ? "" : `${day(end)}, `}${timeText(end)}`;
}
