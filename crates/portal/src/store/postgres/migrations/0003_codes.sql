-- A code that was texted, without the code: how far it has come, and that it was (three an hour, ten a day).
CREATE TABLE codes (
    lid BYTEA NOT NULL REFERENCES links (lid) ON DELETE CASCADE,
    slot BIGINT NOT NULL,
    made BIGINT NOT NULL,
    until BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    accepted BIGINT,
    state TEXT NOT NULL CHECK (state IN ('live', 'accepted', 'dead', 'gone')),
    PRIMARY KEY (lid, slot)
);
CREATE INDEX codes_until ON codes (until) WHERE state = 'live';
CREATE INDEX codes_dead ON codes (lid) WHERE state = 'dead';
