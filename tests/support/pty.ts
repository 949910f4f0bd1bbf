import { VirtualScreen } from "./virtual_screen.ts";

/** Time that anything may take to show, in milliseconds. */
const PATIENCE_MS = 20_000;
const root = `${import.meta.dirname}/../..`;

/** The real `chat` at a real terminal (by `script`), with a person before it. */
export class Pty implements AsyncDisposable {
  readonly screen: VirtualScreen;
  /** Called with all rows after each change of what is shown. */
  onShown: (rows: readonly string[]) => void = () => {};
  readonly #process: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reading: Promise<void>;
  readonly #waiting = new Set<() => void>();

  /** @param args What `chat` is started with; no word may need quoting. */
  constructor(home: string, args: readonly string[]) {
    const size = { columns: 100, rows: 30 };
    this.screen = new VirtualScreen(size);
    const command = [
      ...[Deno.execPath(), "run", "--quiet", "--no-check", "--allow-all"],
      ...[`${root}/mod.ts`, ...args],
    ].join(" ");
    const { rows, columns } = size;
    this.#process = new Deno.Command("script", {
      args: [
        "-qefc",
        `stty rows ${rows} cols ${columns}; exec ${command}`,
        "/dev/null",
      ],
      env: {
        ...{ XDG_CONFIG_HOME: home, XDG_STATE_HOME: home },
        ...{ TERM: "xterm-256color", NO_COLOR: "1", TZ: "UTC" },
      },
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#input = this.#process.stdin.getWriter();
    this.#reading = this.#read();
  }

  /** Types text; `\r` is the key for enter. */
  async type(text: string): Promise<void> {
    await this.#input.write(new TextEncoder().encode(text));
  }

  /** Waits until the screen is as wanted, and fails with what it shows. */
  async until(is: (rows: readonly string[]) => boolean): Promise<void> {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      this.#waiting.forEach((resolve) => resolve());
    }, PATIENCE_MS);
    try {
      while (!is(this.screen.rows)) {
        if (isLate) throw new Error(this.screen.rows.join("\n"));
        const { promise, resolve } = Promise.withResolvers<void>();
        this.#waiting.add(resolve);
        await promise;
        this.#waiting.delete(resolve);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** Waits until a row has this in it. */
  async shows(text: string | RegExp): Promise<void> {
    const pattern = typeof text === "string"
      ? RegExp(RegExp.escape(text))
      : text;
    await this.until((rows) => rows.some((row) => pattern.test(row)));
  }

  /** Exit status, once it has ended. */
  async ended(): Promise<number> {
    const { code } = await this.#process.status;
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#process.kill("SIGTERM");
    } catch {
      // It has ended by itself.
    }
    await this.#process.status;
    await this.#reading;
    await this.#input.close().catch(() => {});
    this.screen[Symbol.dispose]();
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    for await (const bytes of this.#process.stdout) {
      await this.screen.write(decoder.decode(bytes, { stream: true }));
      this.onShown(this.screen.rows);
      this.#waiting.forEach((resolve) => resolve());
    }
  }
}
