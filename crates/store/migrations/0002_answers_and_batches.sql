-- Answers of a model by the key of the question, so that none is paid for twice.
CREATE TABLE answer (
    ask_key    TEXT PRIMARY KEY NOT NULL,
    completion TEXT NOT NULL
);

-- What calls to a model took, by day.
CREATE TABLE spend (
    day           TEXT PRIMARY KEY NOT NULL,
    calls         BIGINT NOT NULL,
    input_tokens  BIGINT NOT NULL,
    cached_tokens BIGINT NOT NULL,
    output_tokens BIGINT NOT NULL,
    cost_micros   BIGINT NOT NULL
);

-- What an endpoint was found to do.
CREATE TABLE endpoint (
    address      TEXT NOT NULL,
    model        TEXT NOT NULL,
    capabilities TEXT NOT NULL,
    PRIMARY KEY (address, model)
);

-- Batches given to an endpoint. `remote_id` is empty until the endpoint has answered; a run that died in between finds the
-- batch there by `batch_id`.
CREATE TABLE batch (
    batch_id  TEXT PRIMARY KEY NOT NULL,
    remote_id TEXT NOT NULL,
    state     TEXT NOT NULL
);

-- The questions of a batch: `waiting`, `answered`, or the word for why there is no answer.
CREATE TABLE batch_item (
    batch_id TEXT NOT NULL,
    ask_key  TEXT NOT NULL,
    state    TEXT NOT NULL,
    PRIMARY KEY (batch_id, ask_key)
);
