-- The statements of one POST /api/v1/bookings without an idempotency key, in order, for `pgbench`.
-- Each client walks along its own pairs of people and its own times, far from those of the measured server.
\set lesson :lesson + 1
\set pair (:client_id + :clients * :lesson) % :pairs
\set instructor :first_instructor + :pair
\set student :first_student + :pair
\set service :first_service + :pair
\set minutes 30 * :lesson
SELECT users.*, EXISTS (SELECT * FROM revoked_tokens WHERE token_id = 'none') FROM users WHERE id = :student::int LIMIT 1;
BEGIN;
SELECT id FROM users WHERE id = ANY(ARRAY[:instructor::int, :student::int]) ORDER BY id FOR NO KEY UPDATE;
SELECT users.*, instructor_profiles.* FROM instructor_profiles INNER JOIN users ON instructor_profiles.user_id = users.id WHERE instructor_profiles.user_id = :instructor::int;
SELECT instructor_services.*, service_catalog.name, service_catalog.category_id FROM instructor_services INNER JOIN instructor_profiles ON instructor_services.instructor_profile_id = instructor_profiles.id INNER JOIN service_catalog ON instructor_services.service_catalog_id = service_catalog.id WHERE instructor_profiles.user_id = :instructor::int AND instructor_services.is_active ORDER BY instructor_services.service_catalog_id, instructor_services.id;
SELECT instructor_services.*, service_catalog.name, service_catalog.category_id FROM instructor_services INNER JOIN service_catalog ON instructor_services.service_catalog_id = service_catalog.id WHERE instructor_services.id = :service::int LIMIT 1;
SELECT id, starts_at, ends_at FROM time_claims WHERE user_id = :student::int AND starts_at < timestamptz '2100-01-03' + :minutes::int * interval '1 minute' AND ends_at > timestamptz '2099-12-31' + :minutes::int * interval '1 minute' ORDER BY starts_at;
SELECT id, instructor_id, specific_date, start_minute, end_minute FROM availability_slots WHERE instructor_id = :instructor::int AND specific_date BETWEEN '2026-07-20' AND '2026-07-20' ORDER BY specific_date, start_minute;
SELECT * FROM blackout_dates WHERE instructor_id = :instructor::int AND date BETWEEN '2026-07-20' AND '2026-07-20' ORDER BY date;
SELECT id, starts_at, ends_at FROM time_claims WHERE user_id = :instructor::int AND starts_at < timestamptz '2100-01-03' + :minutes::int * interval '1 minute' AND ends_at > timestamptz '2099-12-31' + :minutes::int * interval '1 minute' ORDER BY starts_at;
SAVEPOINT claims;
INSERT INTO bookings (student_id, instructor_id, instructor_service_id, booking_date, start_minute, end_minute, starts_at, ends_at, timezone, duration_minutes, total_price_cents, service_name, hourly_rate_cents, service_area, location_type, created_at, confirmed_at) VALUES (:student::int, :instructor::int, :service::int, '2100-01-01', 540, 570, timestamptz '2100-01-01' + :minutes::int * interval '1 minute', timestamptz '2100-01-01' + (:minutes::int + 30) * interval '1 minute', 'America/New_York', 30, 3000, 'Piano', 6000, 'Manhattan', 'neutral', now(), now()) RETURNING * \gset booking_
INSERT INTO time_claims (user_id, kind, starts_at, ends_at, booking_id) VALUES (:instructor::int, 'teaching', timestamptz '2100-01-01' + :minutes::int * interval '1 minute', timestamptz '2100-01-01' + (:minutes::int + 30) * interval '1 minute', :booking_id::int);
INSERT INTO time_claims (user_id, kind, starts_at, ends_at, booking_id) VALUES (:student::int, 'learning', timestamptz '2100-01-01' + :minutes::int * interval '1 minute', timestamptz '2100-01-01' + (:minutes::int + 30) * interval '1 minute', :booking_id::int);
RELEASE SAVEPOINT claims;
INSERT INTO outbox (aggregate_type, aggregate_id, event_type, payload, created_at) VALUES ('booking', :booking_id::int, 'booking.confirmed', '{"booking": 1, "instructor": 1}', now()) RETURNING id \gset event_
INSERT INTO outbox_deliveries (event_id, consumer, aggregate_type, aggregate_id, available_at, created_at) VALUES (:event_id::bigint, 'mail', 'booking', :booking_id::int, now(), now());
SELECT bookings.*, students.id, students.full_name, students.email, instructors.id, instructors.full_name, instructors.email, instructor_services.description FROM bookings INNER JOIN users AS students ON students.id = bookings.student_id INNER JOIN users AS instructors ON instructors.id = bookings.instructor_id INNER JOIN instructor_services ON instructor_services.id = bookings.instructor_service_id WHERE bookings.id = :booking_id::int LIMIT 1;
COMMIT;
