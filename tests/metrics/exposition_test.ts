import { assertEquals, assertThrows } from "../support/assert.ts";
import { readExposition } from "./exposition.ts";

const head = "# HELP a Words\n# TYPE a counter\n";
const buckets = 'h_bucket{le="1"} 2\nh_bucket{le="+Inf"} 3\n';
const histogram = (lines: string): string =>
  `# HELP h Words\n# TYPE h histogram\n${lines}`;

Deno.test("readExposition() reads what is well formed", () => {
  const text = head + 'a{b="\\\\n\\"\\n",c=""} 1.5e+21\n' +
    histogram(`${buckets}h_sum -0.5\nh_count 3\n`);
  const found = readExposition(text);
  assertEquals([...found.keys()], ["a", "h"]);
  const labels = new Map([["b", '\\n"\n'], ["c", ""]]);
  assertEquals(found.get("a")?.rows, [{ suffix: "", labels, value: 1.5e21 }]);
  assertEquals(found.get("h")?.samples.get('h_bucket{le="+Inf"}'), 3);
});

const REFUSED: Readonly<Record<string, readonly [text: string, why: string]>> =
  {
    "an open last line": [`${head}a 1`, "does not end"],
    "an empty line": [`${head}\na 1\n`, "out of place"],
    "a value before its type": ["a 1\n", "out of place"],
    "a type without help": ["# TYPE a counter\na 1\n", "no help"],
    "help for another": ["# HELP b Words\n# TYPE a counter\n", "no help"],
    "help without a type": [`${head}a 1\n# HELP b Words\n`, "no type"],
    "help twice": ["# HELP a One\n# HELP a Two\n", "no type"],
    "a metric twice": [`${head}a 1\n${head}a 1\n`, "comes twice"],
    "a type twice": [`${head}# TYPE a counter\na 1\n`, "no help"],
    "a wrong escape in help": ["# HELP a \\t\n", "out of place"],
    "no value": [head, "no sample"],
    "the value of another": [`${head}b 1\n`, "out of place"],
    "a suffix of no histogram": [`${head}a_sum 1\n`, "out of place"],
    "a value twice": [`${head}a{b="1"} 1\na{b="1"} 1\n`, "comes twice"],
    "a label twice": [`${head}a{b="1",b="2"} 1\n`, "comes twice"],
    "an open label": [`${head}a{b="\\"} 1\n`, "out of place"],
    "a wrong escape in a label": [`${head}a{b="\\t"} 1\n`, "out of place"],
    "empty braces": [`${head}a{} 1\n`, "out of place"],
    "no number": [`${head}a Infinity\n`, "out of place"],
    "a negative counter": [`${head}a -1\n`, "shrank"],
    "no sum": [histogram(`${buckets}h_count 3\n`), "no sum"],
    "no count": [histogram(`${buckets}h_sum 3\n`), "no sum"],
    "another count": [histogram(`${buckets}h_sum 1\nh_count 2\n`), "the count"],
    "no bucket +Inf": [
      histogram('h_bucket{le="1"} 3\nh_sum 1\nh_count 3\n'),
      "no bucket +Inf",
    ],
    "no bucket at all": [histogram("h_sum 1\nh_count 0\n"), "no bucket +Inf"],
    "a bucket that shrinks": [
      histogram(`h_bucket{le="0.5"} 3\n${buckets}h_sum 1\nh_count 3\n`),
      "do not grow",
    ],
    "bounds that descend": [
      histogram(`h_bucket{le="2"} 1\n${buckets}h_sum 1\nh_count 3\n`),
      "do not ascend",
    ],
    "a bucket without bound": [
      histogram(`h_bucket 1\n${buckets}h_sum 1\nh_count 3\n`),
      "no bucket",
    ],
  };

for (const [what, [text, why]] of Object.entries(REFUSED)) {
  Deno.test(`readExposition() refuses ${what}`, () => {
    assertThrows(() => readExposition(text), Error, why);
  });
}
