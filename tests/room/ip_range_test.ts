import fc from "fast-check";
import { tryParseIpRange } from "../../lib/room/ip_range.ts";
import { assertEquals } from "../support/assert.ts";
import { anyText } from "../support/any_text.ts";

const RANGES: readonly (readonly [string, string | null])[] = [
  ["10.0.0.7", "10.0.0.7"],
  ["255.255.255.255", "255.255.255.255"],
  ["::ffff:10.0.0.7", "10.0.0.7"],
  ["::FFFF:a00:7", "10.0.0.7"],
  ["[::ffff:10.0.0.7]", "10.0.0.7"],
  ["2001:db8::1", "2001:db8::/64"],
  ["2001:DB8:0:0:ffff::5", "2001:db8::/64"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["[2001:db8::1]", "2001:db8::/64"],
  ["2001:db8::/64", "2001:db8::/64"],
  ["0:0:0:1::9", "0:0:0:1::/64"],
  ["::1", "::1"],
  ["0:0:0:0:0:0:0:1", "::1"],
  ["fe80::1", "fe80::1"],
  ["fe80::1%eth0", "fe80::1"],
  ["febf::1", "febf::1"],
  ["fec0::1", "fec0::/64"],
  ["010.0.0.7", null],
  ["10.0.0.256", null],
  ["10.0.0", null],
  ["10.0.0.7.8", null],
  ["10.0.0.7/32", null],
  ["[10.0.0.7]", null],
  ["167772167", null],
  ["0x0a.0.0.7", null],
  [" 10.0.0.7", null],
  ["10.0.0.7\n", null],
  ["2001:db8::/63", null],
  ["2001:db8::/64/64", null],
  ["[2001:db8::]/64", null],
  ["fe80::/64", null],
  ["::/64", null],
  ["::ffff:10.0.0.7/64", null],
  ["2001:db8::1::2", null],
  ["1:2:3:4:5:6:7", null],
  ["1:2:3:4:5:6:7:8:9", null],
  ["2001:db8::g", null],
  ["2001:db8::1%", null],
  ["[2001:db8::1", null],
  [":", null],
  ["", null],
  ["alice", null],
];

for (const [text, range] of RANGES) {
  Deno.test(`tryParseIpRange() makes ${range} of ${JSON.stringify(text)}`, () => {
    assertEquals(tryParseIpRange(text), range);
  });
}

Deno.test("tryParseIpRange() makes the same of what it made", () => {
  const group = fc.integer({ min: 0, max: 0xffff })
    .map((group) => group.toString(16));
  const ipv6 = fc.array(group, { minLength: 8, maxLength: 8 })
    .map((groups) => groups.join(":"));
  fc.assert(fc.property(fc.oneof(ipv6, fc.ipV4(), fc.ipV6()), (text) => {
    const range = tryParseIpRange(text);
    return range !== null && tryParseIpRange(range) === range;
  }));
});

Deno.test("tryParseIpRange() tells the halves of IPv6 addresses apart", () => {
  const half = fc.array(fc.integer({ min: 1, max: 0xfdff }), {
    minLength: 4,
    maxLength: 4,
  }).map((groups) => groups.map((group) => group.toString(16)).join(":"));
  fc.assert(
    fc.property(
      half,
      half,
      half,
      half,
      (left, right, a, b) =>
        tryParseIpRange(`${left}:${a}`) === tryParseIpRange(`${left}:${b}`) &&
        (left === right ||
          tryParseIpRange(`${left}:${a}`) !== tryParseIpRange(`${right}:${a}`)),
    ),
  );
});

Deno.test("tryParseIpRange() survives any text", () => {
  fc.assert(fc.property(anyText(), (text) => {
    const range = tryParseIpRange(text);
    return range === null || tryParseIpRange(range) === range;
  }));
});
