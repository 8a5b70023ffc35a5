ALTER TABLE users ADD COLUMN deleted_at INTEGER;

CREATE TABLE password_resets (
    id INTEGER NOT NULL CONSTRAINT password_resets_pkey PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL,
    nonce TEXT NOT NULL,
    token_hash TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER,
    CONSTRAINT password_resets_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT password_resets_token_hash_key UNIQUE (token_hash),
    CONSTRAINT ck_password_resets_order CHECK (created_at < expires_at)
) STRICT;
CREATE INDEX idx_password_resets_user_id ON password_resets (user_id);
CREATE INDEX idx_password_resets_expires_at ON password_resets (expires_at);

CREATE TABLE audit_log (
    id INTEGER NOT NULL CONSTRAINT audit_log_pkey PRIMARY KEY AUTOINCREMENT,
    recorded_at INTEGER NOT NULL,
    action TEXT NOT NULL,
    actor_id INTEGER,
    subject_kind TEXT,
    subject_id INTEGER,
    detail TEXT NOT NULL,
    request TEXT,
    address TEXT,
    CONSTRAINT audit_log_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES users (id) ON DELETE RESTRICT,
    CONSTRAINT ck_audit_log_subject CHECK ((subject_kind IS NULL) = (subject_id IS NULL)),
    CONSTRAINT ck_audit_log_detail CHECK (json_valid(detail))
) STRICT;
CREATE INDEX idx_audit_log_actor_id ON audit_log (actor_id, id);
CREATE INDEX idx_audit_log_subject_id ON audit_log (subject_id, subject_kind, id);
CREATE INDEX idx_audit_log_action ON audit_log (action, id);
CREATE INDEX idx_audit_log_recorded_at ON audit_log (recorded_at);
-- What is left to forget.
CREATE INDEX idx_audit_log_address ON audit_log (recorded_at) WHERE address IS NOT NULL;

CREATE TRIGGER audit_log_append_only_update BEFORE UPDATE ON audit_log
WHEN NOT (
    NEW.id = OLD.id AND NEW.recorded_at = OLD.recorded_at AND NEW.action = OLD.action
    AND NEW.actor_id IS OLD.actor_id AND NEW.subject_kind IS OLD.subject_kind AND NEW.subject_id IS OLD.subject_id
    AND (NEW.detail = OLD.detail OR NEW.detail = '{}')
    AND (NEW.request IS NULL OR NEW.request IS OLD.request)
    AND (NEW.address IS NULL OR NEW.address IS OLD.address)
)
BEGIN
    SELECT RAISE(ABORT, 'audit_log is append-only');
END;
CREATE TRIGGER audit_log_append_only_delete BEFORE DELETE ON audit_log
BEGIN
    SELECT RAISE(ABORT, 'audit_log is append-only');
END;
-- `INSERT OR REPLACE` deletes without asking the trigger above.
CREATE TRIGGER audit_log_append_only_replace BEFORE INSERT ON audit_log
WHEN EXISTS (SELECT 1 FROM audit_log WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'audit_log is append-only');
END;
