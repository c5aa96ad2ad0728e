-- The number of the ledger's newest line, sealed: lines cut off at the end are missed, and their numbers are not given again.
CREATE TABLE ledger_head (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  sealed BLOB NOT NULL
) STRICT;
