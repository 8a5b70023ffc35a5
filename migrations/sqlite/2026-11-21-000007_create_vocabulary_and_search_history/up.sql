ALTER TABLE service_categories ADD COLUMN is_active INTEGER NOT NULL DEFAULT 1
    CONSTRAINT ck_service_categories_is_active CHECK (is_active IN (0, 1));
ALTER TABLE service_categories ADD COLUMN origin TEXT NOT NULL DEFAULT 'content'
    CONSTRAINT ck_service_categories_origin CHECK (origin IN ('content', 'admin'));
ALTER TABLE service_catalog ADD COLUMN origin TEXT NOT NULL DEFAULT 'content'
    CONSTRAINT ck_service_catalog_origin CHECK (origin IN ('content', 'admin'));

CREATE TABLE content_versions (
    name TEXT NOT NULL CONSTRAINT content_versions_pkey PRIMARY KEY,
    digest TEXT,
    stored_at INTEGER
) STRICT;
INSERT INTO content_versions (name) VALUES ('catalogue');

CREATE TABLE service_groups (
    id INTEGER NOT NULL CONSTRAINT service_groups_pkey PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    services TEXT NOT NULL DEFAULT '[]',
    is_active INTEGER NOT NULL DEFAULT 1,
    origin TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER,
    CONSTRAINT service_groups_name_key UNIQUE (name),
    CONSTRAINT ck_service_groups_services CHECK (json_type(services) = 'array'),
    CONSTRAINT ck_service_groups_is_active CHECK (is_active IN (0, 1)),
    CONSTRAINT ck_service_groups_origin CHECK (origin IN ('content', 'admin'))
) STRICT;

CREATE TABLE search_aliases (
    id INTEGER NOT NULL CONSTRAINT search_aliases_pkey PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    phrase TEXT NOT NULL,
    service_catalog_id INTEGER,
    category_id INTEGER,
    group_id INTEGER,
    is_active INTEGER NOT NULL DEFAULT 1,
    origin TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER,
    CONSTRAINT search_aliases_service_catalog_id_fkey FOREIGN KEY (service_catalog_id)
        REFERENCES service_catalog (id) ON DELETE CASCADE,
    CONSTRAINT search_aliases_category_id_fkey FOREIGN KEY (category_id)
        REFERENCES service_categories (id) ON DELETE CASCADE,
    CONSTRAINT search_aliases_group_id_fkey FOREIGN KEY (group_id) REFERENCES service_groups (id) ON DELETE CASCADE,
    CONSTRAINT ck_search_aliases_is_active CHECK (is_active IN (0, 1)),
    CONSTRAINT ck_search_aliases_origin CHECK (origin IN ('content', 'admin')),
    CONSTRAINT ck_search_aliases_kind CHECK (
        kind IN ('synonym', 'hint', 'not', 'group', 'category', 'weak', 'outside')
    ),
    CONSTRAINT ck_search_aliases_target CHECK (
        (service_catalog_id IS NOT NULL) = (kind IN ('synonym', 'hint', 'not'))
        AND (category_id IS NOT NULL) = (kind = 'category')
        AND (group_id IS NOT NULL) = (kind = 'group')
    )
) STRICT;
CREATE UNIQUE INDEX unique_search_aliases_meaning ON search_aliases
    (phrase, kind, coalesce(service_catalog_id, category_id, group_id, 0));
CREATE INDEX idx_search_aliases_service_catalog_id ON search_aliases (service_catalog_id);
CREATE INDEX idx_search_aliases_category_id ON search_aliases (category_id);
CREATE INDEX idx_search_aliases_group_id ON search_aliases (group_id);

CREATE TABLE places (
    id INTEGER NOT NULL CONSTRAINT places_pkey PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    borough TEXT NOT NULL,
    aliases TEXT NOT NULL DEFAULT '[]',
    neighbours TEXT NOT NULL DEFAULT '[]',
    is_active INTEGER NOT NULL DEFAULT 1,
    origin TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER,
    CONSTRAINT places_name_key UNIQUE (name),
    CONSTRAINT ck_places_kind CHECK (kind IN ('borough', 'neighborhood', 'landmark')),
    CONSTRAINT ck_places_aliases CHECK (json_type(aliases) = 'array'),
    CONSTRAINT ck_places_neighbours CHECK (json_type(neighbours) = 'array'),
    CONSTRAINT ck_places_is_active CHECK (is_active IN (0, 1)),
    CONSTRAINT ck_places_origin CHECK (origin IN ('content', 'admin'))
) STRICT;

CREATE TABLE search_history (
    id INTEGER NOT NULL CONSTRAINT search_history_pkey PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL,
    query TEXT NOT NULL,
    services TEXT NOT NULL DEFAULT '[]',
    results INTEGER NOT NULL,
    searches INTEGER NOT NULL,
    source TEXT NOT NULL,
    last_at INTEGER NOT NULL,
    CONSTRAINT unique_search_history_query UNIQUE (user_id, query),
    CONSTRAINT search_history_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT ck_search_history_services CHECK (json_type(services) = 'array'),
    CONSTRAINT ck_search_history_counts CHECK (results >= 0 AND searches >= 1),
    CONSTRAINT ck_search_history_source CHECK (source IN ('api', 'page'))
) STRICT;
CREATE INDEX idx_search_history_last_at ON search_history (last_at);

CREATE TABLE search_counts (
    date TEXT NOT NULL,
    service_catalog_id INTEGER NOT NULL,
    searches INTEGER NOT NULL,
    CONSTRAINT search_counts_pkey PRIMARY KEY (date, service_catalog_id),
    CONSTRAINT search_counts_service_catalog_id_fkey FOREIGN KEY (service_catalog_id)
        REFERENCES service_catalog (id) ON DELETE CASCADE,
    CONSTRAINT ck_search_counts_searches CHECK (searches >= 1)
) STRICT;
CREATE INDEX idx_search_counts_service_catalog_id ON search_counts (service_catalog_id);

CREATE TABLE search_queries (
    date TEXT NOT NULL,
    query TEXT NOT NULL,
    searches INTEGER NOT NULL,
    without_results INTEGER NOT NULL,
    not_understood INTEGER NOT NULL,
    CONSTRAINT search_queries_pkey PRIMARY KEY (date, query),
    CONSTRAINT ck_search_queries_counts CHECK (
        searches >= 1 AND without_results BETWEEN 0 AND searches AND not_understood BETWEEN 0 AND searches
    )
) STRICT;

-- Events of bookings name both parties from now on.
UPDATE outbox SET payload = json_set(payload, '$.student', bookings.student_id)
    FROM bookings WHERE outbox.aggregate_type = 'booking' AND bookings.id = outbox.aggregate_id;
