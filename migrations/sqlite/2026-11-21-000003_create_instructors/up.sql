CREATE TABLE instructor_profiles (
    id INTEGER NOT NULL CONSTRAINT instructor_profiles_pkey PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL,
    bio TEXT,
    bio_search TEXT,
    years_experience INTEGER NOT NULL DEFAULT 0,
    areas_of_service TEXT NOT NULL DEFAULT '',
    min_advance_booking_hours INTEGER NOT NULL DEFAULT 2,
    buffer_time_minutes INTEGER NOT NULL DEFAULT 0,
    timezone TEXT NOT NULL DEFAULT 'America/New_York',
    created_at INTEGER NOT NULL,
    updated_at INTEGER,
    CONSTRAINT instructor_profiles_user_id_key UNIQUE (user_id),
    CONSTRAINT instructor_profiles_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT ck_instructor_profiles_years_experience CHECK (years_experience BETWEEN 0 AND 50),
    CONSTRAINT ck_instructor_profiles_min_advance_booking_hours CHECK (min_advance_booking_hours BETWEEN 0 AND 168),
    CONSTRAINT ck_instructor_profiles_buffer_time_minutes CHECK (buffer_time_minutes BETWEEN 0 AND 60)
) STRICT;

CREATE TABLE instructor_services (
    id INTEGER NOT NULL CONSTRAINT instructor_services_pkey PRIMARY KEY AUTOINCREMENT,
    instructor_profile_id INTEGER,
    service_catalog_id INTEGER NOT NULL,
    hourly_rate_cents INTEGER NOT NULL,
    experience_level TEXT,
    description TEXT,
    description_search TEXT,
    requirements TEXT,
    duration_options TEXT NOT NULL DEFAULT '[60]',
    equipment_required TEXT NOT NULL DEFAULT '[]',
    levels_taught TEXT NOT NULL DEFAULT '[]',
    age_groups TEXT NOT NULL DEFAULT '[]',
    location_types TEXT NOT NULL DEFAULT '[]',
    max_distance_miles INTEGER,
    is_active INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    updated_at INTEGER,
    CONSTRAINT instructor_services_instructor_profile_id_fkey FOREIGN KEY (instructor_profile_id)
        REFERENCES instructor_profiles (id) ON DELETE SET NULL,
    CONSTRAINT instructor_services_service_catalog_id_fkey FOREIGN KEY (service_catalog_id)
        REFERENCES service_catalog (id) ON DELETE RESTRICT,
    CONSTRAINT ck_instructor_services_hourly_rate CHECK (hourly_rate_cents BETWEEN 1 AND 100000),
    CONSTRAINT ck_instructor_services_experience_level
        CHECK (experience_level IN ('beginner', 'intermediate', 'expert')),
    CONSTRAINT ck_instructor_services_duration_options CHECK (json_array_length(duration_options) > 0),
    CONSTRAINT ck_instructor_services_equipment_required CHECK (json_type(equipment_required) = 'array'),
    CONSTRAINT ck_instructor_services_levels_taught CHECK (json_type(levels_taught) = 'array'),
    CONSTRAINT ck_instructor_services_age_groups CHECK (json_type(age_groups) = 'array'),
    CONSTRAINT ck_instructor_services_location_types CHECK (json_type(location_types) = 'array'),
    CONSTRAINT ck_instructor_services_max_distance_miles CHECK (max_distance_miles BETWEEN 0 AND 500),
    CONSTRAINT ck_instructor_services_is_active CHECK (is_active IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX unique_instructor_catalog_service_active
    ON instructor_services (instructor_profile_id, service_catalog_id) WHERE is_active;
CREATE INDEX idx_instructor_services_instructor_profile_id ON instructor_services (instructor_profile_id);
CREATE INDEX idx_instructor_services_service_catalog_id
    ON instructor_services (service_catalog_id, hourly_rate_cents) WHERE is_active;
