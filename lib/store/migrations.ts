import type { Schema } from "./schema.ts";

/** "chat", as SQLite's `application_id` of a history. */
export const APPLICATION_ID = 0x63686174;

/**
 * The statements that lead from each version of the schema to the next, from
 * the empty file (version 0) on. Append-only: files of every version exist.
 *
 * An entry's id is `room << 40 | seq`, so that the log of a room lies together,
 * in order, and the index of words can be asked for a part of a room. SQL makes
 * and takes apart ids: they do not fit a JavaScript number.
 */
export const MIGRATIONS: readonly (readonly string[])[] = [
  [
    `CREATE TABLE room (
      number INTEGER PRIMARY KEY AUTOINCREMENT CHECK (number BETWEEN 0 AND 0x7fffff),
      name TEXT NOT NULL,
      form TEXT NOT NULL UNIQUE,
      topic TEXT NOT NULL,
      seq INTEGER NOT NULL DEFAULT 0 CHECK (seq <= 0xffffffffff),
      first_seq INTEGER NOT NULL DEFAULT 1,
      first_at INTEGER -- time of the oldest entry that is kept
    ) STRICT`,
    `CREATE INDEX room_by_age ON room (first_at) WHERE first_at IS NOT NULL`,
    `INSERT INTO room (number, name, form, topic) VALUES (0, 'lobby', 'lobby', '')`,

    `CREATE TABLE entry (
      id INTEGER PRIMARY KEY,
      at INTEGER NOT NULL,
      payload BLOB NOT NULL CHECK (length(payload) BETWEEN 1 AND 65533)
    ) STRICT`,
    // The order of a log is the one thing that may never be wrong: whatever the
    // program does, an entry that is not the next one of its room cannot exist.
    `CREATE TRIGGER entry_is_next AFTER INSERT ON entry BEGIN
      UPDATE room SET seq = seq + 1, first_at = coalesce(first_at, NEW.at)
        WHERE number = NEW.id >> 40 AND seq + 1 = NEW.id & 0xffffffffff;
      SELECT RAISE(ABORT, 'it is not the next one of a room') WHERE changes() <> 1;
    END`,

    `CREATE TABLE sender (
      id INTEGER PRIMARY KEY,
      fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32),
      device BLOB NOT NULL CHECK (length(device) = 16),
      UNIQUE (fingerprint, device)
    ) STRICT`,
    // Outlives the entries it names: a message may come again after they went.
    `CREATE TABLE sent (
      sender INTEGER NOT NULL REFERENCES sender,
      number INTEGER NOT NULL CHECK (number >= 0),
      entry INTEGER NOT NULL,
      at INTEGER NOT NULL,
      PRIMARY KEY (sender, number)
    ) STRICT, WITHOUT ROWID`,

    // Keeps where words are, not the text, which is in the payload already. The
    // block of an entry is its id >> 13: a search asks for one block at a time.
    `CREATE VIRTUAL TABLE words USING fts5 (
      text, block, content = '', contentless_delete = 1,
      tokenize = "unicode61 remove_diacritics 2 categories 'L* N* M* Co'"
    )`,
    // Merged a little at a time when there is time for it: on its own, FTS5
    // would now and then do so for seconds, within an append.
    `INSERT INTO words (words, rank) VALUES ('automerge', 0), ('crisismerge', 256)`,
    `CREATE TABLE unindexed (entry INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT`,

    `CREATE TABLE name (
      owner BLOB PRIMARY KEY CHECK (length(owner) = 32),
      form TEXT NOT NULL UNIQUE,
      shown TEXT NOT NULL,
      seen INTEGER NOT NULL
    ) STRICT`,
    `CREATE INDEX name_by_absence ON name (seen)`,
  ],
  [
    `ALTER TABLE room ADD COLUMN kind TEXT NOT NULL DEFAULT 'open'
      CHECK (kind IN ('open', 'direct'))`,
    `ALTER TABLE room ADD COLUMN creator BLOB CHECK (length(creator) = 32)`,

    `CREATE TABLE log (
      only INTEGER PRIMARY KEY CHECK (only = 1), -- there is one row
      id BLOB NOT NULL CHECK (length(id) = 16)
    ) STRICT`,
    `INSERT INTO log VALUES (1, randomblob(16))`,
    `CREATE TABLE address (rank INTEGER PRIMARY KEY, address TEXT NOT NULL) STRICT`,

    `CREATE TABLE member (
      room INTEGER NOT NULL REFERENCES room,
      owner BLOB NOT NULL CHECK (length(owner) = 32),
      since INTEGER NOT NULL,
      delivered INTEGER NOT NULL,
      read INTEGER NOT NULL,
      PRIMARY KEY (room, owner)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE role (
      owner BLOB PRIMARY KEY CHECK (length(owner) = 32),
      role TEXT NOT NULL CHECK (role IN ('owner', 'operator'))
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE sanction (
      kind TEXT NOT NULL CHECK (kind IN ('mute', 'ban')),
      subject TEXT NOT NULL,
      name TEXT NOT NULL,
      by TEXT NOT NULL,
      at INTEGER NOT NULL,
      until INTEGER,
      PRIMARY KEY (kind, subject)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE admission (
      owner BLOB PRIMARY KEY CHECK (length(owner) = 32),
      at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`,
    // Whose it was stays known after it was redeemed, as it may be so again.
    `CREATE TABLE invitation (
      digest BLOB PRIMARY KEY CHECK (length(digest) = 32),
      by TEXT NOT NULL,
      at INTEGER NOT NULL,
      until INTEGER NOT NULL,
      owner BLOB CHECK (length(owner) = 32)
    ) STRICT, WITHOUT ROWID`,
  ],
  [
    // A column with another check in place of the one that there was.
    `ALTER TABLE room RENAME COLUMN kind TO kind_before`,
    `ALTER TABLE room ADD COLUMN kind TEXT NOT NULL DEFAULT 'open'
      CHECK (kind IN ('open', 'direct', 'sealed'))`,
    `UPDATE room SET kind = kind_before`,
    `ALTER TABLE room DROP COLUMN kind_before`,

    `CREATE TABLE sealed_group (
      room INTEGER PRIMARY KEY REFERENCES room,
      id BLOB NOT NULL CHECK (length(id) = 32),
      turn INTEGER NOT NULL CHECK (turn >= 0), -- commits that are ordered
      title BLOB NOT NULL,
      info BLOB NOT NULL,
      hello BLOB NOT NULL
    ) STRICT`,
    // As with the order of a log: a commit that is not the next one of its group
    // cannot exist. It is one if it has a turn.
    `ALTER TABLE entry ADD COLUMN turn INTEGER`,
    `CREATE TRIGGER commit_is_next AFTER INSERT ON entry WHEN NEW.turn IS NOT NULL
    BEGIN
      UPDATE sealed_group SET turn = turn + 1
        WHERE room = NEW.id >> 40 AND turn + 1 = NEW.turn;
      SELECT RAISE(ABORT, 'it is not the next turn of a group') WHERE changes() <> 1;
    END`,

    `CREATE TABLE sealing_key (
      owner BLOB PRIMARY KEY CHECK (length(owner) = 32),
      key BLOB NOT NULL
    ) STRICT`,
  ],
];

/** The version of the schema that this program reads and writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/** The schema of a history. */
export const HISTORY_SCHEMA: Schema = {
  applicationId: APPLICATION_ID,
  migrations: MIGRATIONS,
};
