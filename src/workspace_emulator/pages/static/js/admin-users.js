/** The users of the company: their state and rights, and the changes that an administrator makes to them. */

import { roleName } from "./admin-roles.js";
import { byId, el } from "./dom.js";
import { askFor } from "./form-dialog.js";
import { control } from "./http.js";

const path = (user) => `/users/${encodeURIComponent(user.id ?? user.email)}`;

export function showUsers(tools, wanted) {
  const word = wanted.trim().toLowerCase();
  const found = tools.state.users.filter((user) => [user.name, user.email, ...user.aliases].join(" ").toLowerCase().includes(word));
  const none = el("tr", {}, el("td", { colspan: 4, class: "quiet" }, "No user is called that. Try a part of the name or the address."));
  byId("user-rows").replaceChildren(...(found.length ? found.map((user) => row(tools, user)) : [none]));
}

function row(tools, user) {
  const aliases = user.aliases.length ? el("small", {}, `also ${user.aliases.join(", ")}`) : null;
  const link = el("a", { href: `/ui/calendar/${encodeURIComponent(user.email)}` }, user.name);
  return el(
    "tr",
    { data: { user: user.email } },
    el("td", {}, link, el("small", {}, user.email), aliases),
    el("td", {}, el("div", { class: "pills" }, statePills(user))),
    el("td", {}, el("div", { class: "pills" }, rightPills(user))),
    el("td", {}, el("div", { class: "row-actions" }, buttons(tools, user))),
  );
}

const pill = (text, kind = "") => el("span", { class: `pill ${kind}` }, text);

function statePills(user) {
  return [
    user.suspended ? pill("Suspended", "bad") : pill("Active", "ok"),
    user.archived ? pill("Archived", "warn") : null,
    user.hasCalendar ? null : pill("No Calendar licence", "warn"),
  ];
}

function rightPills(user) {
  if (user.isAdmin) return [pill("Super admin", "accent")];
  return user.roles.length ? user.roles.map((name) => pill(roleName(name))) : [el("span", { class: "quiet small" }, "No admin rights")];
}

function buttons(tools, user) {
  const button = (verb, run, kind = "") =>
    el("button", { type: "button", class: `btn plain ${kind}`, "aria-label": `${verb}: ${user.name}`, onclick: run }, verb);
  const set = (body, done) => () => tools.press(() => control.patch(path(user), body), done);
  return [
    button("Edit", () => edit(tools, user)),
    user.suspended
      ? button("Reactivate", set({ suspended: false }, `${user.name} is active again.`))
      : button("Suspend", set({ suspended: true }, `${user.name} is suspended.`)),
    user.hasCalendar
      ? button("Calendar off", set({ has_calendar: false }, `${user.name} has no Calendar licence now.`))
      : button("Calendar on", set({ has_calendar: true }, `${user.name} has a Calendar licence again.`)),
    button("Delete", () => askToDelete(tools, user), "danger"),
  ];
}

function edit(tools, user) {
  askFor({
    title: user.name,
    fields: [
      { name: "givenName", label: "First name", value: user.givenName },
      { name: "familyName", label: "Last name", value: user.familyName },
      { name: "email", label: "Primary address", value: user.email, help: "The old address stays as an alias, as in Google." },
      { name: "zone", label: "Time zone of the calendar", kind: "select", options: zones(), value: user.zone },
      { name: "archived", label: "Archived", kind: "tick", value: user.archived, help: "With Google: the data are kept under an Archived User licence." },
      { name: "isAdmin", label: "Super admin", kind: "tick", value: user.isAdmin },
    ],
    save: (values) => tools.act(() => control.patch(path(user), changes(user, values)), "Saved."),
  });
}

/** Only what differs, so that an address that was not touched is not written again. */
function changes(user, values) {
  const body = {};
  if (values.givenName !== user.givenName) body.given_name = values.givenName;
  if (values.familyName !== user.familyName) body.family_name = values.familyName;
  if (values.email !== user.email) body.primaryEmail = values.email;
  if (values.zone !== user.zone) body.time_zone = values.zone;
  if (values.archived !== user.archived) body.archived = values.archived;
  if (values.isAdmin !== user.isAdmin) body.is_admin = values.isAdmin;
  return body;
}

/** Those who can be brought back, as under "Recently deleted" in Google's console. */
export function showDeletedUsers(tools) {
  const { deletedUsers } = tools.state;
  const rows = deletedUsers.map((user) => {
    const run = () => tools.press(() => control.post(`${path(user)}/undelete`, {}), `${user.name} is back, with the calendar and without the groups.`);
    const button = el("button", { type: "button", class: "btn plain", "aria-label": `Restore: ${user.name}`, onclick: run }, "Restore");
    return el("li", { data: { deletedUser: user.email } }, el("span", {}, user.name, el("small", {}, user.email)), button);
  });
  byId("deleted-users").hidden = rows.length === 0;
  byId("deleted-user-list").replaceChildren(...rows);
}

function askToDelete(tools, user) {
  const groups = tools.state.groups.filter((group) => group.members.some((member) => member.key === user.email)).length;
  const memberships = groups === 1 ? "1 membership" : `${groups} memberships`;
  askFor({
    title: `Delete ${user.name}?`,
    text: `The account ${user.email}, its calendar and ${memberships} go. For twenty days the account can be restored with its calendar, without the memberships.`,
    fields: [],
    action: "Delete the user",
    save: () => tools.act(() => control.remove(path(user)), `${user.name} was deleted.`),
  });
}

function zones() {
  return ["Etc/GMT", ...Intl.supportedValuesOf("timeZone")].map((zone) => [zone, zone]);
}

export function addUser(tools) {
  const zone = tools.state.users[0]?.zone ?? "Etc/GMT";
  askFor({
    title: "Add a user",
    action: "Add",
    fields: [
      { name: "givenName", label: "First name" },
      { name: "familyName", label: "Last name" },
      { name: "email", label: "Primary address", value: `@${tools.state.domain}` },
      { name: "zone", label: "Time zone of the calendar", kind: "select", options: zones(), value: zone },
    ],
    save: (values) => {
      const body = { email: values.email, given_name: values.givenName, family_name: values.familyName, time_zone: values.zone };
      return tools.act(() => control.post("/users", body), `${values.givenName} was added.`);
    },
  });
}
