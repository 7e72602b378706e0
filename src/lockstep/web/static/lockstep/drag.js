// Dragging an appointment on the picture of a day or a week. Dropped, the server asks once, in a dialog. By keyboard and
// touch the same is reached from the appointment's page ("Move it").
const ROW_MINUTES = 5;
const STEP_ROWS = 3;
const FAR_ENOUGH = 6;

let drag = null;
let droppedAt = -Infinity;

function columnAt(x, y) {
  return document.elementsFromPoint(x, y).find((each) => each.matches?.(".column-body[data-who]"));
}

function rowHeight(column) {
  return parseFloat(getComputedStyle(column).getPropertyValue("--row")) || 5;
}

function words(minutes) {
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
}

function begin() {
  drag.ghost = document.createElement("li");
  drag.ghost.className = "block appointment ghost";
  drag.ghost.setAttribute("aria-hidden", "true");
  drag.ghost.style.height = `${drag.block.offsetHeight}px`;
  drag.block.classList.add("is-dragged");
}

function follow(event) {
  const column = columnAt(event.clientX, event.clientY);
  if (!column) return;
  const height = rowHeight(column);
  const top = event.clientY - drag.grip - column.getBoundingClientRect().top;
  const last = Math.floor((column.offsetHeight - drag.block.offsetHeight) / height);
  const row = Math.min(Math.max(Math.round(top / height / STEP_ROWS) * STEP_ROWS, 0), last);
  drag.place = { column, minutes: Number(column.dataset.firstHour) * 60 + row * ROW_MINUTES };
  drag.ghost.style.top = `${row * height}px`;
  drag.ghost.textContent = words(drag.place.minutes);
  if (drag.ghost.parentElement !== column) column.append(drag.ghost);
}

function end() {
  drag?.ghost?.remove();
  drag?.block.classList.remove("is-dragged");
  drag = null;
}

function ask({ column, minutes }, address) {
  const board = column.closest("#board");
  const dialog = document.getElementById("move-dialog");
  const query = new URLSearchParams({ date: column.dataset.date, minutes, who: column.dataset.who, zone: board.dataset.zone, back: board.dataset.back });
  window.htmx.ajax("GET", `${address}?${query}`, { target: dialog, swap: "innerHTML" }).then(() => dialog.showModal());
}

document.addEventListener("pointerdown", (event) => {
  const link = event.target.closest?.("a[data-move]");
  if (!link || event.button !== 0 || event.pointerType === "touch") return;
  const block = link.closest(".column-body > .block");
  if (!block) return;
  drag = { link, block, x: event.clientX, y: event.clientY, grip: event.clientY - block.getBoundingClientRect().top };
});

document.addEventListener("pointermove", (event) => {
  if (!drag) return;
  if (!drag.ghost) {
    if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < FAR_ENOUGH) return;
    begin();
  }
  event.preventDefault();
  follow(event);
});

document.addEventListener("pointerup", () => {
  if (!drag) return;
  const { ghost, place, link } = drag;
  if (ghost) {
    droppedAt = performance.now();
    if (place) ask(place, link.dataset.move);
  }
  end();
});

// The click that follows a drop would open the appointment.
document.addEventListener("click", (event) => {
  if (performance.now() - droppedAt > 100 || event.target.closest?.("dialog")) return;
  event.preventDefault();
  event.stopPropagation();
}, { capture: true });

document.addEventListener("pointercancel", end);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") end();
});
