DROP INDEX idx_bookings_booking_date;
DROP TABLE analytics_runs;
ALTER TABLE service_catalog DROP COLUMN curated_order;
