/** The request log as it grows: what was called, for whom, and how it was answered. The newest stand first. */

import { byId, el, toast } from "./dom.js";
import { call, control } from "./http.js";

const PERIOD = 1000;
const KEPT = 300;
const SHOWN = 100;
const LOG = "/emulator/v1/requests";

let entries = [];
let newest = 0;

export function followRequests() {
  for (const id of ["log-follow", "log-pages", "log-failures"]) byId(id).addEventListener("change", show);
  byId("clear-log").addEventListener("click", clear);
  const turn = async () => {
    if (!document.hidden && byId("log-follow").checked) await look();
    setTimeout(turn, PERIOD);
  };
  turn();
}

async function look() {
  try {
    const { requests } = await call("GET", LOG, { query: { last: newest === 0 ? KEPT : 1 } });
    const latest = requests.at(-1)?.n ?? newest;
    if (latest === newest && newest !== 0) return;
    // Numbers that fell are those of an emulator that was started anew.
    const after = latest < newest ? 0 : newest;
    const found = after === 0 ? [] : entries;
    const fresh = newest === 0 ? requests : (await call("GET", LOG, { query: { after, last: KEPT } })).requests;
    newest = latest;
    entries = [...found, ...fresh].slice(-KEPT);
    show();
  } catch {
    // The console tells by itself that the emulator does not answer.
  }
}

async function clear() {
  try {
    await control.post("/requests/clear", {});
    entries = [];
    show();
  } catch (error) {
    toast(error.message);
  }
}

function show() {
  const wanted = entries.filter((one) => (byId("log-pages").checked || !one.from_pages) && (!byId("log-failures").checked || one.status >= 400));
  const none = el("tr", {}, el("td", { colspan: 5, class: "quiet" }, "Nothing yet. Calls of programs appear here as they are answered."));
  const rows = wanted.slice(-SHOWN).reverse().map(row);
  byId("log-rows").replaceChildren(...(rows.length ? rows : [none]));
}

function row(one) {
  const kind = one.status >= 500 ? "bad" : one.status >= 400 ? "warn" : "ok";
  return el(
    "tr",
    { data: { request: one.n } },
    el("td", { class: "log-time" }, el("time", { datetime: one.at }, one.at.slice(11, 19))),
    el("td", {}, el("b", {}, one.google_method ?? "unknown"), one.from_pages ? el("small", {}, "by these pages") : null),
    el("td", { class: "log-path" }, el("code", {}, `${one.method} ${decoded(one.path)}`)),
    el("td", {}, el("span", { class: `pill ${kind}` }, one.status)),
    el("td", { class: "log-subject" }, one.subject ?? ""),
  );
}

function decoded(path) {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
