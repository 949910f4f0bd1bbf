import type { RangeResult, SeedRange } from "./schedule_worker.ts";

/** Schedules that a worker runs before it asks for more. */
const RANGE = 100;

/** How schedules are run. */
export interface SchedulesOptions extends SeedRange {
  readonly workers: number;
  /** Told of every range that is done. */
  readonly onRange: (result: RangeResult, done: number) => void;
}

/** Runs the schedules of all seeds from `first` to `last`. */
export async function runSchedules(options: SchedulesOptions): Promise<void> {
  const { first, last, workers, onRange } = options;
  let next = first;
  let done = 0;
  const work = async (): Promise<void> => {
    using worker = new Helper();
    while (next <= last) {
      const range = { first: next, last: Math.min(last, next + RANGE - 1) };
      next = range.last + 1;
      const result = await worker.run(range);
      done += range.last - range.first + 1;
      onRange(result, done);
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
}

class Helper implements Disposable {
  readonly #worker = new Worker(
    new URL("./schedule_worker.ts", import.meta.url),
    { type: "module" },
  );

  async run(range: SeedRange): Promise<RangeResult> {
    const { promise, resolve, reject } = Promise.withResolvers<RangeResult>();
    this.#worker.onmessage = ({ data }): void => resolve(data);
    this.#worker.onerror = ({ message }): void => reject(new Error(message));
    this.#worker.postMessage(range);
    return await promise;
  }

  [Symbol.dispose](): void {
    this.#worker.terminate();
  }
}
