//! Contracts of the search for instructors.

use instainstru_domain::{
    account::{AccountStatus, Role, User},
    instructor::{Instructor, InstructorFilter},
    page::{Page, Paged},
    ports::Transactor,
};

use super::{Contract, done, named, read};
use crate::builders::{a_catalogue, a_user, an_instructor, built_at};

pub(super) fn contracts() -> Vec<Contract> {
    named! { Contract, "instructor_lists":
        an_empty_filter_lists_all_bookable_instructors_by_profile,
        only_bookable_instructors_appear_and_count,
        a_wanted_service_is_the_only_one_returned,
        a_wanted_category_returns_all_its_services,
        rates_include_their_limits,
        all_conditions_must_hold_for_the_same_service,
        inactive_services_neither_match_nor_appear,
        a_text_about_the_person_matches_all_active_services,
        a_person_without_services_is_only_in_the_whole_list,
        a_text_about_a_service_matches_that_service,
        a_text_about_the_person_does_not_outweigh_other_conditions,
        case_does_not_matter_in_any_script,
        wildcards_and_quotes_mean_themselves,
        what_nobody_says_is_found_nowhere,
        a_list_is_read_in_pages,
    }
}

const ALL: Page = Page::first(100);

fn list(tx: &dyn Transactor, filter: &InstructorFilter) -> Vec<Instructor> {
    let Paged { items, total } = read(tx, |uow| uow.instructors().list(filter, ALL));
    assert_eq!(u64::try_from(items.len()).unwrap(), total);
    items
}

/// Names and services that are returned, such as `Ada: Guitar Piano`.
fn shown(tx: &dyn Transactor, filter: &InstructorFilter) -> Vec<String> {
    list(tx, filter)
        .into_iter()
        .map(|instructor| {
            let mut names: Vec<&str> =
                instructor.services.iter().map(|service| service.name.as_str()).collect();
            names.sort_unstable();
            format!("{}: {}", instructor.user.full_name, names.join(" "))
        })
        .collect()
}

fn searching(text: &str) -> InstructorFilter {
    InstructorFilter { search: Some(text.to_owned()), ..InstructorFilter::default() }
}

/// Ada teaches piano for $75 and yoga for $50, Ben guitar for $60 and Spanish for $75.
fn ada_and_ben(tx: &dyn Transactor) -> (Instructor, Instructor) {
    let ada = an_instructor(tx)
        .named("Ada Byron")
        .bio("Plays since childhood")
        .offering("piano", 75_00, &[60])
        .offering("yoga", 50_00, &[60])
        .insert();
    let ben = an_instructor(tx)
        .named("Ben Okri")
        .bio("Songs from every decade")
        .offering("guitar", 60_00, &[60])
        .offering("spanish", 75_00, &[60])
        .insert();
    (ada, ben)
}

fn an_empty_filter_lists_all_bookable_instructors_by_profile(tx: &dyn Transactor) {
    let late = a_user(tx).instructor().named("Late").insert();
    let (ada, ben) = ada_and_ben(tx);
    let idle = an_instructor(tx).named("Idle").insert();
    let profile = done(tx, |uow| uow.instructors().insert_profile(late.id, &ada.profile.details, built_at()));
    let listed = list(tx, &InstructorFilter::default());
    assert_eq!(listed.len(), 4);
    assert_eq!(listed[..3], [ada, ben, idle]);
    assert_eq!(listed[3].profile, profile, "by profile, not by account");
}

fn only_bookable_instructors_appear_and_count(tx: &dyn Transactor) {
    let piano = |name: &str| an_instructor(tx).named(name).offering("piano", 75_00, &[60]);
    let _bookable = piano("Active").insert();
    let _suspended = piano("Suspended").status(AccountStatus::Suspended).insert();
    let _deactivated = piano("Deactivated").status(AccountStatus::Deactivated).insert();
    let off = piano("Switched off").insert().user;
    let student = piano("Student again").insert().user;
    let _no_profile = a_user(tx).instructor().insert();
    done(tx, |uow| {
        uow.users().update(&User { is_active: false, ..off.clone() })?;
        uow.users().update(&User { role: Role::Student, ..student.clone() })
    });
    for filter in [InstructorFilter::default(), searching("piano"), searching("t")] {
        assert_eq!(shown(tx, &filter), ["Active: Piano"]);
    }
    assert_eq!(read(tx, |uow| uow.instructors().count_bookable()), 1);
    let _idle = an_instructor(tx).insert();
    assert_eq!(read(tx, |uow| uow.instructors().count_bookable()), 2, "also without services");
}

fn a_wanted_service_is_the_only_one_returned(tx: &dyn Transactor) {
    let (ada, _ben) = ada_and_ben(tx);
    let catalogue = a_catalogue(tx);
    let filter =
        InstructorFilter { catalogue_service_id: Some(catalogue.id("yoga")), ..InstructorFilter::default() };
    assert_eq!(shown(tx, &filter), ["Ada Byron: Yoga"]);
    let listed = list(tx, &filter);
    assert_eq!((&listed[0].user, &listed[0].profile), (&ada.user, &ada.profile));
    assert!(ada.services.contains(&listed[0].services[0]), "with everything about it");
}

fn a_wanted_category_returns_all_its_services(tx: &dyn Transactor) {
    let _ = ada_and_ben(tx);
    let _cleo = an_instructor(tx)
        .named("Cleo")
        .offering("piano", 75_00, &[60])
        .offering("guitar", 75_00, &[60])
        .offering("spanish", 75_00, &[60])
        .insert();
    let category_id = Some(a_catalogue(tx).category("music").id);
    let filter = InstructorFilter { category_id, ..InstructorFilter::default() };
    assert_eq!(shown(tx, &filter), ["Ada Byron: Piano", "Ben Okri: Guitar", "Cleo: Guitar Piano"]);
}

fn rates_include_their_limits(tx: &dyn Transactor) {
    let _ = ada_and_ben(tx);
    for (min, max, expected) in [
        (Some(75_00), None, vec!["Ada Byron: Piano", "Ben Okri: Spanish"]),
        (Some(75_01), None, vec![]),
        (None, Some(50_00), vec!["Ada Byron: Yoga"]),
        (None, Some(49_99), vec![]),
        (Some(60_00), Some(60_00), vec!["Ben Okri: Guitar"]),
        (Some(50_00), Some(75_00), vec!["Ada Byron: Piano Yoga", "Ben Okri: Guitar Spanish"]),
        (Some(75_00), Some(50_00), vec![]),
        (Some(i64::MIN), Some(i64::MAX), vec!["Ada Byron: Piano Yoga", "Ben Okri: Guitar Spanish"]),
    ] {
        let filter =
            InstructorFilter { min_rate_cents: min, max_rate_cents: max, ..InstructorFilter::default() };
        assert_eq!(shown(tx, &filter), expected, "{min:?}..={max:?}");
    }
}

fn all_conditions_must_hold_for_the_same_service(tx: &dyn Transactor) {
    let _ = ada_and_ben(tx);
    let catalogue = a_catalogue(tx);
    let piano = InstructorFilter {
        catalogue_service_id: Some(catalogue.id("piano")),
        category_id: Some(catalogue.category("music").id),
        min_rate_cents: Some(70_00),
        max_rate_cents: Some(80_00),
        search: Some("piano".into()),
    };
    assert_eq!(shown(tx, &piano), ["Ada Byron: Piano"]);
    for (what, filter) in [
        ("rate of the other service", InstructorFilter { max_rate_cents: Some(60_00), ..piano.clone() }),
        (
            "category of the other service",
            InstructorFilter {
                category_id: Some(catalogue.category("wellbeing-languages").id),
                ..piano.clone()
            },
        ),
        ("text of the other service", InstructorFilter { search: Some("yoga".into()), ..piano.clone() }),
        (
            "service of another instructor",
            InstructorFilter { catalogue_service_id: Some(catalogue.id("guitar")), ..piano },
        ),
    ] {
        assert_eq!(shown(tx, &filter), Vec::<String>::new(), "{what}");
    }
}

fn inactive_services_neither_match_nor_appear(tx: &dyn Transactor) {
    let (ada, ben) = ada_and_ben(tx);
    done(tx, |uow| {
        for service in ada.services.iter().filter(|service| service.name == "Yoga").chain(&ben.services) {
            uow.instructors().update_service(service.id, &service.offer, false, built_at())?;
        }
        Ok(())
    });
    assert_eq!(shown(tx, &InstructorFilter::default()), ["Ada Byron: Piano", "Ben Okri: "]);
    assert_eq!(shown(tx, &searching("yoga")), Vec::<String>::new());
    assert_eq!(shown(tx, &searching("byron")), ["Ada Byron: Piano"]);
    assert_eq!(shown(tx, &searching("okri")), Vec::<String>::new());
}

fn a_text_about_the_person_matches_all_active_services(tx: &dyn Transactor) {
    let _ = ada_and_ben(tx);
    for text in ["ada", "Byron", "a b", "childhood", "PLAYS SINCE"] {
        assert_eq!(shown(tx, &searching(text)), ["Ada Byron: Piano Yoga"], "{text}");
    }
}

fn a_person_without_services_is_only_in_the_whole_list(tx: &dyn Transactor) {
    let _idle = an_instructor(tx).named("Idle Ida").insert();
    assert_eq!(shown(tx, &InstructorFilter::default()), ["Idle Ida: "]);
    assert_eq!(shown(tx, &searching("Ida")), Vec::<String>::new());
}

fn a_text_about_a_service_matches_that_service(tx: &dyn Transactor) {
    let _ = ada_and_ben(tx);
    for (text, what, expected) in [
        ("pian", "name", vec!["Ada Byron: Piano"]),
        ("keys, scales", "description", vec!["Ada Byron: Piano"]),
        ("klavier", "search term", vec!["Ada Byron: Piano"]),
        ("Music", "category", vec!["Ada Byron: Piano", "Ben Okri: Guitar"]),
        ("wellbeing & lang", "category", vec!["Ada Byron: Yoga", "Ben Okri: Spanish"]),
        // Ada's piano knows songs; Ben's bio does, which speaks for all he offers.
        ("songs", "description and bio", vec!["Ada Byron: Piano", "Ben Okri: Guitar Spanish"]),
    ] {
        assert_eq!(shown(tx, &searching(text)), expected, "{text}: {what}");
    }
}

fn a_text_about_the_person_does_not_outweigh_other_conditions(tx: &dyn Transactor) {
    let _ = ada_and_ben(tx);
    let category_id = Some(a_catalogue(tx).category("music").id);
    let filter = InstructorFilter { category_id, ..searching("ada") };
    assert_eq!(shown(tx, &filter), ["Ada Byron: Piano"]);
    let filter = InstructorFilter { max_rate_cents: Some(49_99), ..searching("ada") };
    assert_eq!(shown(tx, &filter), Vec::<String>::new());
}

fn case_does_not_matter_in_any_script(tx: &dyn Transactor) {
    let cast = [("Zoë Åström", "Übung macht Meister"), ("Женя Ёлкина", "Учу играть на рояле")];
    for (name, bio) in cast {
        let _ = an_instructor(tx).named(name).bio(bio).offering("spanish", 75_00, &[60]).insert();
    }
    for (text, names) in [
        ("zoË", vec!["Zoë Åström: Spanish"]),
        ("ÅSTRÖM", vec!["Zoë Åström: Spanish"]),
        ("übung", vec!["Zoë Åström: Spanish"]),
        ("ЖЕНЯ ёЛ", vec!["Женя Ёлкина: Spanish"]),
        ("РОЯЛЕ", vec!["Женя Ёлкина: Spanish"]),
        ("ESPAÑOL", vec!["Zoë Åström: Spanish", "Женя Ёлкина: Spanish"]),
        ("zoe", vec![]),
    ] {
        assert_eq!(shown(tx, &searching(text)), names, "{text}");
    }
}

fn wildcards_and_quotes_mean_themselves(tx: &dyn Transactor) {
    for (name, bio) in [
        ("Percy", "I am 100% patient"),
        ("Una", "Ask for under_score"),
        ("Beth", r"Both ways \o/ fine"),
        ("Shay", "It's called O'Hara's way"),
        ("Plain", "Nothing of that kind"),
    ] {
        let _ = an_instructor(tx).named(name).bio(bio).offering("yoga", 75_00, &[60]).insert();
    }
    for (text, name) in [
        ("%", "Percy"),
        ("100%", "Percy"),
        ("_", "Una"),
        ("r_s", "Una"),
        (r"\", "Beth"),
        (r"\o", "Beth"),
        ("'", "Shay"),
        ("o'hara's", "Shay"),
    ] {
        assert_eq!(shown(tx, &searching(text)), [format!("{name}: Yoga")], "{text}");
    }
    for text in ["1_0%", "%a%", "u%e", "'; DROP TABLE users; --", "[a-z]", "*"] {
        assert_eq!(shown(tx, &searching(text)), Vec::<String>::new(), "{text}");
    }
}

fn what_nobody_says_is_found_nowhere(tx: &dyn Transactor) {
    let _ = ada_and_ben(tx);
    for text in ["accordion", "ada byron plays", "piano guitar", "person", "@example.com"] {
        assert_eq!(shown(tx, &searching(text)), Vec::<String>::new(), "{text}");
    }
}

fn a_list_is_read_in_pages(tx: &dyn Transactor) {
    let ids: Vec<_> = (0..5)
        .map(|nth| {
            let services = an_instructor(tx).offering("piano", 75_00, &[60]);
            // Several services of one instructor must not count as several instructors.
            if nth % 2 == 0 { services.offering("guitar", 75_00, &[60]) } else { services }
        })
        .map(|instructor| instructor.insert().profile.id)
        .collect();
    for filter in [InstructorFilter::default(), searching("music")] {
        for (offset, limit, expected) in [
            (0, 2, &ids[0..2]),
            (2, 2, &ids[2..4]),
            (4, 2, &ids[4..]),
            (5, 2, &[]),
            (1000, 2, &[]),
            (0, 0, &[]),
            (0, 100, &ids),
        ] {
            let paged = read(tx, |uow| uow.instructors().list(&filter, Page { offset, limit }));
            let found: Vec<_> = paged.items.iter().map(|instructor| instructor.profile.id).collect();
            assert_eq!((found.as_slice(), paged.total), (expected, 5), "{limit} from {offset}");
        }
    }
}
