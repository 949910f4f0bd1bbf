/** What an answer to the question of trust amounts to. */
export type Trust =
  | "trusted"
  /** The person declined. */
  | "declined"
  /** The person pasted a fingerprint, and it is another one. */
  | "different"
  /** Neither yes nor no nor a fingerprint. */
  | "unclear";

/**
 * Judges an answer to "is this the server's fingerprint?": only a clear yes or
 * the very same fingerprint, with or without its `SHA256:`, is trust.
 */
export function judgeTrust(answer: string, fingerprint: string): Trust {
  const text = answer.trim();
  const digest = fingerprint.replace(/^SHA256:/, "");
  if (text === fingerprint || text === digest) return "trusted";
  if (/^yes$/i.test(text)) return "trusted";
  if (/^(?:no?)?$/i.test(text)) return "declined";
  return /^(?:SHA256:)?[A-Za-z0-9+/]{20,}=?$/.test(text)
    ? "different"
    : "unclear";
}
