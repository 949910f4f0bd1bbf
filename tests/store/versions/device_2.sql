PRAGMA journal_mode = WAL;
PRAGMA application_id = 1667785846;
PRAGMA user_version = 2;

CREATE TABLE device (
  only INTEGER PRIMARY KEY CHECK (only = 1), -- there is one row
  id BLOB NOT NULL CHECK (length(id) = 16),
  log BLOB CHECK (length(log) = 16),
  last_number INTEGER NOT NULL
) STRICT;
CREATE TABLE outgoing (
  number INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('say', 'act')),
  room INTEGER NOT NULL,
  text TEXT NOT NULL,
  at INTEGER NOT NULL,
  failed TEXT
  , hidden INTEGER NOT NULL DEFAULT 0 CHECK (hidden IN (0, 1))
) STRICT;
CREATE TABLE position (
  room INTEGER PRIMARY KEY,
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL
) STRICT;

-- One message waits, one was refused, one is hidden until it is sealed, and the lobby is read up to entry 9.
INSERT INTO device VALUES (1, x'01010101010101010101010101010101',
  x'07070707070707070707070707070707', 13);
INSERT INTO outgoing VALUES
  (11, 'say', 0, 'message 11', 1700000000000, NULL, 0),
  (12, 'act', 3, 'waves', 1700000000000, 'muted', 0),
  (13, 'say', 4, 'AAECAw', 1700000000000, NULL, 1);
INSERT INTO position VALUES (0, 9, 1700000009000);
