//! A service in a snapshot: records as postcard, and back.

use proptest::prelude::*;
use serde_json::{Value, json};
use socialgraph::{Policy, SocialGraph, Ways};
use socialgraph_tim::{Command, SavedRecord, Service, ServiceViolation};

use super::fixtures::{ADMIN, App};
use super::logs::{NAMES, app, update};

/// Returns a service as a snapshot has it, in pieces of a few records.
fn saved_and_loaded(service: &Service) -> Service {
    let records: Vec<SavedRecord> = service.saved_records().collect();
    assert_eq!(records.len(), service.saved_record_count());
    let pieces = records.chunks(3).map(|it| postcard::to_stdvec(it).unwrap());
    let pieces: Vec<Vec<u8>> = pieces.collect();
    let read = pieces
        .iter()
        .flat_map(|it| postcard::from_bytes::<Vec<SavedRecord>>(it).unwrap());
    Service::from_parts(service.graph().clone(), service.settings(), read).unwrap()
}

/// Gives accounts what the logs do not: profiles, custom numbers, foreign names, settings.
fn enrich(app: &mut App) {
    let item = |tag: &str, value: Value| json!({"Tag": tag, "Value": value});
    let fields = [
        item("Tag_Profile_IM_Nick", json!("n")),
        item("Tag_Profile_IM_Level", json!(-7)),
    ];
    app.call(
        Command::PortraitSet,
        &json!({"From_Account": "a", "ProfileItem": fields}),
    );
    let friend = json!({
        "To_Account": "b", "AddSource": "AddSource_Type_Test", "Remark": "r", "AddWording": "w",
        "AddTime": 7, "GroupName": ["family"],
        "CustomItem": [item("Tag_SNS_Custom_N", json!(7)), item("Tag_SNS_Custom_T", json!("t"))],
    });
    app.call(
        Command::FriendImport,
        &json!({"From_Account": "a", "AddFriendItem": [friend]}),
    );
    app.service.mark_foreign("d");
    app.set_friend_page_len(7);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn loaded_service_is_the_saved_one(
        is_rich in any::<bool>(),
        before in prop::collection::vec(update(), 0..30),
        after in prop::collection::vec(update(), 0..15),
    ) {
        let mut app = app();
        if is_rich {
            enrich(&mut app);
        }
        for (command, body) in before {
            app.call(command, &body);
        }
        let mut loaded = App { service: saved_and_loaded(&app.service), ..self::app() };
        prop_assert!(loaded.service == app.service);
        for (command, body) in after {
            let replies = [&mut app, &mut loaded].map(|it| it.reply(ADMIN, command, &body));
            prop_assert_eq!(&replies[0], &replies[1]);
        }
        prop_assert!(loaded.service == app.service);
    }
}

#[test]
fn graph_alone_has_no_records() {
    let mut graph = SocialGraph::new(Policy::tencent_rest());
    for name in NAMES {
        graph.add_user(name).unwrap();
    }
    graph.add_friend("a", "b", Ways::TwoWay).unwrap();
    graph.add_to_blocklist("c", "d").unwrap();
    let service = Service::new(graph);
    // That is the sequence of deleted accounts.
    assert_eq!(service.saved_record_count(), 1);
    assert!(saved_and_loaded(&service) == service);
}

#[test]
fn records_of_another_service_are_refused() {
    let mut app = app();
    enrich(&mut app);
    let records: Vec<_> = app.service.saved_records().collect();
    let settings = app.service.settings();
    let load = |graph, records: &[SavedRecord]| {
        Service::from_parts(graph, settings, records.iter().cloned()).unwrap_err()
    };

    let empty = SocialGraph::new(Policy::tencent_rest());
    assert!(matches!(
        load(empty, &records),
        ServiceViolation::StrayAccount(_)
    ));
    let strangers = super::logs::app().service.graph().clone();
    assert!(matches!(
        load(strangers, &records),
        ServiceViolation::StrayPair { .. }
    ));
    let graph = || app.service.graph().clone();
    let twice: Vec<_> = records.iter().chain(&records).cloned().collect();
    assert_eq!(load(graph(), &twice), ServiceViolation::Repeated);
    // The first record is that of the account with the groups.
    assert!(matches!(
        load(graph(), &records[1..]),
        ServiceViolation::Groups(_)
    ));
}
