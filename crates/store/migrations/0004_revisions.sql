-- What was kept before revisions were is carried over by the program, which makes the digests.
ALTER TABLE document RENAME TO former_document;
ALTER TABLE claim_unit RENAME TO former_claim_unit;

-- Texts, claims and values, each kept once however many revisions hold it.
CREATE TABLE content (
    digest TEXT PRIMARY KEY NOT NULL,
    body   TEXT NOT NULL
);

-- States of the workspace, each different from the one before.
CREATE TABLE revision (
    number BIGINT PRIMARY KEY NOT NULL,
    at     TEXT NOT NULL
);

-- A row holds from revision `since` on and not any more in `until`; what holds now has no `until`.
CREATE TABLE document (
    id          TEXT NOT NULL,
    path        TEXT NOT NULL,
    title       TEXT NOT NULL,
    source_type TEXT NOT NULL,
    format      TEXT NOT NULL,
    modified    TEXT,
    revision    TEXT NOT NULL,
    content     TEXT NOT NULL,
    author      TEXT,
    since       BIGINT NOT NULL,
    until       BIGINT,
    PRIMARY KEY (id, since)
);
CREATE UNIQUE INDEX document_path_now ON document (path) WHERE until IS NULL;
CREATE UNIQUE INDEX document_now ON document (id) WHERE until IS NULL;

-- No reference to `document`: claims may be about documents that were never read here.
CREATE TABLE claim_unit (
    unit_key TEXT NOT NULL,
    document TEXT NOT NULL,
    content  TEXT NOT NULL,
    since    BIGINT NOT NULL,
    until    BIGINT,
    PRIMARY KEY (unit_key, since)
);
CREATE UNIQUE INDEX claim_unit_now ON claim_unit (unit_key) WHERE until IS NULL;

-- `topic` is `settings`, `run`, `skipped` or `input`.
CREATE TABLE kept_value (
    topic   TEXT NOT NULL,
    name    TEXT NOT NULL,
    content TEXT NOT NULL,
    since   BIGINT NOT NULL,
    until   BIGINT,
    PRIMARY KEY (topic, name, since)
);
CREATE UNIQUE INDEX kept_value_now ON kept_value (topic, name) WHERE until IS NULL;

-- Up to which revision a reviewer has seen what changed, and on which day.
CREATE TABLE reviewer_mark (
    reviewer TEXT PRIMARY KEY NOT NULL,
    revision BIGINT NOT NULL,
    seen_on  TEXT NOT NULL
);

-- In which revision a threat came to which status; no status where it is gone. Derived, revision after revision.
CREATE TABLE threat_state (
    threat   TEXT NOT NULL,
    revision BIGINT NOT NULL,
    status   TEXT,
    PRIMARY KEY (threat, revision)
);

-- What was derived from a state that the key names, for showing it again. Nothing is lost with it.
CREATE TABLE derived (
    name TEXT PRIMARY KEY NOT NULL,
    key  TEXT NOT NULL,
    body TEXT NOT NULL
);

-- The revisions whose threats were derived.
CREATE TABLE threats_noted (
    revision BIGINT PRIMARY KEY NOT NULL
);
