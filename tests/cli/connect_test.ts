import type { App, JoinedRoom, JoinRequest } from "../../lib/cli/app.ts";
import { connectCommand } from "../../lib/cli/connect.ts";
import { parseCommand } from "../../lib/cli/parse_command.ts";
import { ChatError } from "../../lib/errors.ts";
import { generateIdentity } from "../../lib/identity/identity.ts";
import { makeLink } from "../../lib/identity/target.ts";
import { assert, assertEquals, assertRejects } from "../support/assert.ts";
import { FakeConversation } from "../support/fake_conversation.ts";
import { temporaryHome } from "../support/program.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import { TestIo } from "../support/test_io.ts";

const server = await generateIdentity();
const secret = new Uint8Array(16).fill(7);
const target = { host: "192.0.2.1", port: 7_878, pins: [server.fingerprint] };

/** A server that lets everybody in and knows no rooms. */
class Hall {
  readonly conversation = new FakeConversation();
  readonly requests: JoinRequest[] = [];
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
    const command = connectCommand({ connect } as unknown as App);
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
    state?.keep({ ...message, number: 1, failed: null });
    const what = "Cannot connect to 192.0.2.1: refused";
    return Promise.reject(new ChatError("CHAT_UNREACHABLE", what));
  };
  const command = connectCommand({ connect } as unknown as App);
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
