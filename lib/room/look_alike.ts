import { LOOK_ALIKES } from "./name_data.ts";

const PROTOTYPES: ReadonlyMap<string, string> = new Map(
  LOOK_ALIKES.split(" ").flatMap((group) => {
    const end = group.indexOf("<", 1);
    const prototype = group.slice(0, end);
    return [...group.slice(end + 1)].map((from) => [from, prototype] as const);
  }),
);

/**
 * The skeleton of UTS #39 section 4: the same for strings that can be mistaken
 * for each other. Not for showing. Knows the characters that names may have.
 */
export function skeletonOf(text: string): string {
  let skeleton = "";
  for (const character of text.normalize("NFD")) {
    skeleton += PROTOTYPES.get(character) ?? character;
  }
  return skeleton.normalize("NFD");
}
