/** The bin of the person's own calendar: what was deleted there lately, the newest first, and the way back. */

import { byId, closable, el } from "./dom.js";
import { fromDate, shortDay, timeText, wallIn } from "./wall.js";

const MOST = 50;

/** Gives back a function that reads the bin and opens it; `onRestore(id, title)` runs for a chosen event. */
export function prepareBin(api, zone, onRestore) {
  const sheet = byId("bin");
  closable(sheet);
  const row = (deleted) => {
    const restore = async () => {
      sheet.close();
      await onRestore(deleted.id, deleted.title);
    };
    const button = el("button", { type: "button", class: "btn plain", "aria-label": `Restore ${deleted.title}, ${deleted.when}`, onclick: restore }, "Restore");
    return el("li", { data: { binId: deleted.id } }, el("span", {}, el("b", {}, deleted.title), el("small", {}, deleted.when)), button);
  };
  return async () => {
    const found = await readBin(api, zone());
    const none = el("p", { class: "quiet" }, "The bin is empty. What you delete in this calendar waits here.");
    byId("bin-events").replaceChildren(found.length ? el("ul", { class: "bin-list" }, found.slice(0, MOST).map(row)) : none);
    sheet.showModal();
  };
}

async function readBin(api, zone) {
  const items = await api.everything();
  const series = new Map(items.map((item) => [item.id, item]));
  return items
    .filter((item) => item.status === "cancelled" && (item.start || item.originalStartTime))
    // An instance of a deleted series comes back with the series.
    .filter((item) => series.get(item.recurringEventId)?.status !== "cancelled")
    .sort((one, other) => (other.updated ?? "").localeCompare(one.updated ?? ""))
    .map((item) => {
      // A deleted instance is a bare tombstone: its series knows what it was called.
      const title = item.summary ?? series.get(item.recurringEventId)?.summary ?? "(No title)";
      return { id: item.id, title, when: whenText(item, zone) };
    });
}

function whenText({ start, originalStartTime, recurrence }, zone) {
  const point = start ?? originalStartTime;
  const wall = point.date ? fromDate(point.date) : wallIn(zone, Date.parse(point.dateTime));
  const time = point.date ? "all day" : timeText(wall);
  return `${shortDay(wall)}, ${time}${recurrence ? ", the whole series" : ""}`;
}
