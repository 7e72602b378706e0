/** The start page: the company's people, each with a link to their calendar. */

import { byId, el, markNavigation } from "./dom.js";
import { control } from "./http.js";
import { readState } from "./state.js";

const ENDPOINTS = [
  ["Sign-in (token_uri)", "/token"],
  ["Calendar API", "/calendar/v3/"],
  ["Directory API", "/admin/directory/v1/"],
  ["Control API of the emulator", "/emulator/v1/"],
];

let people = [];

function show() {
  const wanted = byId("find").value.trim().toLowerCase();
  const found = people.filter((person) => `${person.name} ${person.email}`.toLowerCase().includes(wanted));
  const count = `${found.length} ${found.length === 1 ? "person" : "people"}`;
  byId("people-count").textContent = wanted ? `${count} of ${people.length}` : count;
  const none = el("li", { class: "empty" }, "Nobody is called that. Try a part of the name or the address.");
  byId("people").replaceChildren(...(found.length ? found.map(card) : [none]));
  byId("people").dataset.ready = "true";
}

function card(person) {
  const initials = person.name.split(/\s+/).map((word) => word[0]).slice(0, 2).join("").toUpperCase();
  const pills = [
    person.isAdmin && el("span", { class: "pill accent" }, "Super admin"),
    !person.isAdmin && person.roles.length > 0 && el("span", { class: "pill" }, "Limited admin"),
    person.suspended && el("span", { class: "pill bad" }, "Suspended"),
    !person.hasCalendar && el("span", { class: "pill warn" }, "No calendar"),
  ];
  const names = el("span", { class: "names" }, el("b", {}, person.name), el("small", {}, person.email), el("small", {}, person.zone, pills));
  const face = el("span", { class: "face", "aria-hidden": "true" }, initials);
  const address = `/ui/calendar/${encodeURIComponent(person.email)}`;
  return el("li", { class: "person" }, el("a", { href: address }, face, names));
}

function showEndpoints(state) {
  const rows = [
    ...ENDPOINTS.map(([term, path]) => [term, `${location.origin}${path}`]),
    state.clientId && ["Client ID of the service account", state.clientId],
    state.serviceAccount && ["Service account", state.serviceAccount],
  ].filter(Boolean);
  byId("endpoints").replaceChildren(...rows.flatMap(([term, text]) => [el("dt", {}, term), el("dd", {}, el("code", {}, text))]));
}

async function load() {
  try {
    const state = readState(await control.state());
    byId("customer").textContent = `${state.customer} · ${state.domain}`;
    people = state.users;
    show();
    showEndpoints(state);
  } catch (error) {
    byId("people-count").textContent = `${error.message} Reload the page to try again.`;
  }
}

markNavigation();
byId("find").addEventListener("input", show);
load();
