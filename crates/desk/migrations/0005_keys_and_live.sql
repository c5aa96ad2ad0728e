-- Which clinic key a message named: its private half stays while a live link's message names it. Until now there was one.
ALTER TABLE message ADD COLUMN clinic_key TEXT;
UPDATE message SET clinic_key = (SELECT thumbprint FROM clinic_key ORDER BY made_at LIMIT 1);
-- The private half was destroyed: `private` is empty from then on.
ALTER TABLE clinic_key ADD COLUMN destroyed_at INTEGER;
-- The list of docs/GO-LIVE.md was passed, for the portal of this origin.
CREATE TABLE live (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  origin TEXT NOT NULL,
  passed_at INTEGER NOT NULL
) STRICT;
