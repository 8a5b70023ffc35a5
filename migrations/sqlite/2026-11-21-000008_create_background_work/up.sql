CREATE TABLE outbox_deliveries (
    id INTEGER NOT NULL CONSTRAINT outbox_deliveries_pkey PRIMARY KEY AUTOINCREMENT,
    event_id INTEGER NOT NULL,
    consumer TEXT NOT NULL,
    aggregate_type TEXT NOT NULL,
    aggregate_id INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'pending',
    attempts INTEGER NOT NULL DEFAULT 0,
    available_at INTEGER NOT NULL,
    lease TEXT,
    last_error TEXT,
    created_at INTEGER NOT NULL,
    settled_at INTEGER,
    CONSTRAINT outbox_deliveries_event_id_fkey FOREIGN KEY (event_id) REFERENCES outbox (id) ON DELETE CASCADE,
    CONSTRAINT outbox_deliveries_event_consumer_key UNIQUE (event_id, consumer),
    CONSTRAINT ck_outbox_deliveries_state CHECK (state IN ('pending', 'delivered', 'dead', 'discarded')),
    CONSTRAINT ck_outbox_deliveries_settled CHECK ((state = 'pending') = (settled_at IS NULL)),
    CONSTRAINT ck_outbox_deliveries_lease CHECK (lease IS NULL OR state = 'pending'),
    CONSTRAINT ck_outbox_deliveries_attempts CHECK (attempts >= 0)
) STRICT;
-- What is due, longest wait first.
CREATE INDEX idx_outbox_deliveries_due ON outbox_deliveries (available_at, id) WHERE state = 'pending';
-- Whether an earlier event about the same thing is still on its way.
CREATE INDEX idx_outbox_deliveries_order ON outbox_deliveries (consumer, aggregate_type, aggregate_id, event_id)
    WHERE state = 'pending';
CREATE INDEX idx_outbox_deliveries_dead ON outbox_deliveries (consumer, id) WHERE state = 'dead';

CREATE TABLE leases (
    name TEXT NOT NULL CONSTRAINT leases_pkey PRIMARY KEY,
    holder TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE jobs (
    name TEXT NOT NULL CONSTRAINT jobs_pkey PRIMARY KEY,
    settled_until INTEGER,
    failures INTEGER NOT NULL DEFAULT 0,
    not_before INTEGER,
    requested_at INTEGER,
    CONSTRAINT ck_jobs_failures CHECK (failures >= 0)
) STRICT;

CREATE TABLE job_runs (
    id INTEGER NOT NULL CONSTRAINT job_runs_pkey PRIMARY KEY AUTOINCREMENT,
    job TEXT NOT NULL,
    cause TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    finished_at INTEGER,
    outcome TEXT,
    report TEXT,
    CONSTRAINT ck_job_runs_cause CHECK (cause IN ('schedule', 'request', 'command')),
    CONSTRAINT ck_job_runs_outcome CHECK (outcome IN ('succeeded', 'failed', 'abandoned')),
    CONSTRAINT ck_job_runs_end CHECK (
        (finished_at IS NULL) = (outcome IS NULL) AND (finished_at IS NULL) = (report IS NULL)
    )
) STRICT;
CREATE INDEX idx_job_runs_job ON job_runs (job, id);

CREATE TABLE booking_reminders (
    booking_id INTEGER NOT NULL,
    starts_at INTEGER NOT NULL,
    hours_before INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    CONSTRAINT booking_reminders_pkey PRIMARY KEY (booking_id, starts_at, hours_before),
    CONSTRAINT booking_reminders_booking_id_fkey FOREIGN KEY (booking_id) REFERENCES bookings (id) ON DELETE CASCADE,
    CONSTRAINT ck_booking_reminders_hours CHECK (hours_before > 0)
) STRICT;
CREATE INDEX idx_booking_reminders_starts_at ON booking_reminders (starts_at);

ALTER TABLE bookings ADD COLUMN moved_at INTEGER;
-- Lessons to be reminded of.
CREATE INDEX idx_bookings_confirmed_starts_at ON bookings (starts_at, id) WHERE status = 'CONFIRMED';
