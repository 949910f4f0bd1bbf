import fc from "fast-check";
import {
  DEFAULT_PORT,
  formatAddress,
  parseAddress,
} from "../../lib/identity/address.ts";
import { assertEquals } from "../support/assert.ts";
import { assertRefuses } from "../support/refusal.ts";

const accepted: Record<string, string> = {
  "localhost": "localhost:7878",
  "localhost:1": "localhost:1",
  "chat.example.org:65535": "chat.example.org:65535",
  "Chat.Example.ORG": "chat.example.org:7878",
  "my_host-1.lan": "my_host-1.lan:7878",
  "xn--bcher-kva.example": "xn--bcher-kva.example:7878",
  "192.168.0.255:22": "192.168.0.255:22",
  "0.0.0.0": "0.0.0.0:7878",
  "10.example": "10.example:7878",
  "[::1]": "[::1]:7878",
  "[::]:22": "[::]:22",
  "[2001:DB8:0:0:0:0:0:1]:22": "[2001:db8::1]:22",
  "[::ffff:1.2.3.4]:22": "[::ffff:102:304]:22",
};
for (const [text, formatted] of Object.entries(accepted)) {
  Deno.test(`parseAddress() reads ${text} as ${formatted}`, () => {
    const address = parseAddress(text);
    assertEquals(formatAddress(address), formatted);
    assertEquals(parseAddress(formatted), address);
  });
}

Deno.test("parseAddress() takes 7878 where no port is named", () => {
  assertEquals(DEFAULT_PORT, 7878);
  assertEquals(parseAddress("[::1]"), { host: "::1", port: DEFAULT_PORT });
});

const refused = {
  "nothing": "",
  "a port alone": ":22",
  "an empty port": "host:",
  "port 0": "host:0",
  "port 65536": "host:65536",
  "a port with a sign": "host:+22",
  "a port with a zero before it": "host:022",
  "a port in letters": "host:ssh",
  "a port in other digits": "host:٢٢",
  "two ports": "host:1:2",
  "an IPv6 address without brackets": "::1",
  "an IPv6 address cut short": "[::1",
  "empty brackets": "[]",
  "a name in brackets": "[localhost]",
  "an IPv4 address in brackets": "[127.0.0.1]",
  "an IPv6 address with nine groups": "[1:2:3:4:5:6:7:8:9]",
  "an IPv6 address with a zone": "[fe80::1%eth0]",
  "a line break in brackets": "[:\n:1]",
  "a tab in brackets": "[::\t1]",
  "a closing bracket in brackets": "[::1]]",
  "three numbers": "1.2.3",
  "a number": "2130706433",
  "a number above 255": "1.2.3.256",
  "a number with a zero before it": "1.2.3.04",
  "five numbers": "1.2.3.4.5",
  "a name that ends in a number": "host.1",
  "a space": "my host",
  "a space before": " host",
  "a line break": "host\n",
  "an escape sequence": "host\x1b[31m",
  "a NUL": "host\0",
  "an international name": "bücher.example",
  "a user": "me@host",
  "a path": "host/room",
  "an empty label": "a..b",
  "a dot at the end": "host.",
  "a dot alone": ".",
  "a hyphen before a label": "-host",
  "a hyphen behind a label": "host-",
  "a label of 64 letters": "a".repeat(64),
  "a name of 254 letters": `${"a.".repeat(126)}ab`,
};
for (const [what, text] of Object.entries(refused)) {
  Deno.test(`parseAddress() refuses ${what}`, () => {
    assertRefuses("CHAT_ADDRESS_INVALID", () => parseAddress(text));
  });
}

Deno.test("parseAddress() accepts names at their limits", () => {
  const label = "a".repeat(63);
  assertEquals(parseAddress(label).host, label);
  const name = `${"a.".repeat(126)}a`;
  assertEquals(parseAddress(name).host, name);
});

Deno.test("parseAddress() quotes nothing of what it refuses", () => {
  fc.assert(fc.property(fc.string({ minLength: 12 }), (text) => {
    try {
      parseAddress(`${text}\x1b`);
    } catch (error) {
      assertEquals((error as Error).message.includes(text), false);
    }
  }));
});
