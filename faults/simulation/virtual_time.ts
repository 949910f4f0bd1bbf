import { setImmediate } from "node:timers";

/** Something that happens at a moment. */
interface Step {
  readonly at: number;
  /** Counts steps: of those of one moment the first one comes first. */
  readonly order: number;
  readonly run: () => void;
}

/**
 * Time that passes only when nothing is left to do. Between two steps everything
 * that waits for a promise is done, so that what happens depends on nothing else.
 */
export class VirtualTime {
  /** Milliseconds since the epoch. */
  now = 1_800_000_000_000;
  #order = 0;
  /** A binary heap: nothing comes before what is at half its index. */
  readonly #steps: Step[] = [];

  /** Runs something after `ms`. */
  after(ms: number, run: () => void): void {
    const step = { at: this.now + ms, order: this.#order++, run };
    const steps = this.#steps;
    let index = steps.length;
    steps.push(step);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(step, steps[parent] as Step)) break;
      steps[index] = steps[parent] as Step;
      index = parent;
    }
    steps[index] = step;
  }

  /** Lets `ms` pass. */
  async pass(ms: number): Promise<void> {
    const end = this.now + ms;
    await settle();
    for (let next = this.#steps[0]; next; next = this.#steps[0]) {
      if (next.at > end) break;
      this.#removeFirst();
      this.now = next.at;
      next.run();
      await settle();
    }
    this.now = end;
  }

  #removeFirst(): void {
    const steps = this.#steps;
    const last = steps.pop();
    if (last === undefined || steps.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      const [left, right] = [steps[child], steps[child + 1]];
      if (left === undefined) break;
      if (right !== undefined && isBefore(right, left)) child += 1;
      if (!isBefore(steps[child] as Step, last)) break;
      steps[index] = steps[child] as Step;
      index = child;
    }
    steps[index] = last;
  }
}

function isBefore(a: Step, b: Step): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

/** Resolves when all that waits for promises is done. */
function settle(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
