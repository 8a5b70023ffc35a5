BEGIN;

INSERT INTO users (email, hashed_password, full_name, full_name_search, role, created_at)
SELECT 'person' || i || '@example.com', 'none', 'Person ' || i, 'person ' || i,
    CASE WHEN i <= 10000 THEN 'instructor' ELSE 'student' END, now()
FROM generate_series(1, 110000) AS i;

CREATE TEMPORARY TABLE people ON COMMIT DROP AS
SELECT row_number() OVER (PARTITION BY role ORDER BY id) - 1 AS nth, id, role FROM users WHERE email LIKE 'person%';

INSERT INTO instructor_profiles (user_id, created_at) SELECT id, now() FROM people WHERE role = 'instructor';

CREATE TEMPORARY TABLE catalogue ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY id) - 1 AS nth, id, name FROM service_catalog;

-- Each instructor offers two services that differ, at a price of their own.
INSERT INTO instructor_services (instructor_profile_id, service_catalog_id, hourly_rate_cents, created_at)
SELECT profile.id, catalogue.id, 3000 + 100 * ((person.nth * 13 + k * 17) % 120), now()
FROM people AS person
    JOIN instructor_profiles AS profile ON profile.user_id = person.id
    CROSS JOIN generate_series(0, 1) AS k
    JOIN catalogue ON catalogue.nth = (person.nth * 7 + k * 131) % (SELECT count(*) FROM catalogue);

CREATE TEMPORARY TABLE offers ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY s.id) - 1 AS nth, s.id, s.hourly_rate_cents, p.user_id, c.name
FROM instructor_services AS s
    JOIN instructor_profiles AS p ON p.id = s.instructor_profile_id
    JOIN service_catalog AS c ON c.id = s.service_catalog_id;
CREATE TEMPORARY TABLE students ON COMMIT DROP AS SELECT nth, id FROM people WHERE role = 'student';
CREATE UNIQUE INDEX ON offers (nth);
CREATE UNIQUE INDEX ON students (nth);
ANALYZE offers;
ANALYZE students;

-- In the order of their dates, as a market grows. Of eight bookings five took place; one each is to come, was called off, and was missed.
INSERT INTO bookings (student_id, instructor_id, instructor_service_id, booking_date, start_minute, end_minute, starts_at,
    ends_at, timezone, duration_minutes, service_name, hourly_rate_cents, total_price_cents, location_type, status,
    created_at, confirmed_at, completed_at, cancelled_at, cancelled_by_id, cancellation_reason)
SELECT student.id, offer.user_id, offer.id, day, start, start + length,
    day + start * interval '1 minute', day + (start + length) * interval '1 minute', 'America/New_York', length, offer.name,
    offer.hourly_rate_cents, offer.hourly_rate_cents * length / 60, 'neutral', status, day, day,
    CASE WHEN status = 'COMPLETED' THEN day END,
    CASE WHEN status = 'CANCELLED' THEN day END,
    CASE WHEN status = 'CANCELLED' THEN student.id END,
    CASE WHEN status = 'CANCELLED' THEN 'Plans changed' END
FROM (
    SELECT (n * 104729) % 20000 AS offer, (n * 7919) % 100000 AS student,
        date '{today}' - (({bookings} - n) * {days} / {bookings})::integer AS day, (360 + 15 * ((n * 53) % 60))::integer AS start,
        (ARRAY[30, 45, 60, 90])[1 + (n * 11) % 4] AS length,
        (ARRAY['COMPLETED', 'COMPLETED', 'COMPLETED', 'COMPLETED', 'COMPLETED', 'CONFIRMED', 'CANCELLED', 'NO_SHOW'])
            [1 + (n * 31) % 8] AS status
    FROM generate_series(1::bigint, {bookings}) AS n
) AS made
    JOIN offers AS offer ON offer.nth = made.offer
    JOIN students AS student ON student.nth = made.student;

INSERT INTO search_counts (date, service_catalog_id, searches)
SELECT date '{today}' - day, id, 1 + (nth * 7 + day * 3) % 25 FROM catalogue CROSS JOIN generate_series(0, 30) AS day;

COMMIT;
ANALYZE;
