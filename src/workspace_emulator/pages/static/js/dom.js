/** Tools for building the page: elements, icons, short messages. Text is always set as text, never parsed as HTML. */

export const byId = (id) => document.getElementById(id);

/** An element with attributes (`class`, `data: {…}`, `onclick`, …) and children; false and null are left out. */
export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "data") Object.assign(node.dataset, value);
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false));
  return node;
}

/** A drawing from the sprite; it says nothing to screen readers, so words stand beside it. */
export function icon(name, size = 20) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("width", size);
  svg.setAttribute("height", size);
  svg.setAttribute("class", "ico");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `/ui/static/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

/** A message at the bottom that leaves by itself; `action` is {label, run} for the one thing to do about it. */
export function toast(text, action = null) {
  const box = el("div", { class: "toast" }, el("span", {}, text));
  const leave = () => box.remove();
  if (action) {
    const run = () => {
      leave();
      action.run();
    };
    box.append(el("button", { type: "button", onclick: run }, action.label));
  }
  byId("toasts").replaceChildren(box);
  setTimeout(leave, action ? 12000 : 6000);
}

/** Makes every `data-close` button of the dialog close it, and a click beside the sheet too. */
export function closable(dialog) {
  for (const button of dialog.querySelectorAll("[data-close]")) button.addEventListener("click", () => dialog.close());
  dialog.addEventListener("pointerdown", (event) => {
    const box = dialog.getBoundingClientRect();
    const beside = event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
    if (event.target === dialog && beside) dialog.close();
  });
}

/** Marks the page's own link in the bar. */
export function markNavigation() {
  const link = document.querySelector(`[data-nav="${document.body.dataset.page}"]`);
  if (link) link.setAttribute("aria-current", "page");
}
