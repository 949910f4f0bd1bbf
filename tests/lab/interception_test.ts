import { concat, utf8 } from "../../lib/bytes.ts";
import { fingerprintBytes } from "../../lib/identity/fingerprint.ts";
import { generateIdentity } from "../../lib/identity/identity.ts";
import { examine } from "../../lib/lab/interception/anonymous.ts";
import { asks } from "../../lib/lab/interception/first_visit.ts";
import type { Person } from "../../lib/lab/laboratory.ts";
import { startClientHandshake } from "../../lib/channel/client_handshake.ts";
import { assert, assertEquals } from "../support/assert.ts";

const identity = await generateIdentity();
const ALICE: Person = {
  name: "Alice",
  identity,
  pkcs8: new Uint8Array(48),
  keyFile: "",
};
const { frame: HELLO } = await startClientHandshake();

Deno.test("examine() finds a ClientHello and nobody in it", () => {
  const { isHelloAlone, found } = examine(HELLO, ALICE);
  assertEquals({ isHelloAlone, found }, { isHelloAlone: true, found: [] });
});

Deno.test("examine() notices one byte more, or less, or none at all", () => {
  for (
    const sent of [
      concat(HELLO, new Uint8Array(1)),
      HELLO.slice(0, -1),
      concat(HELLO, HELLO),
      new Uint8Array(0),
    ]
  ) assertEquals(examine(sent, ALICE).isHelloAlone, false);
});

const TRACES = {
  "the name": utf8("xxalicexx"),
  "the public key": identity.publicKey,
  "the fingerprint": fingerprintBytes(identity.fingerprint),
  "the fingerprint as text": utf8(identity.fingerprint),
};

for (const [what, bytes] of Object.entries(TRACES)) {
  Deno.test(`examine() finds ${what}`, () => {
    const { found } = examine(concat(HELLO, bytes), ALICE);
    assert(found.includes(what), found.join());
  });
}

const SCREEN = "SHA256:abc\n  one two\nPaste the fingerprint, or answer";

Deno.test("asks() holds when fingerprint, words and question are shown", () => {
  assert(asks(SCREEN, ["SHA256:abc", "one two"]).held);
});

for (const missing of ["SHA256:abc", "one two", "Paste the fingerprint"]) {
  Deno.test(`asks() does not hold without "${missing}"`, () => {
    const screen = SCREEN.replace(missing, "");
    assert(!asks(screen, ["SHA256:abc", "one two"]).held);
  });
}
