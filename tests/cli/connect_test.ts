import type {
  App,
  JoinedRoom,
  JoinRequest,
  OpenSealing,
  SealingRequest,
} from "../../lib/cli/app.ts";
import { connectCommand } from "../../lib/cli/connect.ts";
import { parseCommand } from "../../lib/cli/parse_command.ts";
import { ChatError } from "../../lib/errors.ts";
import { generateIdentity } from "../../lib/identity/identity.ts";
import { makeLink } from "../../lib/identity/target.ts";
import { NoSealing } from "../../lib/member/no_sealing.ts";
import type { SealingMaker } from "../../lib/member/sealing.ts";
import type { Member } from "../../lib/protocol/entry.ts";
import { assert, assertEquals, assertRejects } from "../support/assert.ts";
import { FakeConversation } from "../support/fake_conversation.ts";
import { temporaryHome } from "../support/program.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import { TestIo } from "../support/test_io.ts";

const server = await generateIdentity();
const secret = new Uint8Array(16).fill(7);
const target = { host: "192.0.2.1", port: 7_878, pins: [server.fingerprint] };

const MAKER: SealingMaker = (host) => new NoSealing(host);

/** A server that lets everybody in and knows no rooms. */
class Hall {
  readonly conversation = new FakeConversation();
  readonly requests: JoinRequest[] = [];
  readonly sealings: SealingRequest[] = [];
  sealingsClosed = 0;
  /** Whether another process has the sealed rooms. */
  inUse = false;
  readonly io: TestIo;

  constructor(home: string) {
    this.io = new TestIo({
      env: { XDG_CONFIG_HOME: home, XDG_STATE_HOME: home },
    });
    const what = "Cannot join: there is no such room";
    this.conversation.refuse(new ChatError("CHAT_NO_SUCH_ROOM", what));
  }

  /** Runs `chat connect` to where it wants to enter a room, in vain. */
  async connect(...argv: readonly string[]): Promise<void> {
    const connect = (request: JoinRequest): Promise<JoinedRoom> => {
      this.requests.push(request);
      request.onStep("verified");
      const about = { server, motd: "", present: 1 };
      return Promise.resolve(Object.assign(this.conversation, about));
    };
    const openSealing = (request: SealingRequest): Promise<OpenSealing> => {
      this.sealings.push(request);
      if (this.inUse) {
        const what = "Cannot open sealed rooms: another process uses them";
        return Promise.reject(new ChatError("CHAT_DEVICE_IN_USE", what));
      }
      return Promise.resolve({
        maker: MAKER,
        [Symbol.dispose]: (): void => void (this.sealingsClosed += 1),
      });
    };
    const app = { connect, openSealing } as unknown as App;
    const command = connectCommand(app);
    const { args, options } = parseCommand(command, argv);
    const running = command.run(args, options as never, this.io);
    const error = await assertRejects(() => running, ChatError);
    assertEquals(error.code, "CHAT_NO_SUCH_ROOM");
    assertEquals(this.conversation.closed, 1);
  }
}

Deno.test("chat connect enters the room of --room, or else of the link", async () => {
  await using home = await temporaryHome();
  const link = makeLink({ ...target, room: "dev" });
  const [one, two] = [new Hall(home.path), new Hall(home.path)];
  await one.connect(link);
  assertEquals(one.conversation.asked, ["join dev"]);
  await two.connect(link, "--room", "other");
  assertEquals(two.conversation.asked, ["join other"]);
});

Deno.test("chat connect redeems the invitation of a link, and shows it nowhere", async () => {
  await using home = await temporaryHome();
  const hall = new Hall(home.path);
  await hall.connect(makeLink({ ...target, room: "dev", invitation: secret }));
  assertEquals(hall.requests[0]?.invitation, secret);
  const written = secret.toBase64({ alphabet: "base64url" }).slice(0, 22);
  const printed = [...hall.io.stdout, ...hall.io.stderr].join("\n");
  assert(printed.includes("192.0.2.1") && !printed.includes(written), printed);
});

Deno.test("chat connect keeps what is not sent on the disk, unless --no-state", async () => {
  await using home = await temporaryHome();
  const link = makeLink({ ...target, room: "dev" });
  const [kept, other] = [new Hall(home.path), new Hall(home.path)];
  await other.connect(link, "--no-state");
  assertEquals(other.requests[0]?.state, undefined);
  const folder = `${home.path}/chat/devices`;
  await assertRejects(() => Deno.stat(folder), Deno.errors.NotFound);
  await kept.connect(link);
  assertEquals(kept.requests[0]?.state?.device.length, 16);
  assert((await Deno.stat(folder)).isDirectory);
});

Deno.test("chat connect says what waits on the disk when it cannot connect", async () => {
  await using home = await temporaryHome();
  const io = new TestIo({
    env: { XDG_CONFIG_HOME: home.path, XDG_STATE_HOME: home.path },
  });
  const connect = ({ state }: JoinRequest): Promise<JoinedRoom> => {
    const message = { kind: "say", room: 0, text: "hi", at: 0 } as const;
    state?.keep({ ...message, number: 1, failed: null, hidden: false });
    const what = "Cannot connect to 192.0.2.1: refused";
    return Promise.reject(new ChatError("CHAT_UNREACHABLE", what));
  };
  const openSealing = (): Promise<OpenSealing> =>
    Promise.resolve({ maker: MAKER, [Symbol.dispose]: (): void => {} });
  const command = connectCommand({ connect, openSealing } as unknown as App);
  const { args, options } = parseCommand(command, [makeLink(target)]);
  await assertRefusesLater(
    "CHAT_UNREACHABLE",
    () => command.run(args, options as never, io),
    "refused; 1 message waits on this machine",
  );
});

Deno.test("chat connect refuses a direct room before it connects", async () => {
  const command = connectCommand({} as unknown as App);
  const argv = ["192.0.2.1", "--room", "@gina"];
  const { args, options } = parseCommand(command, argv);
  const io = new TestIo();
  await assertRefusesLater(
    "CHAT_USAGE",
    () => command.run(args, options as never, io),
    'Cannot join room "@gina"',
  );
  assertEquals(io.stderr, []);
});

Deno.test("chat connect opens the sealed rooms beside the rest, and closes them", async () => {
  await using home = await temporaryHome();
  const hall = new Hall(home.path);
  const link = makeLink({ ...target, room: "dev" });
  await hall.connect(link, "--sealed-name", "Ally");
  const [sealing] = hall.sealings;
  const [request] = hall.requests;
  assertEquals(hall.sealings.length, 1);
  assertEquals(request?.sealing, MAKER);
  assertEquals(sealing?.device, request?.state?.device);
  assert(sealing?.directory?.startsWith(`${home.path}/chat/devices/`));
  assertEquals(sealing?.name, "Ally");
  assertEquals(sealing?.trust(hall.conversation.self), "unverified");
  assertEquals(hall.sealingsClosed, 1);
});

Deno.test("chat connect keeps sealed rooms in memory with --no-state", async () => {
  await using home = await temporaryHome();
  const hall = new Hall(home.path);
  await hall.connect(makeLink({ ...target, room: "dev" }), "--no-state");
  assertEquals(hall.sealings[0]?.directory, undefined);
  assertEquals(hall.sealings[0]?.name, undefined);
  assertEquals(hall.sealings[0]?.device.length, 16);
});

Deno.test("chat connect makes a sealed room that this device knows none of that name", async () => {
  await using home = await temporaryHome();
  const hall = new Hall(home.path);
  hall.conversation.who = (): Promise<readonly Member[]> => Promise.resolve([]);
  await hall.connect(makeLink(target), "--room", "plans", "--sealed");
  assertEquals(hall.conversation.asked, ["seal plans"]);
});

Deno.test("chat connect joins the sealed room of a link, whose key it shows nowhere", async () => {
  await using home = await temporaryHome();
  const hall = new Hall(home.path);
  const key = new Uint8Array(32).fill(0x5a);
  const file = `${home.path}/link`;
  await Deno.writeTextFile(
    file,
    `${makeLink({ ...target, room: "plans", key })}\n`,
    { mode: 0o600 },
  );
  await hall.connect("--link-file", file);
  assertEquals(hall.conversation.asked, [`join &plans ${key.toHex()}`]);
  const printed = [...hall.io.stdout, ...hall.io.stderr].join("\n");
  assert(!printed.includes("WlpaWl"), printed);
});

Deno.test("chat connect finds a place for a link before it connects, and saves none of an open room", async () => {
  await using home = await temporaryHome();
  const command = connectCommand({} as unknown as App);
  const file = `${home.path}/link`;
  await Deno.writeTextFile(file, "precious", { mode: 0o600 });
  for (
    const [code, ...argv] of [
      ["CHAT_USAGE", "--room", "dev"],
      ["CHAT_USAGE"],
      ["CHAT_FILE", "--room", "plans", "--sealed"],
    ] as const
  ) {
    const io = new TestIo();
    const all = [makeLink(target), ...argv, "--save-link", file];
    const { args, options } = parseCommand(command, all);
    const running = () => command.run(args, options as never, io);
    await assertRefusesLater(code, running, "Cannot save link");
    assertEquals(io.stderr, []);
  }
  assertEquals(await Deno.readTextFile(file), "precious");
});

Deno.test("chat connect goes on with open rooms when another process has the sealed ones", async () => {
  await using home = await temporaryHome();
  const hall = new Hall(home.path);
  hall.inUse = true;
  await hall.connect(makeLink({ ...target, room: "dev" }));
  assertEquals(hall.conversation.asked, ["join dev"]);
  assert(hall.requests[0]?.sealing !== MAKER);
  assert(
    hall.io.stderr.some((line) => line.startsWith("Another chat of yours")),
  );
});

Deno.test("chat connect does not go where only sealed rooms help when another process has them", async () => {
  await using home = await temporaryHome();
  const io = new TestIo({
    env: { XDG_CONFIG_HOME: home.path, XDG_STATE_HOME: home.path },
  });
  const openSealing = (): Promise<never> =>
    Promise.reject(new ChatError("CHAT_DEVICE_IN_USE", "Cannot open it"));
  const command = connectCommand({ openSealing } as unknown as App);
  const argv = [makeLink(target), "--room", "plans", "--sealed"];
  const { args, options } = parseCommand(command, argv);
  await assertRefusesLater(
    "CHAT_DEVICE_IN_USE",
    () => command.run(args, options as never, io),
  );
});

Deno.test("chat connect does not enter when it cannot read who is verified", async () => {
  await using home = await temporaryHome();
  await Deno.mkdir(`${home.path}/chat`);
  await Deno.writeTextFile(`${home.path}/chat/verified_identities`, "junk\n");
  const io = new TestIo({
    env: { XDG_CONFIG_HOME: home.path, XDG_STATE_HOME: home.path },
  });
  const command = connectCommand({} as unknown as App);
  const { args, options } = parseCommand(command, [makeLink(target)]);
  await assertRefusesLater(
    "CHAT_VERIFIED_DAMAGED",
    () => command.run(args, options as never, io),
  );
});
