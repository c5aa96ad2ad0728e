-- Where a link is opened by a code, the secret stays until the link ends: each code is registered with it.
ALTER TABLE link ADD COLUMN secret BLOB;

-- A patient's press on "Send me a code", and what came of it. `sealed` holds code, record and text until the text went out.
CREATE TABLE code_request (
  rid TEXT PRIMARY KEY REFERENCES link_record (rid),
  lid TEXT NOT NULL REFERENCES link (lid),
  asked_at INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('asked', 'made', 'texted', 'refused', 'lapsed')),
  slot INTEGER,
  n INTEGER,
  sealed BLOB
) STRICT;
CREATE INDEX code_request_open ON code_request (asked_at) WHERE state IN ('asked', 'made');
CREATE INDEX code_request_by_link ON code_request (lid);
