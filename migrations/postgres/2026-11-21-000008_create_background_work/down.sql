DROP INDEX idx_bookings_confirmed_starts_at;
ALTER TABLE bookings DROP COLUMN moved_at;
DROP TABLE booking_reminders;
DROP TABLE job_runs;
DROP TABLE jobs;
DROP TABLE leases;
DROP TABLE outbox_deliveries;
