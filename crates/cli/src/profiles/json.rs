//! Profiles as JSON.

use serde_json::{Value, json};
use socialgraph_analysis::profile::{Feature, Profile};

/// Returns a list of profiles.
pub(super) fn of(profiles: impl Iterator<Item = &'static Profile>) -> String {
    let profiles: Vec<Value> = profiles.map(profile).collect();
    format!("{:#}", Value::from(profiles))
}

fn profile(profile: &'static Profile) -> Value {
    let features = |features: &[Feature]| -> Vec<String> {
        features.iter().map(ToString::to_string).collect()
    };
    let cells = profile.cells.iter().map(|cell| {
        json!({
            "cell": cell.path,
            "is": cell.value.to_string(),
            "by": cell.evidence.to_string(),
            "in": cell.source,
            "note": cell.note,
            "is_contradicted": profile.is_contradicted(cell),
        })
    });
    let exceptions = profile.exceptions.iter().map(|exception| {
        json!({
            "cell": exception.cell,
            "text": exception.text,
            "by": exception.evidence.to_string(),
            "in": exception.source,
        })
    });
    let open = profile.plausible();
    let open = open.open_parts().into_iter().map(|(path, values)| {
        let values: Vec<_> = values.iter().map(ToString::to_string).collect();
        json!({ "part": path, "could_be": values })
    });
    let sources = profile.sources.iter();
    let sources = sources.map(|(name, place)| json!({ "name": name, "place": place }));

    json!({
        "name": profile.name,
        "title": profile.title,
        "about": profile.about,
        "policy": profile.policy(),
        "has": features(profile.has),
        "lacks": features(profile.lacks),
        "cells": cells.collect::<Vec<_>>(),
        "exceptions": exceptions.collect::<Vec<_>>(),
        "not_confirmed": open.collect::<Vec<_>>(),
        "sources": sources.collect::<Vec<_>>(),
    })
}
