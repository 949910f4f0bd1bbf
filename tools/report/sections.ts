/** A part of a Markdown text that a program writes, between two comments. */
const SECTION = /^<!-- ([\w ./-]+) -->\n([\s\S]*?)^<!-- end -->$/gm;

/** The names of all parts, in order. */
export function sectionNames(markdown: string): string[] {
  return [...markdown.matchAll(SECTION)].map(([, name = ""]) => name);
}

/** What stands in the part of that name; empty when there is none. */
export function sectionContent(markdown: string, name: string): string {
  return [...markdown.matchAll(SECTION)]
    .find(([, found]) => found === name)?.[2] ?? "";
}

/** Replaces what stands in parts. One that is not among `contents` stays. */
export function fillSections(
  markdown: string,
  contents: ReadonlyMap<string, string>,
): string {
  return markdown.replaceAll(SECTION, (section, name: string) => {
    const content = contents.get(name);
    return content === undefined
      ? section
      : `<!-- ${name} -->\n${content}<!-- end -->`;
  });
}
