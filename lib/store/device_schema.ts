import type { Schema } from "./schema.ts";

/**
 * What a device remembers of one server. Append-only, as those of a history:
 * files of every version exist.
 */
export const DEVICE_SCHEMA: Schema = {
  applicationId: 0x63686476, // "chdv"
  migrations: [
    [
      `CREATE TABLE device (
        only INTEGER PRIMARY KEY CHECK (only = 1), -- there is one row
        id BLOB NOT NULL CHECK (length(id) = 16),
        log BLOB CHECK (length(log) = 16),
        last_number INTEGER NOT NULL
      ) STRICT`,
      `INSERT INTO device VALUES (1, randomblob(16), NULL, 0)`,
      `CREATE TABLE outgoing (
        number INTEGER PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('say', 'act')),
        room INTEGER NOT NULL,
        text TEXT NOT NULL,
        at INTEGER NOT NULL,
        failed TEXT
      ) STRICT`,
      `CREATE TABLE position (
        room INTEGER PRIMARY KEY,
        seq INTEGER NOT NULL,
        at INTEGER NOT NULL
      ) STRICT`,
    ],
    [
      `ALTER TABLE outgoing ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0
        CHECK (hidden IN (0, 1))`,
    ],
  ],
};
