/** Delegation, the services that can be switched off, the clock, and the switches of the emulator's behaviour. */

import { byId, el } from "./dom.js";
import { askFor } from "./form-dialog.js";
import { control } from "./http.js";

const CLOCK_STEPS = [
  ["10 minutes", 600],
  ["1 hour", 3600],
  ["1 day", 86400],
  ["7 days", 604800],
];
const API_NAMES = { calendar: "Google Calendar API", directory: "Admin SDK (Directory) API" };
const path = (clientId) => `/delegations/${encodeURIComponent(clientId)}`;
const plain = (label, name, onclick, kind = "") => el("button", { type: "button", class: `btn plain ${kind}`, "aria-label": name, onclick }, label);

export function showDelegations(tools) {
  const none = el("p", { class: "quiet" }, "No program may act for the people here. Add one by its Client ID.");
  const { delegations } = tools.state;
  byId("delegation-list").replaceChildren(...(delegations.length ? delegations.map((one) => delegation(tools, one)) : [none]));
}

function delegation(tools, { clientId, scopes, effective }) {
  const own = clientId === tools.state.clientId ? el("span", { class: "pill accent" }, "The service account of this emulator") : null;
  const waiting = effective ? null : el("span", { class: "pill warn" }, "Not in effect yet");
  const remove = () => tools.press(() => control.remove(path(clientId)), "The delegation was removed.");
  const head = el(
    "div",
    { class: "delegation-head" },
    el("h3", {}, el("code", {}, clientId), " ", own, " ", waiting),
    el("div", { class: "row-actions" }, plain("Edit", `Edit the scopes of ${clientId}`, () => editDelegation(tools, clientId, scopes)), plain("Delete", `Delete the delegation of ${clientId}`, remove, "danger")),
  );
  const rows = scopes.map((scope) => {
    const rest = scopes.filter((other) => other !== scope);
    const take = () => tools.press(() => control.put(path(clientId), { scopes: rest }), "The scope was removed.");
    return el("li", {}, el("code", {}, scope), plain("Remove", `Remove ${scope}`, take, "danger"));
  });
  const list = rows.length ? el("ul", { class: "plain-list" }, rows) : el("p", { class: "quiet" }, "No scopes: every sign-in is refused.");
  return el("div", { class: "delegation", data: { clientId } }, head, list);
}

const scopesIn = (text) => [...new Set(text.split(/[\s,]+/).filter(Boolean))];
const SCOPES_HELP = "With commas, spaces or lines between them, as in Google's console.";

function editDelegation(tools, clientId, scopes) {
  askFor({
    title: "Edit scopes",
    text: `Client ID ${clientId}`,
    fields: [{ name: "scopes", label: "OAuth scopes", kind: "lines", value: scopes.join(",\n"), help: SCOPES_HELP }],
    action: "Authorise",
    save: (values) => tools.act(() => control.put(path(clientId), { scopes: scopesIn(values.scopes) }), "The scopes were saved."),
  });
}

export function addDelegation(tools) {
  askFor({
    title: "Add a new Client ID",
    fields: [
      { name: "clientId", label: "Client ID", help: "The number of the service account, not its address." },
      { name: "scopes", label: "OAuth scopes", kind: "lines", help: SCOPES_HELP },
    ],
    action: "Authorise",
    save: (values) => tools.act(() => control.put(path(values.clientId), { scopes: scopesIn(values.scopes) }), "The client is authorised."),
  });
}

export function showServices(tools) {
  const { apis, keyEnabled, serviceAccount, now } = tools.state;
  const boxes = Object.entries(apis).map(([name, enabled]) =>
    service(API_NAMES[name] ?? name, enabled, "Enabled", "Disabled", (wanted) => tools.press(() => control.patch(`/apis/${name}`, { enabled: wanted }))),
  );
  const key = service("Service account key", keyEnabled, "Enabled", "Disabled", (wanted) => tools.press(() => control.patch("/service-account", { key_enabled: wanted })), serviceAccount);
  byId("service-list").replaceChildren(...boxes, key, clock(tools, now), fresh(tools));
}

function service(title, enabled, yes, no, set, text = null) {
  const verb = enabled ? "Disable" : "Enable";
  return el(
    "div",
    { class: "service" },
    el("h3", {}, title),
    text ? el("p", {}, text) : null,
    el("span", { class: `pill ${enabled ? "ok" : "bad"}` }, enabled ? yes : no),
    plain(verb, `${verb}: ${title}`, () => set(!enabled)),
  );
}

function clock(tools, now) {
  const text = now ? `${now.slice(0, 10)} ${now.slice(11, 19)} UTC` : "";
  const buttons = CLOCK_STEPS.map(([label, seconds]) =>
    plain(`+ ${label}`, `Advance the clock by ${label}`, () => tools.press(() => control.post("/clock", { advance_seconds: seconds }), `The clock went ${label} ahead.`)),
  );
  const time = el("span", { class: "clock", id: "clock" }, text);
  return el("div", { class: "service" }, el("h3", {}, "Clock"), time, el("p", {}, "Tokens, channels and sync tokens age with it."), el("div", { class: "pills" }, buttons));
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
  return el("div", { class: "service" }, el("h3", {}, "Start afresh"), el("p", {}, "Undoes everything that happened here since the start."), plain("Start afresh", "Start afresh", ask, "danger"));
}

export function showSwitches(tools) {
  const rows = Object.entries(tools.state.switches).map(([name, value]) => switchRow(tools, name, value)).filter(Boolean);
  byId("switch-list").replaceChildren(...rows);
  byId("switches").hidden = rows.length === 0;
}

function switchRow(tools, name, value) {
  const id = `switch-${name}`;
  const set = (wanted) => tools.press(() => control.patch("/switches", { [name]: wanted }), `${words(name)}: ${wanted}`);
  const kinds = {
    boolean: () => el("input", { id, type: "checkbox", checked: value, onchange: (change) => set(change.target.checked) }),
    number: () => el("input", { id, type: "number", step: "any", value, onchange: (change) => set(Number(change.target.value)) }),
    string: () => el("input", { id, type: "text", value, onchange: (change) => set(change.target.value.trim()) }),
  };
  const input = kinds[typeof value]?.();
  return input ? el("div", { class: "switch" }, el("label", { for: id }, words(name)), input) : null;
}

const words = (name) => name.replaceAll("_", " ");
