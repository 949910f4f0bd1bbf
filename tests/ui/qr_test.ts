import {
  drawQrCode,
  makeQrCode,
  MAX_QR_CHARACTERS,
  qrSize,
} from "../../lib/ui/qr.ts";
import { type Colours, toAnsi, toPlain } from "../../lib/ui/style.ts";
import { textWidth } from "../../lib/ui/width.ts";
import { wrapLine } from "../../lib/ui/wrap.ts";
import { assert, assertEquals, assertThrows } from "../support/assert.ts";
import { scan, THEMES } from "../support/qr_scanner.ts";

const LINK =
  "chat://chat.example.org:7878/caf%C3%A9?pin=SHA256:J8hYiB4eiFl4UDZveW1DxvO%2FqOe5KyHuD6hse1waG%2BQ#key=";

/** One of each kind of content, from the smallest code to large ones. */
const TEXTS: Readonly<Record<string, string>> = {
  "one character": "a",
  "digits": "0123456789".repeat(6),
  "groups of digits": `CHAT1:${Array(12).fill("01234").join(" ")}`,
  "a link to a sealed room": `${LINK}${"Ab_-".repeat(10)}AAA`,
  "a link with many pins": `${LINK}${"x".repeat(700)}`,
};

for (const [what, text] of Object.entries(TEXTS)) {
  const code = makeQrCode(text);
  for (const unicode of [true, false]) {
    const lines = drawQrCode(code, 400, { unicode }) ?? [];
    for (const [name, theme] of Object.entries(THEMES)) {
      for (const colours of [0, 16, 256] as const) {
        const kind = unicode ? "half blocks" : "ASCII";
        Deno.test(`drawQrCode() draws ${what} in ${kind} for a ${name} terminal of ${colours} colours`, async () => {
          assertEquals(await scan(ansi(lines, colours), theme), text);
        });
      }
    }
    Deno.test(`qrSize() is what drawQrCode() takes for ${what}, unicode ${unicode}`, () => {
      const { columns, rows } = qrSize(code, { unicode });
      assertEquals(lines.length, rows);
      for (const { spans } of lines) {
        assertEquals(textWidth(toPlain(spans)), columns);
      }
      assert(drawQrCode(code, columns, { unicode }) !== null);
      assertEquals(drawQrCode(code, columns - 1, { unicode }), null);
    });
    Deno.test(`drawQrCode() draws ${what}, unicode ${unicode}, in lines that are not wrapped`, () => {
      const { columns } = qrSize(code, { unicode });
      for (const line of lines) {
        const [row, ...more] = wrapLine(line, columns);
        assertEquals(more, []);
        assertEquals(toAnsi(row?.spans ?? [], 256), toAnsi(line.spans, 256));
      }
    });
  }
}

Deno.test("drawQrCode() shows modules in ASCII without any colour, on paper", async () => {
  const code = makeQrCode("printed");
  const lines = drawQrCode(code, 400, { unicode: false }) ?? [];
  const plain = lines.map(({ spans }) => toPlain(spans));
  assert(plain.every((row) => /^[ #]*$/.test(row)));
  assertEquals(await scan(plain, THEMES.light), "printed");
  const blocks = drawQrCode(code, 400, { unicode: true }) ?? [];
  const rows = blocks.map(({ spans }) => toPlain(spans));
  assertEquals(await scan(rows, THEMES.light), "printed");
  assertEquals(await scan(rows, THEMES.dark), undefined); // why it has colours
});

Deno.test("makeQrCode() leaves four light modules on every side", () => {
  const code = makeQrCode("quiet");
  const edge = [...code.slice(0, 4), ...code.slice(-4)];
  assert(edge.flat().every((dark) => !dark));
  for (const row of code) {
    assertEquals(row.length, code.length);
    assert([...row.slice(0, 4), ...row.slice(-4)].every((dark) => !dark));
  }
  assert(code[4]?.[4] && code[4]?.at(-5) && code.at(-5)?.[4]); // the finders
});

Deno.test("a link to a sealed room fits into 53 columns, a safety number into 37", () => {
  const size = (text: string): unknown =>
    qrSize(makeQrCode(text), { unicode: true });
  assertEquals(size(TEXTS["groups of digits"] ?? ""), {
    columns: 37,
    rows: 19,
  });
  assertEquals(size(TEXTS["a link to a sealed room"] ?? ""), {
    columns: 53,
    rows: 27,
  });
});

Deno.test("makeQrCode() takes as many characters as a link may have", () => {
  assertEquals(MAX_QR_CHARACTERS, 2048);
  assert(makeQrCode("x".repeat(MAX_QR_CHARACTERS)).length <= 177 + 8);
});

for (
  const [what, text] of Object.entries({
    "no text": "",
    "too much text": "x".repeat(MAX_QR_CHARACTERS + 1),
    "a control character": "a\x1bb",
    "a line break at the end": "a\n",
    "other than ASCII": "é",
    "half a character": "\ud800",
  })
) {
  Deno.test(`makeQrCode() refuses ${what}, without quoting it`, () => {
    const error = assertThrows(() => makeQrCode(text), RangeError);
    assertEquals(error.message, "Cannot make QR code: the text is not for one");
  });
}

function ansi(
  lines: NonNullable<ReturnType<typeof drawQrCode>>,
  colours: Colours,
): readonly string[] {
  return lines.map(({ spans }) => toAnsi(spans, colours));
}
