/** The admin console: reads the whole company, shows it, and reads it again after every change and now and then. */

import { addDelegation, showDelegations, showServices, showSwitches } from "./admin-services.js";
import { addGroup, showGroups } from "./admin-groups.js";
import { addUser, showUsers } from "./admin-users.js";
import { prepareForm } from "./form-dialog.js";
import { byId, markNavigation, toast } from "./dom.js";
import { control } from "./http.js";
import { readState } from "./state.js";

const PERIOD = 3000;
let state = null;
let seen = "";

/** Runs a change of the company, tells what was done, and shows the result. */
async function act(change, done) {
  await change();
  await refresh();
  if (done) toast(done);
}

/** The same for a button of its own, where no dialog can show what went wrong. */
async function press(change, done) {
  try {
    await act(change, done);
  } catch (error) {
    toast(error.message);
  }
}

async function refresh() {
  const answer = await control.state();
  state = readState(answer);
  showClock();
  const { now: _, ...rest } = answer;
  const text = JSON.stringify(rest);
  // Drawn only when something is different, so that nothing moves under the person's hands.
  if (text === seen) return;
  seen = text;
  draw();
}

function draw() {
  const focused = document.activeElement?.id;
  const suspended = state.users.filter((user) => user.suspended).length;
  byId("customer").textContent = `Admin console · ${state.customer}`;
  byId("sentence").textContent = `${state.users.length} people, ${state.groups.length} groups${suspended ? `, ${suspended} suspended` : ""}`;
  const tools = { state, act, press };
  showDelegations(tools);
  showUsers(tools, byId("find").value);
  showGroups(tools);
  showServices(tools);
  showSwitches(tools);
  byId("admin").dataset.ready = "true";
  if (focused) byId(focused)?.focus({ preventScroll: true });
}

function showClock() {
  const clock = byId("clock");
  if (clock && state.now) clock.textContent = `${state.now.slice(0, 10)} ${state.now.slice(11, 19)} UTC`;
}

async function look() {
  if (!document.hidden) {
    try {
      await refresh();
      byId("problem").hidden = true;
    } catch (error) {
      byId("problem").textContent = `${error.message} Trying again by itself.`;
      byId("problem").hidden = false;
    }
  }
  setTimeout(look, PERIOD);
}

markNavigation();
prepareForm();
byId("find").addEventListener("input", () => state && showUsers({ state, act, press }, byId("find").value));
for (const [id, ask] of [["add-user", addUser], ["add-group", addGroup], ["add-delegation", addDelegation]]) {
  byId(id).addEventListener("click", () => state && ask({ state, act, press }));
}
look();
