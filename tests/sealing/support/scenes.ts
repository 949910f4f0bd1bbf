import type { Person, PersonOptions, World } from "./world.ts";

/** A sealed room with some people in it, who all have its keys. */
export interface Scene {
  readonly room: number;
  readonly people: readonly Person[];
}

/** A sealed room called `plans`, of people with these names. */
export async function plans(
  world: World,
  names: readonly string[],
  options: Partial<PersonOptions> = {},
): Promise<Scene> {
  const people: Person[] = [];
  let room = 0;
  for (const name of names) {
    const person = await world.person(name, options);
    const [first] = people;
    if (first === undefined) {
      room = (await world.done(person.sealed.create("plans"))).room;
    } else await joinAs(world, person, first, room);
    people.push(person);
    await world.until(() => people.every((one) => isIn(one, room, people)));
  }
  const hasSeen = (one: Person, index: number): boolean =>
    one.kinds(room).filter((kind) => kind === "joined").length ===
      people.length - 1 - index;
  await world.until(() => people.every(hasSeen));
  for (const { events } of people) events.length = 0;
  return { room, people };
}

/** Gives somebody the secret of a room. */
export async function joinAs(
  world: World,
  person: Person,
  member: Person,
  room: number,
): Promise<void> {
  const secret = member.sealed.secret(room);
  if (secret === undefined) throw new Error("no secret");
  await world.done(person.sealed.join("?", secret));
}

/** Says something and lets it be stored. */
export async function say(
  world: World,
  person: Person,
  text: string,
  room: number,
): Promise<void> {
  await world.done(person.conversation.say(text, room));
}

/** Waits until somebody was shown these texts, and no others. */
export async function shows(
  world: World,
  person: Person,
  room: number,
  texts: readonly string[],
): Promise<void> {
  const expected = JSON.stringify(texts);
  await world.until(
    () => JSON.stringify(person.texts(room)) === expected,
    () => [
      person.name,
      person.texts(room),
      person.kinds(room),
      person.sealed.status(room),
      person.conversation.outgoing,
    ],
  );
}

function isIn(person: Person, room: number, all: readonly Person[]): boolean {
  return person.phase(room) === "member" &&
    person.sealed.status(room)?.epoch === BigInt(all.length - 1);
}
