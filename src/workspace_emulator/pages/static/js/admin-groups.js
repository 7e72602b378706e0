/** The groups of the company and who is in them. */

import { byId, el } from "./dom.js";
import { askFor } from "./form-dialog.js";
import { control } from "./http.js";

const ROLES = [["MEMBER", "Member"], ["MANAGER", "Manager"], ["OWNER", "Owner"]];
const path = (group) => `/groups/${encodeURIComponent(group.email)}`;

export function showGroups(tools) {
  const none = el("p", { class: "quiet" }, "There are no groups yet. Add one, then put people into it.");
  byId("group-list").replaceChildren(...(tools.state.groups.length ? tools.state.groups.map((group) => box(tools, group)) : [none]));
}

function box(tools, group) {
  const count = group.members.length;
  const add = el("button", { type: "button", class: "btn plain", "aria-label": `Add a member to ${group.name}`, onclick: () => addMember(tools, group) }, "Add a member");
  const remove = el("button", { type: "button", class: "btn plain danger", "aria-label": `Delete ${group.name}`, onclick: () => askToDelete(tools, group) }, "Delete");
  const words = el("div", {}, el("h3", {}, group.name), el("small", { class: "quiet" }, `${group.email} · ${membersText(count)}`));
  const head = el("div", { class: "group-head" }, words, el("div", { class: "row-actions" }, add, remove));
  const rows = group.members.map((member) => memberRow(tools, group, member));
  const list = rows.length ? el("ul", { class: "plain-list" }, rows) : el("p", { class: "quiet" }, "Nobody is in this group.");
  return el("div", { class: "group", data: { group: group.email } }, head, list);
}

function memberRow(tools, group, member) {
  const kind = member.type === "GROUP" ? el("span", { class: "pill accent" }, "Group") : null;
  const role = member.role && member.role !== "MEMBER" ? el("span", { class: "pill" }, member.role.toLowerCase()) : null;
  const putBack = () => control.put(memberPath(group, member.key), { role: member.role ?? "MEMBER", type: member.type });
  const remove = el(
    "button",
    {
      type: "button",
      class: "btn plain danger",
      "aria-label": `Remove ${member.label} from ${group.name}`,
      onclick: () => tools.press(() => control.remove(memberPath(group, member.key)), `${member.label} left ${group.name}.`, putBack),
    },
    "Remove",
  );
  return el("li", {}, el("span", {}, member.label, " ", kind, " ", role), remove);
}

const membersText = (count) => `${count} ${count === 1 ? "member" : "members"}`;

function askToDelete(tools, group) {
  askFor({
    title: `Delete ${group.name}?`,
    text: `The group ${group.email} goes, and with it what its ${membersText(group.members.length)} may see or book by it. The people stay. This cannot be undone.`,
    fields: [],
    action: "Delete the group",
    save: () => tools.act(() => control.remove(path(group)), `${group.name} was deleted.`),
  });
}

const memberPath = (group, key) => `${path(group)}/members/${encodeURIComponent(key)}`;

function addMember(tools, group) {
  const inside = new Set(group.members.map((member) => member.key));
  const options = [...tools.state.users, ...tools.state.groups]
    .filter((one) => !inside.has(one.email) && one.email !== group.email)
    .map((one) => [one.email, `${one.name} (${one.email})`]);
  if (!inside.has("*")) options.push(["*", "Everyone at this company"]);
  askFor({
    title: `Add to ${group.name}`,
    action: "Add",
    fields: [
      { name: "key", label: "Person or group", kind: "select", options },
      { name: "role", label: "Role", kind: "select", options: ROLES, value: "MEMBER" },
    ],
    save: ({ key, role }) => tools.act(() => control.put(memberPath(group, key), { role }), `${key === "*" ? "Everyone" : key} is in ${group.name} now.`),
  });
}

export function addGroup(tools) {
  askFor({
    title: "Add a group",
    action: "Add",
    fields: [
      { name: "name", label: "Name" },
      { name: "email", label: "Address", value: `@${tools.state.domain}` },
    ],
    save: (values) => tools.act(() => control.post("/groups", values), `${values.name} was added.`),
  });
}
