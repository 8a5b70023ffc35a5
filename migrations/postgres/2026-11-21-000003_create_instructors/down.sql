DROP TABLE instructor_services;
DROP TABLE instructor_profiles;
