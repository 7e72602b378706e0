/** Single keys for the calendar, the dialog that lists them, and the switch that turns them off. */

import { byId, closable, el } from "./dom.js";

const OFF = "workspace-emulator.keys-off";

/** `keys` is a list of {key, shown, words, run}; they work while no dialog is open and nothing is being typed. */
export function listenToKeys(keys) {
  const dialog = byId("keys");
  const all = [...keys, { key: "?", words: "Show these keys", run: () => dialog.showModal() }];
  closable(dialog);
  byId("key-list").replaceChildren(
    ...all.flatMap(({ key, also = [], words }) => [
      el("dt", {}, [key, ...also].flatMap((name, index) => [index ? " or " : null, el("kbd", {}, name)])),
      el("dd", {}, words),
    ]),
  );
  byId("show-keys").addEventListener("click", () => dialog.showModal());
  prepareSwitch();
  document.addEventListener("keydown", (press) => {
    if (!isOn() && !isUndo(press)) return;
    const wanted = isUndo(press) ? "z" : press.ctrlKey || press.metaKey || press.altKey ? null : press.key;
    const found = all.find(({ key }) => key === wanted?.toLowerCase?.());
    if (!found || isElsewhere(press.target)) return;
    press.preventDefault();
    found.run();
  });
}

const isUndo = (press) => (press.ctrlKey || press.metaKey) && !press.shiftKey && press.key.toLowerCase() === "z";
const isElsewhere = (target) => document.querySelector("dialog[open]") !== null || target.closest?.("input, textarea, select") !== null;
const isOn = () => localStorage.getItem(OFF) === null;

/** Single keys can be in the way of speech input and of other tools, so they can be switched off. */
function prepareSwitch() {
  const tick = byId("keys-on");
  tick.checked = isOn();
  tick.addEventListener("change", () => (tick.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "true")));
}
