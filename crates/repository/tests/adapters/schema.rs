//! The schema: migrations undo themselves, and conventions hold.

use std::path::Path;

use diesel::{Connection, PgConnection, RunQueryDsl, SqliteConnection, connection::SimpleConnection};
use diesel_migrations::{FileBasedMigrations, MigrationHarness};
use instainstru_repository::Database;
use instainstru_test_support::sqlite::TempSqlite;

use crate::databases::{Fresh, config, empty_postgres};

fn migrations(database: &str) -> FileBasedMigrations {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations").join(database);
    FileBasedMigrations::from_path(directory).unwrap()
}

fn names(database: &str) -> Vec<String> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations").join(database);
    let mut names: Vec<String> = directory
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[derive(diesel::QueryableByName)]
struct Line {
    #[diesel(sql_type = diesel::sql_types::Text)]
    text: String,
}

/// Columns, constraints, indexes, functions, triggers and comments of everything in the schema.
const POSTGRES_DUMP: &str = "
    SELECT format('%s.%s %s %s %s', table_name, column_name, data_type, is_nullable, column_default) AS text
        FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT format('%s %s', conname, pg_get_constraintdef(oid)) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc p WHERE pronamespace = 'public'::regnamespace
        AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
    UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT format('%s.%s: %s', objoid::regclass, objsubid, description) FROM pg_description
        WHERE classoid = 'pg_class'::regclass AND objoid >= 16384
    ORDER BY 1";

const SQLITE_DUMP: &str = "
    SELECT type || ' ' || name || ' ' || coalesce(sql, '') AS text FROM sqlite_schema
    WHERE name NOT LIKE 'sqlite_%' ORDER BY 1";

fn lines(rows: Vec<Line>) -> Vec<String> {
    rows.into_iter().map(|line| line.text).collect()
}

#[test]
fn both_databases_have_the_same_migrations() {
    assert_eq!(names("postgres"), names("sqlite"));
    assert!(!names("postgres").is_empty());
}

#[test]
fn postgres_migrations_undo_themselves() {
    let Some(place) = empty_postgres() else { return };
    let mut connection = PgConnection::establish(place.url()).unwrap();
    let dump =
        |connection: &mut PgConnection| lines(diesel::sql_query(POSTGRES_DUMP).load(connection).unwrap());
    connection.run_pending_migrations(migrations("postgres")).unwrap();
    let migrated = dump(&mut connection);
    connection.revert_all_migrations(migrations("postgres")).unwrap();
    let left: Vec<String> =
        dump(&mut connection).into_iter().filter(|line| !line.contains("__diesel_schema")).collect();
    assert_eq!(left, Vec::<String>::new());
    connection.run_pending_migrations(migrations("postgres")).unwrap();
    assert_eq!(dump(&mut connection), migrated);
    assert!(migrated.len() > 150, "the dump sees the schema");
}

#[test]
fn sqlite_migrations_undo_themselves() {
    let place = TempSqlite::new().unwrap();
    let mut connection = SqliteConnection::establish(place.path().to_str().unwrap()).unwrap();
    connection.batch_execute("PRAGMA foreign_keys = ON").unwrap();
    let dump =
        |connection: &mut SqliteConnection| lines(diesel::sql_query(SQLITE_DUMP).load(connection).unwrap());
    connection.run_pending_migrations(migrations("sqlite")).unwrap();
    let migrated = dump(&mut connection);
    connection.revert_all_migrations(migrations("sqlite")).unwrap();
    let left: Vec<String> =
        dump(&mut connection).into_iter().filter(|line| !line.contains("__diesel_schema")).collect();
    assert_eq!(left, Vec::<String>::new());
    connection.run_pending_migrations(migrations("sqlite")).unwrap();
    assert_eq!(dump(&mut connection), migrated);
    assert!(migrated.len() > 20, "the dump sees the schema");
}

#[test]
fn migrating_reports_what_is_pending_and_what_ran() {
    let place = TempSqlite::new().unwrap();
    let database = Database::connect(&config(&place.url())).unwrap();
    assert_eq!(database.pending_migrations().unwrap(), names("sqlite"));
    assert_eq!(database.migrate().unwrap(), names("sqlite"));
    assert_eq!(database.pending_migrations().unwrap(), Vec::<String>::new());
    assert_eq!(database.migrate().unwrap(), Vec::<String>::new());
}

#[test]
fn nodes_that_start_together_migrate_once() {
    let check = |url: &str, expected: &[String]| {
        let ran: Vec<Vec<String>> = std::thread::scope(|scope| {
            let nodes: Vec<_> = (0..4)
                .map(|_node| scope.spawn(|| Database::connect(&config(url)).unwrap().migrate().unwrap()))
                .collect();
            nodes.into_iter().map(|node| node.join().unwrap()).collect()
        });
        assert_eq!(ran.concat(), expected);
    };
    let sqlite = TempSqlite::new().unwrap();
    check(&sqlite.url(), &names("sqlite"));
    if let Some(postgres) = empty_postgres() {
        check(postgres.url(), &names("postgres"));
    }
}

#[test]
fn a_failed_migration_leaves_the_schema_as_it_was() {
    let place = TempSqlite::new().unwrap();
    let database = Database::connect(&config(&place.url())).unwrap();
    // In the way of the last migration.
    let mut connection = SqliteConnection::establish(place.path().to_str().unwrap()).unwrap();
    // The connections of the pool may still be setting up the file.
    connection.batch_execute("PRAGMA busy_timeout = 10000; CREATE TABLE outbox (id INTEGER)").unwrap();
    assert!(database.migrate().is_err());
    let tables = lines(diesel::sql_query(SQLITE_DUMP).load(&mut connection).unwrap());
    assert!(tables.iter().all(|line| !line.contains("CREATE TABLE users")), "{tables:?}");
    assert_eq!(database.pending_migrations().unwrap(), names("sqlite"));
}

#[test]
fn nobody_rewrites_the_audit_log() {
    let check = |fresh: &Fresh| {
        fresh.sql(if fresh.is_postgres() {
            "INSERT INTO audit_log (recorded_at, action, detail, request, address)
             VALUES ('2026-07-01T12:00:00Z', 'job.run', '{\"job\": \"analytics\"}', 'r1', '203.0.113.7')"
        } else {
            "INSERT INTO audit_log (recorded_at, action, detail, request, address)
             VALUES (0, 'job.run', '{\"job\": \"analytics\"}', 'r1', '203.0.113.7')"
        });
        let in_both = [
            "DELETE FROM audit_log",
            "UPDATE audit_log SET action = 'logout'",
            "UPDATE audit_log SET id = 7",
            "UPDATE audit_log SET subject_kind = 'event', subject_id = 7",
            "UPDATE audit_log SET address = '203.0.113.8'",
            "UPDATE audit_log SET request = 'r2', address = NULL",
            "UPDATE audit_log SET detail = '{\"job\": \"reminders\"}'",
        ];
        let in_one = if fresh.is_postgres() {
            "TRUNCATE audit_log"
        } else {
            "INSERT OR REPLACE INTO audit_log (id, recorded_at, action, detail) VALUES (1, 0, 'logout', '{}')"
        };
        for sql in in_both.into_iter().chain([in_one]) {
            let refusal = fresh.try_sql(sql).expect_err(sql).to_string();
            assert!(refusal.contains("audit_log is append-only"), "{sql}: {refusal}");
        }
        fresh.sql("UPDATE audit_log SET detail = '{}', request = NULL, address = NULL");
        fresh.sql("UPDATE audit_log SET address = NULL");
    };
    check(&Fresh::sqlite());
    if let Some(postgres) = Fresh::postgres() {
        check(&postgres);
    }
}

/// Asserts that a query finds nothing to complain about.
#[track_caller]
fn nothing(fresh: &Fresh, complaint: &str, query: &str) {
    assert_eq!(fresh.texts(query), Vec::<String>::new(), "{complaint}");
}

#[test]
fn conventions_hold_in_postgres() {
    let Some(fresh) = Fresh::postgres() else { return };
    nothing(
        &fresh,
        "foreign keys that state no delete rule",
        "SELECT conname::text AS text FROM pg_constraint
         WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND confdeltype = 'a'",
    );
    nothing(
        &fresh,
        "moments without a zone",
        "SELECT table_name || '.' || column_name AS text FROM information_schema.columns
         WHERE table_schema = 'public' AND data_type = 'timestamp without time zone'
             AND table_name <> '__diesel_schema_migrations'",
    );
    nothing(
        &fresh,
        "references that no index begins with (a token id and the id of any aggregate are no references)",
        "SELECT c.relname || '.' || a.attname AS text FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND a.attname LIKE '%\\_id'
             AND NOT EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid AND i.indkey[0] = a.attnum)
             AND c.relname || '.' || a.attname NOT IN ('outbox.aggregate_id', 'outbox_deliveries.aggregate_id')",
    );
    nothing(
        &fresh,
        "constraints and indexes with a name that the database made up",
        "SELECT conname::text AS text FROM pg_constraint WHERE connamespace = 'public'::regnamespace
             AND contype IN ('c', 'x') AND conname NOT LIKE 'ck\\_%' AND conname <> 'time_claims_no_overlap'",
    );
    nothing(
        &fresh,
        "tables without a comment",
        "SELECT relname::text AS text FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
             AND relname <> '__diesel_schema_migrations' AND obj_description(c.oid, 'pg_class') IS NULL",
    );
}

#[test]
fn conventions_hold_in_sqlite() {
    let fresh = Fresh::sqlite();
    nothing(
        &fresh,
        "foreign keys that state no delete rule",
        "SELECT m.name || '.' || f.\"from\" AS text FROM sqlite_schema m, pragma_foreign_key_list(m.name) f
         WHERE m.type = 'table' AND f.on_delete = 'NO ACTION'",
    );
    nothing(
        &fresh,
        "tables that take values of any type",
        "SELECT name AS text FROM pragma_table_list
         WHERE type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '\\_\\_diesel%' ESCAPE '\\'",
    );
    nothing(
        &fresh,
        "tables that give an id a second time",
        "SELECT name AS text FROM sqlite_schema WHERE type = 'table' AND sql LIKE '% id INTEGER%'
             AND sql NOT LIKE '%AUTOINCREMENT%'",
    );
    nothing(
        &fresh,
        "constraints without a name",
        "SELECT name || ': ' || sql AS text FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_\\_diesel%' ESCAPE '\\'
             AND (length(sql) - length(replace(sql, 'CHECK (', ''))) / 7
                 + (length(sql) - length(replace(sql, 'FOREIGN KEY', ''))) / 11
                 + (length(sql) - length(replace(sql, 'UNIQUE (', ''))) / 8
                 + (length(sql) - length(replace(sql, 'PRIMARY KEY', ''))) / 11
                 <> (length(sql) - length(replace(sql, 'CONSTRAINT ', ''))) / 11",
    );
}

#[test]
fn both_databases_have_the_same_columns_indexes_and_named_rules() {
    let Some(postgres) = Fresh::postgres() else { return };
    let sqlite = Fresh::sqlite();
    let both = |in_postgres: &str, in_sqlite: &str| {
        let (postgres, sqlite) = (postgres.texts(in_postgres), sqlite.texts(in_sqlite));
        assert!(!postgres.is_empty());
        assert_eq!(postgres, sqlite);
    };
    both(
        "SELECT (table_name || '.' || column_name || ' ' || is_nullable) COLLATE \"C\" AS text
         FROM information_schema.columns
         WHERE table_schema = 'public' AND table_name <> '__diesel_schema_migrations' ORDER BY 1",
        "SELECT m.name || '.' || c.name || CASE WHEN c.\"notnull\" THEN ' NO' ELSE ' YES' END AS text
         FROM sqlite_schema m, pragma_table_info(m.name) c
         WHERE m.type = 'table' AND m.name NOT IN ('__diesel_schema_migrations', 'sqlite_sequence') ORDER BY 1",
    );
    both(
        "SELECT c.relname::text COLLATE \"C\" AS text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
         WHERE c.relnamespace = 'public'::regnamespace
             AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = c.oid) ORDER BY 1",
        "SELECT name AS text FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY 1",
    );
}

#[test]
fn ids_are_never_given_a_second_time_in_sqlite() {
    let fresh = Fresh::sqlite();
    let insert = "INSERT INTO users (email, hashed_password, full_name, full_name_search, role, created_at)
                  VALUES ('a@example.com', '', 'A', 'a', 'student', 0)";
    fresh.sql(insert);
    fresh.sql("DELETE FROM users");
    fresh.sql(insert);
    assert_eq!(fresh.texts("SELECT CAST(id AS TEXT) AS text FROM users"), ["2"]);
}
