/** Google's own kinds of events in the editor: which fields they have, and the bodies that the API takes for them. */

import { byId } from "./dom.js";

const BLOCKING = { outOfOffice: "outOfOfficeProperties", focusTime: "focusTimeProperties" };
export const PLACES = { homeOffice: "Home", officeLocation: "Office", customLocation: "Another place" };

const HELP = {
  outOfOffice: "Always busy. Whole days are kept from midnight to midnight, as Google does. The emulator declines no invitation by itself.",
  focusTime: "Always busy, and always with times. The emulator declines no invitation by itself.",
  workingLocation: "Never blocks time, and colleagues may always see it. A whole day at most: let it repeat for more.",
};

/** Google keeps these only with times. */
export const isTimedOnly = (type) => type in BLOCKING;
export const isWorkingLocation = (type) => type === "workingLocation";

/** Shows the fields that the type has, with the values that it prescribes. */
export function showFieldsOf(type, form) {
  const { showAs, visibility, place, calendar } = form.elements;
  const works = isWorkingLocation(type);
  if (isTimedOnly(type)) showAs.value = "opaque";
  if (works) [showAs.value, visibility.value] = ["transparent", "public"];
  showAs.disabled = isTimedOnly(type) || works;
  visibility.disabled = works;
  // All of these are kinds of the own calendar only.
  calendar.disabled = type in HELP;
  if (calendar.disabled) calendar.value = "";
  byId("place-fields").hidden = !works;
  byId("place-label-field").hidden = place.value === "homeOffice";
  for (const id of ["location-field", "guests-field", "meet-field"]) byId(id).hidden = works;
  byId("type-help").textContent = HELP[type] ?? "";
  byId("type-help").hidden = !(type in HELP);
}

/** Fills the place of a working location, if the event is one. */
export function showPlace(item, form) {
  const kept = item.workingLocationProperties;
  form.elements.place.value = kept?.type ?? "homeOffice";
  form.elements.placeLabel.value = kept?.[kept.type]?.label ?? "";
}

export function placeOf(form) {
  const { place, placeLabel } = form.elements;
  return { type: place.value, label: place.value === "homeOffice" ? "" : placeLabel.value.trim() };
}

/** What a new event of the type has beside its own words. */
export function newFields(type, place, summary) {
  if (isTimedOnly(type)) {
    return { eventType: type, transparency: "opaque", [BLOCKING[type]]: { autoDeclineMode: "declineNone" } };
  }
  if (!isWorkingLocation(type)) return {};
  const named = summary || place.label || PLACES[place.type];
  return { eventType: type, transparency: "transparent", visibility: "public", summary: named, ...placeFields(place) };
}

export function placeFields({ type, label }) {
  return { workingLocationProperties: { type, [type]: type === "homeOffice" ? {} : { label: label || PLACES[type] } } };
}
