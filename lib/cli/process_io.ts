import { type Bytes, utf8 } from "../bytes.ts";
import type { Io } from "./io.ts";
import { writeLines } from "./line_chunks.ts";
import { SecretLine } from "./secret_line.ts";

/** Longest answer we read, in bytes. */
const MAX_ANSWER_BYTES = 4096;

/**
 * The real process. A reader that left (`chat id | head -1`) is not an error:
 * what is written to it is lost.
 *
 * @param signal Aborted when the process is asked to end.
 */
export function processIo(signal: AbortSignal): Io {
  const stdinIsTerminal = Deno.stdin.isTerminal();
  const { log, flush } = backgroundLog((bytes) => Deno.stderr.write(bytes));
  return {
    signal,
    stdinIsTerminal,
    stdoutIsTerminal: Deno.stdout.isTerminal(),
    out: (line) => writeAll(Deno.stdout, `${line}\n`),
    outAll: (lines) =>
      writeLines((bytes) => Deno.stdout.write(bytes), lines, signal),
    err: (line) => writeAll(Deno.stderr, `${line}\n`, { loudly: false }),
    log,
    flush,
    errorColumns,
    env: (name) => Deno.env.get(name),
    async ask(question, options): Promise<string | undefined> {
      if (!stdinIsTerminal || signal.aborted) return undefined;
      return options?.secret
        ? await readSecret(question, signal)
        : await readAnswer(question, signal);
    },
  };
}

function errorColumns(): number | undefined {
  try {
    const columns = Deno.stderr.isTerminal() ? Deno.consoleSize().columns : 0;
    return columns > 0 ? columns : undefined;
  } catch {
    return undefined; // a terminal without a size
  }
}

/** Reads a line as the terminal shows and edits it. */
async function readAnswer(
  question: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  writeAll(Deno.stderr, `${question} `);
  const bytes: number[] = [];
  while (bytes.length < MAX_ANSWER_BYTES) {
    const byte = (await readByte(signal))?.[0];
    if (byte === undefined) return undefined;
    if (byte === 0x0a) break;
    bytes.push(byte);
  }
  return new TextDecoder().decode(Uint8Array.from(bytes)).trim();
}

/** Reads a line in raw mode, so that the terminal shows nothing. */
async function readSecret(
  question: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  using terminal = new DisposableStack();
  Deno.stdin.setRaw(true); // before the question: who answers at once is fast
  terminal.defer(() => {
    Deno.stdin.setRaw(false);
    writeAll(Deno.stderr, "\n"); // the one that Enter did not show
  });
  writeAll(Deno.stderr, `${question} `);
  const line = new SecretLine();
  while (true) {
    const byte = await readByte(signal);
    if (byte === undefined) return undefined;
    const state = line.feed(byte);
    if (state !== "typing") return state === "entered" ? line.text : undefined;
  }
}

/**
 * One byte at a time: what follows the answer belongs to whoever reads next.
 * `undefined` at the end of the input or when `signal` is aborted.
 */
async function readByte(signal: AbortSignal): Promise<Bytes | undefined> {
  const { promise: aborted, resolve } = Promise.withResolvers<null>();
  const stop = (): void => resolve(null);
  signal.addEventListener("abort", stop, { once: true });
  try {
    const byte = new Uint8Array(1);
    const length = await Promise.race([Deno.stdin.read(byte), aborted]);
    return length === 1 ? byte : undefined;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function writeAll(
  stream: { writeSync(bytes: Uint8Array): number },
  text: string,
  options: { readonly loudly: boolean } = { loudly: true },
): void {
  try {
    for (let rest = utf8(text); rest.length > 0;) {
      rest = rest.subarray(stream.writeSync(rest));
    }
  } catch (error) {
    // Nobody reads it, or the disk is full: a remark is not worth dying for.
    if (!options.loudly || error instanceof Deno.errors.BrokenPipe) return;
    throw error;
  }
}

/** How long the last lines may take to be written, in milliseconds. */
const FLUSH_MS = 1_000;

/** Lines that may wait to be written; those beyond are dropped. */
const MAX_WAITING_LINES = 64;

/**
 * A log that holds nobody up: lines are written one after another when the
 * stream takes them.
 */
export function backgroundLog(
  write: (bytes: Bytes) => Promise<number>,
): Pick<Io, "log" | "flush"> {
  let waiting = 0;
  let last = Promise.resolve();
  const writeLine = async (line: string): Promise<void> => {
    try {
      for (let rest = utf8(`${line}\n`); rest.length > 0;) {
        rest = rest.subarray(await write(rest));
      }
    } catch {
      // The same.
    }
    waiting -= 1;
  };
  return {
    log(line): void {
      if (waiting >= MAX_WAITING_LINES) return;
      waiting += 1;
      last = last.then(() => writeLine(line));
    },
    async flush(): Promise<void> {
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, FLUSH_MS);
      await Promise.race([last, late]);
      clearTimeout(timer);
    },
  };
}
