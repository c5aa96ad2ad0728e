-- A message that goes is looked for in every table that names it; so is an answer by its message in the inbox.
CREATE INDEX record_by_message ON record (mid);
CREATE INDEX outbox_by_message ON outbox (mid);
