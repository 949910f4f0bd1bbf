import fc from "fast-check";
import { encodeMetric, encodeNumber } from "../../lib/metrics/text_format.ts";
import { assertEquals } from "../support/assert.ts";
import { readExposition } from "./exposition.ts";

const counter = { name: "a", type: "counter", help: "Words" } as const;

/** Text full of what must be escaped, or looks as if. */
const text = fc.string({
  unit: fc.constantFrom(...'\\"\nnr\t\r\u2028{}=, #é🙂'),
  minLength: 1,
});

Deno.test("encodeMetric() writes help, type and values a line each", () => {
  const samples = [
    { labels: { one: "1", other: "2" }, value: 3 },
    { suffix: "_sum", labels: {}, value: 0.5 },
  ] as const;
  assertEquals(
    encodeMetric(counter, samples),
    '# HELP a Words\n# TYPE a counter\na{one="1",other="2"} 3\na_sum 0.5\n',
  );
});

Deno.test("encodeMetric() escapes backslashes and new lines, and quotation marks only in labels", () => {
  const awkward = 'a\\b"c\nd\\n';
  const samples = [{ labels: { l: awkward }, value: 1 }];
  assertEquals(
    encodeMetric({ ...counter, help: awkward }, samples).split("\n"),
    [
      String.raw`# HELP a a\\b"c\nd\\n`,
      "# TYPE a counter",
      String.raw`a{l="a\\b\"c\nd\\n"} 1`,
      "",
    ],
  );
});

Deno.test("encodeMetric() writes any help and label so that they are read alike", () => {
  fc.assert(fc.property(text, text, (help, label) => {
    const samples = [
      { labels: { label, more: "" }, value: 1 },
      { labels: { label: `${label}2` }, value: 2 },
    ];
    const read = readExposition(encodeMetric({ ...counter, help }, samples));
    assertEquals([...read.keys()], ["a"]);
    assertEquals(read.get("a")?.help, help);
    assertEquals(
      read.get("a")?.rows.map(({ labels }) => Object.fromEntries(labels)),
      samples.map(({ labels }) => labels),
    );
  }));
});

Deno.test("encodeNumber() writes any number so that it is read alike", () => {
  const gauge = { ...counter, type: "gauge" } as const;
  fc.assert(fc.property(fc.double(), (value) => {
    const samples = [{ labels: {}, value }];
    const read = readExposition(encodeMetric(gauge, samples));
    assertEquals(read.get("a")?.samples.get("a"), value === 0 ? 0 : value);
  }));
  const written = [Infinity, -Infinity, NaN, 1e21, 5e-7, -0.25, -0]
    .map(encodeNumber);
  assertEquals(written, ["+Inf", "-Inf", "NaN", "1e+21", "5e-7", "-0.25", "0"]);
});
