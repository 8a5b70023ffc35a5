PRAGMA synchronous = OFF;
PRAGMA foreign_keys = ON;
BEGIN;

WITH RECURSIVE numbers (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < 110000)
INSERT INTO users (email, hashed_password, full_name, full_name_search, role, created_at)
SELECT 'person' || i || '@example.com', 'none', 'Person ' || i, 'person ' || i,
    CASE WHEN i <= 10000 THEN 'instructor' ELSE 'student' END, 0
FROM numbers;

CREATE TEMPORARY TABLE people AS
SELECT row_number() OVER (PARTITION BY role ORDER BY id) - 1 AS nth, id, role FROM users WHERE email LIKE 'person%';

INSERT INTO instructor_profiles (user_id, created_at) SELECT id, 0 FROM people WHERE role = 'instructor';

CREATE TEMPORARY TABLE catalogue AS
SELECT row_number() OVER (ORDER BY id) - 1 AS nth, id, name FROM service_catalog;

-- Each instructor offers two services that differ, at a price of their own.
INSERT INTO instructor_services (instructor_profile_id, service_catalog_id, hourly_rate_cents, created_at)
SELECT profile.id, catalogue.id, 3000 + 100 * ((person.nth * 13 + k * 17) % 120), 0
FROM people AS person
    JOIN instructor_profiles AS profile ON profile.user_id = person.id
    CROSS JOIN (SELECT 0 AS k UNION ALL SELECT 1)
    JOIN catalogue ON catalogue.nth = (person.nth * 7 + k * 131) % (SELECT count(*) FROM catalogue);

CREATE TEMPORARY TABLE offers AS
SELECT row_number() OVER (ORDER BY s.id) - 1 AS nth, s.id AS id, s.hourly_rate_cents, p.user_id, c.name
FROM instructor_services AS s
    JOIN instructor_profiles AS p ON p.id = s.instructor_profile_id
    JOIN service_catalog AS c ON c.id = s.service_catalog_id;
CREATE UNIQUE INDEX temp.offers_nth ON offers (nth);
CREATE TEMPORARY TABLE students AS SELECT nth, id FROM people WHERE role = 'student';
CREATE UNIQUE INDEX temp.students_nth ON students (nth);

-- In the order of their dates, as a market grows. Of eight bookings five took place; one each is to come, was called off, and was missed.
WITH RECURSIVE
    numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {bookings}),
    made AS (
        SELECT (n * 104729) % 20000 AS offer, (n * 7919) % 100000 AS student,
            date('{today}', '-' || (({bookings} - n) * {days} / {bookings}) || ' days') AS day, 360 + 15 * ((n * 53) % 60) AS start,
            CASE (n * 11) % 4 WHEN 0 THEN 30 WHEN 1 THEN 45 WHEN 2 THEN 60 ELSE 90 END AS length,
            CASE (n * 31) % 8 WHEN 5 THEN 'CONFIRMED' WHEN 6 THEN 'CANCELLED' WHEN 7 THEN 'NO_SHOW' ELSE 'COMPLETED' END
                AS status
        FROM numbers
    )
INSERT INTO bookings (student_id, instructor_id, instructor_service_id, booking_date, start_minute, end_minute, starts_at,
    ends_at, timezone, duration_minutes, service_name, hourly_rate_cents, total_price_cents, location_type, status,
    created_at, confirmed_at, completed_at, cancelled_at, cancelled_by_id, cancellation_reason)
SELECT student.id, offer.user_id, offer.id, day, start, start + length,
    unixepoch(day) * 1000000 + start * 60000000, unixepoch(day) * 1000000 + (start + length) * 60000000,
    'America/New_York', length, offer.name, offer.hourly_rate_cents, offer.hourly_rate_cents * length / 60, 'neutral', status,
    0, 0,
    CASE WHEN status = 'COMPLETED' THEN 0 END,
    CASE WHEN status = 'CANCELLED' THEN 0 END,
    CASE WHEN status = 'CANCELLED' THEN student.id END,
    CASE WHEN status = 'CANCELLED' THEN 'Plans changed' END
FROM made
    CROSS JOIN offers AS offer ON offer.nth = made.offer
    CROSS JOIN students AS student ON student.nth = made.student;

INSERT INTO search_counts (date, service_catalog_id, searches)
WITH RECURSIVE days (day) AS (SELECT 0 UNION ALL SELECT day + 1 FROM days WHERE day < 30)
SELECT date('{today}', '-' || day || ' days'), id, 1 + (nth * 7 + day * 3) % 25 FROM catalogue CROSS JOIN days;

COMMIT;
