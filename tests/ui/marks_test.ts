import { fingerprintText, hueOf, Marks } from "../../lib/ui/marks.ts";
import { fingerprint } from "../support/people.ts";
import { assertEquals, assertNotEquals } from "../support/assert.ts";

Deno.test("Marks.of() gives the first four characters of the fingerprint", () => {
  assertEquals(new Marks().of(fingerprint("x7Kp99")), "x7Kp");
});

Deno.test("Marks.of() widens the marks of those that would look the same", () => {
  const marks = new Marks();
  const [one, two, other] = ["x7Kp9aB", "x7Kp9aC", "Qm2d"].map(fingerprint);
  for (const each of [one, two, other]) if (each) marks.meet(each);
  assertEquals(
    [one, two, other].map((each) => each && marks.of(each)),
    ["x7Kp9aB", "x7Kp9aC", "Qm2d"],
  );
});

Deno.test("Marks.meet() forgets the first when it knows too many", () => {
  const marks = new Marks();
  const [first, twin] = [fingerprint("AAAAx"), fingerprint("AAAAy")];
  marks.meet(first);
  assertEquals(marks.of(twin), "AAAAy");
  for (let i = 0; i < 10_000; i++) {
    const digest = new Uint8Array(32);
    new DataView(digest.buffer).setUint32(0, (i + 1) << 8);
    marks.meet(digest);
  }
  assertEquals(marks.of(twin), "AAAA");
});

Deno.test("Marks.meet() counts an identity once", () => {
  const marks = new Marks();
  marks.meet(fingerprint("AAAAx"));
  for (let i = 0; i < 10_000; i++) marks.meet(fingerprint("Qm2d"));
  assertEquals(marks.of(fingerprint("AAAAy")), "AAAAy");
});

Deno.test("fingerprintText() reads as ssh-keygen prints it", () => {
  const text = "SHA256:" + "x7Kp".padEnd(43, "A");
  assertEquals(fingerprintText(fingerprint("x7Kp")), text);
});

Deno.test("hueOf() does not follow from the mark", () => {
  const [one, two] = [fingerprint("x7Kp"), fingerprint("x7Kp")];
  two[31] = 1;
  assertEquals(new Marks().of(one), new Marks().of(two));
  assertNotEquals(hueOf(one), hueOf(two));
});
