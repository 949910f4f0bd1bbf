import { judgeTrust } from "../../lib/ui/trust.ts";
import { assertEquals } from "../support/assert.ts";

const digest = "x7Kp".padEnd(43, "A");
const other = "x7Kq".padEnd(43, "A");

Deno.test("judgeTrust() takes a clear yes or the same fingerprint for trust", () => {
  const answers: Record<string, string> = {
    [`SHA256:${digest}`]: "trusted",
    [` ${digest} `]: "trusted",
    "YES": "trusted",
    "y": "unclear",
    "": "declined",
    "n": "declined",
    "No": "declined",
    [`SHA256:${other}`]: "different",
    [other]: "different",
    [`SHA256:${digest.slice(0, -1)}`]: "different",
    "ok": "unclear",
  };
  for (const [answer, trust] of Object.entries(answers)) {
    assertEquals(judgeTrust(answer, `SHA256:${digest}`), trust, answer);
  }
});
