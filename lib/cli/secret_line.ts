import type { Bytes } from "../bytes.ts";

/** Most bytes a secret line keeps; more are dropped and spoil the secret. */
const MAX_LINE_BYTES = 4096;

/** What a key press did to a secret line. */
export type SecretLineState = "typing" | "entered" | "cancelled";

/** A line typed on a terminal in raw mode, which shows nothing of it. */
export class SecretLine {
  #bytes: number[] = [];

  /** What was typed so far, read as UTF-8. */
  get text(): string {
    return new TextDecoder().decode(Uint8Array.from(this.#bytes));
  }

  /**
   * Applies input as the terminal sent it. Enter ends the line; backspace takes
   * back a character, Ctrl-U all of them; Ctrl-C cancels, and so does Ctrl-D on
   * an empty line. Other control characters do nothing.
   */
  feed(input: Bytes): SecretLineState {
    for (const byte of input) {
      const state = this.#press(byte);
      if (state !== "typing") return state;
    }
    return "typing";
  }

  #press(byte: number): SecretLineState {
    switch (byte) {
      case 0x0a: // Ctrl-J
      case 0x0d: // Enter
        return "entered";
      case 0x03: // Ctrl-C
        return "cancelled";
      case 0x04: // Ctrl-D
        return this.#bytes.length === 0 ? "cancelled" : "typing";
      case 0x08:
      case 0x7f: // Backspace
        this.#dropCharacter();
        return "typing";
      case 0x15: // Ctrl-U
        this.#bytes = [];
        return "typing";
      default:
        if (byte >= 0x20 && this.#bytes.length < MAX_LINE_BYTES) {
          this.#bytes.push(byte);
        }
        return "typing";
    }
  }

  /** Drops a UTF-8 sequence: continuation bytes, then the one that led them. */
  #dropCharacter(): void {
    while (((this.#bytes.pop() ?? 0) & 0xc0) === 0x80);
  }
}
