/** The person at the head of the calendar, and the way to a colleague's: the name is a list to choose from. */

import { byId, el } from "./dom.js";

/** Shows who it is; choosing another person calls `onChoose(email)`. */
export function preparePeople(user, onChoose) {
  const select = byId("person");
  select.addEventListener("change", () => onChoose(select.value));
  return (users) => {
    const own = users.find((one) => one.email === user || one.aliases.includes(user));
    if (own) showName(own.name);
    const known = users.filter((one) => one.hasCalendar && !one.suspended);
    const wanted = [...new Set([...(own ? [own] : []), ...known])].sort((one, other) => one.name.localeCompare(other.name, "en-GB"));
    const text = wanted.map((one) => `${one.email} ${one.name}`).join("\n");
    // An open list would close under the person's hands if it were filled anew.
    if (select.dataset.filled === text) return;
    select.dataset.filled = text;
    select.replaceChildren(...wanted.map((one) => el("option", { value: one.email, selected: one === own }, one.name)));
  };
}

function showName(name) {
  byId("owner").textContent = name;
  byId("face").textContent = name.split(/\s+/).map((word) => word[0]).slice(0, 2).join("").toUpperCase();
}
