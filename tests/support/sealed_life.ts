import type { Bytes } from "../../lib/bytes.ts";
import { type Needle, needlesOf } from "../../lib/lab/needles.ts";
import { LOBBY } from "../../lib/room/conversation.ts";
import { roomKeysOf } from "../../lib/sealed/room_secret.ts";
import { type Entrance, SealedMember } from "./sealed_member.ts";

/** Letters of a word that nobody ever wrote. */
const WORD_LETTERS = 16;
/** Letters of a piece of one: of 26, there are enough not to come by chance. */
const PIECE_LETTERS = 11;

/** Words that nobody ever wrote, and what becomes of them. */
class Words {
  readonly all: string[] = [];

  /** A new one. */
  next(): string {
    const bytes = crypto.getRandomValues(new Uint8Array(WORD_LETTERS));
    const word = String.fromCharCode(...bytes.map((byte) => 97 + byte % 26));
    this.all.push(word);
    return word;
  }

  /** A text of some. */
  text(): string {
    return `${this.next()} ${this.next()}, ${this.next()}!`;
  }
}

/** What took place, and what of it nobody else may know. */
export interface SealedLife extends AsyncDisposable {
  /** Whatever a server must not have, in all its forms and pieces. */
  readonly needles: readonly Needle[];
  /** What was said in the open. */
  readonly open: readonly Needle[];
  readonly secret: Bytes;
  /** Somebody of the room. */
  readonly member: SealedMember;
}

/**
 * Lives through all that sealed rooms are there for: three people who found one,
 * join by its secret, talk, change its topic, share what was said, write to each
 * other, put somebody out, take fresh keys, and come back after a while.
 */
export async function liveSealed(
  entrance: Entrance,
): Promise<SealedLife> {
  await using cleanup = new AsyncDisposableStack();
  const words = new Words();
  const enter = async (name: string): Promise<SealedMember> =>
    cleanup.use(
      await SealedMember.enter(entrance, { name, sealedName: words.next() }),
    );
  const [ada, ben, cem] = [
    await enter("ada"),
    await enter("ben"),
    await enter("cem"),
  ];
  const { room } = await ada.client.sealed.create(words.next());
  const secret = ada.client.sealed.secret(room) as Bytes;
  await ben.join(secret);
  const say = async (
    from: SealedMember,
    to: readonly SealedMember[],
    where = room,
  ): Promise<void> => {
    const text = words.text();
    await from.client.say(text, where);
    for (const one of [from, ...to]) await one.reads(where, text);
  };
  await say(ada, [ben]);
  await say(ben, [ada]);
  await ada.client.title(words.text(), room);
  await cem.join(secret);
  await ada.client.sealed.share(room, 10);
  await cem.sees(room, "shared");
  await say(cem, [ada, ben]);
  const two = await ada.client.direct("ben");
  await say(ada, [ben], two.room);
  await say(ben, [ada], two.room);
  await ada.client.act(words.text(), room);
  await ada.client.sealed.remove(room, cem.identity.fingerprint);
  await cem.sees(room, "excluded");
  await say(ada, [ben]);
  await ada.client.sealed.rekey(room);
  await say(ben, [ada]);
  await ben.go();
  const missed = [words.text(), words.text()];
  await ada.client.say(missed[0] ?? "", room);
  await ada.client.sealed.rekey(room);
  await ada.client.say(missed[1] ?? "", room);
  await ben.come();
  for (const text of missed) await ben.reads(room, text);
  await say(ben, [ada]);
  const spoken = new Words();
  const text = spoken.text();
  await ada.client.say(text);
  await ben.reads(LOBBY, text);
  const { psk, epochTagKey } = await roomKeysOf(secret);
  const secrets = [
    ...[ada, ben, cem].flatMap((one) => one.secrets()),
    { what: "the PSK", bytes: psk },
    { what: "the key of epoch tags", bytes: epochTagKey },
  ];
  const bytes = secrets.flatMap((one) => needlesOf({ kind: "bytes", ...one }));
  const kept = cleanup.move();
  return {
    needles: [...words.all.flatMap(pieces), ...bytes],
    open: spoken.all.flatMap(pieces),
    ...{ secret, member: ada },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** A word whole, its beginning and its end. */
function pieces(word: string): readonly Needle[] {
  return [word, word.slice(0, PIECE_LETTERS), word.slice(-PIECE_LETTERS)]
    .flatMap((text) =>
      needlesOf({ kind: "text", what: `"${text}" of "${word}"`, text })
    );
}
