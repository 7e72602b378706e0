/** A calendar on behalf of one user, through the emulator's Calendar API as Google documents it. */

import { call, CallFailed, control } from "./http.js";

const LIST = "/calendar/v3/users/me/calendarList";
const PAGE = "2500";
/** The pages have a quota of their own, so that watching a calendar takes nothing from the program under test. */
const QUOTA_USER = "emulator-pages";

export class CalendarApi {
  #session;
  #calendarId;
  #events;

  /** The person's own calendar; `session` is shared by all calendars that one person sees. */
  constructor(user, calendarId = "primary", session = { user, token: null }) {
    this.#session = session;
    this.#calendarId = calendarId;
    this.#events = `/calendar/v3/calendars/${encodeURIComponent(calendarId)}/events`;
  }

  /** Another calendar on behalf of the same person. */
  ofCalendar(calendarId) {
    return new CalendarApi(this.#session.user, calendarId, this.#session);
  }

  /** The entries of the person's list of calendars. */
  async calendarList() {
    const { items } = await this.#pages({ maxResults: "250" }, LIST);
    return items;
  }

  /** Puts a calendar on the person's list, chosen. */
  addCalendar(calendarId) {
    return this.#request("POST", LIST, { body: { id: calendarId, selected: true } });
  }

  leaveCalendar(calendarId) {
    return this.#request("DELETE", `${LIST}/${encodeURIComponent(calendarId)}`);
  }

  selectCalendar(calendarId, selected) {
    return this.#request("PATCH", `${LIST}/${encodeURIComponent(calendarId)}`, { body: { selected } });
  }

  /** {items, timeZone} of everything between the two instants, in the calendar's own zone, or in `timeZone`. */
  async window(timeMin, timeMax, timeZone) {
    const zone = timeZone ? { timeZone } : {};
    const query = { singleEvents: "true", orderBy: "startTime", timeMin, timeMax, maxResults: PAGE, ...zone };
    const { items, page } = await this.#pages(query);
    return { items, timeZone: page.timeZone };
  }

  get(id) {
    return this.#request("GET", `${this.#events}/${encodeURIComponent(id)}`);
  }

  insert(body) {
    return this.#request("POST", this.#events, { body, query: meaningConference(body) });
  }

  /** Changes only if nobody else has since `etag` was read. */
  patch(id, body, etag) {
    return this.#request("PATCH", `${this.#events}/${encodeURIComponent(id)}`, { body, etag, query: meaningConference(body) });
  }

  remove(id, etag) {
    return this.#request("DELETE", `${this.#events}/${encodeURIComponent(id)}`, { etag });
  }

  /**
   * Splits a series before the instance as Google's own page does, and gives the second one. The API has no such
   * method: it is the control API's.
   */
  async split(instanceId) {
    const { id } = await control.post(`${this.#controlPath()}/split`, { instance: instanceId });
    return this.get(id);
  }

  /** Takes a deleted event out of the bin, as Google's own page does. */
  restore(id) {
    return control.post(`${this.#controlPath()}/restore`, { event: id });
  }

  /** The instances of the series that were changed by themselves, and are not deleted. */
  async exceptions(masterId) {
    const { items } = await this.#pages({ maxResults: PAGE });
    return items.filter((item) => item.recurringEventId === masterId && item.status !== "cancelled");
  }

  /** Every event, master and exception, what was deleted too. */
  async everything() {
    const { items } = await this.#pages({ showDeleted: "true", maxResults: PAGE });
    return items;
  }

  #controlPath() {
    return `/calendars/${encodeURIComponent(this.#calendarId === "primary" ? this.#session.user : this.#calendarId)}`;
  }

  /** The sync token for "from now on": a full listing of which only the token is kept. */
  async syncToken() {
    const fields = "nextPageToken,nextSyncToken";
    const { page } = await this.#pages({ showDeleted: "true", maxResults: PAGE, fields });
    return page.nextSyncToken;
  }

  /** {changed, token} since the token was given. Throws CallFailed with status 410 when a new one must be fetched. */
  async changesSince(syncToken) {
    const fields = "nextPageToken,nextSyncToken,items(id)";
    const { items, page } = await this.#pages({ showDeleted: "true", maxResults: PAGE, fields, syncToken });
    return { changed: items.length > 0, token: page.nextSyncToken };
  }

  async #pages(query, path = this.#events) {
    const items = [];
    let page = {};
    do {
      const more = page.nextPageToken ? { pageToken: page.nextPageToken } : {};
      page = await this.#request("GET", path, { query: { ...query, ...more } });
      items.push(...(page.items ?? []));
    } while (page.nextPageToken);
    return { items, page };
  }

  async #request(method, path, { body, query, etag } = {}) {
    for (let attempt = 1; ; attempt += 1) {
      const headers = { Authorization: `Bearer ${await this.#accessToken()}`, "X-Goog-Quota-User": QUOTA_USER };
      if (etag) headers["If-Match"] = etag;
      try {
        return await call(method, path, { body, query, headers });
      } catch (error) {
        // The clock of the emulator can be moved past the token's end at any time: one new token is tried.
        if (!(error instanceof CallFailed) || error.status !== 401 || attempt > 1) throw error;
        this.#session.token = null;
      }
    }
  }

  async #accessToken() {
    this.#session.token ??= control.post("/page-token", { user: this.#session.user });
    try {
      return (await this.#session.token).access_token;
    } catch (error) {
      this.#session.token = null;
      throw error;
    }
  }
}

/** Without its version, Google takes no notice of a conference in a body. */
const meaningConference = (body) => ("conferenceData" in body ? { conferenceDataVersion: "1" } : undefined);
