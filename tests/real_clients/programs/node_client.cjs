// googleapis from npm with a service account and domain-wide delegation: `node_client.cjs KEY USER`.
const { google } = require("googleapis");

async function main([keyFile, subject]) {
  const scopes = ["https://www.googleapis.com/auth/calendar"];
  const auth = new google.auth.GoogleAuth({ keyFile, scopes, clientOptions: { subject } });
  const { events } = google.calendar({ version: "v3", auth });
  const calendarId = "primary";
  const at = (dateTime) => ({ dateTime, timeZone: "Europe/Berlin" });
  const requestBody = {
    summary: "Weekly",
    start: at("2026-10-19T10:00:00"),
    end: at("2026-10-19T11:00:00"),
    recurrence: ["RRULE:FREQ=WEEKLY;COUNT=2"],
  };
  const { data: series } = await events.insert({ calendarId, requestBody });
  const { data: expanded } = await events.instances({ calendarId, eventId: series.id });
  let page = (await events.list({ calendarId })).data;
  while (page.nextPageToken) {
    page = (await events.list({ calendarId, pageToken: page.nextPageToken })).data;
  }
  await events.patch({ calendarId, eventId: series.id, requestBody: { summary: "Renamed" } });
  const { data: changes } = await events.list({ calendarId, syncToken: page.nextSyncToken });
  const stale = { headers: { "If-Match": series.etag } };
  const refusal = await events.delete({ calendarId, eventId: series.id }, stale).catch((error) => error);
  const told = {
    instances: expanded.items.map((item) => item.start.dateTime),
    changed: changes.items.map((item) => item.summary),
    refusal: refusal.status ?? Number(refusal.code),
  };
  console.log(JSON.stringify(told));
}

main(process.argv.slice(2));
