DROP TABLE sent_mails;
ALTER TABLE bookings DROP COLUMN revision;
