ALTER TABLE bookings ADD COLUMN revision INTEGER NOT NULL DEFAULT 0
    CONSTRAINT ck_bookings_revision CHECK (revision >= 0);
COMMENT ON COLUMN bookings.revision IS 'How often what a calendar shows of it has changed: the SEQUENCE of its calendar entry.';

CREATE TABLE sent_mails (
    message_id VARCHAR(400) NOT NULL,
    event_id BIGINT NOT NULL,
    sent_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT sent_mails_pkey PRIMARY KEY (message_id),
    CONSTRAINT sent_mails_event_id_fkey FOREIGN KEY (event_id) REFERENCES outbox (id) ON DELETE CASCADE
);
CREATE INDEX idx_sent_mails_event_id ON sent_mails (event_id);

COMMENT ON TABLE sent_mails IS 'Which mails about an event have been sent, so that handling it again sends only the others. Gone with the event.';
COMMENT ON COLUMN sent_mails.message_id IS 'The Message-ID of the mail without its angle brackets.';
