DROP TABLE service_analytics;
DROP TABLE service_catalog;
DROP TABLE service_categories;
