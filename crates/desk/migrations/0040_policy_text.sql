-- The clinic's texts that everybody can read at the portal, as they were published. None is ever changed.
CREATE TABLE policy_text (
  kind TEXT NOT NULL,
  version TEXT NOT NULL,
  language TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  published_at INTEGER NOT NULL,
  words TEXT NOT NULL,
  PRIMARY KEY (kind, version, language)
) STRICT;
