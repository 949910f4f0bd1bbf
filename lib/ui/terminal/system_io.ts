import { type Bytes, utf8 } from "../../bytes.ts";
import {
  capabilitiesOf,
  TERMINAL_VARIABLES,
  type TerminalEnvironment,
} from "./capabilities.ts";
import { Keyboard } from "./keyboard.ts";
import type {
  Input,
  PlainIo,
  TerminalEvent,
  TerminalIo,
  Timer,
} from "./terminal_io.ts";

const READ_BYTES = 65_536;
/** What a terminal without a size of its own is taken for. */
const DEFAULT_SIZE = { columns: 80, rows: 24 };

/**
 * The terminal this process runs in. Its input is read from the first question
 * on, so construct it once and use it for everything.
 *
 * A read that is under way keeps the process alive: end it with `Deno.exit`.
 */
export function systemTerminal(): TerminalIo {
  const timer = systemTimer();
  const input = systemInput();
  return {
    ...timer,
    capabilities: capabilitiesOf(terminalEnvironment()),
    keyboard: new Keyboard({ ...timer, ...input }),
    async write(text): Promise<boolean> {
      try {
        await writeAll(Deno.stdout, utf8(text));
        return true;
      } catch {
        return false; // hung up (EIO)
      }
    },
    writeSync(text): void {
      try {
        Deno.stdout.writeSync(utf8(text));
      } catch {
        // The terminal is gone, and with it what had to be put right.
      }
    },
    size,
    setRaw(raw): void {
      try {
        Deno.stdin.setRaw(raw);
      } catch {
        // The same.
      }
    },
    watch,
  };
}

/** The standard streams of this process, when they are taken for no terminal. */
export function systemPlain(): PlainIo {
  return {
    ...systemTimer(),
    ...systemInput(),
    async out(text): Promise<boolean> {
      return await whileRead(writeAll(Deno.stdout, utf8(text)));
    },
    async err(text): Promise<void> {
      await whileRead(writeAll(Deno.stderr, utf8(text)));
    },
    columns(stream): number | undefined {
      const { [stream]: file } = { out: Deno.stdout, err: Deno.stderr };
      return file.isTerminal() ? size().columns : undefined;
    },
  };
}

/** The environment variables that tell what a terminal can do. */
export function terminalEnvironment(): TerminalEnvironment {
  return Object.fromEntries(
    TERMINAL_VARIABLES.map((name) => [name, Deno.env.get(name)])
      .filter(([, value]) => value !== undefined),
  );
}

function systemInput(): Input {
  let reading: Promise<Bytes | null> | undefined;
  return {
    async read(signal): Promise<Bytes | null | undefined> {
      reading ??= readSome();
      const bytes = await unlessAborted(reading, signal);
      if (bytes !== undefined) reading = undefined; // else the next call's
      return bytes;
    },
  };
}

async function readSome(): Promise<Bytes | null> {
  const buffer = new Uint8Array(READ_BYTES);
  try {
    const length = await Deno.stdin.read(buffer);
    return length === null ? null : buffer.slice(0, length);
  } catch {
    return null; // the terminal was hung up (EIO)
  }
}

async function unlessAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal,
): Promise<T | undefined> {
  if (signal.aborted) return undefined;
  const { promise: aborted, resolve } = Promise.withResolvers<undefined>();
  const stop = (): void => resolve(undefined);
  signal.addEventListener("abort", stop);
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function systemTimer(): Timer {
  return {
    now: () => Date.now(),
    delay(ms, signal): Promise<void> {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(done, ms);
      function done(): void {
        clearTimeout(timer);
        signal?.removeEventListener("abort", done);
        resolve();
      }
      if (signal?.aborted) done();
      else signal?.addEventListener("abort", done);
      return promise;
    },
  };
}

async function writeAll(
  stream: { write(bytes: Bytes): Promise<number> },
  bytes: Bytes,
): Promise<void> {
  for (let rest = bytes; rest.length > 0;) {
    rest = rest.subarray(await stream.write(rest));
  }
}

/** @returns `false` when the reader of a pipe is gone. */
async function whileRead(writing: Promise<void>): Promise<boolean> {
  try {
    await writing;
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) return false;
    throw error;
  }
}

function size(): { columns: number; rows: number } {
  try {
    const { columns, rows } = Deno.consoleSize();
    return columns > 0 && rows > 0 ? { columns, rows } : DEFAULT_SIZE;
  } catch {
    return DEFAULT_SIZE;
  }
}

function watch(listener: (event: TerminalEvent) => void): Disposable {
  const stack = new DisposableStack();
  const onSignal = (signal: Deno.Signal, event: TerminalEvent): void => {
    const handler = (): void => listener(event);
    Deno.addSignalListener(signal, handler);
    stack.defer(() => Deno.removeSignalListener(signal, handler));
  };
  if (Deno.build.os !== "windows") {
    onSignal("SIGWINCH", "resized");
    onSignal("SIGCONT", "continued");
    onSignal("SIGHUP", "hung_up");
  }
  const dying = (): void => listener("dying");
  for (const name of ["unload", "error", "unhandledrejection"]) {
    globalThis.addEventListener(name, dying);
    stack.defer(() => globalThis.removeEventListener(name, dying));
  }
  return stack;
}
