/** What was done last, and how it is taken back: from the message that tells it, or with a key. */

import { toast } from "./dom.js";

const MOST = 30;

export class Undo {
  #steps = [];

  /** Tells what was done; `takeBack()` undoes it. */
  offer(text, takeBack) {
    const step = { text, takeBack };
    this.#steps.push(step);
    if (this.#steps.length > MOST) this.#steps.shift();
    toast(text, { label: "Undo", run: () => this.#run(step) });
  }

  /** Takes the newest step back; null when there is none. */
  last() {
    const step = this.#steps.at(-1);
    if (!step) {
      toast("There is nothing to undo.");
      return null;
    }
    return this.#run(step);
  }

  async #run(step) {
    if (!this.#steps.includes(step)) return;
    this.#steps = this.#steps.filter((one) => one !== step);
    if (await step.takeBack()) toast(`Undone: ${step.text}`);
  }
}
