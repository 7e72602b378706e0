/** Recurrence lines as Google keeps them (RRULE, EXDATE, …): read for people, trimmed and shifted for changes. */

import { addDays } from "./wall.js";

const WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
const NAMES = { MO: "Mon", TU: "Tue", WE: "Wed", TH: "Thu", FR: "Fri", SA: "Sat", SU: "Sun" };
const UNITS = { DAILY: "day", WEEKLY: "week", MONTHLY: "month", YEARLY: "year" };

const isRule = (line) => line.startsWith("RRULE:");

function parts(line) {
  return new Map(line.slice("RRULE:".length).split(";").map((part) => part.split("=")));
}

const written = (rule) => `RRULE:${[...rule].map(([key, value]) => `${key}=${value}`).join(";")}`;

/** "Every 2 weeks on Tue, Fri" */
export function ruleText(lines = []) {
  const line = lines.find(isRule);
  if (!line) return "On chosen dates";
  const rule = parts(line);
  const every = Number(rule.get("INTERVAL") ?? 1);
  const unit = UNITS[rule.get("FREQ")] ?? "time";
  const days = rule.get("BYDAY")?.split(",").map((day) => day.replace(/[A-Z]{2}$/, (name) => ` ${NAMES[name]}`).trim());
  const until = rule.get("UNTIL");
  const end = until ? `, until ${until.slice(0, 4)}-${until.slice(4, 6)}-${until.slice(6, 8)}` : "";
  const count = rule.get("COUNT") ? `, ${rule.get("COUNT")} times` : "";
  return `Every ${every === 1 ? unit : `${every} ${unit}s`}${days ? ` on ${days.join(", ")}` : ""}${end}${count}`;
}

const CHOICES = {
  DAILY: "RRULE:FREQ=DAILY",
  WEEKDAYS: "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
  WEEKLY: "RRULE:FREQ=WEEKLY",
  MONTHLY: "RRULE:FREQ=MONTHLY",
  YEARLY: "RRULE:FREQ=YEARLY",
};

/** The editor's own choice that says the same as the lines, otherwise null. */
export function simpleRule(lines = []) {
  if (lines.length !== 1) return null;
  return Object.keys(CHOICES).find((name) => CHOICES[name] === lines[0]) ?? null;
}

export const linesFor = (choice) => (choice ? [CHOICES[choice]] : []);

/** The lines that end before the instance whose original start is given (Google's `start` shape). */
export function endedBefore(lines, originalStart) {
  const until = originalStart.date
    ? addDays(originalStart.date, -1).replaceAll("-", "")
    : `${new Date(Date.parse(originalStart.dateTime) - 1000).toISOString().replace(/[-:]|\.\d+/g, "")}`;
  return lines.map((line) => {
    if (!isRule(line)) return line;
    const rule = parts(line);
    rule.delete("COUNT");
    rule.set("UNTIL", until);
    return written(rule);
  });
}

export const hasOwnDates = (lines) => lines.some((line) => line.startsWith("RDATE"));

/** The lines for a series that moved by whole days; null when its rule cannot follow ("every first Friday"). */
export function shifted(lines, days) {
  if (days === 0) return lines;
  const moved = lines.map((line) => {
    if (!isRule(line)) return line;
    const rule = parts(line);
    if (rule.has("BYMONTHDAY") || rule.has("BYMONTH") || rule.has("BYSETPOS")) return null;
    const byDay = rule.get("BYDAY")?.split(",") ?? [];
    if (byDay.some((day) => day.length > 2)) return null;
    const later = byDay.map((day) => WEEKDAYS[(((WEEKDAYS.indexOf(day) + days) % 7) + 7) % 7]);
    if (later.length) rule.set("BYDAY", later.join(","));
    return written(rule);
  });
  return moved.includes(null) ? null : moved;
}
