import { MAX_HITS, MAX_PAGE_BYTES } from "../../lib/room/history.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { Database } from "../../lib/store/database.ts";
import { WordIndex } from "../../lib/store/word_index.ts";
import { WordSearch } from "../../lib/store/word_search.ts";
import { openHistory } from "../../lib/store/open_history.ts";
import {
  entries,
  entry,
  finish,
  Folder,
  KINDS,
  START,
  testHistories,
} from "./support/histories.ts";

const TEXTS = [
  "The quick brown fox",
  "jumps over the lazy dog",
  "Übergröße, naïve café — don't!",
  'NEAR AND OR NOT "quoted" text:* (x) ^y {z} -w',
  "Привет, Мир",
  "fox-dog and foxes",
  "कुत्ता",
];

/** What a search finds, and in which order. */
const FOUND: Readonly<Record<string, readonly number[]>> = {
  "fox": [6, 1],
  "FOX": [6, 1],
  "the": [2, 1],
  "the fox": [1],
  "fox the": [1],
  "foxe": [],
  "café": [3],
  "cafe": [3],
  "ubergroße": [3],
  "don't": [3],
  "don": [3],
  "t'don": [3],
  "fox-dog": [6],
  "dog-fox": [6],
  "dog fox": [6],
  "привет": [5],
  "мир !!!": [5],
  // Syntax of FTS5 is just words.
  "fox OR dog": [],
  "OR": [4],
  "AND NOT": [4],
  "NEAR": [4],
  "fo*": [],
  "text:": [4],
  "text:fox": [],
  "block:0": [],
  "0": [],
  '"quoted"': [4],
  'qu"oted': [],
  'quoted"text': [4],
  '"': [],
  "^y": [4],
  "{z} -w (x)": [4],
  "-fox": [6, 1],
  "": [],
  "  \n\t ": [],
  "!!!": [],
  "fox\0": [6, 1],
  "quick\0brown": [1],
  "fox \u0301": [6, 1],
  "कुत्ता": [7],
  "ता": [],
};

for (const [kind, open] of Object.entries(KINDS)) {
  for (const [words, seqs] of Object.entries(FOUND)) {
    Deno.test(`${kind}.search() finds ${JSON.stringify(words)} in ${seqs.length} texts`, () => {
      open((history) => {
        history.append(TEXTS.map((text, i) => entry(i + 1, { text })));
        const { hits, rest } = history.search(0, words);
        assertEquals(hits.map(({ seq }) => seq), seqs);
        assertEquals(rest, undefined);
      });
    });
  }
}

testHistories("search() yields what was stored", (history) => {
  history.append([entry(1, { text: "fox" })]);
  const { seq, at, payload } = entry(1);
  assertEquals(history.search(0, "fox").hits, [{ seq, at, payload }]);
});

testHistories(
  "search() keeps to one room, and to entries with text",
  (history) => {
    history.createRoom({ name: "a", form: "a" });
    history.append([
      entry(1, { text: "fox" }),
      entry(1, { room: 1, text: "fox" }),
      entry(2),
    ]);
    assertEquals(history.search(1, "fox").hits.length, 1);
    assertEquals(history.search(0, "fox").hits.length, 1);
    assertEquals(history.search(2, "fox"), { hits: [], rest: undefined });
  },
);

testHistories("search() goes on where it has stopped", (history) => {
  for (let first = 1; first <= 30; first += 10) {
    history.append(Array.from(
      { length: 10 },
      (_, i) => entry(first + i, { text: i % 2 === 0 ? "fox" : "dog" }),
    ));
    history.index();
  }
  const some = history.search(0, "fox", { limit: 4 });
  assertEquals(some.hits.map(({ seq }) => seq), [29, 27, 25, 23]);
  assertEquals(some.rest, 23);
  const more = history.search(0, "fox", { before: 23, limit: 11 });
  assertEquals(more.hits.map(({ seq }) => seq)[0], 21);
  assertEquals(more.hits.length, 11);
  assertEquals(more.rest, undefined);
});

testHistories("search() keeps to its limits", (history) => {
  const big = new Uint8Array(20_000);
  history.append(
    Array.from(
      { length: 300 },
      (_, i) =>
        entry(i + 1, { text: "fox", ...(i >= 290 ? { payload: big } : {}) }),
    ),
  );
  const newest = history.search(0, "fox");
  assertEquals(newest.hits.length, Math.floor(MAX_PAGE_BYTES / big.length));
  const small = history.search(0, "fox", { before: 291, limit: 1_000 });
  assertEquals(small.hits.length, MAX_HITS);
  assertEquals(small.rest, 291 - MAX_HITS);
});

testHistories("search() looks at a bounded number of words", (history) => {
  const words = Array.from({ length: 16 }, (_, i) => `w${i}`).join(" ");
  history.append([entry(1, { text: words })]);
  assertEquals(history.search(0, `${words} other`).hits.length, 1);
  assertEquals(history.search(0, " ".repeat(511) + "w1").hits.length, 0);
});

testHistories(
  "search() finds each entry once, indexed before or not",
  (history) => {
    // More than may wait, so that appending has indexed some by itself.
    for (let seq = 1; seq <= 1_000; seq++) {
      history.append([entry(seq, { at: START, text: `fox number${seq}` })]);
    }
    const found = (words: string): number =>
      history.search(0, words).hits.length;
    assertEquals([found("number1"), found("number999")], [1, 1]);
    history.append([entry(1_001, { text: "number1001" })]);
    assertEquals(found("number1001"), 1);
    finish(() => history.index());
    assertEquals([found("number1"), found("number1001")], [1, 1]);
    assert(!history.index(), "nothing is left to do");
  },
);

Deno.test("WordSearch.search() looks at a part when time is over, and goes on", () => {
  using folder = new Folder();
  using history = openHistory(folder.path);
  for (let first = 1; first <= 20_000; first += 2_000) {
    history.append(entries(first, first + 1_999, { at: START, text: "dog" }));
  }
  history.append([entry(20_001, { text: "fox" })]);
  finish(() => history.index());
  using db = new Database(`${folder.path}/history.db`);
  const search = new WordSearch(db, new WordIndex(db), { maxMs: 0 });
  const room = history.room(0);
  assert(room !== undefined);
  const newest = search.search(room, "fox");
  assertEquals(newest.hits.map(({ seq }) => seq), [20_001]);
  assertEquals(newest.rest, 16_384);
  const older = search.search(room, "fox", { before: newest.rest ?? 0 });
  assertEquals(older, { hits: [], rest: 8_192 });
  const oldest = search.search(room, "fox", { before: older.rest ?? 0 });
  assertEquals(oldest, { hits: [], rest: undefined });
  assertEquals(history.search(0, "fox", { before: 16_384 }).hits, []);
});

testHistories("search() does not find what was pruned", (history) => {
  history.append([1, 2, 3, 4].map((seq) => entry(seq, { text: "fox" })));
  history.search(0, "fox"); // indexes them
  history.append([entry(5, { text: "fox" })]);
  finish(() => history.prune({ keepLast: 2 }));
  assertEquals(history.search(0, "fox").hits.map(({ seq }) => seq), [5, 4]);
});
