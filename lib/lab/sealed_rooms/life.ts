import type { Bytes } from "../../bytes.ts";
import { parseTarget } from "../../identity/target.ts";
import type { Laboratory, LabServer } from "../laboratory.ts";
import { madeUpWord } from "../random.ts";
import { DeviceImage } from "./device_image.ts";
import { Talker } from "./talker.ts";

/** What two people say while the members of their room have the same keys. */
export interface Stage {
  readonly alice: string;
  readonly bob: string;
}

/** What took place in a sealed room, and what the thieves have got of it. */
export interface Life {
  readonly server: LabServer;
  readonly alice: Talker;
  readonly bob: Talker;
  readonly carol: Talker;
  /** What they and the room are called, which no server learns. */
  readonly names: readonly string[];
  /** The file that holds the link of the room. */
  readonly link: string;
  /** Secret of the room, 32 bytes. */
  readonly secret: Bytes;
  /** With Carol; after Bob has removed her; after Alice has renewed her keys. */
  readonly stages: readonly [Stage, Stage, Stage];
  /** What Alice and Bob have told each other alone. */
  readonly direct: string;
  /** What Alice has said in the lobby, which is open. */
  readonly open: string;
  /** Of Alice's and Carol's devices before, of Bob's after the second stage. */
  readonly images: {
    readonly alice: DeviceImage;
    readonly carol: DeviceImage;
    readonly bob: DeviceImage;
  };
  /** What Carol was shown when she was removed. */
  readonly farewell: string;
  /** What Carol's program showed of what was said after that. */
  readonly carolRead: readonly string[];
}

/**
 * Real people on a real server: they found a sealed room, let each other in by its
 * link, talk there, in a room of two and in the lobby, put somebody out, and renew
 * their keys. Meanwhile thieves copy devices.
 */
export async function live(lab: Laboratory): Promise<Life> {
  const server = await lab.serve(["--show-ciphertext", "--log=json"]);
  const room = madeUpWord();
  const nicknames = [madeUpWord(), madeUpWord(), madeUpWord()];
  const enter = async (
    at: number,
    name: string,
    args: readonly string[],
  ): Promise<Talker> =>
    Talker.start(lab, await lab.person(name), [
      `--sealed-name=${nicknames[at]}`,
      ...args,
    ]);
  const pin = `--pin=${server.owner.identity.fingerprint}`;
  const where = `127.0.0.1:${server.port}`;
  const alice = await enter(0, "Alice", [
    ...[pin, `--room=${room}`, "--sealed", where],
  ]);
  await alice.type("/invite");
  const text = await alice.shows(/^chat:.*#key=/);
  const link = await lab.file("link", text);
  const [bob, carol] = await Promise.all([
    enter(1, "Bob", [`--link-file=${link}`]),
    enter(2, "Carol", [`--link-file=${link}`]),
  ]);
  await Promise.all(
    [bob, carol].map((one) => one.shows(/^\* You have the keys/)),
  );
  await Promise.all(
    nicknames.slice(1).map((name) =>
      alice.shows(new RegExp(`^\\+ ${name}·.* joined`))
    ),
  );
  const say = async (who: Talker, word: string): Promise<void> => {
    await who.type(word);
    await Promise.all([alice, bob].map((one) => one.shows(ends(word))));
  };
  const talk = async (): Promise<Stage> => {
    const stage = { alice: madeUpWord(), bob: madeUpWord() };
    await say(alice, stage.alice);
    await say(bob, stage.bob);
    return stage;
  };
  const images = {
    alice: await DeviceImage.take(lab, alice),
    carol: await DeviceImage.take(lab, carol),
  };
  const first = await talk();
  await carol.shows(ends(first.bob));
  await bob.type(`/remove ${nicknames[2]}`);
  const farewell = await carol.shows(/You were removed by/);
  const after = carol.lines;
  await alice.shows(/ was removed by /);
  const second = await talk();
  const image = await DeviceImage.take(lab, bob);
  await alice.type("/rekey");
  await bob.shows(/ renewed the keys/);
  const third = await talk();
  const direct = madeUpWord();
  await alice.type(`/msg Bob ${direct}`);
  await bob.shows(ends(direct));
  const open = madeUpWord();
  await alice.type("/room lobby");
  await alice.type(open);
  await carol.shows(ends(open));
  return {
    ...{ server, alice, bob, carol, link, direct, open, farewell },
    names: [room, ...nicknames],
    secret: parseTarget(text).key ?? new Uint8Array(32),
    stages: [first, second, third],
    images: { ...images, bob: image },
    carolRead: carol.words.slice(after),
  };
}

/** A line in which somebody says this. */
function ends(word: string): RegExp {
  return new RegExp(`: ${word}$`);
}
