CREATE TABLE outbox (
    id INTEGER NOT NULL CONSTRAINT outbox_pkey PRIMARY KEY AUTOINCREMENT,
    aggregate_type TEXT NOT NULL,
    aggregate_id INTEGER NOT NULL,
    event_type TEXT NOT NULL,
    payload TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    CONSTRAINT ck_outbox_payload CHECK (json_valid(payload))
) STRICT;
CREATE INDEX idx_outbox_aggregate_id ON outbox (aggregate_type, aggregate_id, id);

CREATE TABLE idempotency_answers (
    scope TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    status INTEGER,
    body TEXT,
    stored_at INTEGER NOT NULL,
    CONSTRAINT idempotency_answers_pkey PRIMARY KEY (scope, key),
    CONSTRAINT ck_idempotency_answers_complete CHECK ((status IS NULL) = (body IS NULL)),
    CONSTRAINT ck_idempotency_answers_status CHECK (status BETWEEN 100 AND 599)
) STRICT;
CREATE INDEX idx_idempotency_answers_stored_at ON idempotency_answers (stored_at);
