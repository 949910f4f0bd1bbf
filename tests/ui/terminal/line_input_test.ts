import type { Vocabulary } from "../../../lib/ui/completion.ts";
import { LineInput } from "../../../lib/ui/terminal/line_input.ts";
import { assert, assertEquals } from "../../support/assert.ts";

const words: Vocabulary = { commands: new Map(), names: [], rooms: [] };

function typed(input: LineInput, text: string): void {
  assert(input.press({ kind: "text", text }, words));
}

Deno.test("LineInput.move() gives each room its own text", () => {
  const input = new LineInput(0);
  typed(input, "a");
  input.move(1, { carry: false });
  assertEquals([input.text, input.room], ["", 1]);
  typed(input, "b");
  input.move(0, { carry: false });
  assertEquals([input.text, input.draft.cursor], ["a", 1]);
  input.move(0, { carry: false });
  assertEquals(input.text, "a");
  input.move(1, { carry: false });
  assertEquals(input.text, "b");
});

Deno.test("LineInput.move() takes along what was typed on the way", () => {
  const input = new LineInput(0);
  typed(input, "kept");
  input.move(1, { carry: false });
  typed(input, "on the way");
  input.move(0, { carry: true });
  assertEquals(input.text, "on the way");
  input.take();
  input.move(1, { carry: false });
  assertEquals(input.text, "");
  input.move(0, { carry: false });
  assertEquals(input.text, "kept"); // it waited for an empty line
});

Deno.test("LineInput.forget() lets Up bring back the text of a room that is gone", () => {
  const input = new LineInput(1);
  typed(input, "lost?");
  input.move(0, { carry: false });
  input.forget(1);
  input.forget(2);
  input.move(1, { carry: false });
  assertEquals(input.text, "");
  input.press({ kind: "press", name: "up" }, words);
  assertEquals(input.text, "lost?");
});

Deno.test("LineInput.move() keeps a bounded number of texts, the newest", () => {
  const input = new LineInput(0);
  for (let room = 0; room < 70; room++) {
    typed(input, `text ${room}`);
    input.move(room + 1, { carry: false });
  }
  input.move(5, { carry: false });
  assertEquals(input.text, "");
  input.move(6, { carry: false });
  assertEquals(input.text, "text 6");
});

Deno.test("LineInput.press() takes no more than a message holds", () => {
  const input = new LineInput(0);
  typed(input, "x".repeat(16_384));
  assert(!input.press({ kind: "text", text: "y" }, words));
  assertEquals(input.text.length, 16_384);
});

Deno.test("LineInput.take() and forget() let nothing bring back the secret of a link", () => {
  const input = new LineInput(0);
  typed(input, "/open chat://h/plans#key=A");
  input.take();
  typed(input, "/opne chat://h/#invite=A");
  input.take();
  typed(input, "chat://h/plans#key=A");
  input.move(1, { carry: false });
  input.forget(0);
  assertEquals(input.text, "");
  input.press({ kind: "press", name: "up" }, words);
  assertEquals(input.text, "");
});
