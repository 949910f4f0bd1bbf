import type { Bytes } from "../../../../lib/bytes.ts";
import { utf8 } from "../../../../lib/bytes.ts";
import { FakeLog } from "../../../../lib/lab/fake_log.ts";
import { roomKeysOf } from "../../../../lib/sealed/room_secret.ts";
import { openEnvelope } from "../../../../lib/sealed/envelope.ts";
import type { SealedKind } from "../../../../lib/sealed/room_secret.ts";
import { assert, assertEquals } from "../../../support/assert.ts";
import { type Person, World } from "../../support/world.ts";
import { HostileServer } from "./hostile_server.ts";

/** Requests that a member may send in a minute in which nobody says anything. */
const CALM = 80;

const KINDS: readonly SealedKind[] = [
  "group info",
  "commit",
  "message",
  "room name",
  "member name",
];

/** People, and a server that lies. */
export class HostileWorld extends World {
  override readonly server = new HostileServer(this.clock);

  /** A log of a room that somebody is shown from now on instead of the real one. */
  fakeLog(victim: Person, room: number): FakeLog {
    const base = this.server.house.rooms.get(room)?.seq ?? 0;
    return new FakeLog(this.server, victim, { room, base });
  }

  /** That somebody asks for little while nobody says anything. */
  async isCalm(person: Person, ms = 60_000, most = CALM): Promise<void> {
    const who = person.fingerprint.toHex();
    const count = (): number =>
      this.server.sent.filter((one) => one.who === who).length;
    const before = count();
    await this.pass(ms);
    const minutes = Math.max(1, ms / 60_000);
    const sent = this.server.sent.filter((one) => one.who === who)
      .slice(before).map(({ message }) => message.kind);
    assert(
      sent.length <= most * minutes,
      `${sent.length} requests, such as ${sent.slice(-20)}`,
    );
  }

  /**
   * That nothing that was sent has these texts, and that nothing the server saw is
   * the secret of any group.
   */
  async isSecret(texts: readonly string[]): Promise<void> {
    const groups = new Set<string>();
    const blobs: Bytes[] = [];
    for (const { message } of this.server.sent) {
      for (const value of Object.values(message)) {
        if (typeof value === "string") {
          for (const text of texts) assert(!value.includes(text), text);
        }
        if (value instanceof Uint8Array) blobs.push(value as Bytes);
      }
      if ("group" in message) groups.add(message.group.toHex());
    }
    for (const blob of blobs) {
      const hex = blob.toHex();
      for (const text of texts) assert(!hex.includes(utf8(text).toHex()), text);
    }
    const candidates = new Set(
      blobs.filter(({ length }) => length === 32).map((blob) => blob.toHex()),
    );
    for (const candidate of candidates) {
      const keys = await roomKeysOf(Uint8Array.fromHex(candidate));
      assert(!groups.has(keys.roomId.toHex()), "it is the secret of a group");
      for (const kind of KINDS) {
        for (const blob of blobs.slice(-20)) {
          assertEquals(await openEnvelope(keys, kind, blob), undefined);
        }
      }
    }
  }
}
