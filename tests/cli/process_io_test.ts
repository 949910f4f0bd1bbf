// `processIo` needs a process: with pipes, and with a terminal that
// util-linux's `script` provides.
import { backgroundLog } from "../../lib/cli/process_io.ts";
import { assert, assertEquals, assertMatch } from "../support/assert.ts";
import { Deadline } from "../support/deadline.ts";
import { temporaryFolder, testWith } from "../support/tools.ts";

const here = (path: string): string => new URL(path, import.meta.url).pathname;
const command = [
  Deno.execPath(),
  ..."run --quiet --no-lock --no-prompt -RWE --allow-sys=uid".split(" "),
  `--config=${here("../../deno.json")}`,
  here("./id_program.ts"),
];

/** The program in a terminal of its own. */
class Terminal implements AsyncDisposable {
  /** Everything the terminal showed so far. */
  shown = "";
  readonly #process: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #output: ReadableStreamDefaultReader<string>;

  constructor(args: readonly string[], folder: string) {
    const line = [...command, ...args].map((word) => `'${word}'`).join(" ");
    this.#process = new Deno.Command("script", {
      args: ["--quiet", "--return", "--command", line, "/dev/null"],
      env: { XDG_CONFIG_HOME: folder, SHELL: "/bin/sh" },
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#input = this.#process.stdin.getWriter();
    this.#output = this.#process.stdout
      .pipeThrough(new TextDecoderStream()).getReader();
  }

  /** Waits until the terminal has shown `text`, then types `keys`. */
  async answer(text: string, keys: string): Promise<void> {
    const from = this.shown.length;
    while (!this.shown.slice(from).includes(text)) await this.#read(text);
    await this.#input.write(new TextEncoder().encode(keys));
  }

  /** Waits for the end and returns the exit status. */
  async end(): Promise<number> {
    while (await this.#read());
    return (await this.#process.status).code;
  }

  async #read(expected?: string): Promise<boolean> {
    const { value, done } = await this.#output.read();
    if (done && expected !== undefined) {
      throw new Error(`no "${expected}" in ${JSON.stringify(this.shown)}`);
    }
    this.shown += value ?? "";
    return !done;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#input.close().catch(() => {}); // may have ended already
    await this.#output.cancel();
    await this.#process.status;
  }
}

testWith(
  ["script"],
  "processIo().ask() shows nothing of a secret",
  async () => {
    await using folder = await temporaryFolder();
    {
      await using terminal = new Terminal(["id", "--passphrase"], folder.path);
      await terminal.answer("New passphrase:", "hunteX\x7f2\r");
      await terminal.answer("The same again:", "hunte2\r");
      assertEquals(await terminal.end(), 0);
      assertMatch(terminal.shown, /Fingerprint: SHA256:/);
      assertEquals(/h?unte|\*/.test(terminal.shown), false, terminal.shown);
    }
    await using terminal = new Terminal(["id"], folder.path);
    await terminal.answer("Passphrase of", "wrong\r");
    await terminal.answer("Passphrase of", "hunte2\r");
    assertEquals(await terminal.end(), 0);
    assertMatch(terminal.shown, /That is not it, try again/);
    assertEquals(/wrong|hunte/.test(terminal.shown), false, terminal.shown);
  },
);

testWith(
  ["script"],
  "processIo().ask() ends at Ctrl-C and gives the terminal back",
  async () => {
    await using folder = await temporaryFolder();
    await using terminal = new Terminal(["id", "--passphrase"], folder.path);
    await terminal.answer("New passphrase:", "secret\x03");
    assertEquals(await terminal.end(), 1);
    assertMatch(terminal.shown, /none was entered \[CHAT_PASSPHRASE\]\r\n/);
    assertEquals(await Array.fromAsync(Deno.readDir(folder.path)), []);
  },
);

Deno.test("processIo() asks nobody without a terminal", async () => {
  await using folder = await temporaryFolder();
  const child = start(["id", "--passphrase"], folder.path);
  const { code, stderr, stdout } = await child.output();
  assertEquals(code, 1);
  assertMatch(new TextDecoder().decode(stderr), /nobody can be asked/);
  assertEquals(stdout.length, 0);
});

Deno.test("processIo() keeps what was asked for apart from the rest", async () => {
  await using folder = await temporaryFolder();
  const { stdout, stderr } = await start(["id"], folder.path).output();
  assertMatch(new TextDecoder().decode(stdout), /^Fingerprint: .*\n.*\n.*\n$/);
  assertMatch(new TextDecoder().decode(stderr), /^Created your identity in /);
});

Deno.test("processIo() does not mind a reader that left", async () => {
  await using folder = await temporaryFolder();
  const child = start(["id"], folder.path);
  await child.stdout.cancel();
  const [{ code }, stderr] = await Promise.all([
    child.status,
    new Response(child.stderr).text(),
  ]);
  assertEquals(code, 0, stderr);
  assert(!stderr.includes("error"), stderr);
});

function start(args: readonly string[], folder: string): Deno.ChildProcess {
  const [program = "", ...rest] = command;
  return new Deno.Command(program, {
    args: [...rest, ...args],
    env: { XDG_CONFIG_HOME: folder },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

Deno.test("backgroundLog() drops lines that wait for a stuck reader, and never throws", async () => {
  const written: string[] = [];
  const { promise: stuck, resolve: read } = Promise.withResolvers<void>();
  const { log, flush } = backgroundLog(async (bytes) => {
    await stuck;
    written.push(new TextDecoder().decode(bytes));
    return bytes.length;
  });
  for (let i = 0; i < 1_000; i++) log(`line ${i}`);
  read();
  await flush();
  assertEquals(written.length, 64);
  const broken = backgroundLog(() => Promise.reject(new Error("disk full")));
  broken.log("lost");
  await broken.flush();
});

Deno.test("backgroundLog() does not wait for ever for a stuck reader when flushed", async () => {
  using deadline = new Deadline(1_000);
  const { log, flush } = backgroundLog(() => new Promise(() => {}));
  log("never written");
  const flushed = flush();
  await deadline.runOut();
  await flushed;
});
