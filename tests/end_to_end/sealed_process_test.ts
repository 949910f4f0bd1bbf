import type { Fingerprint } from "../../lib/identity/fingerprint.ts";
import { makeLink } from "../../lib/identity/target.ts";
import {
  assert,
  assertEquals,
  assertStringIncludes,
} from "../support/assert.ts";
import { JsonProcess } from "../support/json_process.ts";
import {
  chatServe,
  type ServeProcess,
  soon,
  temporaryHome,
} from "../support/program.ts";
import { overTcp, SealedMember } from "../support/sealed_member.ts";

/** A server, ada in a sealed room, and the file of its link. */
interface Plans extends AsyncDisposable {
  readonly server: ServeProcess;
  readonly ada: SealedMember;
  readonly room: number;
  readonly args: readonly string[];
  /** A folder for somebody. */
  home(name: string): string;
}

async function plans(): Promise<Plans> {
  await using cleanup = new AsyncDisposableStack();
  const { path } = cleanup.use(await temporaryHome());
  const server = cleanup.use(await chatServe(`${path}/server`, ["--quiet"]));
  const { port } = server;
  const pins = [server.fingerprint as Fingerprint];
  const ada = cleanup.use(
    await SealedMember.enter(
      overTcp(() => port, server.fingerprint as Fingerprint),
      { name: "ada", sealedName: "Ada" },
    ),
  );
  const { room } = await ada.client.sealed.create("plans");
  const key = ada.client.sealed.secret(room);
  assert(key !== undefined);
  const link = makeLink({ host: "127.0.0.1", port, pins, room: "plans", key });
  await Deno.writeTextFile(`${path}/link`, `${link}\n`, { mode: 0o600 });
  const kept = cleanup.move();
  return {
    ...{ server, ada, room, args: [`--link-file=${path}/link`] },
    home: (name) => `${path}/${name}`,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** What a program is told of keys that it cannot explain. */
function alarms({ events }: JsonProcess): readonly unknown[] {
  const names = ["missed", "changed", "sealed_unreadable", "sealed_missing"];
  return events.filter(({ event }) => names.includes(`${event}`));
}

Deno.test("chat connect --link-file joins a sealed room, and --sealed finds it again", async () => {
  await using scene = await plans();
  const { ada, room, args, server } = scene;
  const bob = ["--name=bob", "--sealed-name=Bob"];
  await using first = new JsonProcess(scene.home("bob"), [...args, ...bob]);
  await first.says("hello");
  await ada.reads(room, "hello");
  assertEquals(ada.said(room), ["Bob: hello"]);
  await ada.client.say("welcome", room);
  await first.prints({ event: "said", room: "&plans", name: "Ada" });
  assertEquals(await first.leaves(), 0);
  await ada.client.say("meanwhile", room);
  const again = [`127.0.0.1:${server.port}`, "--room=plans", "--sealed"];
  await using second = new JsonProcess(scene.home("bob"), again);
  await second.says("back");
  await ada.reads(room, "back");
  assertEquals(second.said("&plans"), ["Ada: meanwhile", "Bob: back"]);
  assertEquals(await second.leaves(), 0);
  const stranger = [...again, `--pin=${server.fingerprint}`, "--name=eve"];
  await using eve = new JsonProcess(scene.home("eve"), stranger);
  await eve.says("my own"); // a room of that name is not the room of that secret
  assertEquals(ada.said(room).includes("eve: my own"), false);
});

Deno.test("chat connect reads on in order after a server was killed, and after many changes of keys", async () => {
  await using scene = await plans();
  const { ada, room, args, server } = scene;
  const home = scene.home("bob");
  const enter = ["--name=bob", ...args];
  await using bob = new JsonProcess(home, enter);
  await bob.says("first");
  await server.child[Symbol.asyncDispose]();
  await bob.prints({ event: "connection", state: "lost" });
  await bob.child.type("waits");
  await using _again = await chatServe(scene.home("server"), ["--quiet"], {
    port: server.port,
  });
  await bob.prints({ event: "said", text: "waits" });
  await ada.reads(room, "waits");
  assertEquals(await bob.leaves(), 0);
  const texts: string[] = [];
  for (let i = 0; i < 8; i++) { // more epochs than messages open late in
    for (const text of [`${i}, first`, `${i}, second`]) {
      await ada.client.say(text, room);
      texts.push(`Ada: ${text}`);
    }
    await ada.client.sealed.rekey(room);
  }
  await using later = new JsonProcess(home, enter);
  await later.says("all read");
  assertEquals(later.said("&plans"), [...texts, "bob: all read"]);
  assertEquals([...alarms(bob), ...alarms(later)], []);
  assertEquals(await later.leaves(), 0);
});

Deno.test("chat connect tells of a restored backup, takes fresh keys, and talks on", async () => {
  await using scene = await plans();
  const { ada, room, args } = scene;
  const [home, backup] = [scene.home("bob"), scene.home("backup")];
  const enter = ["--name=bob", ...args];
  await using first = new JsonProcess(home, enter);
  await first.says("one");
  assertEquals(await first.leaves(), 0);
  await copy(home, backup);
  await using second = new JsonProcess(home, enter);
  await second.says("two");
  await ada.client.sealed.rekey(room);
  await second.says("three");
  assertEquals(await second.leaves(), 0);
  await Deno.remove(home, { recursive: true });
  await copy(backup, home);
  await using restored = new JsonProcess(home, enter);
  await restored.says("four");
  await ada.reads(room, "four");
  const reasons = alarms(restored).map((event) =>
    (event as { reason?: string }).reason
  );
  assert(reasons.includes("own_state_old"), `${reasons}`);
  await ada.sees(room, "rejoined");
  assertEquals(ada.said(room).map((line) => line.split(": ")[1]), [
    ...["one", "two", "three", "four"],
  ]);
  assertEquals(
    ada.changes(room).filter(({ kind }) => kind === "unreadable"),
    [],
  );
});

Deno.test("chat connect leaves a sealed room to another process of the same identity", async () => {
  await using scene = await plans();
  const { ada, room, args, server } = scene;
  const enter = ["--name=bob", ...args];
  await using first = new JsonProcess(scene.home("bob"), enter);
  await first.says("mine");
  await using second = new JsonProcess(scene.home("bob"), enter);
  assertEquals(await second.child.exit(soon()), 1);
  assertStringIncludes(
    second.child.stderr.lines.join("\n"),
    "CHAT_DEVICE_IN_USE",
  );
  const where = `127.0.0.1:${server.port}`;
  await using open = new JsonProcess(scene.home("bob"), [where]);
  await open.says("in the open");
  await first.says("still mine");
  await ada.reads(room, "still mine");
  assertEquals(alarms(first), []);
});

/** Copies a folder, with the times of its files as a backup has them. */
async function copy(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { mode: 0o700 });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    const [source, target] = [`${from}/${name}`, `${to}/${name}`];
    if (isDirectory) await copy(source, target);
    else await Deno.copyFile(source, target);
  }
}
