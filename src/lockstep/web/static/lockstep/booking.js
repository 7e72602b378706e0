// The client's pages with a script: times in the client's own zone without asking, and the times of a day in view.
// Everything works without it.
function ownZone() {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

// The times are in the location's zone until the browser has said which one is the client's.
const waiting = document.querySelector("[data-detect-zone]");
const zone = ownZone();
if (waiting && zone) {
  const address = new URL(location.href);
  address.searchParams.set("zone", zone);
  if (zone === waiting.dataset.detectZone) history.replaceState(null, "", address);
  else location.replace(address);
}

// On a phone the times are below the month: after a day is chosen they come into view.
let chosen = false;
document.addEventListener("htmx:beforeRequest", (event) => { chosen = event.target.matches?.("a.day") ?? false; });
document.addEventListener("htmx:afterSettle", () => {
  if (!chosen) return;
  chosen = false;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  document.querySelector(".slots-card")?.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
});

// Within a frame of another site: tell it how high the page is. The height says nothing about anybody, so any site may
// read it; which sites may show the page at all is the server's word.
if (window.parent !== window) {
  document.documentElement.classList.add("is-framed");
  const tell = () => window.parent.postMessage({ lockstepHeight: document.body.scrollHeight }, "*");
  new ResizeObserver(tell).observe(document.body);
  tell();
}
