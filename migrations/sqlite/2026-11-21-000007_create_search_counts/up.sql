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
