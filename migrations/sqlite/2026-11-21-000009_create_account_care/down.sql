DROP TABLE audit_log;
DROP TABLE password_resets;
ALTER TABLE users DROP COLUMN deleted_at;
