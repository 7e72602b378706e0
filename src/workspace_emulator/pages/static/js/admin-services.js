/** Delegation, and the services and the key that can be switched off. */

import { byId, el } from "./dom.js";
import { askFor } from "./form-dialog.js";
import { control } from "./http.js";

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
  const authorised = (wanted) => () => control.put(path(clientId), { scopes: wanted });
  const remove = () => tools.press(() => control.remove(path(clientId)), "The delegation was removed.", authorised(scopes));
  const head = el(
    "div",
    { class: "delegation-head" },
    el("h3", {}, el("code", {}, clientId), " ", own, " ", waiting),
    el("div", { class: "row-actions" }, plain("Edit", `Edit the scopes of ${clientId}`, () => editDelegation(tools, clientId, scopes)), plain("Delete", `Delete the delegation of ${clientId}`, remove, "danger")),
  );
  const rows = scopes.map((scope) => {
    const rest = scopes.filter((other) => other !== scope);
    const take = () => tools.press(authorised(rest), "The scope was removed.", authorised(scopes));
    return el("li", {}, el("code", {}, scope), plain("Remove", `Remove ${scope}`, take, "danger"));
  });
  const list = rows.length ? el("ul", { class: "plain-list" }, rows) : el("p", { class: "quiet" }, "No scopes: every sign-in is refused.");
  return el("div", { class: "delegation", data: { clientId } }, head, list);
}

const scopesIn = (text) => [...new Set(text.split(/[\s,]+/).filter(Boolean))];
const bodyOf = ({ scopes, delay }) => ({ scopes: scopesIn(scopes), propagation_seconds: Number(delay || 0) });
const DELAY = { name: "delay", label: "Seconds until it takes effect", kind: "number", least: 0, help: "Empty: at once. With Google it may take up to 24 hours." };
const SCOPES_HELP = "With commas, spaces or lines between them, as in Google's console.";

function editDelegation(tools, clientId, scopes) {
  askFor({
    title: "Edit scopes",
    text: `Client ID ${clientId}`,
    fields: [{ name: "scopes", label: "OAuth scopes", kind: "lines", value: scopes.join(",\n"), help: SCOPES_HELP }, DELAY],
    action: "Authorise",
    save: (values) => tools.act(() => control.put(path(clientId), bodyOf(values)), "The scopes were saved."),
  });
}

export function addDelegation(tools) {
  askFor({
    title: "Add a new Client ID",
    fields: [
      { name: "clientId", label: "Client ID", help: "The number of the service account, not its address." },
      { name: "scopes", label: "OAuth scopes", kind: "lines", help: SCOPES_HELP },
      DELAY,
    ],
    action: "Authorise",
    save: (values) => {
      if (!/^\d+$/.test(values.clientId)) throw new Error("A Client ID is a number: copy it from the service account's details, not its address.");
      return tools.act(() => control.put(path(values.clientId), bodyOf(values)), "The client is authorised.");
    },
  });
}

export function showServices(tools) {
  const { apis, keyEnabled, serviceAccount } = tools.state;
  const boxes = Object.entries(apis).map(([name, enabled]) =>
    service(API_NAMES[name] ?? name, enabled, "Enabled", "Disabled", (wanted) => tools.press(() => control.patch(`/apis/${name}`, { enabled: wanted }))),
  );
  const key = service("Service account key", keyEnabled, "Enabled", "Disabled", (wanted) => tools.press(() => control.patch("/service-account", { key_enabled: wanted })), serviceAccount);
  byId("service-list").replaceChildren(...boxes, key);
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
