-- Every policy that a decision was made under, word for word, by the id that stands on the decision.
CREATE TABLE policy (
  id TEXT PRIMARY KEY,
  toml TEXT NOT NULL,
  kept_at INTEGER NOT NULL
) STRICT;
-- The clinic's own policy; without a row the one that is part of the program.
CREATE TABLE policy_in_force (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  policy TEXT NOT NULL REFERENCES policy (id)
) STRICT;
-- What a message is about, as the rules on sending tell it apart.
ALTER TABLE message ADD COLUMN category TEXT;
