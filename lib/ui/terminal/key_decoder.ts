// Escape sequences begin with a control character:
// deno-lint-ignore-file no-control-regex
import type { Key } from "../key.ts";

/** Milliseconds after which a lone escape byte was the Escape key. */
export const ESCAPE_DELAY_MS = 50;

/** Characters of one paste kept at most; a longer one is dropped whole. */
export const MAX_PASTE_CHARACTERS = 262_144;

/** Characters of one escape sequence kept at most. */
const MAX_SEQUENCE_CHARACTERS = 256;

const PASTE_END = "\x1b[201~";

/** A control sequence (ECMA-48 section 5.4) or a key after SS3. */
const SEQUENCE = /^\x1b[\[O]([0-?]*)[ -\/]*([@-~])/;
const SEQUENCE_BEGUN = /^\x1b[\[O][0-?]*[ -\/]*$/;
const KEYPAD_ENTER = "\x1bOM";
/** Function keys of the Linux console, which fit no standard. */
const CONSOLE_KEY = /^\x1b\[\[[A-E]/;

const MODIFIERS = ["", "shift-", "alt-", "alt-shift-", "ctrl-"];

/** Names of CSI and SS3 sequences by their final character (ECMA-48, xterm). */
const BY_FINAL: Readonly<Record<string, string>> = {
  A: "up",
  B: "down",
  C: "right",
  D: "left",
  F: "end",
  H: "home",
};

/** Names of `CSI number ~` sequences (DEC VT220, xterm, rxvt). */
const BY_NUMBER: Readonly<Record<string, string>> = {
  1: "home",
  3: "delete",
  4: "end",
  7: "home",
  8: "end",
};

/** Names of C0 characters that are keys of their own. */
const BY_CONTROL: Readonly<Record<string, string>> = {
  "\r": "enter",
  "\n": "enter",
  "\t": "tab",
  "\x7f": "backspace",
  "\x1b": "escape",
};

/**
 * Turns what a terminal sends into keys, however it is cut into pieces.
 *
 * Sequences that mean nothing to us are swallowed whole, so that no part of
 * them is taken for text.
 */
export class KeyDecoder {
  readonly #utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
  /** The beginning of a sequence that has not ended yet. */
  #pending = "";
  /** What was pasted so far, while a paste goes on. */
  #paste: string | undefined;
  #overlong = false;

  /**
   * Whether a lone escape waits for more: after `ESCAPE_DELAY_MS` without
   * input, call {@linkcode KeyDecoder.flush}.
   */
  get waiting(): boolean {
    return this.#pending !== "" && this.#paste === undefined;
  }

  /** Takes bytes, gives the keys that are complete. */
  feed(bytes: Uint8Array): Key[] {
    const keys: Key[] = [];
    let text = this.#pending + this.#utf8.decode(bytes, { stream: true });
    this.#pending = "";
    while (text !== "") {
      const used = this.#paste === undefined
        ? this.#next(text, keys)
        : this.#pasted(text, keys);
      if (used === 0) break;
      text = text.slice(used);
    }
    this.#pending = text;
    return keys;
  }

  /** Takes what waits as it is: Escape, or the start of nothing we know. */
  flush(): Key[] {
    if (!this.waiting) return [];
    const escape = this.#pending === "\x1b";
    this.#pending = "";
    return escape ? [{ kind: "press", name: "escape" }] : [];
  }

  /** @returns Characters taken; 0 when more must come first. */
  #next(text: string, keys: Key[]): number {
    if (text[0] === "\x1b") return this.#sequence(text, keys);
    const typed = /^[^\x00-\x1f\x7f]+/.exec(text)?.[0];
    if (typed !== undefined) {
      keys.push({ kind: "text", text: typed });
      return typed.length;
    }
    const name = controlName(text[0] ?? "");
    if (name !== undefined) keys.push({ kind: "press", name });
    return 1;
  }

  #sequence(text: string, keys: Key[]): number {
    if (text.length === 1) return 0;
    if (text[1] === "[" || text[1] === "O") return this.#csi(text, keys);
    if (/^[\]P_^X]/.test(text[1] ?? "")) return stringLength(text);
    const character = String.fromCodePoint(text.codePointAt(1) ?? 0);
    if (character === "\x1b") { // Escape, then another sequence
      keys.push({ kind: "press", name: "escape" });
      return 1;
    }
    const name = controlName(character) ?? character.toLowerCase();
    keys.push({ kind: "press", name: `alt-${name}` });
    return 1 + character.length;
  }

  #csi(text: string, keys: Key[]): number {
    if (CONSOLE_KEY.test(text)) return "\x1b[[A".length;
    if (text === "\x1b[[") return 0;
    const match = SEQUENCE.exec(text);
    if (match === null) return SEQUENCE_BEGUN.test(text) ? unfinished(text) : 2;
    const [whole, parameters = "", final = ""] = match;
    if (whole === "\x1b[200~") this.#paste = "";
    else {
      const name = whole === KEYPAD_ENTER
        ? "enter"
        : sequenceName(parameters, final);
      if (name !== undefined) keys.push({ kind: "press", name });
    }
    return whole.length;
  }

  #pasted(text: string, keys: Key[]): number {
    const end = text.indexOf(PASTE_END);
    const taken = end === -1 ? text.length - partialEnd(text) : end;
    if ((this.#paste?.length ?? 0) + taken > MAX_PASTE_CHARACTERS) {
      [this.#paste, this.#overlong] = ["", true];
    }
    if (!this.#overlong) this.#paste += text.slice(0, taken);
    if (end === -1) return taken;
    keys.push(
      this.#overlong
        ? { kind: "overlong_paste" }
        : { kind: "paste", text: this.#paste ?? "" },
    );
    [this.#paste, this.#overlong] = [undefined, false];
    return end + PASTE_END.length;
  }
}

function controlName(character: string): string | undefined {
  const code = character.charCodeAt(0);
  if (Object.hasOwn(BY_CONTROL, character)) return BY_CONTROL[character];
  if (code === 0) return "ctrl-space";
  if (code > 26) return undefined;
  return `ctrl-${String.fromCharCode(code + 96)}`;
}

function sequenceName(parameters: string, final: string): string | undefined {
  const [first = "", modifier = "1"] = parameters.split(";");
  const prefix = MODIFIERS[Number(modifier) - 1] ?? "";
  // Keys that report themselves by code point (fixterms, kitty): `CSI 13;2u`.
  if (final === "u" && first === "13") {
    return prefix === "" ? "enter" : "alt-enter";
  }
  if (final === "Z") return "shift-tab";
  const name = final === "~" ? BY_NUMBER[first] : BY_FINAL[final];
  return name === undefined ? undefined : prefix + name;
}

/** Characters of a control string, or 0 while its end has not come. */
function stringLength(text: string): number {
  const end = /\x07|\x1b\\/.exec(text.slice(2));
  return end === null ? unfinished(text) : 2 + end.index + end[0].length;
}

/** Waits for the rest of a sequence, unless it is none or far too long. */
function unfinished(text: string): number {
  if (text.length > MAX_SEQUENCE_CHARACTERS) return text.length;
  return 0;
}

/** Characters at the end of `text` that may begin the end of a paste. */
function partialEnd(text: string): number {
  for (let length = PASTE_END.length - 1; length > 0; length--) {
    if (text.endsWith(PASTE_END.slice(0, length))) return length;
  }
  return 0;
}
