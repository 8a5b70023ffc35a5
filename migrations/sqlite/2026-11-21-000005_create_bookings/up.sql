CREATE TABLE bookings (
    id INTEGER NOT NULL CONSTRAINT bookings_pkey PRIMARY KEY AUTOINCREMENT,
    student_id INTEGER NOT NULL,
    instructor_id INTEGER NOT NULL,
    instructor_service_id INTEGER NOT NULL,
    booking_date TEXT NOT NULL,
    start_minute INTEGER NOT NULL,
    end_minute INTEGER NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    timezone TEXT NOT NULL,
    duration_minutes INTEGER NOT NULL,
    service_name TEXT NOT NULL,
    hourly_rate_cents INTEGER NOT NULL,
    total_price_cents INTEGER NOT NULL,
    service_area TEXT,
    meeting_location TEXT,
    location_type TEXT NOT NULL,
    student_note TEXT,
    instructor_note TEXT,
    status TEXT NOT NULL DEFAULT 'CONFIRMED',
    created_at INTEGER NOT NULL,
    updated_at INTEGER,
    confirmed_at INTEGER,
    completed_at INTEGER,
    cancelled_at INTEGER,
    cancelled_by_id INTEGER,
    cancellation_reason TEXT,
    CONSTRAINT bookings_student_id_fkey FOREIGN KEY (student_id) REFERENCES users (id) ON DELETE RESTRICT,
    CONSTRAINT bookings_instructor_id_fkey FOREIGN KEY (instructor_id) REFERENCES users (id) ON DELETE RESTRICT,
    CONSTRAINT bookings_instructor_service_id_fkey FOREIGN KEY (instructor_service_id)
        REFERENCES instructor_services (id) ON DELETE RESTRICT,
    CONSTRAINT bookings_cancelled_by_id_fkey FOREIGN KEY (cancelled_by_id) REFERENCES users (id) ON DELETE RESTRICT,
    CONSTRAINT ck_bookings_date CHECK (booking_date IS date(booking_date)),
    CONSTRAINT ck_bookings_status CHECK (status IN ('PENDING', 'CONFIRMED', 'COMPLETED', 'CANCELLED', 'NO_SHOW')),
    CONSTRAINT ck_bookings_location_type
        CHECK (location_type IN ('student_home', 'instructor_location', 'neutral')),
    CONSTRAINT ck_bookings_duration CHECK (duration_minutes > 0),
    CONSTRAINT ck_bookings_price CHECK (total_price_cents >= 0),
    CONSTRAINT ck_bookings_rate CHECK (hourly_rate_cents > 0),
    CONSTRAINT ck_bookings_grid CHECK (
        0 <= start_minute AND start_minute < end_minute AND end_minute <= 1440
        AND start_minute % 15 = 0 AND end_minute % 15 = 0
    ),
    CONSTRAINT ck_bookings_instants CHECK (starts_at < ends_at),
    CONSTRAINT ck_bookings_cancellation CHECK (
        (cancelled_at IS NULL) = (cancelled_by_id IS NULL)
        AND (cancelled_at IS NULL) = (cancellation_reason IS NULL)
    )
) STRICT;
CREATE INDEX idx_bookings_instructor_datetime ON bookings (instructor_id, booking_date, start_minute);
CREATE INDEX idx_bookings_student_datetime ON bookings (student_id, booking_date, start_minute);
CREATE INDEX idx_bookings_instructor_service_id ON bookings (instructor_service_id);
CREATE INDEX idx_bookings_cancelled_by_id ON bookings (cancelled_by_id) WHERE cancelled_by_id IS NOT NULL;

CREATE TABLE time_claims (
    id INTEGER NOT NULL CONSTRAINT time_claims_pkey PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    booking_id INTEGER,
    CONSTRAINT time_claims_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT time_claims_booking_id_fkey FOREIGN KEY (booking_id) REFERENCES bookings (id) ON DELETE CASCADE,
    CONSTRAINT time_claims_booking_kind_key UNIQUE (booking_id, kind),
    CONSTRAINT ck_time_claims_kind CHECK (kind IN ('teaching', 'learning')),
    CONSTRAINT ck_time_claims_order CHECK (starts_at < ends_at)
) STRICT;
CREATE INDEX idx_time_claims_user_id ON time_claims (user_id, starts_at);

-- SQLite has no exclusion constraints. Writers run one at a time, so looking before writing is enough. Claims of one person never
-- overlap, so of those that start before the new one ends, the last to start is also the last to end: only it can be in the way.
CREATE TRIGGER time_claims_no_overlap_insert BEFORE INSERT ON time_claims
WHEN NEW.starts_at < (
    SELECT other.ends_at FROM time_claims AS other
    WHERE other.user_id = NEW.user_id AND other.starts_at < NEW.ends_at
    ORDER BY other.starts_at DESC LIMIT 1
)
BEGIN
    SELECT RAISE(ABORT, 'exclusion:time_claims_no_overlap');
END;
CREATE TRIGGER time_claims_no_overlap_update BEFORE UPDATE ON time_claims
WHEN NEW.starts_at < (
    SELECT other.ends_at FROM time_claims AS other
    WHERE other.user_id = NEW.user_id AND other.starts_at < NEW.ends_at AND other.id <> OLD.id
    ORDER BY other.starts_at DESC LIMIT 1
)
BEGIN
    SELECT RAISE(ABORT, 'exclusion:time_claims_no_overlap');
END;
