-- The first line of the ledger that is still there; sealed with it what it says, so that nobody moves it. Lines before it may go.
CREATE TABLE ledger_start (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  first INTEGER NOT NULL,
  sealed BLOB NOT NULL
) STRICT;
DROP TRIGGER ledger_is_not_shortened;
CREATE TRIGGER ledger_is_not_shortened BEFORE DELETE ON ledger
WHEN OLD.n >= coalesce((SELECT first FROM ledger_start), 0)
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
-- Where each number stood (sealed) before that first line: what went is not forgotten.
CREATE TABLE standing_base (
  number_key TEXT PRIMARY KEY,
  sealed BLOB NOT NULL
) STRICT;
CREATE INDEX ledger_by_time ON ledger (at);
CREATE INDEX link_by_end ON link (ended_at);
