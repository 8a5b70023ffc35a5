//! Migrations that fill what they create: whoever was here before has it afterwards, too.

use std::{collections::BTreeSet, path::Path};

use diesel::{Connection, PgConnection, RunQueryDsl, SqliteConnection, connection::SimpleConnection};
use diesel_migrations::{FileBasedMigrations, MigrationHarness};
use instainstru_domain::handle::Handle;
use instainstru_test_support::sqlite::TempSqlite;

use crate::databases::empty_postgres;

#[derive(diesel::QueryableByName)]
struct Line {
    #[diesel(sql_type = diesel::sql_types::Text)]
    text: String,
}

fn migrations(database: &str) -> FileBasedMigrations {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations").join(database);
    FileBasedMigrations::from_path(directory).unwrap()
}

/// Brings an empty database to the state before the migration whose name ends like this.
fn migrate_until<Db: diesel::backend::Backend>(
    connection: &mut impl MigrationHarness<Db>,
    source: &FileBasedMigrations,
    name: &str,
) {
    while !connection.pending_migrations(source.clone()).unwrap()[0].name().to_string().ends_with(name) {
        connection.run_next_migration(source.clone()).unwrap();
    }
}

/// Instructors of before there were short names, and what becomes of each.
fn instructors() -> Vec<(String, &'static str)> {
    let (most, more) = ("x".repeat(28), "x".repeat(29));
    let known = [
        ("Maya Goldberg", "maya-1"),
        ("Maya Goldberg", "maya-2"),
        ("MAYA", "maya-3"),
        ("Zoë Ünal", "instructor-4"),
        ("Özgür", "instructor-5"),
        ("Łukasz Ørsted", "instructor-6"),
        ("D'Arcy \"W\" O'Neill", "instructor-7"),
        ("Jean-Luc Picard", "instructor-8"),
        ("李 小龍", "instructor-9"),
        ("🎹", "instructor-10"),
        ("R2 D2", "instructor-11"),
        ("Instructor", "instructor-12"),
        (" Ada", "instructor-13"),
        ("50% Off_er", "instructor-14"),
    ];
    let long = [(most, "xxxxxxxxxxxxxxxxxxxxxxxxxxxx-15"), (more, "instructor-16")];
    known.into_iter().map(|(name, handle)| (name.to_owned(), handle)).chain(long).collect()
}

/// Statements that make these instructors, and a student, whom no short name is for.
fn insert(moment: &str) -> String {
    let person = |at: usize, name: &str, role: &str| {
        let name = name.replace('\'', "''");
        format!(
            "INSERT INTO users (id, email, hashed_password, full_name, full_name_search, role, created_at)
             VALUES ({at}, '{at}@example.com', '', '{name}', '', '{role}', {moment});"
        )
    };
    let people: Vec<String> =
        instructors().iter().zip(1..).map(|((name, _), at)| person(at, name, "instructor")).collect();
    format!(
        "{} {} INSERT INTO instructor_profiles (user_id, created_at)
         SELECT id, created_at FROM users WHERE role = 'instructor' ORDER BY id;",
        people.join(" "),
        person(99, "Maya", "student")
    )
}

const HANDLES: &str = "SELECT handle AS text FROM instructor_handles JOIN instructor_profiles ON id = profile_id ORDER BY user_id";

fn assert_all_are_named(lines: Vec<Line>) {
    let found: Vec<String> = lines.into_iter().map(|line| line.text).collect();
    let expected: Vec<&str> = instructors().iter().map(|(_name, handle)| *handle).collect();
    assert_eq!(found, expected);
    let valid: BTreeSet<Handle> = found.iter().map(|text| text.parse().unwrap()).collect();
    assert_eq!(valid.len(), expected.len(), "nobody shares a name");
}

#[test]
fn instructors_of_before_get_short_names_in_sqlite() {
    let place = TempSqlite::new().unwrap();
    let mut connection = SqliteConnection::establish(place.path().to_str().unwrap()).unwrap();
    migrate_until(&mut connection, &migrations("sqlite"), "create_instructor_handles");
    connection.batch_execute(&insert("1752580800000000")).unwrap();
    connection.run_pending_migrations(migrations("sqlite")).unwrap();
    assert_all_are_named(diesel::sql_query(HANDLES).load(&mut connection).unwrap());
}

#[test]
fn instructors_of_before_get_short_names_in_postgres() {
    let Some(place) = empty_postgres() else { return };
    let mut connection = PgConnection::establish(place.url()).unwrap();
    migrate_until(&mut connection, &migrations("postgres"), "create_instructor_handles");
    connection.batch_execute(&insert("'2025-07-15T12:00:00Z'")).unwrap();
    connection.run_pending_migrations(migrations("postgres")).unwrap();
    assert_all_are_named(diesel::sql_query(HANDLES).load(&mut connection).unwrap());
}
