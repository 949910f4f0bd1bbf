import type { Needle } from "../../lib/lab/needles.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { filesOf } from "../support/files_of.ts";
import { GlassServer } from "../support/glass_server.ts";
import { scan } from "../support/needle_scan.ts";
import { temporaryHome } from "../support/program.ts";
import { liveSealed } from "../support/sealed_life.ts";

Deno.test("a house, its hall and its history are never given anything of a sealed room", async () => {
  await using home = await temporaryHome();
  using server = new GlassServer(`${home.path}/data`);
  await using life = await liveSealed((who) => server.enter(who));
  const looks = {
    seen: (needles: readonly Needle[]) => scan(server.seen, needles),
    memory: (needles: readonly Needle[]) => scan(server.memory, needles),
    disk: (needles: readonly Needle[]) => scan(filesOf(home.path), needles),
  };
  for (const [place, look] of Object.entries(looks)) {
    assertEquals(look(life.needles), [], place);
  }
  // Whatever was there would have been found: once as a text, once as a topic.
  assert(looks.seen(life.open).length > 0);
  assert(looks.disk(life.open).length > 0);
  const { room } = await life.member.client.join("plain");
  await life.member.client.title(life.secret.toBase64(), room);
  for (const [place, look] of Object.entries(looks)) {
    const found = look(life.needles).filter((one) =>
      one.startsWith("the room secret (base64")
    );
    assert(found.length > 0, place);
  }
});
