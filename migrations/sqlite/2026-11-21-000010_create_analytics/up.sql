ALTER TABLE service_catalog ADD COLUMN curated_order INTEGER NOT NULL DEFAULT 999;
UPDATE service_catalog SET curated_order = display_order;

CREATE TABLE analytics_runs (
    id INTEGER NOT NULL CONSTRAINT analytics_runs_pkey PRIMARY KEY AUTOINCREMENT,
    started_at INTEGER NOT NULL,
    finished_at INTEGER,
    days INTEGER NOT NULL,
    services INTEGER,
    status TEXT NOT NULL,
    error TEXT,
    CONSTRAINT ck_analytics_runs_days CHECK (days BETWEEN 1 AND 365),
    CONSTRAINT ck_analytics_runs_services CHECK (services >= 0),
    CONSTRAINT ck_analytics_runs_status CHECK (status IN ('RUNNING', 'SUCCEEDED', 'FAILED')),
    CONSTRAINT ck_analytics_runs_outcome CHECK (
        (finished_at IS NULL) = (status = 'RUNNING')
        AND (services IS NOT NULL) = (status = 'SUCCEEDED')
        AND (error IS NOT NULL) = (status = 'FAILED')
    )
) STRICT;
-- One run at a time.
CREATE UNIQUE INDEX unique_running_analytics_run ON analytics_runs (status) WHERE status = 'RUNNING';

-- The analytics and the figures of administrators look at all bookings of some dates.
CREATE INDEX idx_bookings_booking_date ON bookings (booking_date);
