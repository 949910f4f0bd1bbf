import type { Finding } from "../../lib/lab/tampering/attack.ts";
import { CHANGES } from "../../lib/lab/tampering/changes.ts";
import { codeTable, matrix, noticed } from "../../lib/lab/tampering/tables.ts";
import type { Direction } from "../../lib/lab/recording.ts";
import { assert, assertEquals } from "../support/assert.ts";

const [CHANGE] = CHANGES;
assert(CHANGE !== undefined);

function finding(
  direction: Direction,
  client: string | undefined,
  server: string | undefined,
): Finding {
  return {
    attack: { direction, index: 0, change: CHANGE as typeof CHANGES[number] },
    frame: new Uint8Array(4),
    client,
    server,
    breaches: [],
  };
}

const CUT = "CHAT_CONNECTION_CUT";
const REFUSED = "CHAT_RECORD_REFUSED";

Deno.test("noticed() is the code of the receiver, or of the sender when that only saw a cut", () => {
  assertEquals(noticed(finding("up", CUT, REFUSED)), REFUSED);
  assertEquals(noticed(finding("up", REFUSED, CUT)), REFUSED);
  assertEquals(noticed(finding("up", CUT, undefined)), CUT);
  assertEquals(noticed(finding("down", REFUSED, "CHAT_TIMEOUT")), REFUSED);
  assertEquals(noticed(finding("down", undefined, undefined)), undefined);
});

Deno.test("matrix() has a cell for each change to each frame", () => {
  const recorded = { up: [new Uint8Array(4)], down: [new Uint8Array(4)] };
  const { columns, rows } = matrix([
    finding("up", CUT, REFUSED),
    finding("down", undefined, undefined),
  ], recorded);
  assertEquals(columns, ["", "u0", "d0"]);
  assertEquals(rows.length, CHANGES.length);
  assertEquals(rows[0], [CHANGE.name, "R", "."]);
  assertEquals(rows[1]?.slice(1), ["-", "-"]);
});

Deno.test("codeTable() counts codes, the most frequent first", () => {
  const { rows } = codeTable([
    finding("down", CUT, undefined),
    finding("down", REFUSED, undefined),
    finding("down", REFUSED, undefined),
    finding("down", undefined, undefined),
  ]);
  assertEquals(rows, [[REFUSED, 2, 5], [CUT, 1, 5]]);
});
