import type { Fingerprint } from "../../lib/identity/fingerprint.ts";
import { makeLink } from "../../lib/identity/target.ts";
import {
  assert,
  assertEquals,
  assertStringIncludes,
} from "../support/assert.ts";
import { JsonProcess } from "../support/json_process.ts";
import { chat, chatServe, soon, temporaryHome } from "../support/program.ts";
import { overTcp, SealedMember } from "../support/sealed_member.ts";
import { linesOn } from "../support/sealed_lines.ts";

/** Nobody comes and goes so fast. */
const SERVE = ["--quiet", "--rate=1000"];

Deno.test("chat id rotate keeps sealed rooms, rooms of two, what was said there and what waits", async () => {
  await using home = await temporaryHome();
  const { path } = home;
  await using server = await chatServe(`${path}/server`, SERVE);
  const { port } = server;
  const pins = [server.fingerprint as Fingerprint];
  await using ada = await SealedMember.enter(
    overTcp(() => port, server.fingerprint as Fingerprint),
    { name: "ada", sealedName: "Ada" },
  );
  const { room } = await ada.client.sealed.create("plans");
  const key = ada.client.sealed.secret(room);
  assert(key !== undefined);
  const link = makeLink({ host: "127.0.0.1", port, pins, room: "plans", key });
  await Deno.writeTextFile(`${path}/link`, `${link}\n`, { mode: 0o600 });
  const enter = [`--link-file=${path}/link`, "--name=bob"];
  const known = [`127.0.0.1:${port}`, "--room=plans", "--sealed"];

  await using first = new JsonProcess(`${path}/bob`, enter);
  await first.says("with the old key");
  await ada.reads(room, "with the old key");
  const two = await ada.client.direct("bob");
  await ada.client.say("between us", two.room);
  await first.prints({ event: "said", room: "@ada", text: "between us" });
  await server.child[Symbol.asyncDispose]();
  await first.prints({ event: "connection", state: "lost" });
  await first.child.type("waits");
  await first.prints({ event: "outgoing", text: "waits" });
  await first.leaves();
  await using again = await chatServe(`${path}/server`, SERVE, { port });
  assertEquals(again.port, port);

  await using rotate = chat(`${path}/bob`, ["id", "rotate", "--json"]);
  assertEquals(await rotate.exit(soon()), 0);
  const { fingerprint: next } = JSON.parse(rotate.stdout.lines[0] ?? "");
  await using second = new JsonProcess(`${path}/bob`, known);
  await second.says("with the new one");
  for (const text of ["waits", "with the new one"]) await ada.reads(room, text);
  await ada.sees(room, "removed");
  const kinds = ada.changes(room).map(({ kind }) => kind);
  assertEquals(kinds, ["joined", "joined", "removed"]);
  await ada.client.say("welcome", room);
  await second.prints({ event: "said", room: "&plans", text: "welcome" });
  await ada.client.say("still between us", two.room);
  await second.prints({
    event: "said",
    room: "@ada",
    text: "still between us",
  });
  await ada.sees(two.room, "restarted");
  const remarks = second.child.stderr.lines.join("\n");
  assertStringIncludes(remarks, `You have a new key at 127.0.0.1:${port}`);
  assertEquals(/damage|now in/.test(remarks), false, remarks);
  assertEquals(second.events[0]?.["fingerprint"], next);
  await second.leaves();

  await using finish = chat(`${path}/bob`, ["id", "rotate", "--finish"]);
  assertEquals(await finish.exit(soon()), 0);
  await using third = new JsonProcess(`${path}/bob`, known);
  await third.says("and later");
  await ada.reads(room, "and later");
  await third.leaves();
  assertEquals(await linesOn(`${path}/bob`), {
    "plans": [
      "bob: with the old key",
      "bob: waits",
      "bob: with the new one",
      "Ada: welcome",
      "bob: and later",
    ],
    "": ["Ada: between us", "Ada: still between us"],
  });
});
