CREATE TABLE instructor_handles (
    handle TEXT NOT NULL,
    profile_id INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    CONSTRAINT instructor_handles_pkey PRIMARY KEY (handle),
    CONSTRAINT instructor_handles_profile_id_key UNIQUE (profile_id),
    CONSTRAINT instructor_handles_profile_id_fkey FOREIGN KEY (profile_id)
        REFERENCES instructor_profiles (id) ON DELETE CASCADE,
    CONSTRAINT ck_instructor_handles_handle CHECK (length(handle) BETWEEN 1 AND 40 AND handle NOT GLOB '*[^a-z0-9-]*')
) STRICT;

-- First name and number of the account, so that no two of those who are here already collide.
INSERT INTO instructor_handles (handle, profile_id, created_at)
SELECT
    CASE WHEN length(first_name) BETWEEN 1 AND 28 AND first_name NOT GLOB '*[^a-z]*' THEN first_name ELSE 'instructor' END
        || '-' || user_id,
    id,
    created_at
FROM (
    SELECT
        instructor_profiles.id,
        user_id,
        instructor_profiles.created_at,
        lower(substr(full_name, 1, instr(full_name || ' ', ' ') - 1)) AS first_name
    FROM instructor_profiles
    JOIN users ON users.id = user_id
) AS known;
