import { utf8 } from "../../lib/bytes.ts";
import { bcryptPbkdf } from "../../lib/crypto/bcrypt_pbkdf.ts";
import { pbkdf2 } from "../../lib/crypto/pbkdf2.ts";
import { assertEquals, assertThrows } from "../support/assert.ts";

// https://www.rfc-editor.org/rfc/rfc7914#section-11
const PBKDF2_VECTORS = [
  {
    passphrase: "passwd",
    salt: "salt",
    iterations: 1,
    key:
      "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783",
  },
  {
    passphrase: "Password",
    salt: "NaCl",
    iterations: 80_000,
    key:
      "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56a1d425a1225833549adb841b51c9b3176a272bdebba1d078478f62b397f33c8d",
  },
];

for (const { passphrase, salt, iterations, key } of PBKDF2_VECTORS) {
  Deno.test(`pbkdf2() agrees with RFC 7914 for ${iterations} iterations`, async () => {
    const options = { salt: utf8(salt), iterations };
    const length = key.length / 2;
    assertEquals(
      (await pbkdf2(utf8(passphrase), length, options)).toHex(),
      key,
    );
  });
}

Deno.test("bcryptPbkdf() agrees with OpenBSD's regression test", () => {
  // OpenBSD, src/regress/lib/libutil/bcrypt_pbkdf
  const options = { salt: utf8("salt"), rounds: 4 };
  assertEquals(
    bcryptPbkdf(utf8("password"), 32, options).toHex(),
    "5bbf0cc293587f1c3635555c27796598d47e579071bf427e9d8fbe842aba34d9",
  );
});

const salt = utf8("salt");
const outOfRange = {
  "no rounds": () => bcryptPbkdf(utf8("p"), 32, { salt, rounds: 0 }),
  "an empty passphrase": () => bcryptPbkdf(utf8(""), 32, { salt, rounds: 1 }),
  "an empty salt": () =>
    bcryptPbkdf(utf8("p"), 32, { salt: utf8(""), rounds: 1 }),
};
for (const [what, call] of Object.entries(outOfRange)) {
  Deno.test(`bcryptPbkdf() refuses ${what}`, () => {
    assertThrows(call, RangeError, "out of range");
  });
}
