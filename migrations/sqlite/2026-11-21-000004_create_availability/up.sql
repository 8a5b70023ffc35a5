CREATE TABLE availability_slots (
    id INTEGER NOT NULL CONSTRAINT availability_slots_pkey PRIMARY KEY AUTOINCREMENT,
    instructor_id INTEGER NOT NULL,
    specific_date TEXT NOT NULL,
    start_minute INTEGER NOT NULL,
    end_minute INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER,
    CONSTRAINT availability_slots_instructor_id_fkey FOREIGN KEY (instructor_id)
        REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT ck_availability_slots_date CHECK (specific_date IS date(specific_date)),
    CONSTRAINT ck_availability_slots_grid CHECK (
        0 <= start_minute AND start_minute < end_minute AND end_minute <= 1440
        AND start_minute % 15 = 0 AND end_minute % 15 = 0
    )
) STRICT;
CREATE UNIQUE INDEX unique_instructor_date_time_slot
    ON availability_slots (instructor_id, specific_date, start_minute, end_minute);

CREATE TABLE blackout_dates (
    id INTEGER NOT NULL CONSTRAINT blackout_dates_pkey PRIMARY KEY AUTOINCREMENT,
    instructor_id INTEGER NOT NULL,
    date TEXT NOT NULL,
    reason TEXT,
    created_at INTEGER NOT NULL,
    CONSTRAINT unique_instructor_blackout_date UNIQUE (instructor_id, date),
    CONSTRAINT ck_blackout_dates_date CHECK (date IS date(date)),
    CONSTRAINT blackout_dates_instructor_id_fkey FOREIGN KEY (instructor_id)
        REFERENCES users (id) ON DELETE CASCADE
) STRICT;
