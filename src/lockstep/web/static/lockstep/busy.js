// A form with data-busy is sent once: the second click finds the button switched off and its words changed.
// The button is switched off a moment later, because a disabled button would not be part of what is sent.
function release(form) {
  form.classList.remove("is-busy");
  form.removeAttribute("aria-busy");
  for (const button of form.querySelectorAll("[type=submit]")) button.disabled = false;
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-busy]")) return;
  if (form.classList.contains("is-busy")) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  form.classList.add("is-busy");
  form.setAttribute("aria-busy", "true");
  setTimeout(() => {
    for (const button of form.querySelectorAll("[type=submit]")) button.disabled = true;
  });
}, true);

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form[data-busy]");
  if (form) release(form);
});

// The back button brings the page back as it was left: busy.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form.is-busy")) release(form);
});
