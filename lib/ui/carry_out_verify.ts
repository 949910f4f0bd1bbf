import { shownName } from "./author_spans.ts";
import { findPerson } from "./find_person.ts";
import { qrLines } from "./qr_lines.ts";
import { fingerprintText } from "./marks.ts";
import { furtherLine, remarkLine, remarkLines } from "./remark.ts";
import type { Scene } from "./scene.ts";
import type { Line, Span } from "./style.ts";
import type { KeyHolder, Verification } from "./verification.ts";

/** Groups of digits in a row. */
const GROUPS_PER_ROW = 6;
/** Words in a row. */
const WORDS_PER_ROW = 8;

/** What `/verify` asks for. */
interface VerifyRequest {
  readonly subject: string;
  readonly claim: string;
}

/**
 * Shows the safety number of us and somebody, compares a scanned code with it, or
 * marks somebody as verified.
 *
 * @throws {ChatError} As `findPerson` and `Verification`.
 */
export async function carryOutVerify(
  { subject, claim }: VerifyRequest,
  room: number,
  scene: Scene,
): Promise<Line[]> {
  const { verification } = scene.options;
  if (verification === undefined) {
    return alarm("Nobody can be verified here: there is no place to keep it");
  }
  const person = await findPerson(subject, room, scene);
  if (scene.transcript.isSelf(person)) return remarkLines("That is you");
  const name = shownName(person);
  switch (claim.toLowerCase()) {
    case "":
      return await numberLines(person, verification, scene);
    case "ok":
      return await mark(person, verification, scene);
    case "forget":
      return remarkLines(
        await verification.forget(person)
          ? `${name} is not verified any more`
          : `${name} was not verified`,
      );
    default:
      return await compare(person, claim, { verification, scene });
  }
}

async function numberLines(
  person: KeyHolder,
  verification: Verification,
  { columns, numbered, transcript }: Scene,
): Promise<Line[]> {
  const { groups, words, code } = await verification.number(person);
  numbered.add(person.fingerprint.toHex());
  const name = shownName(person);
  const trust = verification.judge(person);
  return [
    remarkLine([
      dim("Safety number of you and "),
      ...transcript.author(person),
      dim(trust === "verified" ? ", who is verified:" : ":"),
    ]),
    furtherLine([dim(fingerprintText(person.fingerprint))]),
    ...trust === "changed"
      ? alarm(
        `Another key was verified under the name ${name}. Somebody may pretend ` +
          "to be them: nothing is sealed for this key before you compare anew",
      )
      : [],
    ...rows(groups, GROUPS_PER_ROW),
    ...rows(words, WORDS_PER_ROW),
    ...qrLines(code, columns()),
    ...remarkLines(
      `Compare all of it with what ${name} sees, in person or by voice: the ` +
        "digits, or the words, either is enough. Not by a message: whoever " +
        "pretends to be them could send it.\n" +
        `If it is the same, /verify ${name} ok; a code that you scanned from ` +
        `their screen, /verify ${name} CODE compares`,
    ),
  ];
}

async function mark(
  person: KeyHolder,
  verification: Verification,
  { compared, numbered }: Scene,
): Promise<Line[]> {
  await verification.number(person); // that the key is that of the fingerprint
  const hex = person.fingerprint.toHex();
  const scanned = compared.has(hex);
  if (!scanned && !numbered.has(hex)) {
    const name = shownName(person);
    return alarm(
      `Nothing was compared yet: /verify ${name} shows the number that you and ` +
        "they must have alike",
    );
  }
  await verification.mark(person, scanned ? "code" : "digits");
  return remarkLines(
    `${shownName(person)} is verified in all rooms of all servers: ` +
      fingerprintText(person.fingerprint),
  );
}

async function compare(
  person: KeyHolder,
  scanned: string,
  { verification, scene }: {
    readonly verification: Verification;
    readonly scene: Scene;
  },
): Promise<Line[]> {
  const number = await verification.number(person);
  const name = shownName(person);
  switch (verification.compare(number, scanned)) {
    case "same":
      scene.compared.add(person.fingerprint.toHex());
      return remarkLines(
        `The code is the same. If it is from ${name}'s own screen, and not ` +
          `from a message, /verify ${name} ok marks them as verified`,
      );
    case "different":
      return alarm(
        `The code is ANOTHER one: this is not the key that ${name} has. ` +
          "Somebody may stand between you: tell them in person",
      );
    case "unreadable":
      return alarm(
        "That is no safety number of this version: 60 digits, or a code that " +
          "begins with CHAT1: and nothing else",
      );
  }
}

function rows(parts: readonly string[], perRow: number): Line[] {
  const count = Math.ceil(parts.length / perRow);
  return Array.from({ length: count }, (_, row) => (
    furtherLine([{
      text: `  ${parts.slice(row * perRow, (row + 1) * perRow).join(" ")}`,
    }])
  ));
}

function alarm(text: string): Line[] {
  return remarkLines(text, { alarm: true });
}

function dim(text: string): Span {
  return { dim: true, text };
}
