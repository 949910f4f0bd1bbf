/**
 * Bounds of every field of an application message. Sizes are bytes of UTF-8;
 * docs/application.cddl states the same numbers, and a test compares them.
 */

/** Longest encoded message: a record of 65,536 less type and length. */
export const MAX_MESSAGE_BYTES = 65_533;

/** Longest text that may be said or acted. */
export const MAX_TEXT_BYTES = 16_384;

/** Longest name of a member, a room or a server. */
export const MAX_NAME_BYTES = 128;

/** Longest name of a member as a reader counts: user-perceived characters. */
export const MAX_NAME_GRAPHEMES = 32;

/** Longest message of the day. */
export const MAX_MOTD_BYTES = 2_048;

/** Longest explanation in words: of a refusal, a wanted name or a goodbye. */
export const MAX_REASON_BYTES = 512;

/** Longest topic of a room. */
export const MAX_TOPIC_BYTES = 512;

/** Longest list of words to search for. */
export const MAX_WORDS_BYTES = 256;

/** Longest name, fingerprint or address that moderation is told. */
export const MAX_SUBJECT_BYTES = 128;

/** Most rooms in one `rooms` message; more follow in the next one. */
export const MAX_ROOMS_PER_PAGE = 64;

/** Most sanctions in one `bans` message; more follow in the next one. */
export const MAX_BANS_PER_PAGE = 64;

/** Most bytes of entries in one `page` message. */
export const MAX_PAGE_BYTES = 65_000;

/** Most entries that one `history` or `search` may ask for. */
export const MAX_PAGE_ENTRIES = 200;

/** Size of the number by which a device is known, of a log's and of an invitation's. */
export const ID_BYTES = 16;

/** Size of an Ed25519 signature. */
export const SIGNATURE_BYTES = 64;

/** Most members in one `members` message; more follow in the next one. */
export const MAX_MEMBERS_PER_PAGE = 256;

/** Size of a fingerprint (SHA-256) and of an Ed25519 public key. */
export const KEY_BYTES = 32;

/** Longest signed key that newcomers to a direct room are reached by. */
export const MAX_SEALING_KEY_BYTES = 1_536;

/** Longest sealed secret of a direct room. */
export const MAX_HELLO_BYTES = 1_536;

/** Longest sealed name of a room: an envelope of one block. */
export const MAX_SEALED_NAME_BYTES = 294;

/** Longest sealed GroupInfo: an envelope of 190 blocks. */
export const MAX_GROUP_INFO_BYTES = 48_678;

/** Longest sealed commit: an envelope of 60 blocks. */
export const MAX_COMMIT_BYTES = 15_398;

/** Longest sealed message: an envelope of 133 blocks. */
export const MAX_SEALED_BODY_BYTES = 34_086;

/** Largest number: what a double holds exactly, 2^53 - 1. */
export const MAX_UINT = Number.MAX_SAFE_INTEGER;
