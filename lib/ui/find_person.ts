import { ChatError } from "../errors.ts";
import { shownName } from "./author_spans.ts";
import { fingerprintText } from "./marks.ts";
import type { Scene } from "./scene.ts";
import type { KeyHolder } from "./verification.ts";

/**
 * Who is meant by a name. In a room that the server cannot read, its members say
 * who they are, and prove it; elsewhere the server is asked.
 *
 * @param subject A name, or a fingerprint as `SHA256:...`.
 * @throws {ChatError} `CHAT_NO_SUCH_MEMBER` for nobody, or for several of one
 * name; what asking throws.
 */
export async function findPerson(
  subject: string,
  room: number,
  { conversation, views }: Scene,
): Promise<KeyHolder> {
  if (!views.of(room).sealed) return await conversation.whois(subject);
  const people = await conversation.sealed.people(room);
  const form = subject.toLowerCase();
  const found = people.filter((person) => (
    fingerprintText(person.fingerprint) === subject ||
    person.name.toLowerCase() === form ||
    shownName(person).toLowerCase() === form
  ));
  const [one, ...others] = found;
  if (one === undefined) return await conversation.whois(subject);
  if (others.length === 0) return one;
  throw new ChatError(
    "CHAT_NO_SUCH_MEMBER",
    `Cannot tell who is meant: ${found.length} members are called ${
      shownName(one)
    }`,
    { hint: "Name one by the fingerprint that /who shows" },
  );
}
