/** Admin roles: what each allows, who has it, and giving and taking it. */

import { byId, el } from "./dom.js";
import { askFor } from "./form-dialog.js";
import { control } from "./http.js";

const PRIVILEGES = [
  ["USERS_RETRIEVE", "Users → Read"],
  ["GROUPS_RETRIEVE", "Groups → Read"],
  ["USERS_ALL", "Users → all"],
  ["GROUPS_ALL", "Groups → all"],
];
const NAMES = { _SEED_ADMIN_ROLE: "Super Admin", _GROUPS_ADMIN_ROLE: "Groups Admin", _USER_MANAGEMENT_ADMIN_ROLE: "User Management Admin" };
const path = (role) => `/roles/${encodeURIComponent(role.id)}`;
const held = (role, user) => `/users/${encodeURIComponent(user.email)}${path(role)}`;
const button = (verb, name, run, kind = "") => el("button", { type: "button", class: `btn plain ${kind}`, "aria-label": `${verb}: ${name}`, onclick: run }, verb);

export const roleName = (name) => NAMES[name] ?? name;

export function showRoles(tools) {
  byId("role-list").replaceChildren(...tools.state.roles.map((role) => box(tools, role)));
}

function box(tools, role) {
  const name = roleName(role.name);
  const own = role.isSystem ? el("span", { class: "pill" }, "Google's own") : null;
  const pills = PRIVILEGES.filter(([privilege]) => role.privileges.includes(privilege)).map(([, words]) => el("span", { class: "pill accent" }, words));
  const assign = isGiven(role) ? button("Assign", name, () => askToAssign(tools, role)) : null;
  const change = role.isSystem ? [] : [button("Edit", name, () => edit(tools, role)), button("Delete", name, () => askToDelete(tools, role), "danger")];
  const words = el("div", {}, el("h3", {}, name, " ", own), el("div", { class: "pills" }, pills.length ? pills : el("span", { class: "quiet small" }, "No privileges")));
  const head = el("div", { class: "group-head" }, words, el("div", { class: "row-actions" }, assign, change));
  const people = holders(tools, role);
  const list = people.length ? el("ul", { class: "plain-list" }, people.map((user) => holder(tools, role, user))) : el("p", { class: "quiet" }, "Nobody has this role.");
  return el("div", { class: "group", data: { role: role.name } }, head, list);
}

/** Super administrators are made with the person, as in Google's console. */
const isGiven = (role) => role.name !== "_SEED_ADMIN_ROLE";
const holders = ({ state }, role) => state.users.filter((user) => (isGiven(role) ? user.roles.includes(role.name) : user.isAdmin));

function holder(tools, role, user) {
  const give = () => control.put(held(role, user), {});
  const take = () => tools.press(() => control.remove(held(role, user)), `${user.name} no longer has the role ${roleName(role.name)}.`, give);
  const unassign = isGiven(role) ? button("Unassign", `${user.name} from ${roleName(role.name)}`, take, "danger") : null;
  return el("li", {}, el("span", {}, user.name, el("small", {}, user.email)), unassign);
}

function askToAssign(tools, role) {
  const people = new Set(holders(tools, role).map((user) => user.email));
  const options = tools.state.users.filter((user) => !people.has(user.email)).map((user) => [user.email, `${user.name} (${user.email})`]);
  askFor({
    title: `Assign ${roleName(role.name)}`,
    action: "Assign",
    fields: [{ name: "email", label: "Person", kind: "select", options }],
    save: ({ email }) => tools.act(() => control.put(held(role, { email }), {}), `${email} has the role ${roleName(role.name)} now.`),
  });
}

const ticks = (role) => PRIVILEGES.map(([name, label]) => ({ name, label: `Admin API privilege: ${label}`, kind: "tick", value: role?.privileges.includes(name) ?? false }));
const bodyOf = (values) => ({ name: values.name, description: values.description, privileges: PRIVILEGES.map(([name]) => name).filter((name) => values[name]) });

function edit(tools, role) {
  askFor({
    title: role.name,
    fields: [{ name: "name", label: "Name", value: role.name }, { name: "description", label: "Description", value: role.description }, ...ticks(role)],
    save: (values) => tools.act(() => control.patch(path(role), bodyOf(values)), "Saved."),
  });
}

export function addRole(tools) {
  askFor({
    title: "Create a role",
    action: "Create",
    fields: [{ name: "name", label: "Name", value: "" }, { name: "description", label: "Description", value: "" }, ...ticks(null)],
    save: (values) => tools.act(() => control.post("/roles", bodyOf(values)), `The role ${values.name} was created.`),
  });
}

function askToDelete(tools, role) {
  askFor({
    title: `Delete ${role.name}?`,
    text: "Only a role that nobody has can be deleted. This cannot be undone.",
    fields: [],
    action: "Delete the role",
    save: () => tools.act(() => control.remove(path(role)), `The role ${role.name} was deleted.`),
  });
}
