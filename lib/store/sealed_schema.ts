import type { Schema } from "./schema.ts";

/**
 * What a device keeps of its sealed rooms: records that are sealed, in the order
 * of their keys. Append-only, as that of a history: files of every version exist.
 */
export const SEALED_SCHEMA: Schema = {
  applicationId: 0x63687364, // "chsd"
  migrations: [
    [
      `CREATE TABLE owner (
        only INTEGER PRIMARY KEY CHECK (only = 1), -- there is one row
        mark BLOB NOT NULL
      ) STRICT`,
      `CREATE TABLE record (
        id INTEGER PRIMARY KEY, -- so that values do not lie among the keys
        key BLOB NOT NULL UNIQUE,
        value BLOB NOT NULL
      ) STRICT`,
    ],
  ],
};
