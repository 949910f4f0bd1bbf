import { keysOf, readCast, secretsOf, spokenTexts } from "../../demo/cast.ts";
import type { Exchange, Heard } from "../../demo/play.ts";
import { SCRIPT } from "../../demo/script.ts";
import {
  everybodyLeft,
  impostorRefused,
  nothingLost,
  sizesTellLittle,
  strangerRefused,
} from "../../demo/verdicts.ts";
import { concat, utf8 } from "../../lib/bytes.ts";
import { encodeSshBlob } from "../../lib/identity/ssh_blob.ts";
import { splitFrames } from "../../lib/lab/frames.ts";
import { leaks } from "../../lib/lab/leaks.ts";
import { needlesOf } from "../../lib/lab/needles.ts";
import {
  looksRandom,
  nothingReadable,
  searchFinds,
} from "../../lib/lab/reading.ts";
import { Recording } from "../../lib/lab/recording.ts";
import { secretWords } from "../../lib/lab/secret.ts";
import { encodeFrame } from "../../lib/wire/frame.ts";
import {
  assert,
  assertEquals,
  assertStringIncludes,
} from "../support/assert.ts";
import { random, recordingOf } from "./fakes.ts";

const cast = await readCast();
const secrets = secretsOf(cast);
const heard = SCRIPT.map((speech, at): Heard => ({ ...speech, seq: at + 1 }));
const search = { secrets, needles: secrets.flatMap(needlesOf) };

Deno.test("nothingReadable() holds for random bytes, not for none", () => {
  assert(nothingReadable([random(20_000)], search).held);
  assert(!nothingReadable([], search).held);
});

Deno.test("nothingReadable() fails for any secret in any leak", () => {
  for (const { encoding, bytes } of leaks(spokenTexts(), keysOf(cast))) {
    const around = concat(random(500), bytes, random(500));
    const verdict = nothingReadable([random(500), around], search);
    assert(!verdict.held, encoding);
    assertStringIncludes(verdict.evidence, "found the word");
  }
});

Deno.test("nothingReadable() fails for a part of any key or fingerprint", () => {
  for (const { publicKey } of Object.values(cast)) {
    const blob = encodeSshBlob(publicKey);
    const part = concat(random(99), blob.slice(-8), random(99));
    assert(!nothingReadable([part], search).held);
  }
});

Deno.test("searchFinds() holds for what is looked for, in every encoding", () => {
  const verdict = searchFinds(
    leaks(spokenTexts(), keysOf(cast)),
    [random(999)],
    search,
  );
  assert(verdict.held, verdict.evidence);
});

Deno.test("searchFinds() fails when an encoding is not looked for", () => {
  const all = leaks(spokenTexts(), keysOf(cast));
  for (const encoding of ["UTF-8", "UTF-16LE", "UTF-16BE", "hexadecimal"]) {
    const needles = search.needles.filter((n) => n.encoding !== encoding);
    const verdict = searchFinds(all, [], { secrets, needles });
    assert(!verdict.held, encoding);
    assertStringIncludes(verdict.evidence, "missed the word");
  }
});

Deno.test("searchFinds() fails when a secret is not in the leak", () => {
  const more = { ...search, secrets: [...secrets, ...secretWords(["absent"])] };
  assert(!searchFinds(leaks(spokenTexts(), keysOf(cast)), [], more).held);
  assert(!searchFinds([], [random(9)], search).held);
});

Deno.test("looksRandom() holds for sealed frames behind two in clear", () => {
  const recording = recordingOf({
    up: [new Uint8Array(1256), random(4000)],
    down: [new Uint8Array(1155), random(4000)],
  });
  assert(looksRandom([recording], spokenTexts()).held);
});

Deno.test("looksRandom() fails when sealed frames are not random", () => {
  const text = utf8(spokenTexts().join(" ").repeat(9));
  const up = [new Uint8Array(9), text];
  assert(!looksRandom([recordingOf({ up, down: [] })], spokenTexts()).held);
  const few = recordingOf({ up: [text, random(99)], down: [] });
  assert(!looksRandom([few], spokenTexts()).held);
});

Deno.test("looksRandom() fails when the text would pass, too", () => {
  const recording = recordingOf({ up: [random(1), random(4000)], down: [] });
  assert(!looksRandom([recording], ["abc"]).held);
});

Deno.test("sizesTellLittle() holds when short texts look alike", () => {
  assert(sizesTellLittle([said(4, 276), said(90, 276), said(500, 600)]).held);
});

Deno.test("sizesTellLittle() fails when one differs or none could", () => {
  assert(!sizesTellLittle([said(4, 276), said(90, 292)]).held);
  assert(!sizesTellLittle([said(4, 276), said(4, 276)]).held);
});

Deno.test("impostorRefused() holds for exit code 3 after a ClientHello", () => {
  const recording = recordingOf({ up: [random(1256)], down: [random(9)] });
  assert(impostorRefused({ code: 3, stderr: [], recording }).held);
  assert(!impostorRefused({ code: 5, stderr: [], recording }).held);
});

Deno.test("impostorRefused() fails when the client sent anything more", () => {
  const fails = (up: Uint8Array<ArrayBuffer>[], down = [random(9)]): void => {
    const recording = recordingOf({ up, down });
    assert(!impostorRefused({ code: 3, stderr: [], recording }).held);
  };
  fails([]);
  fails([random(1257)]);
  fails([random(1256), random(272)]);
  fails([random(1256)], []); // nobody had answered: it refused nothing
  const recording = recordingOf({ up: [random(1256)], down: [random(9)] });
  recording.add({ direction: "up", at: 1, bytes: Uint8Array.of(0) });
  assert(!impostorRefused({ code: 3, stderr: [], recording }).held);
});

Deno.test("strangerRefused() wants exit code 4 and the reason in words", () => {
  const recording = recordingOf({ up: [], down: [] });
  const stderr = ["Connecting", "error: not on the list [CHAT_NOT_AUTHORIZED]"];
  const verdict = strangerRefused({ code: 4, stderr, recording });
  assert(verdict.held);
  assertStringIncludes(verdict.evidence, "not on the list");
  assert(!strangerRefused({ code: 5, stderr, recording }).held);
  assert(!strangerRefused({ code: 4, stderr: [], recording }).held);
});

Deno.test("nothingLost() holds when everybody saw everything once and in order", () => {
  const verdict = nothingLost(SCRIPT, { Alice: heard, Bobby: heard });
  assert(verdict.held);
  assertStringIncludes(verdict.evidence, "Alice and Bobby saw all 9 lines");
});

Deno.test("nothingLost() fails when somebody saw less, more or anything else", () => {
  const [first, second] = heard;
  assert(first !== undefined && second !== undefined);
  const rest = heard.slice(2);
  const cases: Record<string, readonly Heard[]> = {
    "nothing": [],
    "not the last": heard.slice(0, -1),
    "not the first": heard.slice(1),
    "the first twice": [first, ...heard],
    "the last twice": [...heard, ...heard.slice(-1)],
    "another order": [{ ...second, seq: 1 }, { ...first, seq: 2 }, ...rest],
    "another number": [{ ...first, seq: 2 }, second, ...rest],
    "another text": [{ ...first, text: "x" }, second, ...rest],
    "another name": [{ ...first, name: "x" }, second, ...rest],
  };
  for (const [what, lines] of Object.entries(cases)) {
    assert(!nothingLost(SCRIPT, { Alice: heard, Bobby: lines }).held, what);
    assert(!nothingLost(SCRIPT, { Alice: lines, Bobby: heard }).held, what);
  }
  const { evidence } = nothingLost(SCRIPT, { Bobby: heard.slice(0, 3) });
  assertEquals(
    evidence,
    "Bobby saw 3 lines of 9, the first 3 as they were said",
  );
  assert(!nothingLost(SCRIPT, {}).held);
  assert(!nothingLost([], { Alice: [] }).held);
});

Deno.test("everybodyLeft() wants all codes 0 and all connections over", () => {
  const recording = recordingOf({ up: [], down: [] });
  assert(everybodyLeft({ Alice: 0, Bobby: 0 }, [recording]).held);
  assert(!everybodyLeft({ Alice: 0, Bobby: 5 }, [recording]).held);
  const evidence = everybodyLeft({ Alice: 0, Bobby: 5 }, []).evidence;
  assertEquals(evidence, "exit codes: Alice 0, Bobby 5");
  assert(!everybodyLeft({ Alice: 0 }, [recording, new Recording()]).held);
});

function said(length: number, frame: number): Exchange {
  const up = splitFrames(encodeFrame(new Uint8Array(frame - 4)));
  return { name: "Alice", text: "x".repeat(length), up, down: [] };
}
