import { rememberedTargets, serverLinks } from "../../lib/cli/server_links.ts";
import { parseFingerprint } from "../../lib/identity/fingerprint.ts";
import { parseTarget } from "../../lib/identity/target.ts";
import { assertEquals } from "../support/assert.ts";
import { assertRefuses } from "../support/refusal.ts";

const PIN = parseFingerprint(
  "SHA256:J8hYiB4eiFl4UDZveW1DxvO/qOe5KyHuD6hse1waG+Q",
);
const LINKS = ["10.0.0.7", "2001:db8::7"].flatMap((host) =>
  serverLinks({ host, port: 7000 }, PIN)
);

Deno.test("serverLinks() name host, port and pin", () => {
  const target = { host: "10.0.0.7", port: 7000, pins: [PIN] };
  assertEquals(LINKS.slice(0, 1).map(parseTarget), [target]);
});

Deno.test("rememberedTargets() are those of the links, in their order", () => {
  const hosts = rememberedTargets(LINKS, undefined).map(({ host }) => host);
  assertEquals(hosts, ["10.0.0.7", "2001:db8::7"]);
});

const NAMED: Readonly<Record<string, readonly [string, number]>> = {
  "Chat.Example": ["chat.example", 7000],
  "chat.example:443": ["chat.example", 443],
  "chat.example:7878": ["chat.example", 7878],
  "192.0.2.1": ["192.0.2.1", 7000],
  "[2001:DB8::9]": ["2001:db8::9", 7000],
  "[2001:db8::9]:443": ["2001:db8::9", 443],
};

for (const [text, [host, port]] of Object.entries(NAMED)) {
  Deno.test(`rememberedTargets() takes ${text} with the server's pins`, () => {
    const [target, ...more] = rememberedTargets(LINKS, text);
    assertEquals(target, { host, port, pins: [PIN] });
    assertEquals(more, []);
  });
}

Deno.test("rememberedTargets() refuses a host that is none, and a server that was never there", () => {
  for (const host of ["", "a b", "host:", "host:0", "2001:db8::9", "x/y"]) {
    const find = (): unknown => rememberedTargets(LINKS, host);
    assertRefuses("CHAT_ADDRESS_INVALID", find);
  }
  for (const host of [undefined, "chat.example"]) {
    const find = (): unknown => rememberedTargets([], host);
    assertRefuses("CHAT_USAGE", find, "start it once");
  }
});
