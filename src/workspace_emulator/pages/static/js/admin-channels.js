/** The push channels that programs have opened: whose, where to, until when; and their sudden end. */

import { byId, el } from "./dom.js";
import { control } from "./http.js";

export function showChannels(tools, channels) {
  const none = el("p", { class: "quiet" }, "No program watches anything now.");
  const rows = channels.map((channel) => {
    const end = () => tools.press(() => control.remove(`/channels/${encodeURIComponent(channel.id)}`), "The channel is over. Its program was not told.");
    const button = el("button", { type: "button", class: "btn plain danger", "aria-label": `End channel ${channel.id}`, onclick: end }, "End");
    const facts = `messages to ${channel.address}, until ${channel.expires_at.slice(0, 16).replace("T", " ")} UTC, last message number ${channel.last_message_number}`;
    const what = el("span", {}, el("b", {}, channel.user ?? "A user who is gone"), el("small", {}, watched(channel)), el("small", {}, facts), el("small", {}, el("code", {}, channel.id)));
    return el("li", { data: { channel: channel.id } }, what, button);
  });
  byId("channel-list").replaceChildren(rows.length ? el("ul", { class: "plain-list stacked" }, rows) : none);
}

/** "calendar/v3/calendars/primary/events" of the resource's address */
function watched({ resource_uri: address }) {
  try {
    return decodeURIComponent(new URL(address, location.origin).pathname.slice(1));
  } catch {
    return address;
  }
}
