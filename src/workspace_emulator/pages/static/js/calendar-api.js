/** The primary calendar of one user, through the emulator's Calendar API as Google documents it. */

import { call, CallFailed, control } from "./http.js";

const EVENTS = "/calendar/v3/calendars/primary/events";
const PAGE = "2500";
/** The pages have a quota of their own, so that watching a calendar takes nothing from the program under test. */
const QUOTA_USER = "emulator-pages";

export class CalendarApi {
  #user;
  #token = null;

  constructor(user) {
    this.#user = user;
  }

  /** {items, timeZone} of everything that touches the days from `first` to before `last`, and a day on either side. */
  async window(timeMin, timeMax) {
    const query = { singleEvents: "true", orderBy: "startTime", timeMin, timeMax, maxResults: PAGE };
    const { items, page } = await this.#pages(query);
    return { items, timeZone: page.timeZone };
  }

  get(id) {
    return this.#request("GET", `/${encodeURIComponent(id)}`);
  }

  insert(body) {
    return this.#request("POST", "", { body });
  }

  /** Changes only if nobody else has since `etag` was read. */
  patch(id, body, etag) {
    return this.#request("PATCH", `/${encodeURIComponent(id)}`, { body, etag });
  }

  remove(id, etag) {
    return this.#request("DELETE", `/${encodeURIComponent(id)}`, { etag });
  }

  /** How many instances of the series begin before the RFC 3339 time. */
  async instancesBefore(masterId, timeMax) {
    const { items } = await this.#pages({ timeMax, maxResults: PAGE }, `/${encodeURIComponent(masterId)}/instances`);
    return items.length;
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

  async #pages(query, path = "") {
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
        return await call(method, EVENTS + path, { body, query, headers });
      } catch (error) {
        // The clock of the emulator can be moved past the token's end at any time: one new token is tried.
        if (!(error instanceof CallFailed) || error.status !== 401 || attempt > 1) throw error;
        this.#token = null;
      }
    }
  }

  async #accessToken() {
    this.#token ??= control.post("/page-token", { user: this.#user });
    try {
      return (await this.#token).access_token;
    } catch (error) {
      this.#token = null;
      throw error;
    }
  }
}
