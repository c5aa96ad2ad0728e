-- The portal's main store. Times are milliseconds since the Unix epoch; ids and hashes are raw bytes.
CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value BYTEA NOT NULL
);

CREATE TABLE clinics (
    id TEXT PRIMARY KEY,
    host TEXT NOT NULL UNIQUE,
    public TEXT NOT NULL,
    desk_key TEXT NOT NULL,
    synced BYTEA NOT NULL,
    heard BIGINT,
    cursor BIGINT NOT NULL DEFAULT 0,
    fed BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE links (
    lid BYTEA PRIMARY KEY,
    clinic TEXT NOT NULL REFERENCES clinics (id),
    policy TEXT NOT NULL,
    claim_sha256 BYTEA NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('new', 'active', 'expired', 'recalled', 'closed')),
    used BIGINT NOT NULL CHECK (used >= 0),
    max BIGINT NOT NULL,
    unlocked BIGINT NOT NULL DEFAULT 0,
    locked_told BIGINT NOT NULL DEFAULT 0,
    made BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    opened BIGINT,
    ended BIGINT,
    key_destroyed BIGINT NOT NULL DEFAULT 0,
    highest_slot BIGINT NOT NULL DEFAULT 0,
    records BIGINT NOT NULL DEFAULT 0,
    bytes BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX links_expires ON links (expires) WHERE ended IS NULL;
CREATE INDEX links_ended ON links (ended) WHERE ended IS NOT NULL;
CREATE INDEX links_key ON links (ended) WHERE ended IS NOT NULL AND key_destroyed = 0;

CREATE TABLE evaluations (
    lid BYTEA NOT NULL REFERENCES links (lid) ON DELETE CASCADE,
    slot BIGINT NOT NULL,
    setup BIGINT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (lid, slot)
);

CREATE TABLE slots (
    lid BYTEA NOT NULL REFERENCES links (lid) ON DELETE CASCADE,
    slot BIGINT NOT NULL,
    factor TEXT NOT NULL,
    level BIGINT NOT NULL,
    suite BIGINT NOT NULL,
    setup BIGINT NOT NULL,
    until BIGINT NOT NULL,
    sealed BYTEA NOT NULL,
    PRIMARY KEY (lid, slot)
);
CREATE INDEX slots_until ON slots (until);

CREATE TABLE envelopes (
    lid BYTEA NOT NULL REFERENCES links (lid) ON DELETE CASCADE,
    number BIGINT NOT NULL,
    mid BYTEA NOT NULL,
    level BIGINT NOT NULL,
    jwe TEXT NOT NULL,
    PRIMARY KEY (lid, number),
    UNIQUE (lid, mid)
);

CREATE TABLE logins (
    id BYTEA PRIMARY KEY,
    lid BYTEA NOT NULL REFERENCES links (lid) ON DELETE CASCADE,
    slot BIGINT NOT NULL,
    ke1_sha256 BYTEA NOT NULL,
    sealed BYTEA NOT NULL,
    started BIGINT NOT NULL,
    done BIGINT,
    ke3_sha256 BYTEA,
    UNIQUE (lid, slot, ke1_sha256)
);
CREATE INDEX logins_started ON logins (started);

CREATE TABLE sessions (
    token_sha256 BYTEA PRIMARY KEY,
    lid BYTEA NOT NULL REFERENCES links (lid) ON DELETE CASCADE,
    login BYTEA NOT NULL UNIQUE,
    slot BIGINT NOT NULL,
    level BIGINT NOT NULL,
    seen BIGINT NOT NULL,
    ends BIGINT NOT NULL
);
CREATE INDEX sessions_lid ON sessions (lid);

-- Positions follow the order of the commits: only one transaction writes at a time.
CREATE TABLE records (
    position BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    lid BYTEA NOT NULL REFERENCES links (lid) ON DELETE CASCADE,
    clinic TEXT NOT NULL,
    rid BYTEA NOT NULL,
    epoch BYTEA NOT NULL,
    seq BIGINT NOT NULL,
    sha256 BYTEA NOT NULL,
    own_sha256 BYTEA NOT NULL,
    jwe TEXT NOT NULL,
    receipt TEXT NOT NULL,
    received BIGINT NOT NULL,
    UNIQUE (lid, rid),
    UNIQUE (lid, epoch, seq)
);

CREATE TABLE own_copies (
    position BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    lid BYTEA NOT NULL REFERENCES links (lid) ON DELETE CASCADE,
    rid BYTEA NOT NULL,
    level BIGINT NOT NULL,
    jwe TEXT NOT NULL,
    UNIQUE (lid, rid)
);

CREATE TABLE link_records (
    lid BYTEA NOT NULL REFERENCES links (lid) ON DELETE CASCADE,
    sha256 BYTEA NOT NULL,
    received BIGINT NOT NULL,
    PRIMARY KEY (lid, sha256)
);

-- An event outlives its link: the desk may fetch it later. A record's text is taken from its row.
CREATE TABLE feed (
    clinic TEXT NOT NULL REFERENCES clinics (id),
    n BIGINT NOT NULL,
    at BIGINT NOT NULL,
    lid BYTEA NOT NULL,
    rid BYTEA,
    what TEXT,
    passed BIGINT,
    PRIMARY KEY (clinic, n),
    CHECK ((rid IS NULL) <> (what IS NULL))
);
CREATE INDEX feed_passed ON feed (passed) WHERE passed IS NOT NULL;

CREATE TABLE audit (
    n BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    lid BYTEA,
    event TEXT NOT NULL,
    outcome TEXT NOT NULL,
    hash BYTEA NOT NULL
);
CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$;
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows();

CREATE TABLE desk_tokens (
    clinic TEXT NOT NULL,
    jti_sha256 BYTEA NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (clinic, jti_sha256)
);
CREATE INDEX desk_tokens_until ON desk_tokens (until);
