-- The clinic's answer to a reply: one more message on the reply's own link, which has no text of its own (`posted_at` is when the
-- portal took it), and a message on a link of its own. Both say which reply they answer.
ALTER TABLE message ADD COLUMN answers TEXT;
ALTER TABLE message ADD COLUMN posted_at INTEGER;
CREATE TABLE answer (
  answer_key TEXT PRIMARY KEY,
  rid TEXT NOT NULL REFERENCES record (rid),
  -- Of the message on the reply's link; none where that had ended.
  mid TEXT UNIQUE REFERENCES message (mid),
  -- That message as it is sealed, until the portal holds it or will not.
  jwe TEXT,
  text TEXT NOT NULL CHECK (text IN ('due', 'sent', 'waits', 'refused', 'read')),
  -- The message that has the text, once it was sent.
  text_mid TEXT UNIQUE,
  -- That message as it is asked for, until it went.
  sealed BLOB,
  due_at INTEGER NOT NULL,
  decided_at INTEGER NOT NULL
) STRICT;
CREATE INDEX answer_open ON answer (due_at) WHERE jwe IS NOT NULL OR text = 'due';
CREATE INDEX answer_by_record ON answer (rid);
