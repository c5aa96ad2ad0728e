-- The clinics' texts that everybody can read. Written once; nothing changes or removes a row.
CREATE TABLE policies (
    clinic TEXT NOT NULL REFERENCES clinics (id),
    kind TEXT NOT NULL,
    version TEXT NOT NULL,
    language TEXT NOT NULL,
    words TEXT NOT NULL,
    sha256 BYTEA NOT NULL,
    published BIGINT NOT NULL,
    PRIMARY KEY (clinic, kind, version, language)
);
