//! What is in a database before the first user: the catalogue, and for a look around, people.

mod catalogue;
mod chance;
mod demo;
mod files;
mod lessons;
mod people;

#[cfg(test)]
mod tests;

pub use self::{
    catalogue::Catalogue,
    demo::{DEMO_PASSWORD, DemoSeeder, StoredPeople},
    files::BadFile,
    people::{DEMO_INSTRUCTOR, DEMO_STUDENT, DemoInstructor, DemoPeople, DemoStudent},
};
