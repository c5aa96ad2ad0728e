-- The portal's main store. Times are milliseconds since the Unix epoch; ids and hashes are raw bytes.
CREATE TABLE IF NOT EXISTS meta (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS clinics (
    id TEXT PRIMARY KEY,
    host TEXT NOT NULL UNIQUE,
    public TEXT NOT NULL,
    desk_key TEXT NOT NULL,
    synced BLOB NOT NULL,
    heard INTEGER,
    cursor INTEGER NOT NULL DEFAULT 0,
    fed INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE IF NOT EXISTS links (
    lid BLOB PRIMARY KEY,
    clinic TEXT NOT NULL REFERENCES clinics (id),
    policy TEXT NOT NULL,
    claim_sha256 BLOB NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('new', 'active', 'expired', 'recalled', 'closed')),
    used INTEGER NOT NULL CHECK (used >= 0),
    max INTEGER NOT NULL,
    unlocked INTEGER NOT NULL DEFAULT 0,
    locked_told INTEGER NOT NULL DEFAULT 0,
    made INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    opened INTEGER,
    ended INTEGER,
    key_destroyed INTEGER NOT NULL DEFAULT 0,
    highest_slot INTEGER NOT NULL DEFAULT 0,
    records INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX IF NOT EXISTS links_expires ON links (expires) WHERE ended IS NULL;
CREATE INDEX IF NOT EXISTS links_ended ON links (ended) WHERE ended IS NOT NULL;
CREATE INDEX IF NOT EXISTS links_key ON links (ended) WHERE ended IS NOT NULL AND key_destroyed = 0;

CREATE TABLE IF NOT EXISTS evaluations (
    lid BLOB NOT NULL REFERENCES links (lid) ON DELETE CASCADE,
    slot INTEGER NOT NULL,
    setup INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (lid, slot)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS slots (
    lid BLOB NOT NULL REFERENCES links (lid) ON DELETE CASCADE,
    slot INTEGER NOT NULL,
    factor TEXT NOT NULL,
    level INTEGER NOT NULL,
    suite INTEGER NOT NULL,
    setup INTEGER NOT NULL,
    until INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (lid, slot)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS slots_until ON slots (until);

-- A code that was texted, without the code: how far it has come, and that it was (three an hour, ten a day).
CREATE TABLE IF NOT EXISTS codes (
    lid BLOB NOT NULL REFERENCES links (lid) ON DELETE CASCADE,
    slot INTEGER NOT NULL,
    made INTEGER NOT NULL,
    until INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    accepted INTEGER,
    state TEXT NOT NULL CHECK (state IN ('live', 'accepted', 'dead', 'gone')),
    PRIMARY KEY (lid, slot)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS codes_until ON codes (until) WHERE state = 'live';
CREATE INDEX IF NOT EXISTS codes_dead ON codes (lid) WHERE state = 'dead';

CREATE TABLE IF NOT EXISTS envelopes (
    lid BLOB NOT NULL REFERENCES links (lid) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    mid BLOB NOT NULL,
    level INTEGER NOT NULL,
    jwe TEXT NOT NULL,
    PRIMARY KEY (lid, number),
    UNIQUE (lid, mid)
) STRICT;

CREATE TABLE IF NOT EXISTS logins (
    id BLOB PRIMARY KEY,
    lid BLOB NOT NULL REFERENCES links (lid) ON DELETE CASCADE,
    slot INTEGER NOT NULL,
    ke1_sha256 BLOB NOT NULL,
    sealed BLOB NOT NULL,
    started INTEGER NOT NULL,
    done INTEGER,
    ke3_sha256 BLOB,
    UNIQUE (lid, slot, ke1_sha256)
) STRICT;
CREATE INDEX IF NOT EXISTS logins_started ON logins (started);

CREATE TABLE IF NOT EXISTS sessions (
    token_sha256 BLOB PRIMARY KEY,
    lid BLOB NOT NULL REFERENCES links (lid) ON DELETE CASCADE,
    login BLOB NOT NULL UNIQUE,
    slot INTEGER NOT NULL,
    level INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    ends INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS sessions_lid ON sessions (lid);

CREATE TABLE IF NOT EXISTS records (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    lid BLOB NOT NULL REFERENCES links (lid) ON DELETE CASCADE,
    clinic TEXT NOT NULL,
    rid BLOB NOT NULL,
    epoch BLOB NOT NULL,
    seq INTEGER NOT NULL,
    sha256 BLOB NOT NULL,
    own_sha256 BLOB NOT NULL,
    jwe TEXT NOT NULL,
    receipt TEXT NOT NULL,
    received INTEGER NOT NULL,
    UNIQUE (lid, rid),
    UNIQUE (lid, epoch, seq)
) STRICT;

CREATE TABLE IF NOT EXISTS own_copies (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    lid BLOB NOT NULL REFERENCES links (lid) ON DELETE CASCADE,
    rid BLOB NOT NULL,
    level INTEGER NOT NULL,
    jwe TEXT NOT NULL,
    UNIQUE (lid, rid)
) STRICT;

CREATE TABLE IF NOT EXISTS link_records (
    lid BLOB NOT NULL REFERENCES links (lid) ON DELETE CASCADE,
    sha256 BLOB NOT NULL,
    received INTEGER NOT NULL,
    PRIMARY KEY (lid, sha256)
) STRICT, WITHOUT ROWID;

-- An event outlives its link: the desk may fetch it later. A record's text is taken from its row.
CREATE TABLE IF NOT EXISTS feed (
    clinic TEXT NOT NULL REFERENCES clinics (id),
    n INTEGER NOT NULL,
    at INTEGER NOT NULL,
    lid BLOB NOT NULL,
    rid BLOB,
    what TEXT,
    passed INTEGER,
    PRIMARY KEY (clinic, n),
    CHECK ((rid IS NULL) <> (what IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS feed_passed ON feed (passed) WHERE passed IS NOT NULL;

CREATE TABLE IF NOT EXISTS audit (
    n INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    lid BLOB,
    event TEXT NOT NULL,
    outcome TEXT NOT NULL,
    hash BLOB NOT NULL
) STRICT;
CREATE TRIGGER IF NOT EXISTS audit_is_not_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER IF NOT EXISTS audit_is_not_shortened BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;

CREATE TABLE IF NOT EXISTS desk_tokens (
    clinic TEXT NOT NULL,
    jti_sha256 BLOB NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (clinic, jti_sha256)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS desk_tokens_until ON desk_tokens (until);

-- The clinics' texts that everybody can read. Written once; nothing changes or removes a row.
CREATE TABLE IF NOT EXISTS policies (
    clinic TEXT NOT NULL REFERENCES clinics (id),
    kind TEXT NOT NULL,
    version TEXT NOT NULL,
    language TEXT NOT NULL,
    words TEXT NOT NULL,
    sha256 BLOB NOT NULL,
    published INTEGER NOT NULL,
    PRIMARY KEY (clinic, kind, version, language)
) STRICT, WITHOUT ROWID;
