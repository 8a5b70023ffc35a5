//! What is in a database before the first user: the catalogue with its words and places, and for a look around, people.

mod catalogue;
mod chance;
mod content;
mod demo;
mod files;
mod lessons;
mod people;

#[cfg(test)]
mod tests;

pub use self::{
    catalogue::Catalogue,
    content::{ContentFailure, ContentSeeder, content},
    demo::{DEMO_PASSWORD, DemoSeeder, StoredPeople},
    files::BadFile,
    people::{DEMO_INSTRUCTOR, DEMO_STUDENT, DemoInstructor, DemoPeople, DemoStudent},
};
