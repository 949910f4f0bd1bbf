import { fingerprintBytes } from "../../lib/identity/fingerprint.ts";
import {
  generateIdentity,
  type Identity,
} from "../../lib/identity/identity.ts";
import { createHouse } from "../../lib/room/furnish.ts";
import type { House } from "../../lib/room/house.ts";
import { sanctionKey } from "../../lib/room/rights.ts";
import { fingerprintText } from "../../lib/room/subject.ts";
import { Door } from "../../server/door.ts";
import { developmentIdentity } from "../support/development.ts";
import { assertEquals } from "../support/assert.ts";
import { houseSettings } from "../room/driver.ts";

const NOBODY = { has: () => false };
const AT = { address: "192.0.2.1", at: 1_000 };

function ban(house: House, subject: string, until: number | null): void {
  const sanction = { kind: "ban", subject, name: "", by: "op", at: 1 } as const;
  house.sanctions.set(sanctionKey("ban", subject), { ...sanction, until });
}

function subjectOf({ fingerprint }: Identity): string {
  return fingerprintText(fingerprintBytes(fingerprint));
}

Deno.test("Door.refuse() lets anybody in without a list, and only the listed with one", async () => {
  const house = createHouse(houseSettings());
  const peer = await generateIdentity();
  assertEquals(new Door(house, undefined).refuse(peer, AT), undefined);
  const door = new Door(house, NOBODY);
  assertEquals(door.refuse(peer, AT)?.alert, "not_authorized");
  house.admitted.add(fingerprintBytes(peer.fingerprint).toHex());
  assertEquals(door.refuse(peer, AT), undefined);
});

Deno.test("Door.refuse() lets a stranger show an invitation while one is open", async () => {
  const house = createHouse(houseSettings());
  const door = new Door(house, NOBODY);
  const peer = await generateIdentity();
  house.settings.history.invite({
    digest: new Uint8Array(32),
    by: "op",
    at: 1,
    until: 2_000,
  });
  assertEquals(door.refuse(peer, AT), undefined);
  assertEquals(door.isAdmitted(peer), false);
  assertEquals(
    door.refuse(peer, { ...AT, at: 2_000 })?.alert,
    "not_authorized",
  );
});

Deno.test("Door.refuse() keeps out banned identities and addresses, and says until when", async () => {
  const house = createHouse(houseSettings());
  const door = new Door(house, undefined);
  const peer = await generateIdentity();
  ban(house, subjectOf(peer), Date.UTC(2026, 0, 2, 3, 4));
  assertEquals(door.refuse(peer, AT), {
    alert: "banned",
    reason: "You are banned until 2026-01-02 03:04 UTC",
  });
  const other = await generateIdentity();
  assertEquals(door.refuse(other, AT), undefined);
  ban(house, AT.address, null);
  assertEquals(door.refuse(other, AT)?.reason, "You are banned");
});

Deno.test("Door.refuse() lets the public identities come from this machine only", async () => {
  const door = new Door(createHouse(houseSettings()), undefined);
  const peer = await developmentIdentity("alice.pem");
  assertEquals(door.refuse(peer, AT)?.alert, "development_identity");
  assertEquals(
    door.refuse(peer, { ...AT, address: "127.0.0.1" }),
    undefined,
  );
});
