// Puts the booking pages of an organisation where this script's tag stands. Sets no cookie and reads nothing of the page.
(() => {
  const tag = document.currentScript;
  const home = new URL("./", tag.src);
  for (const name of ["service", "location", "staff"]) {
    if (tag.dataset[name]) home.searchParams.set(name, tag.dataset[name]);
  }
  const frame = document.createElement("iframe");
  frame.src = home;
  frame.title = tag.dataset.title || "{{ organisation.name|escapejs }}";
  frame.loading = "lazy";
  frame.style.cssText = "display:block;width:100%;border:0;min-height:640px;color-scheme:normal";
  tag.after(frame);
  addEventListener("message", (event) => {
    if (event.source !== frame.contentWindow || event.origin !== home.origin) return;
    const height = Number(event.data?.lockstepHeight);
    if (height > 0 && height < 20000) frame.style.height = `${Math.ceil(height)}px`;
  });
})();
