import { linkReader, linksFor } from "../../lib/cli/room_links.ts";
import { fingerprintFromBytes } from "../../lib/identity/fingerprint.ts";
import { makeLink, parseTarget } from "../../lib/identity/target.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { assertRefuses } from "../support/refusal.ts";

const [here, next, other] = [1, 2, 3].map((byte) =>
  fingerprintFromBytes(new Uint8Array(32).fill(byte))
) as [ReturnType<typeof fingerprintFromBytes>, never, never];
const address = { host: "host", port: 1 };
const key = new Uint8Array(32).fill(0x5a);
const read = linkReader(address, here, next);

Deno.test("linksFor() makes links with the secrets there are", () => {
  const link = linksFor(address, here);
  assertEquals(parseTarget(link()), { ...address, pins: [here] });
  const invitation = new Uint8Array(16).fill(9);
  const room = { name: "plans & more", key };
  assertEquals(parseTarget(link({ invitation, room })), {
    ...address,
    pins: [here],
    invitation,
    room: room.name,
    key,
  });
});

Deno.test("linkReader() takes links of this server, however it is reached", () => {
  const plans = { name: "plans", key };
  const room = { room: "plans", key };
  for (const pins of [[here], [next], [other, here], []]) {
    assertEquals(read(makeLink({ ...address, pins, ...room })), plans);
  }
  const elsewhere = { host: "192.0.2.1", port: 9 };
  assertEquals(read(makeLink({ ...elsewhere, pins: [here], ...room })), plans);
});

Deno.test("linkReader() refuses links of other servers and of no sealed room, and quotes none", () => {
  const room = { room: "plans", key };
  const elsewhere = { host: "192.0.2.1", port: 9 };
  const refused: readonly (readonly [string, string])[] = [
    [
      makeLink({ ...address, pins: [other], ...room }),
      "another key than this server has, at the same address",
    ],
    [
      makeLink({ ...elsewhere, pins: [other], ...room }),
      "another server, 192.0.2.1:9",
    ],
    [makeLink({ ...elsewhere, pins: [], ...room }), "server, 192.0.2.1:9"],
    [
      makeLink({ ...address, pins: [here], room: "dev" }),
      "key of a sealed room",
    ],
    [makeLink({ ...address, pins: [here] }), "key of a sealed room"],
    [`${makeLink({ ...address, pins: [here], ...room })}x`, "Cannot"],
    ["plans", "Cannot"],
  ];
  for (const [link, found] of refused) {
    const { message, hint } = assertRefuses(
      "CHAT_ADDRESS_INVALID",
      () => read(link),
      found,
    );
    assert(!`${message} ${hint}`.includes("WlpaWl"), message);
  }
});
