-- What a service keeps beside its projects. Times are milliseconds since 1970 in UTC; `body` is JSON.
CREATE TABLE person (
    id   TEXT PRIMARY KEY NOT NULL,
    body TEXT NOT NULL
);

CREATE TABLE project (
    id   TEXT PRIMARY KEY NOT NULL,
    body TEXT NOT NULL
);

CREATE TABLE member (
    project TEXT NOT NULL,
    person  TEXT NOT NULL,
    role    TEXT NOT NULL,
    PRIMARY KEY (project, person)
);
CREATE INDEX member_person ON member (person);

-- Only the digest of a key is kept.
CREATE TABLE api_key (
    id           TEXT PRIMARY KEY NOT NULL,
    person       TEXT NOT NULL,
    digest       TEXT NOT NULL,
    expires_at   BIGINT NOT NULL,
    revoked_at   BIGINT,
    last_used_at BIGINT,
    body         TEXT NOT NULL
);
CREATE UNIQUE INDEX api_key_digest ON api_key (digest);

CREATE TABLE session (
    digest     TEXT PRIMARY KEY NOT NULL,
    api_key    TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);

-- `state` is how the last reading of the source went.
CREATE TABLE source (
    project TEXT NOT NULL,
    id      TEXT NOT NULL,
    body    TEXT NOT NULL,
    state   TEXT NOT NULL,
    PRIMARY KEY (project, id)
);

-- Of jobs with the same `dedupe` at most one waits.
CREATE TABLE job (
    id           TEXT PRIMARY KEY NOT NULL,
    project      TEXT NOT NULL,
    source       TEXT,
    kind         TEXT NOT NULL,
    dedupe       TEXT NOT NULL,
    payload      TEXT NOT NULL,
    state        TEXT NOT NULL,
    attempts     BIGINT NOT NULL,
    attempts_max BIGINT NOT NULL,
    run_at       BIGINT NOT NULL,
    lease_until  BIGINT,
    worker       TEXT,
    cancelled    BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    started_at   BIGINT,
    finished_at  BIGINT,
    progress     TEXT NOT NULL,
    outcome      TEXT
);
CREATE UNIQUE INDEX job_waiting ON job (dedupe) WHERE state = 'queued';
CREATE INDEX job_next ON job (state, run_at);
CREATE INDEX job_of_project ON job (project, id);

CREATE TABLE delivery (
    source TEXT NOT NULL,
    id     TEXT NOT NULL,
    at     BIGINT NOT NULL,
    PRIMARY KEY (source, id)
);

-- Answers to requests that may be sent again.
CREATE TABLE answer (
    caller TEXT NOT NULL,
    key    TEXT NOT NULL,
    digest TEXT NOT NULL,
    status BIGINT,
    body   TEXT,
    at     BIGINT NOT NULL,
    PRIMARY KEY (caller, key)
);

-- Each row's hash covers the one before. The head is kept apart, so that a row missing at the end shows too.
CREATE TABLE audit (
    seq     BIGINT PRIMARY KEY NOT NULL,
    at      BIGINT NOT NULL,
    project TEXT,
    body    TEXT NOT NULL,
    hash    TEXT NOT NULL
);
CREATE INDEX audit_of_project ON audit (project, seq);

CREATE TABLE audit_head (
    one  BIGINT PRIMARY KEY NOT NULL,
    seq  BIGINT NOT NULL,
    hash TEXT NOT NULL
);
