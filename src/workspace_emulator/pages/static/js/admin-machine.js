/** The emulator's own clock, and everything in it at once: remembered, kept in a file, brought back, started afresh. */

import { byId, el, toast } from "./dom.js";
import { askFor } from "./form-dialog.js";
import { call, control } from "./http.js";

const CLOCK_STEPS = [
  ["10 minutes", 600],
  ["1 hour", 3600],
  ["1 day", 86400],
  ["7 days", 604800],
];
const SNAPSHOT = "/emulator/v1/snapshot";
/** {at, value}: only in this tab, so that it is gone when the tab is. */
let remembered = null;

const plain = (label, name, onclick, kind = "") => el("button", { type: "button", class: `btn plain ${kind}`, "aria-label": name, onclick }, label);
const clockText = (now) => (now ? `${now.slice(0, 10)} ${now.slice(11, 19)} UTC` : "");

/** The clock goes on without the rest being drawn anew. */
export function showClock(now) {
  const clock = byId("clock");
  if (clock) clock.textContent = clockText(now);
}

export function showMachine(tools) {
  byId("machine-list").replaceChildren(clock(tools), moments(tools), fresh(tools));
}

function clock(tools) {
  const move = (label, seconds) => () => tools.press(() => control.post("/clock", { advance_seconds: seconds }), `The clock went ${label} ahead.`);
  const steps = CLOCK_STEPS.map(([label, seconds]) => plain(`+ ${label}`, `Advance the clock by ${label}`, move(label, seconds)));
  const set = plain("Set…", "Set the clock", () => askForTime(tools));
  const real = plain("Real time", "Real time", () => tools.press(() => control.post("/clock", { reset: true }), "The clock shows the real time again."));
  const time = el("span", { class: "clock", id: "clock" }, clockText(tools.state.now));
  return box("Clock", time, el("p", {}, "Tokens, channels and sync tokens age with it."), el("div", { class: "pills" }, steps, set, real));
}

function askForTime(tools) {
  askFor({
    title: "Set the clock",
    text: "It goes on from there. A clock that is set back makes what was done since lie in the future.",
    fields: [{ name: "now", label: "Date and time in UTC", kind: "moment", value: tools.state.now?.slice(0, 16) }],
    action: "Set",
    save: (values) => {
      if (!values.now) throw new Error("Give the clock a date and a time.");
      return tools.act(() => control.post("/clock", { now: `${values.now}:00Z` }), "The clock was set.");
    },
  });
}

function moments(tools) {
  const remember = async () => {
    remembered = { at: new Date(), value: await call("GET", SNAPSHOT) };
    showMachine(tools);
  };
  const goBack = () => tools.press(() => control.put("/snapshot", remembered.value), "Everything is as it was at that moment.");
  const at = remembered?.at.toLocaleTimeString("en-GB");
  return box(
    "Moments",
    el("p", {}, "A moment is everything there is: people, events, tokens, clock. Faults stay as they are."),
    el("div", { class: "pills" },
      plain("Remember this moment", "Remember this moment", () => tools.press(remember, "Remembered, as long as this tab is open.")),
      remembered ? plain(`Go back to ${at}`, `Go back to ${at}`, goBack) : null,
      el("a", { class: "btn plain", href: SNAPSHOT, download: `workspace-${(tools.state.now ?? "").slice(0, 10)}.json` }, "Save as a file"),
      plain("Restore a file…", "Restore a file", () => byId("snapshot-file").click())),
    el("p", {}, "The file holds the service account's key: keep it to yourself."),
  );
}

/** Once: the file that is chosen is put back. */
export function prepareRestore(tools) {
  const input = byId("snapshot-file");
  input.addEventListener("change", async () => {
    const [file] = input.files;
    if (!file) return;
    try {
      const value = JSON.parse(await file.text());
      await tools().act(() => control.put("/snapshot", value), `Everything is as in ${file.name}.`);
    } catch (error) {
      toast(error instanceof SyntaxError ? "That file is no snapshot of the emulator." : error.message);
    }
    input.value = "";
  });
}

function fresh(tools) {
  const ask = () =>
    askFor({
      title: "Start afresh?",
      text: "The company as it was on its first morning: every event, user and group goes back, the clock, the faults and the switches too.",
      fields: [],
      action: "Start afresh",
      save: () => tools.act(() => control.post("/reset", {}), "The company is as new."),
    });
  return box("Start afresh", el("p", {}, "Undoes everything that happened here since the start."), plain("Start afresh", "Start afresh", ask, "danger"));
}

const box = (title, ...content) => el("div", { class: "service" }, el("h3", {}, title), ...content);
