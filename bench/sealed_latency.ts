// deno-lint-ignore-file no-console -- it prints its results
/** How long a message takes to be shown to another, sealed and in the open. */
import { connect } from "../client.ts";
import type { Fingerprint } from "../lib/identity/fingerprint.ts";
import { generateIdentity } from "../lib/identity/identity.ts";
import type { Conversation } from "../lib/room/conversation.ts";
import { quantile } from "./member.ts";
import { table } from "./stats.ts";

/** Messages of either kind, one at a time and in turn. */
const MESSAGES = 500;
/** The first ones, which are not counted. */
const WARM_UP = 50;

/** Tells when somebody is shown a text, or a change of keys. */
class Watch {
  readonly #waiting = new Map<string, () => void>();

  constructor({ events }: Conversation) {
    void (async (): Promise<void> => {
      for await (const event of events) {
        const what = event.kind === "said"
          ? event.text
          : "change" in event
          ? event.change.kind
          : "";
        this.#waiting.get(what)?.();
      }
    })();
  }

  async shows(what: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.set(what, resolve);
    await promise;
    this.#waiting.delete(what);
  }
}

const server = new Deno.Command(Deno.execPath(), {
  args: [
    ...["run", "--allow-net=127.0.0.1"],
    ...[new URL("./fanout_server.ts", import.meta.url).href, "ours"],
  ],
  stdout: "piped",
}).spawn();
try {
  const reader = server.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { port, fingerprint } = JSON.parse((await reader.read()).value ?? "");
  const enter = async (name: string): Promise<Conversation> =>
    await connect({
      ...{ host: "127.0.0.1", port, name },
      identity: await generateIdentity(),
      pins: [fingerprint as Fingerprint],
    });
  const [alice, bob] = [await enter("alice"), await enter("bob")];
  const watch = new Watch(bob);
  new Watch(alice);
  const { room } = await alice.sealed.create("plans");
  const isIn = watch.shows("entered");
  await bob.sealed.join("plans", alice.sealed.secret(room) as never);
  await isIn;
  const taken: Record<string, number[]> = { open: [], sealed: [] };
  for (let i = 0; i < MESSAGES; i++) {
    for (const kind of ["open", "sealed"]) {
      const text = `${kind} ${i} `.padEnd(40, "x");
      const isShown = watch.shows(text);
      const start = performance.now();
      await Promise.all([alice.say(text, kind === "open" ? 0 : room), isShown]);
      if (i >= WARM_UP) taken[kind]?.push(performance.now() - start);
    }
  }
  console.log(table(
    [`${MESSAGES - WARM_UP} messages of 40 B, ms`, "median", "p99"],
    Object.entries(taken).map(([kind, all]) => [
      `${kind} room`,
      ...[0.5, 0.99].map((part) => quantile(all, part).toFixed(2)),
    ]),
  ));
} finally {
  server.kill();
  await server.status;
}
Deno.exit(0);
