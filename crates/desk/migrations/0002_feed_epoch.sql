-- Every life of the portal's store that this desk has met: a restored portal may still hand over answers of an earlier one.
CREATE TABLE feed_epoch (
  epoch TEXT PRIMARY KEY,
  met_at INTEGER NOT NULL
) STRICT;
INSERT INTO feed_epoch (epoch, met_at) SELECT epoch, 0 FROM feed WHERE epoch IS NOT NULL;
