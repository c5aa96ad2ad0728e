-- Tries that lapse in the same sweep share moment and count: the feed's number tells them apart. After a restore the portal
-- repeats the numbers it had given, so a try told twice is still one.
CREATE TABLE wrong_try_by_number (
  lid TEXT NOT NULL REFERENCES link (lid),
  at INTEGER NOT NULL,
  used INTEGER NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (lid, at, used, n)
) STRICT;
INSERT INTO wrong_try_by_number (lid, at, used, n) SELECT lid, at, used, 0 FROM wrong_try;
DROP TABLE wrong_try;
ALTER TABLE wrong_try_by_number RENAME TO wrong_try;
