DROP TABLE time_claims;
DROP TABLE bookings;
