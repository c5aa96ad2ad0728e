-- Who may answer for a patient. `proof_key` is a keyed hash of number and birth date: the same person, whomever they help. `named_at` is when
-- the clinic first named them.
CREATE TABLE helper (
  helper_key TEXT PRIMARY KEY,
  patient_key TEXT NOT NULL REFERENCES patient (patient_key),
  number_key TEXT,
  proof_key TEXT,
  sealed BLOB NOT NULL,
  named_at INTEGER NOT NULL,
  imported_at INTEGER NOT NULL,
  number_since INTEGER NOT NULL,
  tries_cleared_at INTEGER
) STRICT;
CREATE INDEX helper_by_patient ON helper (patient_key);
CREATE INDEX helper_by_number ON helper (number_key);
CREATE INDEX helper_by_proof ON helper (proof_key);
-- Whose birth date opens the link, where it is not the patient's.
ALTER TABLE link ADD COLUMN helper_key TEXT REFERENCES helper (helper_key);
CREATE INDEX link_by_helper ON link (helper_key) WHERE helper_key IS NOT NULL;
-- About whom a message is, where it is not its link's patient.
ALTER TABLE message ADD COLUMN about_key TEXT REFERENCES patient (patient_key);
CREATE INDEX message_about ON message (about_key) WHERE about_key IS NOT NULL;
