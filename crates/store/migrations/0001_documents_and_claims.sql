CREATE TABLE document (
    id          TEXT PRIMARY KEY NOT NULL,
    path        TEXT NOT NULL UNIQUE,
    title       TEXT NOT NULL,
    source_type TEXT NOT NULL,
    format      TEXT NOT NULL,
    modified    TEXT,
    revision    TEXT NOT NULL,
    content     TEXT NOT NULL
);

-- No reference to `document`: claims may be about documents that were never read here.
CREATE TABLE claim_unit (
    unit_key TEXT PRIMARY KEY NOT NULL,
    document TEXT NOT NULL,
    claims   TEXT NOT NULL
);

CREATE TABLE skipped (
    path   TEXT NOT NULL,
    reason TEXT NOT NULL
);

-- `topic` is `settings` or `run`.
CREATE TABLE scan_value (
    topic TEXT NOT NULL,
    name  TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (topic, name)
);
