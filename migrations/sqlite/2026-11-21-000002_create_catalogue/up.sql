CREATE TABLE service_categories (
    id INTEGER NOT NULL CONSTRAINT service_categories_pkey PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    name_search TEXT NOT NULL,
    slug TEXT NOT NULL,
    subtitle TEXT,
    description TEXT,
    display_order INTEGER NOT NULL DEFAULT 0,
    icon_name TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER,
    CONSTRAINT service_categories_slug_key UNIQUE (slug)
) STRICT;

CREATE TABLE service_catalog (
    id INTEGER NOT NULL CONSTRAINT service_catalog_pkey PRIMARY KEY AUTOINCREMENT,
    category_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    name_search TEXT NOT NULL,
    slug TEXT NOT NULL,
    description TEXT,
    search_terms TEXT NOT NULL DEFAULT '[]',
    search_text TEXT NOT NULL,
    display_order INTEGER NOT NULL DEFAULT 999,
    related_services TEXT NOT NULL DEFAULT '[]',
    online_capable INTEGER NOT NULL DEFAULT 1,
    requires_certification INTEGER NOT NULL DEFAULT 0,
    typical_price_min_cents INTEGER,
    typical_price_max_cents INTEGER,
    is_active INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    updated_at INTEGER,
    CONSTRAINT service_catalog_slug_key UNIQUE (slug),
    CONSTRAINT service_catalog_category_id_fkey FOREIGN KEY (category_id)
        REFERENCES service_categories (id) ON DELETE RESTRICT,
    CONSTRAINT ck_service_catalog_search_terms CHECK (json_type(search_terms) = 'array'),
    CONSTRAINT ck_service_catalog_related_services CHECK (json_type(related_services) = 'array'),
    CONSTRAINT ck_service_catalog_online_capable CHECK (online_capable IN (0, 1)),
    CONSTRAINT ck_service_catalog_requires_certification CHECK (requires_certification IN (0, 1)),
    CONSTRAINT ck_service_catalog_is_active CHECK (is_active IN (0, 1)),
    CONSTRAINT ck_service_catalog_typical_price CHECK (
        (typical_price_min_cents IS NULL AND typical_price_max_cents IS NULL)
        OR (typical_price_min_cents IS NOT NULL AND typical_price_max_cents IS NOT NULL
            AND 0 <= typical_price_min_cents AND typical_price_min_cents <= typical_price_max_cents)
    )
) STRICT;
CREATE INDEX idx_service_catalog_category_id ON service_catalog (category_id);
CREATE INDEX idx_service_catalog_name_search ON service_catalog (name_search);

CREATE TABLE service_analytics (
    service_catalog_id INTEGER NOT NULL CONSTRAINT service_analytics_pkey PRIMARY KEY,
    search_count_7d INTEGER NOT NULL DEFAULT 0,
    search_count_30d INTEGER NOT NULL DEFAULT 0,
    booking_count_7d INTEGER NOT NULL DEFAULT 0,
    booking_count_30d INTEGER NOT NULL DEFAULT 0,
    search_to_view_rate REAL,
    view_to_booking_rate REAL,
    avg_price_booked_cents INTEGER,
    price_percentile_25_cents INTEGER,
    price_percentile_50_cents INTEGER,
    price_percentile_75_cents INTEGER,
    most_booked_duration INTEGER,
    duration_distribution TEXT,
    peak_hours TEXT,
    peak_days TEXT,
    seasonality_index TEXT,
    avg_rating REAL,
    completion_rate REAL,
    active_instructors INTEGER NOT NULL DEFAULT 0,
    total_weekly_hours REAL,
    supply_demand_ratio REAL,
    last_calculated INTEGER NOT NULL,
    CONSTRAINT service_analytics_service_catalog_id_fkey FOREIGN KEY (service_catalog_id)
        REFERENCES service_catalog (id) ON DELETE CASCADE,
    CONSTRAINT ck_service_analytics_counts CHECK (
        search_count_7d >= 0 AND search_count_30d >= 0 AND booking_count_7d >= 0 AND booking_count_30d >= 0
        AND active_instructors >= 0
    ),
    CONSTRAINT ck_service_analytics_view_to_booking_rate CHECK (view_to_booking_rate BETWEEN 0 AND 1)
) STRICT;
