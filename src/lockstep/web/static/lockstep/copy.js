// A button with data-copy="ID" copies the text of that element and says so.
const SAID_FOR_MS = 2000;

async function copyText(text, source) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // No permission, or a page without TLS: select the text, so that a keystroke copies it.
    const range = document.createRange();
    range.selectNodeContents(source);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    return document.execCommand("copy");
  }
  return true;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  if (!source || !(await copyText(source.textContent.trim(), source))) return;
  const words = button.textContent;
  button.textContent = button.dataset.copied;
  setTimeout(() => { button.textContent = words; }, SAID_FOR_MS);
});
