CREATE TABLE alert_history (
    id INTEGER NOT NULL CONSTRAINT alert_history_pkey PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    severity TEXT NOT NULL,
    message TEXT NOT NULL,
    details TEXT NOT NULL,
    raised_at INTEGER NOT NULL,
    acknowledged_at INTEGER,
    email_sent INTEGER NOT NULL DEFAULT 0,
    CONSTRAINT ck_alert_history_severity CHECK (severity IN ('warning', 'critical')),
    CONSTRAINT ck_alert_history_details CHECK (json_valid(details)),
    CONSTRAINT ck_alert_history_email_sent CHECK (email_sent IN (0, 1))
) STRICT;
CREATE INDEX idx_alert_history_raised_at ON alert_history (raised_at, id);
