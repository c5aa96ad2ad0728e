-- What the ledger's facts about a number add up to (sealed): a decision to send reads this row instead of the ledger. It moves in
-- the transaction of the line that tells the fact.
CREATE TABLE standing (
  number_key TEXT PRIMARY KEY,
  sealed BLOB NOT NULL
) STRICT;
