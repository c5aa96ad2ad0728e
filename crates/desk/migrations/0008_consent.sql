-- Every answer to a consent, and every consent from paper, in the order they were booked. `sealed` is the proof: text, page, record.
CREATE TABLE consent (
  id TEXT PRIMARY KEY,
  patient_key TEXT NOT NULL REFERENCES patient (patient_key),
  kind TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('active', 'rejected', 'inactive')),
  given_at INTEGER NOT NULL,
  booked_at INTEGER NOT NULL,
  sealed BLOB NOT NULL
) STRICT;
CREATE INDEX consent_by_patient ON consent (patient_key, booked_at);
