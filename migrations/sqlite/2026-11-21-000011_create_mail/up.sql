ALTER TABLE bookings ADD COLUMN revision INTEGER NOT NULL DEFAULT 0
    CONSTRAINT ck_bookings_revision CHECK (revision >= 0);

CREATE TABLE sent_mails (
    message_id TEXT NOT NULL,
    event_id INTEGER NOT NULL,
    sent_at INTEGER NOT NULL,
    CONSTRAINT sent_mails_pkey PRIMARY KEY (message_id),
    CONSTRAINT sent_mails_event_id_fkey FOREIGN KEY (event_id) REFERENCES outbox (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX idx_sent_mails_event_id ON sent_mails (event_id);
