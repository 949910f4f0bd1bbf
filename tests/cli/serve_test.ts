import type { App, HostRequest, StatusRequest } from "../../lib/cli/app.ts";
import { parseCommand } from "../../lib/cli/parse_command.ts";
import { serveCommand } from "../../lib/cli/serve.ts";
import { ChatError } from "../../lib/errors.ts";
import { MemoryHistory } from "../../lib/store/memory_history.ts";
import {
  assert,
  assertEquals,
  assertStringIncludes,
} from "../support/assert.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import { TestIo } from "../support/test_io.ts";
import { temporaryFolder } from "../support/tools.ts";

/** A fake of everything that `chat serve` starts; keeps what it was told. */
class FakeApp implements App {
  readonly steps: string[] = [];
  request: HostRequest | undefined;
  statusRequest: StatusRequest | undefined;
  readonly #onServe: (request: HostRequest) => void;

  constructor(onServe: (request: HostRequest) => void) {
    this.#onServe = onServe;
  }

  connect(): never {
    throw new Error("nobody connects");
  }

  inspect(): never {
    throw new Error("nobody looks");
  }

  handOver(): never {
    throw new Error("nobody rotates");
  }

  openSealing(): never {
    throw new Error("nobody seals");
  }

  bequeath(): never {
    throw new Error("nobody has another key");
  }

  serve(request: HostRequest): ReturnType<App["serve"]> {
    this.request = request;
    const { steps } = this;
    let state: "serving" | "draining" = "serving";
    queueMicrotask(() => this.#onServe(request));
    return {
      host: "127.0.0.1",
      port: 7878,
      console: () => Promise.reject(new Error("there is no console")),
      authorize: () => {},
      status: () => ({
        state,
        connections: { established: 1, halfOpen: 0 },
        members: 2,
        rooms: 1,
        waitingBytes: 0,
        laggingReaders: 0,
        historyBytes: request.history.bytes,
      }),
      close({ restart }: { restart?: boolean } = {}): Promise<void> {
        state = "draining";
        const rooms = [...request.history.rooms()].length;
        steps.push(`close server, ${rooms} room, restart ${restart}`);
        return Promise.resolve();
      },
    };
  }

  status(request: StatusRequest): ReturnType<App["status"]> {
    this.statusRequest = request;
    this.steps.push("open status");
    return {
      host: request.host,
      port: 9464,
      [Symbol.asyncDispose]: (): Promise<void> => {
        this.steps.push(`close status, ${request.health()}`);
        return Promise.resolve();
      },
    };
  }
}

/** Runs `chat serve` until it has served `during`. */
async function run(
  args: readonly string[],
  during: (request: HostRequest) => void = () => {},
): Promise<{ readonly app: FakeApp; readonly io: TestIo }> {
  await using folder = await temporaryFolder();
  const stop = new AbortController();
  const app = new FakeApp((request) => {
    during(request);
    stop.abort();
  });
  const io = new TestIo({
    signal: stop.signal,
    env: { XDG_CONFIG_HOME: folder.path, XDG_STATE_HOME: folder.path },
  });
  const command = serveCommand(app);
  const parsed = parseCommand(command, args);
  await command.run(parsed.args, parsed.options, io);
  return { app, io };
}

const OWNER = `SHA256:${"A".repeat(43)}`;

Deno.test("chat serve hands the server what its options say", async () => {
  const { app } = await run([
    "--no-history",
    "--history=7",
    "--retention=1",
    `--owner=${OWNER}`,
  ]);
  const { request } = app;
  assert(request?.history instanceof MemoryHistory);
  assertEquals(request.newcomerLines, 7);
  assertEquals(request.retention.maxAgeMs, 86_400_000);
  assertEquals(request.owners.map(String), [OWNER]);
  assertEquals([request.meter, app.statusRequest], [undefined, undefined]);
});

Deno.test("chat serve closes the server before its history", async () => {
  const { app } = await run([]);
  assertEquals(app.steps, ["close server, 1 room, restart true"]);
  const { history } = app.request ?? {};
  assert(history !== undefined);
  let closed = false;
  try {
    history.room(0);
  } catch {
    closed = true;
  }
  assert(closed, "the history is still open");
});

Deno.test("chat serve --metrics answers until the server is closed", async () => {
  const { app } = await run(["--no-history", "--metrics=127.0.0.1:0"]);
  assertEquals(app.steps, [
    "open status",
    "close server, 1 room, restart true",
    "close status, draining",
  ]);
  const { statusRequest } = app;
  assertEquals(
    [statusRequest?.host, statusRequest?.port, statusRequest?.anywhere],
    ["127.0.0.1", 0, false],
  );
  app.request?.meter?.accepted(3);
  statusRequest?.onDelay(1);
  const text = await statusRequest?.metrics() ?? "";
  assertStringIncludes(text, 'chat_messages_total{result="accepted"} 3\n');
  assertStringIncludes(text, "chat_event_loop_delay_seconds_count 1\n");
  assertStringIncludes(text, "chat_members 2\n");
});

Deno.test("chat serve hands out no link before --metrics is granted", async () => {
  const told: string[] = [];
  await assertRefusesLater("CHAT_USAGE", async () => {
    const app = new FakeApp(() => {});
    app.status = (): never => {
      throw new ChatError("CHAT_USAGE", "Cannot listen: others reach it");
    };
    await using folder = await temporaryFolder();
    const io = new TestIo({
      env: { XDG_CONFIG_HOME: folder.path, XDG_STATE_HOME: folder.path },
    });
    const command = serveCommand(app);
    const argv = ["--no-history", "--metrics=0.0.0.0:9464"];
    const { args, options } = parseCommand(command, argv);
    try {
      await command.run(args, options, io);
    } finally {
      told.push(...io.stdout, ...app.steps);
    }
  });
  assertEquals(told, ["close server, 1 room, restart false"]);
});

Deno.test("chat serve --log json writes nothing else to standard error", async () => {
  const { io } = await run(
    ["--no-history", "--log=json", "--metrics=[::1]:0"],
    ({ onFailure, onEvent }) => {
      onFailure({
        address: "192.0.2.1",
        code: "CHAT_NOT_AUTHORIZED",
        message: "no",
      });
      const who = { name: "alice", fingerprint: new Uint8Array(32) };
      onEvent({ kind: "entered", ...who, address: "::1" });
    },
  );
  const [created = "", ...lines] = io.stderr;
  assertStringIncludes(created, "Created your identity"); // before it serves
  const events = lines.map((line) => JSON.parse(line));
  assertEquals(events.map(({ event }) => event), [
    "listening",
    "status_listening",
    "connection_failed",
    "entered",
    "draining",
    "stopped",
  ]);
  const { event: _, level, time, ...listening } = events[0];
  assertEquals(level, "info");
  assert(Math.abs(Date.parse(time) - Date.now()) < 60_000);
  assertEquals(Object.keys(listening), [
    "host",
    "port",
    "fingerprint",
    "keys",
  ]);
  assertEquals(events[4].members, 2);
});

Deno.test("chat serve --show-ciphertext asks for sealed messages, and tells each", async () => {
  const relay = ({ onEvent }: HostRequest): void =>
    onEvent({
      kind: "relayed",
      ...{ group: "0a1b2c3d", seq: 7, bytes: 294, start: "ff00" },
    });
  const { app, io } = await run(
    ["--no-history", "--show-ciphertext"],
    relay,
  );
  assertEquals(app.request?.showCiphertext, true);
  const line = "Relayed 294 sealed bytes (0a1b2c3d, entry 7): ff00";
  assert(io.stderr.includes(line), io.stderr.join("\n"));
  const { app: plain } = await run(["--no-history"]);
  assertEquals(plain.request?.showCiphertext, false);
});

Deno.test("chat serve refuses options that mean nothing, before it starts", async () => {
  const refused = [
    ["CHAT_USAGE", "--log=xml"],
    ["CHAT_USAGE", "--metrics=127.0.0.1"],
    ["CHAT_ADDRESS_INVALID", "--metrics=127.0.0.1:99999"],
    ["CHAT_FINGERPRINT_INVALID", "--owner=alice"],
    ["CHAT_USAGE", "--history=1001"],
    ["CHAT_USAGE", "--quota=3"],
    ["CHAT_USAGE", "--retention=0"],
  ] as const;
  for (const [code, option] of refused) {
    await assertRefusesLater(
      code,
      () => run([option], () => assert(false, "it served")),
    );
  }
});
