DROP TABLE instructor_handles;
