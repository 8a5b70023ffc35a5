-- The extension stays: others may use it, and it was not necessarily ours.
DROP TABLE time_claims;
DROP TABLE bookings;
