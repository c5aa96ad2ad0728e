-- Messages that wait for their number to be confirmed. A row goes when its message is decided; one that was returned stays.
CREATE TABLE waiting_send (
  request_key TEXT PRIMARY KEY,
  idempotency_key TEXT,
  number_key TEXT NOT NULL,
  patient_key TEXT NOT NULL REFERENCES patient (patient_key),
  sealed BLOB NOT NULL,
  since INTEGER NOT NULL,
  returned_at INTEGER,
  why TEXT
) STRICT;
CREATE INDEX waiting_send_open ON waiting_send (since) WHERE returned_at IS NULL;
CREATE UNIQUE INDEX waiting_send_once ON waiting_send (idempotency_key) WHERE returned_at IS NULL;
-- Texts without a link, such as the one that asks whether a number is right. Their numbers are the outbox's.
CREATE TABLE notice (
  n INTEGER PRIMARY KEY,
  number_key TEXT NOT NULL,
  sealed BLOB,
  decided_at INTEGER NOT NULL,
  handed_at INTEGER,
  abandoned_at INTEGER
) STRICT;
CREATE INDEX notice_open ON notice (n) WHERE handed_at IS NULL AND abandoned_at IS NULL;
