PRAGMA auto_vacuum = INCREMENTAL;
PRAGMA journal_mode = WAL;
PRAGMA application_id = 1667785076;
PRAGMA user_version = 3;

CREATE TABLE room (
  number INTEGER PRIMARY KEY AUTOINCREMENT CHECK (number BETWEEN 0 AND 0x7fffff),
  name TEXT NOT NULL,
  form TEXT NOT NULL UNIQUE,
  topic TEXT NOT NULL,
  seq INTEGER NOT NULL DEFAULT 0 CHECK (seq <= 0xffffffffff),
  first_seq INTEGER NOT NULL DEFAULT 1,
  first_at INTEGER -- time of the oldest entry that is kept
, creator BLOB CHECK (length(creator) = 32), kind TEXT NOT NULL DEFAULT 'open'
  CHECK (kind IN ('open', 'direct', 'sealed'))) STRICT;
CREATE INDEX room_by_age ON room (first_at) WHERE first_at IS NOT NULL;
CREATE TABLE entry (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  payload BLOB NOT NULL CHECK (length(payload) BETWEEN 1 AND 65533)
, turn INTEGER) STRICT;
CREATE TRIGGER entry_is_next AFTER INSERT ON entry BEGIN
  UPDATE room SET seq = seq + 1, first_at = coalesce(first_at, NEW.at)
    WHERE number = NEW.id >> 40 AND seq + 1 = NEW.id & 0xffffffffff;
  SELECT RAISE(ABORT, 'it is not the next one of a room') WHERE changes() <> 1;
END;
CREATE TABLE sender (
  id INTEGER PRIMARY KEY,
  fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32),
  device BLOB NOT NULL CHECK (length(device) = 16),
  UNIQUE (fingerprint, device)
) STRICT;
CREATE TABLE sent (
  sender INTEGER NOT NULL REFERENCES sender,
  number INTEGER NOT NULL CHECK (number >= 0),
  entry INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (sender, number)
) STRICT, WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5 (
  text, block, content = '', contentless_delete = 1,
  tokenize = "unicode61 remove_diacritics 2 categories 'L* N* M* Co'"
);
INSERT INTO words (words, rank) VALUES ('automerge', 0), ('crisismerge', 256);
CREATE TABLE unindexed (entry INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
CREATE TABLE name (
  owner BLOB PRIMARY KEY CHECK (length(owner) = 32),
  form TEXT NOT NULL UNIQUE,
  shown TEXT NOT NULL,
  seen INTEGER NOT NULL
) STRICT;
CREATE INDEX name_by_absence ON name (seen);
CREATE TABLE log (
  only INTEGER PRIMARY KEY CHECK (only = 1), -- there is one row
  id BLOB NOT NULL CHECK (length(id) = 16)
) STRICT;
CREATE TABLE address (rank INTEGER PRIMARY KEY, address TEXT NOT NULL) STRICT;
CREATE TABLE member (
  room INTEGER NOT NULL REFERENCES room,
  owner BLOB NOT NULL CHECK (length(owner) = 32),
  since INTEGER NOT NULL,
  delivered INTEGER NOT NULL,
  read INTEGER NOT NULL,
  PRIMARY KEY (room, owner)
) STRICT, WITHOUT ROWID;
CREATE TABLE role (
  owner BLOB PRIMARY KEY CHECK (length(owner) = 32),
  role TEXT NOT NULL CHECK (role IN ('owner', 'operator'))
) STRICT, WITHOUT ROWID;
CREATE TABLE sanction (
  kind TEXT NOT NULL CHECK (kind IN ('mute', 'ban')),
  subject TEXT NOT NULL,
  name TEXT NOT NULL,
  by TEXT NOT NULL,
  at INTEGER NOT NULL,
  until INTEGER,
  PRIMARY KEY (kind, subject)
) STRICT, WITHOUT ROWID;
CREATE TABLE admission (
  owner BLOB PRIMARY KEY CHECK (length(owner) = 32),
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE invitation (
  digest BLOB PRIMARY KEY CHECK (length(digest) = 32),
  by TEXT NOT NULL,
  at INTEGER NOT NULL,
  until INTEGER NOT NULL,
  owner BLOB CHECK (length(owner) = 32)
) STRICT, WITHOUT ROWID;
CREATE TABLE sealed_group (
  room INTEGER PRIMARY KEY REFERENCES room,
  id BLOB NOT NULL CHECK (length(id) = 32),
  turn INTEGER NOT NULL CHECK (turn >= 0), -- commits that are ordered
  title BLOB NOT NULL,
  info BLOB NOT NULL,
  hello BLOB NOT NULL
) STRICT;
CREATE TRIGGER commit_is_next AFTER INSERT ON entry WHEN NEW.turn IS NOT NULL
BEGIN
  UPDATE sealed_group SET turn = turn + 1
    WHERE room = NEW.id >> 40 AND turn + 1 = NEW.turn;
  SELECT RAISE(ABORT, 'it is not the next turn of a group') WHERE changes() <> 1;
END;
CREATE TABLE sealing_key (
  owner BLOB PRIMARY KEY CHECK (length(owner) = 32),
  key BLOB NOT NULL
) STRICT;

-- The lobby, whose first entry is pruned, and a garden; what was said in them.
INSERT INTO room VALUES (0, 'lobby', 'lobby', 'Weather', 0, 1, NULL, NULL, 'open');
INSERT INTO room VALUES (1, 'Garden', 'garden', '', 0, 1, NULL, NULL, 'open');
INSERT INTO entry (id, at, payload) VALUES (1, 1700000001000, x'676f6e65'), (2, 1700000002000, x'303a323b');
DELETE FROM entry WHERE id = 1;
UPDATE room SET first_seq = 2, first_at = 1700000002000 WHERE number = 0;
INSERT INTO entry (id, at, payload) VALUES (3, 1700000003000, x'303a333b');
INSERT INTO entry (id, at, payload) VALUES ((1 << 40) + 1, 1700000001000, x'313a313b');
INSERT INTO sender VALUES
  (1, x'0101010101010101010101010101010101010101010101010101010101010101',
      x'02020202020202020202020202020202');
INSERT INTO sent VALUES (1, 5, 1, 1700000001000), (1, 6, (1 << 40) + 1, 1700000001000);
INSERT INTO words (rowid, text, block) VALUES (2, 'the quick fox', 0);
INSERT INTO unindexed VALUES (3, 'another fox');
INSERT INTO name VALUES
  (x'0100000000000000000000000000000000000000000000000000000000000000',
   'alice', 'Alice', 1700000003000);

-- What version 2 added: a room of two, an owner, a ban, and invitations.
INSERT INTO log VALUES (1, x'07070707070707070707070707070707');
INSERT INTO address (address) VALUES ('chat://chat.example:7000'), ('chat://10.0.0.1:7000');
INSERT INTO room VALUES (2, 'Alice and Bob', 'direct', '', 0, 1, NULL,
  x'0101010101010101010101010101010101010101010101010101010101010101', 'direct');
INSERT INTO member VALUES
  (2, x'0101010101010101010101010101010101010101010101010101010101010101', 0, 0, 0),
  (0, x'0202020202020202020202020202020202020202020202020202020202020202', 1, 3, 2);
INSERT INTO role VALUES
  (x'0101010101010101010101010101010101010101010101010101010101010101', 'owner');
INSERT INTO sanction VALUES
  ('ban', '192.0.2.1', '', 'Alice', 1700000001000, NULL),
  ('mute', 'SHA256:bob', 'Bob', 'Alice', 1700000001000, 1700000009000);
INSERT INTO admission VALUES
  (x'0202020202020202020202020202020202020202020202020202020202020202', 1700000002000);
INSERT INTO invitation VALUES
  (x'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'Alice', 1700000001000, 1800000000000,
   x'0202020202020202020202020202020202020202020202020202020202020202'),
  (x'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', 'Alice', 1700000001000, 1800000000000, NULL);

-- What version 3 added: the group of those two, a sealed room with a commit, a key.
INSERT INTO sealed_group VALUES
  (2, x'2222222222222222222222222222222222222222222222222222222222222222', 0, x'01', x'02', x'03');
INSERT INTO room VALUES (3, '', '&3333333333333333333333333333333333333333333333333333333333333333', '', 0, 1, NULL,
  x'0101010101010101010101010101010101010101010101010101010101010101', 'sealed');
INSERT INTO sealed_group VALUES
  (3, x'3333333333333333333333333333333333333333333333333333333333333333', 0, x'01', x'02', x'');
INSERT INTO entry VALUES ((3 << 40) + 1, 1700000001000, x'333a313b', 1);
UPDATE sealed_group SET info = x'04' WHERE room = 3;
INSERT INTO sealing_key VALUES
  (x'0101010101010101010101010101010101010101010101010101010101010101', x'05');
