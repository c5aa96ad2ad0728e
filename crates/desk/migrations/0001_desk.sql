-- The desk's store. Columns named `sealed` (and `private`, `link_mac`, `content_key`, `desk_key`) are A256GCM under the vault
-- key, bound to table, column and row. Columns ending in `_key` that join tables are keyed hashes (HMAC), never the
-- thing itself. Times are milliseconds since the Unix epoch.

CREATE TABLE vault (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  kind TEXT NOT NULL CHECK (kind IN ('key-file', 'passphrase')),
  salt BLOB NOT NULL,
  memory_kib INTEGER NOT NULL,
  passes INTEGER NOT NULL,
  lanes INTEGER NOT NULL,
  wrapped BLOB NOT NULL
) STRICT;

CREATE TABLE clinic (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  settings TEXT NOT NULL,
  desk_key BLOB NOT NULL
) STRICT;

CREATE TABLE clinic_key (
  thumbprint TEXT PRIMARY KEY,
  private BLOB NOT NULL,
  made_at INTEGER NOT NULL,
  retired_at INTEGER
) STRICT;

CREATE TABLE portal_pin (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  pin TEXT NOT NULL,
  pinned_at INTEGER NOT NULL
) STRICT;

-- Every portal key that was ever pinned: old receipts are checked for ten years.
CREATE TABLE portal_key (
  thumbprint TEXT PRIMARY KEY,
  jwk TEXT NOT NULL,
  pinned_at INTEGER NOT NULL
) STRICT;

CREATE TABLE patient (
  patient_key TEXT PRIMARY KEY,
  number_key TEXT,
  sealed BLOB NOT NULL,
  imported_at INTEGER NOT NULL,
  tries_cleared_at INTEGER
) STRICT;
CREATE INDEX patient_by_number ON patient (number_key);

CREATE TABLE number (
  number_key TEXT PRIMARY KEY,
  opted_out_at INTEGER,
  opt_out_scope TEXT,
  reported_at INTEGER
) STRICT;

CREATE TABLE link (
  lid TEXT PRIMARY KEY,
  patient_key TEXT NOT NULL REFERENCES patient (patient_key),
  number_key TEXT NOT NULL,
  policy TEXT NOT NULL CHECK (policy IN ('dob', 'otp', 'dob+otp')),
  state TEXT NOT NULL
    CHECK (state IN ('new', 'active', 'locked', 'expired', 'recalling', 'recalled', 'closing', 'closed')),
  used INTEGER NOT NULL DEFAULT 0,
  made_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  ended_at INTEGER,
  opened_at INTEGER,
  verified_at INTEGER,
  link_mac BLOB NOT NULL,
  content_key BLOB,
  signer TEXT NOT NULL
) STRICT;
CREATE INDEX link_by_number ON link (number_key);
CREATE INDEX link_by_patient ON link (patient_key);

CREATE TABLE message (
  mid TEXT PRIMARY KEY,
  lid TEXT NOT NULL REFERENCES link (lid),
  n INTEGER NOT NULL,
  template TEXT NOT NULL,
  kinds TEXT NOT NULL,
  plaintext_sha256 TEXT NOT NULL,
  sealed BLOB NOT NULL,
  decided_at INTEGER NOT NULL,
  handed_at INTEGER,
  abandoned_at INTEGER,
  read_at INTEGER,
  read_ms INTEGER NOT NULL DEFAULT 0,
  UNIQUE (lid, n)
) STRICT;

CREATE TABLE outbox (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  lid TEXT NOT NULL UNIQUE REFERENCES link (lid),
  mid TEXT NOT NULL REFERENCES message (mid),
  request_key TEXT NOT NULL,
  idempotency_key TEXT UNIQUE,
  step TEXT NOT NULL CHECK (step IN ('decided', 'registered', 'uploaded', 'handed', 'abandoned')),
  slot INTEGER NOT NULL,
  sealed BLOB,
  decided_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX outbox_unfinished ON outbox (request_key) WHERE step NOT IN ('handed', 'abandoned');

CREATE TABLE feed (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  epoch TEXT,
  cursor INTEGER NOT NULL
) STRICT;
INSERT INTO feed (id, epoch, cursor) VALUES (1, NULL, 0);

CREATE TABLE receipt (
  lid TEXT NOT NULL REFERENCES link (lid),
  epoch TEXT NOT NULL,
  seq INTEGER NOT NULL,
  rid TEXT NOT NULL,
  digest TEXT NOT NULL,
  compact TEXT NOT NULL,
  PRIMARY KEY (lid, epoch, seq)
) STRICT;

CREATE TABLE record (
  rid TEXT PRIMARY KEY,
  lid TEXT NOT NULL REFERENCES link (lid),
  mid TEXT NOT NULL REFERENCES message (mid),
  kind TEXT NOT NULL,
  at INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  booked_at INTEGER NOT NULL,
  replaces TEXT,
  jwe TEXT NOT NULL,
  receipt TEXT NOT NULL,
  sealed BLOB NOT NULL
) STRICT;

CREATE TABLE link_record (
  rid TEXT PRIMARY KEY,
  lid TEXT NOT NULL REFERENCES link (lid),
  kind TEXT NOT NULL,
  scope TEXT,
  at INTEGER NOT NULL,
  booked_at INTEGER NOT NULL,
  settled_at INTEGER,
  jws TEXT NOT NULL
) STRICT;

CREATE TABLE wrong_try (
  lid TEXT NOT NULL REFERENCES link (lid),
  at INTEGER NOT NULL,
  used INTEGER NOT NULL,
  PRIMARY KEY (lid, at, used)
) STRICT;

CREATE TABLE incident (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  fingerprint TEXT NOT NULL UNIQUE,
  n INTEGER,
  lid TEXT,
  epoch TEXT,
  seq INTEGER,
  reason TEXT NOT NULL,
  at INTEGER NOT NULL,
  resolved_at INTEGER,
  sealed BLOB NOT NULL
) STRICT;
CREATE INDEX incident_waiting ON incident (lid, epoch, seq) WHERE resolved_at IS NULL;

CREATE TABLE ledger (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  kind TEXT NOT NULL,
  lid TEXT,
  sealed BLOB
) STRICT;
CREATE TRIGGER ledger_is_not_changed BEFORE UPDATE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_is_not_shortened BEFORE DELETE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
