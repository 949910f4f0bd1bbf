/**
 * One thing a person did at the keyboard.
 *
 * Names of `press` are those of the key, `enter` or `left`, with `ctrl-`,
 * `alt-` or `shift-` before it where those were held.
 */
export type Key =
  | { readonly kind: "press"; readonly name: string }
  /** Typed characters, not yet safe to show. */
  | { readonly kind: "text"; readonly text: string }
  /** Pasted at once, perhaps several lines; not yet safe to show. */
  | { readonly kind: "paste"; readonly text: string }
  /** A paste nobody keeps: it was longer than the decoder's bound. */
  | { readonly kind: "overlong_paste" };
