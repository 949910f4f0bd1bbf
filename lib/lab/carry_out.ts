import {
  DEFAULT_LIMIT_MS,
  type Experiment,
  type Outcome,
} from "./experiment.ts";
import { type CaptureSource, startCapture } from "./capture.ts";
import { Laboratory } from "./laboratory.ts";

/** What became of an experiment. */
export interface Result extends Outcome {
  readonly experiment: Experiment;
  readonly elapsedMs: number;
  /** The file of its packets, and where that is from. */
  readonly pcap?: { readonly path: string; readonly source: CaptureSource };
  /** Why it could not be carried out to its end, in words. */
  readonly failure?: string;
}

/** Whether it was carried out and everything that it claims held. */
export function held({ failure, verdicts }: Result): boolean {
  return failure === undefined && verdicts.length > 0 &&
    verdicts.every(({ held }) => held);
}

/**
 * Carries out one experiment; when this returns, whatever it started has ended.
 * An error within it is its failure.
 *
 * @param options `pcap`: a folder for a file of its packets, if it has any.
 * @throws The reason of `signal` when that is why it ended.
 */
export async function carryOut(
  experiment: Experiment,
  options: {
    readonly signal: AbortSignal;
    readonly short: boolean;
    readonly pcap?: string;
  },
): Promise<Result> {
  const limitMs = experiment.limitMs ?? DEFAULT_LIMIT_MS;
  const late = new AbortController();
  const timer = setTimeout(() => {
    late.abort(new Error(`Cannot end within ${limitMs / 1000} s`));
  }, limitMs);
  const began = performance.now();
  const result = (outcome: Outcome): Result => ({
    ...outcome,
    experiment,
    elapsedMs: performance.now() - began,
  });
  try {
    const signal = AbortSignal.any([options.signal, late.signal]);
    await using lab = new Laboratory({ signal, short: options.short });
    const { pcap } = options;
    const capture = pcap === undefined ? undefined : await startCapture(lab);
    const outcome = await orAborted(experiment.run(lab), signal);
    const path = `${pcap}/${experiment.name}.pcapng`;
    const source = await capture?.save(path);
    return {
      ...result(outcome),
      ...(source === undefined ? {} : { pcap: { path, source } }),
    };
  } catch (error) {
    options.signal.throwIfAborted();
    if (!(error instanceof Error)) throw error;
    const nothing = { steps: [], figures: [], verdicts: [] };
    return { ...result(nothing), failure: error.message };
  } finally {
    clearTimeout(timer);
  }
}

/** So that an experiment which forgets to look at its signal ends as well. */
async function orAborted<T>(
  work: Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", abort);
    work.catch(() => {}); // told already
  }
}
