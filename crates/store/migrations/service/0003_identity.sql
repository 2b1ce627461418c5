-- As whom an identity provider knows a person.
CREATE TABLE identity (
    issuer  TEXT NOT NULL,
    subject TEXT NOT NULL,
    person  TEXT NOT NULL,
    PRIMARY KEY (issuer, subject)
);

CREATE INDEX identity_of ON identity (person);

-- Roles that follow from a person's groups at the provider, for as long as its last word holds. The project `*` is all of them.
CREATE TABLE granted (
    person     TEXT NOT NULL,
    project    TEXT NOT NULL,
    role       TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (person, project)
);
