import { type Block, draftBlock, type Size } from "../../../lib/ui/block.ts";
import type { Line } from "../../../lib/ui/style.ts";
import { Painter } from "../../../lib/ui/terminal/painter.ts";
import { assert, assertEquals } from "../../support/assert.ts";
import { VirtualScreen } from "../../support/virtual_screen.ts";

/** A painter and the screen it paints on, with a status below the draft. */
class Canvas implements Disposable {
  readonly screen: VirtualScreen;
  readonly #painter: Painter;
  draft = { text: "", cursor: 0 };
  /** The size it is painted for, if not that of the screen. */
  believed: Size | undefined;

  constructor(size: Size) {
    this.screen = new VirtualScreen(size);
    this.#painter = new Painter({ colours: 0, reflow: "xterm_js" });
  }

  async paint(...texts: readonly string[]): Promise<void> {
    const size = this.believed ?? this.screen.size;
    await this.screen.write(
      this.#painter.paint(texts.map(line), this.#block(), size),
    );
  }

  async finish(...texts: readonly string[]): Promise<void> {
    const { size } = this.screen;
    await this.screen.write(this.#painter.finish(texts.map(line), size));
  }

  write(marked: string): void {
    const cursor = marked.indexOf("|");
    this.draft = { text: marked.replace("|", ""), cursor };
  }

  #block(): Block {
    const label = [{ text: "> " }];
    return draftBlock(this.draft, this.screen.size, {
      label,
      status: [{ text: "status" }],
    });
  }

  [Symbol.dispose](): void {
    this.screen[Symbol.dispose]();
  }
}

function line(text: string): Line {
  return { spans: [{ text }], indent: 2 };
}

Deno.test("Painter.paint() keeps the line being typed while 100 messages arrive", async () => {
  using canvas = new Canvas({ columns: 30, rows: 8 });
  canvas.write("half a thou|ght");
  await canvas.paint();
  for (let i = 1; i <= 100; i++) await canvas.paint(`message ${i}`);
  assertEquals(canvas.screen.rows, [
    ...[95, 96, 97, 98, 99, 100].map((i) => `message ${i}`),
    "> half a thought",
    "status",
  ]);
  assertEquals(canvas.screen.cursorRow, "> half a thou|ght");
  const messages = Array.from({ length: 100 }, (_, i) => `message ${i + 1}`);
  assertEquals(canvas.screen.everything.slice(0, 100), messages);
});

Deno.test("Painter.paint() prints into the scrollback nothing but messages", async () => {
  using canvas = new Canvas({ columns: 20, rows: 5 });
  for (let i = 0; i < 30; i++) {
    canvas.write("word ".repeat(i % 12) + "|");
    await canvas.paint(`message ${i}`, "a line that takes two rows");
  }
  canvas.write("|");
  await canvas.finish("end");
  assertEquals(canvas.screen.everything, [
    ...Array.from({ length: 30 }, (_, i) => [
      `message ${i}`,
      "a line that takes",
      "  two rows",
    ]).flat(),
    "end",
  ]);
});

Deno.test("Painter.paint() shows a draft of several lines and long ones", async () => {
  using canvas = new Canvas({ columns: 12, rows: 20 });
  canvas.write("one\ntwo three| four\n\tfive");
  await canvas.paint("hello");
  assertEquals(canvas.screen.rows, [
    "hello",
    "> one",
    "  two three",
    "   four",
    "      five",
    "status",
  ]);
  assertEquals(canvas.screen.cursorRow, "  two three| ".trimEnd());
});

Deno.test("Painter.paint() scrolls a draft that is too high", async () => {
  using canvas = new Canvas({ columns: 12, rows: 8 });
  canvas.write("1\n2\n3\n4\n5|\n6\n7\n8");
  await canvas.paint("hello");
  assertEquals(canvas.screen.rows, [
    "hello",
    "↑ 3",
    "  4",
    "  5",
    "↓ 6",
    "status",
  ]);
  assertEquals(canvas.screen.cursorRow, "  5|");
});

Deno.test("Painter.paint() puts the cursor right where the terminal counts otherwise", async () => {
  using canvas = new Canvas({ columns: 30, rows: 6 });
  // For this emulator a family is three wide characters, for us one.
  canvas.write("👨\u{200d}👩\u{200d}👧 漢|字 e\u{301} שלום");
  await canvas.paint("x");
  assertEquals(
    canvas.screen.cursorRow,
    "> 👨\u{200d}👩\u{200d}👧 漢|字 e\u{301} שלום",
  );
});

Deno.test("Painter.paint() keeps to one row whatever the terminal thinks is wide", async () => {
  using canvas = new Canvas({ columns: 16, rows: 6 });
  canvas.write("👨\u{200d}👩\u{200d}👧".repeat(5) + "|");
  for (let i = 0; i < 10; i++) await canvas.paint(`message ${i}`);
  assertEquals(canvas.screen.rows.slice(0, 4), [
    "message 6",
    "message 7",
    "message 8",
    "message 9",
  ]);
  assertEquals(canvas.screen.rows[5], "status");
});

Deno.test("Painter.paint() never lets a text begin a line", async () => {
  const forged = "12:00 bob·Qm2d: I confess";
  for (
    const odd of [
      "👨\u{200d}👩\u{200d}👧\u{200d}👦",
      "🇩🇪",
      "👍🏽",
      "☺\u{fe0f}",
      "각",
    ]
  ) {
    using canvas = new Canvas({ columns: 40, rows: 12 });
    for (let pad = 0; pad < 40; pad += 1) {
      await canvas.paint(`eve: ${odd.repeat(10)}${"x".repeat(pad)} ${forged}`);
    }
    const { everything } = canvas.screen;
    assert(everything.every((row) => !/^ ?12:/.test(row)), odd);
    assertEquals(everything.join("").split(/I\s+confess/).length - 1, 40, odd);
  }
});

Deno.test("Painter.paint() cuts rows that the terminal finds too wide", async () => {
  using canvas = new Canvas({ columns: 40, rows: 6 });
  canvas.believed = { columns: 60, rows: 6 };
  await canvas.paint("x".repeat(40) + "12:00 bob: hi", "next");
  assertEquals(canvas.screen.rows.slice(0, 2), ["x".repeat(39) + "i", "next"]);
});

Deno.test("Painter.paint() leaves nothing but an address to the terminal to wrap", async () => {
  using canvas = new Canvas({ columns: 20, rows: 12 });
  const address = "https://example.org/a/long/path?with=query";
  const gap = " ".repeat(18 - (address.length - 18) % 20);
  await canvas.paint(`eve: ${address}${gap}12:00 bob: hi`);
  assertEquals(canvas.screen.rows.slice(0, 5), [
    "eve:",
    "  https://example.or",
    "g/a/long/path?with=q",
    "uery",
    gap.length > 1 ? "  " + " ".repeat(gap.length - 1) + "12:00" : "  12:00",
  ]);
  assert(canvas.screen.wraps);
});

Deno.test("Painter.finish() leaves the terminal as it found it", async () => {
  using canvas = new Canvas({ columns: 20, rows: 5 });
  await canvas.finish("x");
  assert(canvas.screen.wraps);
});

Deno.test("Painter.paint() wraps wide characters at the edge", async () => {
  using canvas = new Canvas({ columns: 11, rows: 9 });
  canvas.write("漢字漢字漢字|");
  await canvas.paint("漢字漢字漢字漢字漢");
  assertEquals(canvas.screen.rows, [
    "漢字漢字漢",
    "  字漢字漢",
    "> 漢字漢字",
    "  漢字",
    "status",
  ]);
  assertEquals(canvas.screen.cursorRow, "  漢字|");
});

Deno.test("Painter.paint() leaves the terminal as it found it", async () => {
  using canvas = new Canvas({ columns: 20, rows: 5 });
  await canvas.paint("x");
  assert(canvas.screen.wraps);
});

Deno.test("Painter.paint() finds its rows when the screen becomes narrower", async () => {
  using canvas = new Canvas({ columns: 60, rows: 24 });
  const { screen } = canvas;
  const text = "the quick brown fox jumps over the lazy dog and then goes " +
    "on to see what else there is";
  await canvas.paint("first", "second", "third");
  for (let cursor = 0; cursor <= text.length; cursor += 7) {
    for (const columns of [60, 44, 27, 12, 35, 60]) {
      screen.resize({ columns, rows: 24 });
      await canvas.paint();
      canvas.draft = { text, cursor };
      await canvas.paint();
    }
  }
  assertEquals(screen.everything, [
    "first",
    "second",
    "third",
    "> the quick brown fox jumps over the lazy dog and then goes",
    "   on to see what else there is",
    "status",
  ]);
});

Deno.test("Painter.paint() keeps every message when the screen grows lower", async () => {
  using canvas = new Canvas({ columns: 40, rows: 12 });
  canvas.write("typing|");
  for (let i = 0; i < 20; i++) await canvas.paint(`message ${i}`);
  for (const rows of [5, 2, 9, 1, 12]) {
    canvas.screen.resize({ columns: 40, rows });
    await canvas.paint();
  }
  await canvas.paint("message 20");
  assertEquals(canvas.screen.everything, [
    ...Array.from({ length: 21 }, (_, i) => `message ${i}`),
    "> typing",
    "status",
  ]);
});

Deno.test("Painter.clear() erases the block before it clears the screen", async () => {
  const painter = new Painter({ colours: 0, reflow: "all" });
  const size = { columns: 20, rows: 8 };
  const block = draftBlock({ text: "secret", cursor: 6 }, size, {
    label: [{ text: "> " }],
    status: [{ text: "status" }],
  });
  using screen = new VirtualScreen(size);
  await screen.write(painter.paint([line("hello")], block, size));
  const [erase = "", clear] = painter.clear(size).split("\x1b[H");
  await screen.write(erase); // what is left now, some keep in their scrollback
  assertEquals(screen.rows, ["hello"]);
  assertEquals(clear, "\x1b[2J");
});

Deno.test("Painter erases nothing from the first column on, which tmux would keep", () => {
  const painter = new Painter({ colours: 0, reflow: "all" });
  const size = { columns: 20, rows: 8 };
  const block = draftBlock({ text: "x", cursor: 1 }, size, {
    label: [{ text: "> " }],
  });
  const written = painter.clear(size) + painter.paint([], block, size) +
    painter.paint([], block, size) + painter.finish([], size);
  // deno-lint-ignore no-control-regex -- what a terminal is told
  assert(!/(?:\r|\x1b\[H)(?:\x1b\[K)?\x1b\[J/.test(written));
});
