// Parts of a page that keep themselves up to date: data-live="MILLISECONDS" together with hx-trigger="live".
// Only while somebody looks: a hidden page asks nothing, and asks at once when it is shown again.
// The server answers 204 while nothing has changed, and htmx then leaves the page alone.
const lastAsked = new WeakMap();
const BEAT_MS = 250;

function beat() {
  if (document.hidden || !window.htmx) return;
  const now = performance.now();
  for (const part of document.querySelectorAll("[data-live]")) {
    const due = (lastAsked.get(part) ?? now) + Number(part.dataset.live);
    if (!lastAsked.has(part)) lastAsked.set(part, now);
    if (now < due || part.classList.contains("htmx-request") || part.querySelector(".is-dragged")) continue;
    lastAsked.set(part, now);
    window.htmx.trigger(part, "live");
  }
}

setInterval(beat, BEAT_MS);
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  for (const part of document.querySelectorAll("[data-live]")) lastAsked.set(part, -Infinity);
  beat();
});

// A part that is replaced keeps how far it was scrolled: data-keeps-scroll, found again by its id.
const scrolled = new Map();
document.addEventListener("htmx:beforeSwap", (event) => {
  for (const box of event.target.querySelectorAll("[data-keeps-scroll]")) scrolled.set(box.id, [box.scrollLeft, box.scrollTop]);
});
document.addEventListener("htmx:afterSettle", () => {
  for (const [id, [left, top]] of scrolled) document.getElementById(id)?.scrollTo({ left, top, behavior: "instant" });
  scrolled.clear();
});
