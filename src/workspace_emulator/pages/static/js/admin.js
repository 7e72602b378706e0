/** The admin console: reads the whole company, shows it, and reads it again after every change and now and then. */

import { showChannels } from "./admin-channels.js";
import { addFault, clearFaults, showFaults } from "./admin-faults.js";
import { addGroup, showGroups } from "./admin-groups.js";
import { prepareRestore, showClock, showMachine } from "./admin-machine.js";
import { followRequests } from "./admin-requests.js";
import { addRole, showRoles } from "./admin-roles.js";
import { addDelegation, showDelegations, showServices } from "./admin-services.js";
import { showSwitches } from "./admin-switches.js";
import { addUser, showDeletedUsers, showUsers } from "./admin-users.js";
import { prepareForm } from "./form-dialog.js";
import { byId, markNavigation, toast } from "./dom.js";
import { control } from "./http.js";
import { readState } from "./state.js";

const PERIOD = 3000;
let state = null;
/** What each part of the page shows now, as text. */
const seen = new Map();

/** Runs a change of the company, tells what was done, and shows the result; `undo()`, where given, takes it back. */
async function act(change, done, undo = null) {
  await change();
  await refresh();
  if (done) toast(done, undo && { label: "Undo", run: () => press(undo, "Undone.") });
}

/** The same for a button of its own, where no dialog can show what went wrong. */
async function press(change, done, undo = null) {
  try {
    await act(change, done, undo);
  } catch (error) {
    toast(error.message);
  }
}

async function refresh() {
  const [answer, { faults }, { channels }, { switches }] = await Promise.all([
    control.state(), control.get("/faults"), control.get("/channels"), control.get("/switches"),
  ]);
  state = readState(answer);
  const tools = toolsNow();
  // Read apart, so that what strikes now does not move the rest under the person's hands.
  const { now, switches: _, channels: __, ...company } = answer;
  drawIfNew("company", company, () => showCompany(tools));
  drawIfNew("faults", faults, () => showFaults(tools, faults));
  drawIfNew("channels", channels, () => showChannels(tools, channels));
  drawIfNew("switches", switches, () => showSwitches(tools, switches));
  showClock(now);
  byId("admin").dataset.ready = "true";
}

const toolsNow = () => ({ state, act, press });

/** Drawn only when something is different, and the keyboard stays where it was. */
function drawIfNew(part, data, draw) {
  const text = JSON.stringify(data);
  if (seen.get(part) === text) return;
  seen.set(part, text);
  const focused = document.activeElement?.id;
  draw();
  if (focused && document.activeElement?.id !== focused) byId(focused)?.focus({ preventScroll: true });
}

function showCompany(tools) {
  const suspended = state.users.filter((user) => user.suspended).length;
  byId("customer").textContent = `Admin console · ${state.customer}`;
  byId("sentence").textContent = `${state.users.length} people, ${state.groups.length} groups${suspended ? `, ${suspended} suspended` : ""}`;
  showDelegations(tools);
  showUsers(tools, byId("find").value);
  showDeletedUsers(tools);
  showGroups(tools);
  showRoles(tools);
  showServices(tools);
  showMachine(tools);
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
prepareRestore(toolsNow);
followRequests();
byId("find").addEventListener("input", () => state && showUsers(toolsNow(), byId("find").value));
const asks = [["add-user", addUser], ["add-group", addGroup], ["add-role", addRole], ["add-delegation", addDelegation], ["add-fault", addFault], ["clear-faults", clearFaults]];
for (const [id, ask] of asks) byId(id).addEventListener("click", () => state && ask(toolsNow()));
look();
