CREATE TABLE users (
    id INTEGER NOT NULL CONSTRAINT users_pkey PRIMARY KEY AUTOINCREMENT,
    email TEXT NOT NULL,
    hashed_password TEXT NOT NULL,
    full_name TEXT NOT NULL,
    -- full_name in lower case, written by the application: lower() of SQLite knows ASCII only.
    full_name_search TEXT NOT NULL,
    role TEXT NOT NULL,
    is_admin INTEGER NOT NULL DEFAULT 0,
    is_active INTEGER NOT NULL DEFAULT 1,
    account_status TEXT NOT NULL DEFAULT 'active',
    credential_version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    updated_at INTEGER,
    CONSTRAINT users_email_key UNIQUE (email),
    CONSTRAINT ck_users_role CHECK (role IN ('instructor', 'student')),
    CONSTRAINT ck_users_is_admin CHECK (is_admin IN (0, 1)),
    CONSTRAINT ck_users_is_active CHECK (is_active IN (0, 1)),
    CONSTRAINT ck_users_account_status CHECK (account_status IN ('active', 'suspended', 'deactivated')),
    CONSTRAINT ck_users_credential_version CHECK (credential_version >= 1)
) STRICT;
CREATE INDEX idx_users_bookable ON users (id) WHERE role = 'instructor' AND is_active AND account_status = 'active';

CREATE TABLE revoked_tokens (
    token_id TEXT NOT NULL CONSTRAINT revoked_tokens_pkey PRIMARY KEY,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX idx_revoked_tokens_expires_at ON revoked_tokens (expires_at);
