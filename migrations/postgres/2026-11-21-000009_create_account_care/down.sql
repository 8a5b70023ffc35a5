DROP TABLE audit_log;
DROP FUNCTION audit_log_append_only;
DROP TABLE password_resets;
ALTER TABLE users DROP COLUMN deleted_at;
