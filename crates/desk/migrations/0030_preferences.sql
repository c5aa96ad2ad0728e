-- Since when the patient's number is the one it is: "we text you because you gave us this number, since …".
ALTER TABLE patient ADD COLUMN number_since INTEGER;
UPDATE patient SET number_since = imported_at;

-- What a patient chose about themselves on the page (sealed). It outlives every import.
CREATE TABLE preference (
  patient_key TEXT PRIMARY KEY REFERENCES patient (patient_key),
  sealed BLOB NOT NULL
) STRICT;
