//! The short names of instructors.

use instainstru_domain::{account::AccountStatus, handle::Handle};
use instainstru_service::instructors::InstructorUseCases;

use crate::{
    outcome,
    world::{NOW, Teacher, World},
};

fn handle(text: &str) -> Handle {
    text.parse().unwrap()
}

/// The short name of a teacher, if there is one.
fn name_of(world: &World, teacher: &Teacher) -> Option<String> {
    world.instructors.handle(teacher.user.id).unwrap().map(|handle| handle.to_string())
}

#[test]
fn who_begins_to_teach_gets_the_nicest_short_name_that_is_left() {
    let world = World::at(NOW);
    let teachers: Vec<Teacher> =
        ('a'..='j').map(|letter| world.teacher(&format!("Maya G{letter}"))).collect();
    let last = format!("maya-g-{}", teachers[9].user.id);
    for (teacher, expected) in [
        (&teachers[0], "maya-g"),
        (&teachers[1], "maya-g-2"),
        (&teachers[8], "maya-g-9"),
        (&teachers[9], &last),
    ] {
        assert_eq!(name_of(&world, teacher).as_deref(), Some(expected));
        assert_eq!(world.instructors.named(&handle(expected)).unwrap().user.id, teacher.user.id);
    }
}

#[test]
fn only_who_can_be_booked_is_found_and_listed() {
    let world = World::at(NOW);
    let (ada, ben) = (world.teacher("Ada Lovelace"), world.teacher("Ben"));
    assert_eq!(world.instructors.handles(10).unwrap(), [handle("ada-l"), handle("ben")]);
    assert_eq!(outcome(&world.instructors.named(&handle("grace"))), "NotFound");
    world.set_status(&ben.user, AccountStatus::Suspended);
    assert_eq!(outcome(&world.instructors.named(&handle("ben"))), "NotFound");
    assert_eq!(world.instructors.handles(10).unwrap(), [handle("ada-l")]);
    assert_eq!(name_of(&world, &ben).as_deref(), Some("ben"), "a suspended account keeps its name");
    world.instructors.delete_profile(&ada.user).unwrap();
    assert_eq!(outcome(&world.instructors.named(&handle("ada-l"))), "NotFound");
    assert_eq!(name_of(&world, &world.teacher("Ada Lamarr")).as_deref(), Some("ada-l"), "free again");
}
