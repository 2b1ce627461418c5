-- What was last seen of the file of decisions, by the decision's id.
CREATE TABLE decision (
    id    TEXT PRIMARY KEY NOT NULL,
    entry TEXT NOT NULL
);

-- Every change of a decision, in order. Rows are only ever added.
CREATE TABLE decision_change (
    number   BIGINT PRIMARY KEY NOT NULL,
    at       TEXT NOT NULL,
    who      TEXT NOT NULL,
    decision TEXT NOT NULL,
    before   TEXT,
    after    TEXT
);
