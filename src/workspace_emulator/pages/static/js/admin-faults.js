/** Scripted trouble: what goes wrong, for whom, how often; listed, added and taken away. */

import { byId, el } from "./dom.js";
import { askFor } from "./form-dialog.js";
import { control } from "./http.js";

const METHODS = [
  "*", "calendar.*", "calendar.events.*", "calendar.events.list", "calendar.events.get", "calendar.events.insert",
  "calendar.events.patch", "calendar.events.update", "calendar.events.delete", "calendar.events.instances",
  "calendar.events.watch", "calendar.freebusy.query", "calendar.calendarList.list", "calendar.channels.stop",
  "directory.*", "directory.users.*", "directory.groups.*", "directory.members.*", "oauth.token",
];
/** Name, words, and what the fault's body says for it. */
const KINDS = [
  ["backendError", "500 backendError", { reason: "backendError" }],
  ["unavailable", "503 backendError", { status: 503, reason: "backendError" }],
  ["rateLimitExceeded", "403 rateLimitExceeded", { reason: "rateLimitExceeded" }],
  ["userRateLimitExceeded", "403 userRateLimitExceeded", { reason: "userRateLimitExceeded" }],
  ["quotaExceeded", "403 quotaExceeded", { reason: "quotaExceeded" }],
  ["tooMany", "429 rateLimitExceeded", { status: 429, reason: "rateLimitExceeded" }],
  ["authError", "401 authError: the token is lost", { reason: "authError" }],
  ["fullSyncRequired", "410 fullSyncRequired: the sync token is lost", { reason: "fullSyncRequired" }],
  ["conditionNotMet", "412 conditionNotMet", { reason: "conditionNotMet" }],
  ["html", "502, a proxy's page instead of JSON", { status: 502, html: true }],
  ["cut", "The connection is cut", { cut: true }],
  ["slow", "Only slow", {}],
  ["own", "A status and reason of your own", {}],
];

export function showFaults(tools, faults) {
  const none = el("p", { class: "quiet" }, "Everything works. Add a fault to see how a program copes.");
  const rows = faults.map((fault) => {
    const remove = () => tools.press(() => control.remove(`/faults/${fault.id}`), "The fault was removed.");
    const button = el("button", { type: "button", class: "btn plain danger", "aria-label": `Remove fault ${fault.id}`, onclick: remove }, "Remove");
    return el("li", { data: { fault: fault.id } }, el("span", {}, el("code", {}, fault.method), ` ${words(fault)}`, pill(fault)), button);
  });
  byId("fault-list").replaceChildren(rows.length ? el("ul", { class: "plain-list" }, rows) : none);
  byId("clear-faults").hidden = rows.length < 2;
}

function pill(fault) {
  const spent = fault.count !== null && fault.struck >= fault.count;
  const text = fault.count === null ? `struck ${fault.struck} times` : `struck ${fault.struck} of ${fault.count} times`;
  return [" ", el("span", { class: `pill ${spent ? "" : fault.struck ? "bad" : "warn"}` }, spent ? `${text}, spent` : text)];
}

function words(fault) {
  const answer = fault.cut ? "is cut off" : fault.html ? `answers ${fault.status ?? 502} with a proxy's page` : refusal(fault);
  return [
    fault.user && `for ${fault.user}`,
    answer,
    fault.when === "after" ? "after the change was made" : answer && "before anything is done",
    fault.delay_seconds > 0 && `after waiting ${fault.delay_seconds} s`,
    fault.retry_after_seconds !== null && `with Retry-After ${fault.retry_after_seconds}`,
    fault.probability < 1 && `in ${Math.round(fault.probability * 100)} of 100 calls`,
    fault.with_sync_token !== null && (fault.with_sync_token ? "with a sync token" : "without a sync token"),
  ].filter(Boolean).join(", ");
}

const refusal = ({ status, reason }) => (status || reason ? `answers ${[status, reason].filter(Boolean).join(" ")}` : "");

export function addFault(tools) {
  const people = tools.state.users.map((user) => [user.email, user.name]);
  askFor({
    title: "Add a fault",
    text: "It strikes the program under test, and these pages too where they call the same method for the same person.",
    fields: [
      { name: "method", label: "Method", value: "calendar.events.*", suggestions: METHODS, help: "Google's name of the method; * stands for anything." },
      { name: "user", label: "User", half: true, kind: "select", options: [["", "Everybody"], ...people], value: "" },
      { name: "kind", label: "What happens", half: true, kind: "select", options: KINDS, value: "backendError" },
      { name: "status", label: "Status of your own", half: true, kind: "number", least: 400, most: 599 },
      { name: "reason", label: "Reason of your own", half: true },
      { name: "when", label: "When", kind: "select", options: [["before", "Before anything is done"], ["after", "After the change was made: the answer is lost"]], value: "before" },
      { name: "count", label: "How often", half: true, kind: "number", least: 1, value: 1, help: "Empty: until it is removed." },
      { name: "delay", label: "Seconds to wait", half: true, kind: "number", least: 0, help: "Empty: not at all." },
    ],
    action: "Add the fault",
    save: (values) => tools.act(() => control.post("/faults", bodyOf(values)), "The fault waits for its call."),
  });
}

function bodyOf({ method, user, kind, status, reason, when, count, delay }) {
  const [, , chosen] = KINDS.find(([name]) => name === kind);
  if (kind === "own" && !status && !reason) throw new Error("Give the fault a status or a reason.");
  if (kind === "slow" && !delay) throw new Error("Say how many seconds the answer waits.");
  return {
    method: method || "*",
    ...chosen,
    when,
    ...(user ? { user } : {}),
    ...(status ? { status: Number(status) } : {}),
    ...(reason ? { reason } : {}),
    ...(count ? { count: Number(count) } : {}),
    ...(delay ? { delay_seconds: Number(delay) } : {}),
  };
}

export function clearFaults(tools) {
  tools.press(() => control.remove("/faults"), "Every fault was removed.");
}
