import { type Bytes, concat, utf8 } from "../../lib/bytes.ts";
import { KeyLogger } from "../../lib/channel/key_log.ts";
import { RecordSealer } from "../../lib/channel/record_sealer.ts";
import { trafficKey } from "../../lib/channel/traffic_key.ts";
import { Child } from "../../lib/lab/child.ts";
import { enters, sees } from "../../lib/lab/events.ts";
import { Laboratory } from "../../lib/lab/laboratory.ts";
import { pcapng } from "../../lib/lab/pcapng.ts";
import { type Direction, Recording } from "../../lib/lab/recording.ts";
import { encodeFrame } from "../../lib/wire/frame.ts";
import { encodeMessage, MESSAGE_TYPES } from "../../lib/wire/message.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { soon } from "../support/program.ts";

const root = `${import.meta.dirname}/../..`;
const random = new Uint8Array(32).fill(0xab);
const secret = (byte: number): Bytes => new Uint8Array(32).fill(byte);
const data = (payload: Bytes): Bytes =>
  encodeMessage(MESSAGE_TYPES.data, payload);
const KEY_UPDATE = encodeMessage(MESSAGE_TYPES.keyUpdate, new Uint8Array(0));

test("contrib/chat1.lua names frames and shows the fields of greetings, however they are cut", async () => {
  await using lab = new Laboratory({ signal: soon(), short: true });
  const { file } = await madeUpSession(lab);
  const shown = await tshark(file, ["chat1.kind", "chat1.random"]);
  assertEquals(shown.map(([kind]) => kind), [
    "ClientHello",
    "ServerHello",
    "ServerAuth, sealed",
    "ClientAuth, sealed",
    "READY, sealed",
    "Record",
    "Record",
    "Record",
  ]);
  assertEquals(shown[0]?.[1], random.toHex());
});

test("contrib/chat1.lua shows the sizes of what is sealed, and nothing of what is in it", async () => {
  await using lab = new Laboratory({ signal: soon(), short: true });
  const { file } = await madeUpSession(lab);
  const shown = await tshark(file, ["chat1.padded", "chat1.payload"]);
  assertEquals(shown.map(([padded]) => padded), [
    "",
    "",
    "256",
    "256",
    "256",
    "256",
    "10240",
    "256",
  ]);
  assert(shown.every(([, payload]) => payload === ""));
});

test("contrib/chat1.lua opens records with a key log, over updates of keys", async () => {
  await using lab = new Laboratory({ signal: soon(), short: true });
  const { file, keys } = await madeUpSession(lab);
  const shown = await tshark(file, ["chat1.epoch", "chat1.payload"], keys);
  assertEquals(shown.slice(5), [
    ["0", `${utf8("first").toHex()},${utf8("with it").toHex()}`],
    ["0", utf8("x".repeat(10_000)).toHex()],
    ["1", utf8("under the next key").toHex()],
  ]);
});

test("chat connect with a key log lets contrib/chat1.lua read what it said, and says so loudly", async () => {
  await using lab = new Laboratory({ signal: soon(), short: true });
  const server = await lab.serve(["--no-history"]);
  const relay = lab.relay(server.port);
  const person = await lab.person("alice");
  const keys = lab.path("keys");
  const alice = lab.start(
    new Child(Deno.execPath(), [
      "run",
      "--quiet",
      "--no-prompt",
      "--permission-set=chat",
      "mod.ts",
      "connect",
      "--json",
      "--no-state",
      "--i-know-this-breaks-encryption",
      "--name=alice",
      `--identity=${person.keyFile}`,
      `--pin=${server.owner.identity.fingerprint}`,
      `127.0.0.1:${relay.port}`,
    ], {
      name: "alice",
      cwd: root,
      env: {
        CHAT_KEYLOG: keys,
        XDG_CONFIG_HOME: lab.path("home"),
        XDG_STATE_HOME: lab.path("home"),
      },
    }),
  );
  await enters(alice, lab.signal);
  const { text } = await sees(alice, { event: "notice" }, lab.signal);
  assert(String(text).startsWith("WARNING: the keys"));
  await alice.type("may be read by whoever has the keys");
  await sees(alice, { event: "said", seq: 1 }, lab.signal);
  await alice.endInput();
  assertEquals(await alice.exit(lab.signal), 0);
  assert(
    alice.stderr.lines.some((line) => line.startsWith("WARNING: the keys")),
  );
  await relay.recordings[0]?.ended;
  const file = await lab.file("real.pcapng", pcapng(lab.relays, Date.now()));
  const hex = utf8("may be read by whoever has the keys").toHex();
  const shown = await tshark(file, ["chat1.payload"], keys);
  assertEquals(shown.filter(([payload]) => payload?.includes(hex)).length, 2);
});

/** A session of which we know all, in captures that end in odd places. */
async function madeUpSession(
  lab: Laboratory,
): Promise<{ file: string; keys: string }> {
  const lines: string[] = [];
  const logger = new KeyLogger((line) => lines.push(line), random);
  const up = await sealer(0x11, logger);
  const handshake = await sealer(0x22, logger, "CHAT1_CLIENT_HANDSHAKE");
  const other = await sealer(0x33); // whose keys are not in the log
  const auth = encodeMessage(MESSAGE_TYPES.clientAuth, new Uint8Array(128));
  const frames: (readonly [Direction, Bytes])[] = [
    ["up", encodeFrame(clientHello())],
    ["down", encodeFrame(encodeMessage(0x02, new Uint8Array(1152)))],
    ["down", await other.seal(auth)],
    ["up", await handshake.seal(auth)],
    ["down", await (await sealer(0x44)).seal(data(random))],
    ["up", await up.seal(concat(data(utf8("first")), data(utf8("with it"))))],
    ["up", await up.seal(concat(data(utf8("x".repeat(10_000))), KEY_UPDATE))],
  ];
  await up.update();
  frames.push(["up", await up.seal(data(utf8("under the next key")))]);
  const recording = new Recording();
  for (const [at, [direction, frame]] of frames.entries()) {
    for (
      const bytes of [frame.slice(0, 3), frame.slice(3, 200), frame.slice(200)]
    ) {
      recording.add({ direction, at, bytes });
    }
  }
  recording.end();
  const relays = [{ port: 7878, recordings: [recording] }];
  return {
    file: await lab.file("made_up.pcapng", pcapng(relays, 1e12)),
    keys: await lab.file("keys", `${lines.join("\n")}\n`),
  };
}

function clientHello(): Bytes {
  const { clientHello } = MESSAGE_TYPES;
  const rest = new Uint8Array(32 + 1184);
  const greeting = concat(utf8("chat"), Uint8Array.of(1), random, rest);
  return encodeMessage(clientHello, greeting);
}

async function sealer(
  byte: number,
  logger?: KeyLogger,
  label: Parameters<KeyLogger["of"]>[0] = "CHAT1_CLIENT_TRAFFIC",
): Promise<RecordSealer> {
  return new RecordSealer(await trafficKey(secret(byte), logger?.of(label)));
}

/** Fields of each packet in which frames of chat/1 end, as tshark has them. */
async function tshark(
  file: string,
  fields: readonly string[],
  keys = "",
): Promise<string[][]> {
  const { code, stdout, stderr } = await new Deno.Command("tshark", {
    args: [
      ...["-X", `lua_script:${root}/contrib/chat1.lua`],
      ...["-o", `chat1.keylog:${keys}`],
      ...["-r", file, "-Y", "chat1.kind"],
      ...["-T", "fields", "-E", "separator=|"],
      ...fields.flatMap((field) => ["-e", field]),
    ],
  }).output();
  const decoder = new TextDecoder();
  const complaints = decoder.decode(stderr).match(/.*lua.*/gi);
  assertEquals([code, complaints], [0, null]);
  return decoder.decode(stdout).trimEnd().split("\n")
    .map((line) => line.split("|"));
}

/** Runs where tshark is at hand, and says so where not. */
function test(name: string, fn: () => Promise<void>): void {
  if (hasTshark()) Deno.test(name, fn);
  else Deno.test({ name: `${name} (needs tshark)`, ignore: true, fn });
}

function hasTshark(): boolean {
  try {
    return new Deno.Command("tshark", { args: ["--version"] }).outputSync()
      .success;
  } catch {
    return false;
  }
}
