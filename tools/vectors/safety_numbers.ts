import { utf8 } from "../../lib/bytes.ts";
import { pbkdf2 } from "../../lib/crypto/pbkdf2.ts";
import {
  type PublicIdentity,
  publicIdentity,
} from "../../lib/identity/public_identity.ts";
import {
  encodeSafetyCode,
  SAFETY_ITERATIONS,
  SAFETY_LABEL,
  safetyNumber,
} from "../../lib/identity/safety_number.ts";
import { fixedIdentity } from "./inputs.ts";

/** Of RFC 8032 section 7.1, test 1. */
const RFC_8032 =
  "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

/** Content of `safety_numbers.json`: every pair of three identities. */
export async function safetyNumberVectors(): Promise<unknown> {
  const client = await fixedIdentity("client");
  const server = await fixedIdentity("server");
  const third = await publicIdentity(Uint8Array.fromHex(RFC_8032));
  const pairs = [[client, server], [server, third], [third, client]] as const;
  const { groups } = await safetyNumber(client, server);
  const digits = groups.join(" ");
  return {
    about:
      "Safety numbers of two identities. Fields: README.md, rules: docs/sealed.md",
    label: utf8(SAFETY_LABEL),
    iterations: SAFETY_ITERATIONS,
    halves: await Promise.all([client, server, third].map(half)),
    numbers: await Promise.all(pairs.map(async ([one, other]) => {
      const number = await safetyNumber(one, other);
      const code = encodeSafetyCode(number);
      return { one: one.publicKey, other: other.publicKey, ...number, code };
    })),
    unreadable: [
      { why: "nothing", text: "" },
      { why: "another version", text: `CHAT2:${digits}` },
      { why: "no version", text: digits },
      { why: "a version in small letters", text: `chat1:${digits}` },
      { why: "a digit too few", text: `CHAT1:${digits.slice(0, -1)}` },
      { why: "a digit too many", text: `CHAT1:${digits}0` },
      { why: "a group too few", text: `CHAT1:${digits.slice(0, -6)}` },
      { why: "no spaces", text: `CHAT1:${groups.join("")}` },
      { why: "a line break at the end", text: `CHAT1:${digits}\n` },
      { why: "a link", text: "chat://example.org" },
    ],
  };
}

async function half(identity: PublicIdentity): Promise<unknown> {
  const digest = await pbkdf2(identity.publicKey, 32, {
    salt: utf8(SAFETY_LABEL),
    iterations: SAFETY_ITERATIONS,
  });
  const { groups, words } = await safetyNumber(identity, identity);
  return {
    identity: identity.publicKey,
    digest,
    groups: groups.slice(0, 6),
    words: words.slice(0, 8),
  };
}
