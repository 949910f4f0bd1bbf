import { destination } from "../../lib/cli/destination.ts";
import { assertEquals, assertStringIncludes } from "../support/assert.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import { TestIo } from "../support/test_io.ts";
import { temporaryFolder } from "../support/tools.ts";

const SECRET = "AAAAAAAAAAAAAAAAAAAAAA";
const LINK = `chat://host:1/#invite=${SECRET}`;

Deno.test("destination() is what was given, and asks nobody", async () => {
  const io = new TestIo({ answers: ["elsewhere"] });
  const { host, port } = await destination("host:1", io);
  assertEquals([host, port], ["host", 1]);
  assertEquals([io.questions, io.stderr], [[], []]);
});

Deno.test("destination() asks whoever is at the terminal when nothing was given", async () => {
  const io = new TestIo({ answers: [` ${LINK} `] });
  const { host, invitation } = await destination(undefined, io);
  assertEquals([host, invitation?.length], ["host", 16]);
  assertEquals(io.questions, ["Address, or chat:// link:"]);
  assertEquals(io.stderr, []);
});

Deno.test("destination() says that a secret was seen, and does not show it again", async () => {
  const io = new TestIo({ answers: [] });
  const { invitation } = await destination(LINK, io);
  assertEquals(invitation?.length, 16);
  const [remark = "", ...others] = io.stderr;
  assertStringIncludes(remark, "run `chat connect` alone");
  assertEquals([others, remark.includes(SECRET)], [[], false]);
});

Deno.test("destination() says the same of the key of a sealed room", async () => {
  const io = new TestIo({ answers: [] });
  const key = "B".repeat(42) + "A";
  const target = await destination(`chat://host:1/plans#key=${key}`, io);
  assertEquals([target.room, target.key?.length], ["plans", 32]);
  assertStringIncludes(io.stderr[0] ?? "", "run `chat connect` alone");
  assertEquals(io.stderr.join().includes(key), false);
});

Deno.test("destination() reads the link of a file that nobody else may read", async () => {
  await using folder = await temporaryFolder();
  const linkFile = `${folder.path}/link`;
  await Deno.writeTextFile(linkFile, `${LINK}\r\n`, { mode: 0o600 });
  const io = new TestIo();
  const { host, invitation } = await destination(undefined, io, { linkFile });
  assertEquals([host, invitation?.length], ["host", 16]);
  assertEquals(io.stderr, []); // nobody has seen it
  await assertRefusesLater(
    "CHAT_USAGE",
    () => destination("host:1", io, { linkFile }),
    "--link-file says where to",
  );
});

for (
  const [who, io] of [
    ["nobody can be asked", new TestIo()],
    ["nothing is answered", new TestIo({ answers: [""] })],
    ["the input ends", new TestIo({ answers: [] })],
  ] as const
) {
  Deno.test(`destination() throws CHAT_USAGE when ${who}`, async () => {
    await assertRefusesLater(
      "CHAT_USAGE",
      () => destination(undefined, io),
      "missing HOST",
    );
  });
}
