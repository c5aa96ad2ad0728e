-- A reminder is a message of its own on a link of its own: the first link's secret is gone. `reminds` names the message it repeats.
ALTER TABLE message ADD COLUMN reminds TEXT REFERENCES message (mid);
CREATE UNIQUE INDEX message_reminder ON message (reminds) WHERE reminds IS NOT NULL;
-- Not reminded of before then, because a rule stands against it that passes; or never, and why.
ALTER TABLE message ADD COLUMN remind_at INTEGER;
ALTER TABLE message ADD COLUMN not_reminded TEXT;
CREATE INDEX record_by_link ON record (lid);
CREATE INDEX link_record_by_link ON link_record (lid);
CREATE INDEX link_active ON link (lid) WHERE state = 'active';
