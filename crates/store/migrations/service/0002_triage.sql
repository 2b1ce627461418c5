-- What people do with the inbox. An item that was seen has the state in which it was seen; one that was put off has a day.
CREATE TABLE aside (
    project TEXT NOT NULL,
    person  TEXT NOT NULL,
    item    TEXT NOT NULL,
    state   TEXT NOT NULL,
    until   TEXT,
    PRIMARY KEY (project, person, item)
);

CREATE TABLE assigned (
    project  TEXT NOT NULL,
    item     TEXT NOT NULL,
    assignee TEXT NOT NULL,
    PRIMARY KEY (project, item)
);

CREATE TABLE saved_view (
    project  TEXT NOT NULL,
    person   TEXT NOT NULL,
    name     TEXT NOT NULL,
    question TEXT NOT NULL,
    PRIMARY KEY (project, person, name)
);
