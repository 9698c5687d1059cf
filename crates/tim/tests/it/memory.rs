//! The memory that friends with many groups take.

use allocation_counter::measure;
use socialgraph_tim::wire::{AccountImport, FriendImport, ImportFriendItem};
use socialgraph_tim::{Service, Settings};

use super::fixtures::{App, admin, now};

const FRIENDS: u32 = 1_000;

/// Returns a service with an owner of 1000 friends in 32 groups each, and the bytes of a friend.
fn friends_in_32_groups() -> (Service, i64) {
    let mut service = App::new(&["owner"]).service;
    service.set_settings(Settings::default());
    let names: Vec<_> = (0..FRIENDS).map(|n| format!("friend{n}")).collect();
    for name in &names {
        let import = AccountImport {
            user_id: name.clone(),
            ..AccountImport::default()
        };
        service.run(&import, &admin(), now()).unwrap();
    }
    let item = |name: &String| ImportFriendItem {
        to_account: name.clone(),
        add_source: Some("AddSource_Type_Test".into()),
        group_name: (0..32)
            .map(|n| format!("a group of friends, number {n:03}"))
            .collect(),
        ..ImportFriendItem::default()
    };
    let import = FriendImport {
        from_account: "owner".into(),
        add_friend_item: names.iter().map(item).collect(),
    };
    let counted = measure(|| drop(service.run(&import, &admin(), now()).unwrap()));
    (service, counted.bytes_current / i64::from(FRIENDS))
}

#[test]
fn friends_share_the_names_of_their_groups() {
    let (service, bytes) = friends_in_32_groups();
    println!("{bytes} bytes allocated for a friend in 32 groups");
    assert!(bytes < 1_000, "{bytes} bytes for a friend in 32 groups");

    // They share the names after loading, too.
    let saved = service.saved_records().collect::<Vec<_>>();
    let saved = postcard::to_stdvec(&saved).unwrap();
    let records: Vec<_> = postcard::from_bytes(&saved).unwrap();
    let (graph, settings) = (service.graph().clone(), service.settings());
    let mut loaded = None;
    let counted = measure(|| {
        loaded = Some(Service::from_parts(graph, settings, records).unwrap());
    });
    // The names that came with the records are freed.
    assert!(counted.bytes_current < 0, "{}", counted.bytes_current);
    assert!(loaded == Some(service));
}
