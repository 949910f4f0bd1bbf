import { ChatError } from "../../lib/errors.ts";
import { generateIdentity } from "../../lib/identity/identity.ts";
import type { AccessList } from "../../lib/identity/access_list.ts";
import { MemoryHistory } from "../../lib/store/memory_history.ts";
import { assertEquals, assertRejects } from "../support/assert.ts";
import { Follower, served } from "../support/served.ts";

const NOBODY: AccessList = { has: () => false };

/** The code with which something is refused. */
async function codeOf(run: () => Promise<unknown>): Promise<string> {
  return (await assertRejects(run, ChatError)).code;
}

Deno.test("serve() keeps out who is banned, also after a restart, until that is lifted", async () => {
  const history = new MemoryHistory({ keepLast: 100 });
  const identity = await generateIdentity();
  const server = { history, identity: await generateIdentity() };
  {
    await using first = await served(server);
    const operator = await first.server.console("operator");
    const client = await first.join("alice");
    const alice = new Follower(client);
    await client.say("good morning");
    await alice.said("good morning"); // it follows the lobby by now
    const bob = new Follower(await first.join("bob", { identity }));
    await operator.moderate("ban", "bob", 3_600);
    assertEquals((await bob.ended)?.code, "CHAT_BANNED");
    await alice.until((event) =>
      event.kind === "left" && event.name === "bob" && event.why === "banned"
    );
    const again = (): Promise<unknown> => first.join("bob", { identity });
    assertEquals(await codeOf(again), "CHAT_BANNED");
  }
  await using second = await served(server);
  const again = (): Promise<unknown> => second.join("bob", { identity });
  assertEquals(await codeOf(again), "CHAT_BANNED");
  const operator = await second.server.console("operator");
  const [ban] = await operator.bans();
  assertEquals([ban?.subject, ban?.name], [identity.fingerprint, "bob"]);
  await operator.moderate("unban", identity.fingerprint);
  await again();
});

Deno.test("serve() keeps out everybody at an address that is banned, but operators", async () => {
  await using room = await served();
  const console = await room.server.console("operator");
  const carol = await room.join("carol");
  await console.moderate("op", "carol");
  const alice = new Follower(await room.join("alice"));
  await console.moderate("ban", "127.0.0.1");
  assertEquals((await alice.ended)?.code, "CHAT_BANNED");
  assertEquals(await codeOf(() => room.join("dave")), "CHAT_BANNED");
  await carol.say("still here");
  await carol.moderate("unban", "127.0.0.1");
  await room.join("dave");
});

Deno.test("serve() tells those it mutes, refuses what they say, and lets them speak again", async () => {
  await using room = await served();
  const operator = await room.server.console("operator");
  const bob = await room.join("bob");
  const seen = new Follower(bob);
  await bob.say("good morning");
  await seen.said("good morning"); // it follows the lobby by now
  await operator.moderate("mute", "bob");
  await seen.until((event) =>
    event.kind === "standing" && event.standing === "muted"
  );
  assertEquals(await codeOf(() => bob.say("hello")), "CHAT_MUTED");
  assertEquals(
    await codeOf(() => bob.moderate("unmute", "bob")),
    "CHAT_FORBIDDEN",
  );
  await operator.moderate("unmute", "bob");
  await seen.until((event) =>
    event.kind === "standing" && event.standing === "member"
  );
  await bob.say("thanks");
});

Deno.test("serve() admits one more to a closed server with an invitation", async () => {
  await using room = await served({ authorized: NOBODY });
  const operator = await room.server.console("operator");
  const { secret } = await operator.invite(3_600);
  const second = await operator.invite(3_600); // so that it looks at the first
  const identity = await generateIdentity();
  const stranger = (): Promise<unknown> => room.join("mallory");
  assertEquals(await codeOf(stranger), "CHAT_NOT_AUTHORIZED");
  const alice = await room.join("alice", { identity, invitation: secret });
  const late = (): Promise<unknown> =>
    room.join("mallory", { invitation: secret });
  assertEquals(await codeOf(late), "CHAT_INVITATION_INVALID");
  await alice.close();
  await room.join("alice", { identity });
  await room.join("bob", { invitation: second.secret });
});
