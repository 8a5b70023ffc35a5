DROP TABLE blackout_dates;
DROP TABLE availability_slots;
