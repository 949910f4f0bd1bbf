/** A fenced block of a Markdown text: "```LANGUAGE NAME", lines, "```". */
const BLOCK = /^```(\w+) ([^\n]+)\n([\s\S]*?)^```$/gm;

/** One named block, as a document holds it. */
export interface Block {
  readonly language: string;
  readonly name: string;
  readonly content: string;
}

/** The named blocks of `markdown`, in order; blocks without a name are skipped. */
export function blocksOf(markdown: string): Block[] {
  return [...markdown.matchAll(BLOCK)].map(
    ([, language = "", name = "", content = ""]) => ({
      language,
      name,
      content,
    }),
  );
}

/**
 * Replaces what stands in named blocks.
 *
 * @param contents By name. A block that is not among them stays as it is.
 */
export function fillBlocks(
  markdown: string,
  contents: ReadonlyMap<string, string>,
): string {
  return markdown.replaceAll(BLOCK, (block, language: string, name: string) => {
    const content = contents.get(name);
    if (content === undefined) return block;
    return `\`\`\`${language} ${name}\n${content}\`\`\``;
  });
}

/** Hexadecimal, 32 bytes a line. */
export function hexLines(hex: string): string {
  return hex.replaceAll(/.{1,64}/g, "$&\n");
}
