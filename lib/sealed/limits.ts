/**
 * Windows and bounds of sealed rooms. docs/sealed.md states the same numbers,
 * and a test compares them.
 */

/** Most members of a sealed room: so a commit and a GroupInfo fit into one message. */
export const MAX_SEALED_MEMBERS = 100;

/** Epochs before the current one whose late messages still open. */
export const PAST_EPOCHS = 5;

/** Messages of one sender and epoch that may still come after a later one. */
export const LATE_MESSAGES = 128;

/** Messages of one sender and epoch that may be skipped at a time. */
export const SKIPPED_MESSAGES = 1_000;

/** Longest body of a sealed message, in bytes. */
export const MAX_BODY_BYTES = 32_768;

/** Longest MLS message that is looked at, in bytes. */
export const MAX_MLS_BYTES = 64_512;

/** What is sealed towards the server is padded to a multiple of this. */
export const PADDING_BYTES = 256;

/** Messages of one sender that are remembered as missing; older are forgotten. */
export const MAX_MISSING = 64;

/** Changes that may follow a whole state before it is written whole again. */
export const MAX_CHANGES = 512;
