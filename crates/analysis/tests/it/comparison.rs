//! What tells two policies apart, checked on real graphs.

use std::cell::LazyCell;
use std::collections::{HashMap, HashSet};

use socialgraph::operation::{SetRequestMode, SetRequestSending};
use socialgraph::{
    Action, Decision, Effects, Facts, Interaction, Limits, Operation, PairChange, Policy, Question,
    Reasons, RequestMode, RequestSending, SocialGraph, Verdict,
};
use socialgraph_analysis::comparison::{Distinction, Topic, WhatIf, diff, nearest, what_if};

/// The number of stories of every two named policies: a row for each, from the next one on.
const COUNTS: [&str; 25] = [
    "1 27 26 26 36 22 36 16 26 1 41 40 41 21 9 1 24 2 6 6 1 5 2 28 28",
    "28 27 27 37 21 35 16 26 2 41 40 41 22 10 1 24 2 6 6 1 5 2 29 29",
    "23 23 33 28 37 26 23 28 32 32 32 18 18 28 19 29 23 23 28 22 29 1 1",
    "0 26 25 35 26 16 25 32 32 32 32 26 26 27 26 27 27 27 27 26 22 22",
    "26 25 35 26 16 25 32 32 32 32 26 26 27 26 27 27 27 27 26 22 22",
    "26 36 27 20 35 33 33 33 21 30 35 26 36 30 30 37 30 36 32 32",
    "12 19 20 23 24 24 24 24 21 22 24 23 20 20 22 21 23 29 29",
    "19 21 37 27 26 27 35 35 36 37 37 33 33 36 35 37 38 38",
    "18 16 23 24 23 26 22 18 31 16 19 19 16 19 16 26 26",
    "26 19 19 19 20 24 26 21 26 25 25 26 25 26 23 23",
    "42 41 42 22 9 1 24 1 6 6 2 6 1 27 27",
    "15 0 33 41 40 27 41 40 40 40 41 41 33 33",
    "15 34 40 40 29 40 40 40 39 39 40 33 33",
    "33 41 40 27 41 40 40 40 41 41 33 33",
    "35 22 36 23 23 23 22 33 23 19 19",
    "9 39 10 8 8 10 6 10 18 18",
    "31 1 5 5 1 5 1 28 28",
    "24 25 25 24 37 24 19 19",
    "6 6 1 5 0 28 28",
    "0 6 5 6 23 23",
    "6 5 6 23 23",
    "4 1 29 29",
    "5 23 23",
    "28 28",
    "0",
];

/// What users see of an answer: verdict, visible reasons and effects.
type Seen = (Verdict, Reasons, Effects);

/// A question of a user about the other, and what each policy answers, with all reasons.
type Difference = (Question, [(Reasons, Seen); 2]);

fn named(name: &str) -> Policy {
    Policy::named(name).unwrap()
}

/// Returns every two named policies.
fn pairs() -> impl Iterator<Item = [(&'static str, Policy); 2]> {
    let profiles = Policy::PROFILES.iter().enumerate();
    profiles.flat_map(|(index, one)| {
        let later = &Policy::PROFILES[index + 1..];
        later.iter().map(|other| [*one, *other])
    })
}

fn joined(policy: Policy) -> SocialGraph {
    let mut graph = SocialGraph::new(policy);
    for name in ["ann", "ben"] {
        graph.add_user(name).unwrap();
    }
    graph
}

fn play(graphs: &mut [SocialGraph; 2], operation: &Operation) {
    for graph in graphs {
        // Either policy may refuse a step.
        let _ = operation.apply_to(graph);
    }
}

fn asked(graph: &SocialGraph, question: Question, actor: &str, target: &str) -> (Decision, Seen) {
    let decision = graph.decide(question, actor, target);
    let effects = match question {
        Question::Act(action) if decision.is_allowed() => {
            let change = graph.clone().apply(action, actor, target).unwrap();
            change.effects()
        }
        _ => Effects::EMPTY,
    };
    let visible = decision.visible().reasons();
    (decision, (decision.verdict(), visible, effects))
}

/// Returns what each graph answers to a story's question.
fn seen_by(graphs: &[SocialGraph; 2], story: &Distinction) -> [Seen; 2] {
    [0, 1].map(|index| {
        let graph = &graphs[index];
        asked(graph, story.question(), story.actor(), story.target()).1
    })
}

/// Returns both graphs after those steps whose bits are set.
fn played(policies: [Policy; 2], steps: &[Operation], chosen: u32) -> [SocialGraph; 2] {
    let mut graphs = policies.map(joined);
    for (index, step) in steps.iter().enumerate() {
        if chosen >> index & 1 == 1 {
            play(&mut graphs, step);
        }
    }
    graphs
}

#[test]
fn counts_of_all_pairs_are_pinned() {
    let mut pinned = COUNTS.iter().flat_map(|row| row.split(' '));
    for [(one, policy), (other, other_policy)] in pairs() {
        let count = diff(&policy, &other_policy).stories().len();
        let pinned = pinned.next().unwrap();
        assert_eq!(count.to_string(), pinned, "{one}, {other}");
    }
    assert_eq!(pinned.next(), None);
}

#[test]
fn pairs_that_two_users_cannot_tell_apart_are_pinned() {
    let mut equal = Vec::new();
    for [(one, policy), (other, other_policy)] in pairs() {
        let comparison = diff(&policy, &other_policy);
        if comparison.stories().is_empty() {
            let parts = comparison.parts().iter().map(|part| part.path);
            equal.push((one, other, parts.collect::<Vec<_>>()));
        }
    }
    assert_eq!(
        equal,
        [
            ("openim", "tangsengdaodao", vec![]),
            ("xep_0191", "mongooseim", vec![]),
            ("rocket_chat", "telegram", vec![]),
            ("fluxer", "discord", vec!["limits.friends"]),
            ("rongcloud", "zim", vec!["limits.blocked", "limits.batch"]),
        ]
    );
}

/// Each story of each pair, on two graphs: what it states is so, and no step can be left out.
#[test]
fn every_story_replays_and_can_lose_no_steps() {
    for [(one, policy), (other, other_policy)] in pairs() {
        let policies = [policy, other_policy];
        for story in diff(&policy, &other_policy).stories() {
            let steps = story.steps();
            let all = (1_u32 << steps.len()) - 1;
            for chosen in 0..all {
                let [first, second] = seen_by(&played(policies, steps, chosen), story);
                assert_eq!(first, second, "{one}, {other}: {chosen:b} of\n{story}");
            }

            let mut graphs = policies.map(SocialGraph::new);
            for operation in story.operations() {
                play(&mut graphs, &operation);
            }
            check_answers(&graphs, story);
        }
    }
}

/// Checks that the graphs answer as the story states, and not alike.
fn check_answers(graphs: &[SocialGraph; 2], story: &Distinction) {
    let (actor, target) = (story.actor(), story.target());
    let [first, second] = seen_by(graphs, story);
    assert_ne!(first, second, "{story}");

    for (graph, answer) in graphs.iter().zip(story.answers()) {
        let (decision, seen) = asked(graph, story.question(), actor, target);
        assert_eq!(decision, answer.decision(), "{story}");
        assert_eq!(seen.2, answer.effects(), "{story}");
        if let Question::Act(action) = story.question() {
            let change = graph.clone().apply(action, actor, target).ok();
            let change = change.and_then(PairChange::change);
            assert_eq!(change, answer.change(), "{story}");
        }
        for interaction in story.alike() {
            let (decision, alike) = asked(graph, (*interaction).into(), actor, target);
            assert_eq!(decision.reasons(), answer.decision().reasons(), "{story}");
            assert_eq!(alike, seen, "{story}");
        }
    }
}

#[test]
fn stories_are_in_order_and_no_two_show_the_same_difference() {
    for [(_, policy), (_, other)] in pairs() {
        let comparison = diff(&policy, &other);
        let stories = comparison.stories();
        assert!(stories.is_sorted_by_key(|story| story.steps().len()));
        for story in stories {
            let first = story.steps().first();
            let first_user = first.map_or(story.actor(), |step| step.names()[0]);
            assert_eq!(first_user, "ann", "{story}");
        }

        let shown: HashSet<Difference> = stories.iter().map(shown_by).collect();
        assert_eq!(shown.len(), stories.len());

        let topics = comparison.by_topic();
        assert!(topics.is_sorted_by_key(|(topic, _)| *topic));
        let told = topics.iter().map(|(_, stories)| stories.len());
        assert_eq!(told.sum::<usize>(), stories.len());
    }
}

/// Returns the difference that a story shows.
fn shown_by(story: &Distinction) -> Difference {
    let told = story.answers().map(|answer| {
        let decision = answer.decision();
        let visible = decision.visible().reasons();
        let seen = (decision.verdict(), visible, answer.effects());
        (decision.reasons(), seen)
    });
    (story.question(), told)
}

/// Every step that a user can take, or that can be set for one.
fn all_steps() -> Vec<Operation> {
    let mut steps = Vec::new();
    for (user, other) in [("ann", "ben"), ("ben", "ann")] {
        let name = || user.to_owned();
        steps.extend(Action::ALL.map(|action| Operation::act(action, user, other)));
        steps.extend(
            RequestMode::ALL
                .map(|mode| Operation::SetRequestMode(SetRequestMode { user: name(), mode })),
        );
        steps.extend(RequestSending::ALL.map(|sending| {
            Operation::SetRequestSending(SetRequestSending {
                user: name(),
                sending,
            })
        }));
    }
    steps
}

/// The stories of two policies, for words to be checked against.
struct Listed {
    /// The differences shown, those of interactions that are alike included.
    differences: HashSet<Difference>,
    /// The steps, the question and the actor of each story and of its mirror image.
    stories: Vec<(Vec<Operation>, Question, String)>,
}

impl Listed {
    fn new(policies: &[Policy; 2]) -> Self {
        let mut listed = Self {
            differences: HashSet::new(),
            stories: Vec::new(),
        };
        for story in diff(&policies[0], &policies[1]).stories() {
            let (question, told) = shown_by(story);
            let alike = story.alike().iter().copied().map(Question::Reach);
            for question in alike.chain([question]) {
                listed.differences.insert((question, told));
                let steps = story.steps().to_vec();
                let mirrored = steps
                    .iter()
                    .map(|step| step.map_names(|name| swap(name).to_owned()))
                    .collect();
                let (actor, target) = (story.actor().to_owned(), story.target().to_owned());
                listed.stories.push((steps, question, actor));
                listed.stories.push((mirrored, question, target));
            }
        }
        listed
    }

    /// Returns whether a word ends in a listed difference or contains a story for its question.
    fn explains(&self, word: &[Operation], actor: &str, difference: &Difference) -> bool {
        self.differences.contains(difference)
            || self.stories.iter().any(|(steps, question, asker)| {
                *question == difference.0 && asker == actor && is_subsequence(steps, word)
            })
    }
}

fn swap(name: &str) -> &'static str {
    if name == "ann" { "ben" } else { "ann" }
}

fn is_subsequence(steps: &[Operation], word: &[Operation]) -> bool {
    let mut rest = word.iter();
    steps
        .iter()
        .all(|step| rest.any(|operation| operation == step))
}

/// Searches all joint states again, on graphs. Every question that differs there is explained.
#[test]
fn every_difference_on_graphs_is_explained_by_a_story() {
    let pairs = [
        ("tencent_rest", "openim"),
        ("mastodon", "gotosocial"),
        ("wildfire", "nakama"),
        ("xep_0191", "prosody"),
        ("lemmy", "stoat"),
        ("rongcloud", "zim"),
    ];
    for (one, other) in pairs {
        let policies = [named(one), named(other)];
        let comparison = diff(&policies[0], &policies[1]);
        let mut explained = Explained {
            policies,
            listed: Listed::new(&policies),
            questions: HashMap::new(),
        };

        let found = graph_search(policies);
        assert_eq!(comparison.states(), found.len(), "{one}, {other}");
        for (graphs, way) in &found {
            explained.check(graphs, way);
        }
    }
}

/// The questions that differ and are explained, in the joint states so far.
struct Explained {
    policies: [Policy; 2],
    listed: Listed,
    questions: HashMap<State, HashSet<(&'static str, Question)>>,
}

impl Explained {
    /// Checks that every difference in a joint state is explained: it is listed, or the way
    /// contains a listed story for its question, or the question differs in an earlier state: the
    /// mirror image of this one, or one that part of the way leads to.
    fn check(&mut self, graphs: &[SocialGraph; 2], way: &[Operation]) {
        let state = state_of(graphs);
        let mirrored = self.questions.get(&state.map(Facts::flip));
        let earlier = LazyCell::new(|| earlier_states(self.policies, way));

        let mut questions = HashSet::new();
        for (actor, difference) in differing(graphs) {
            let question = difference.0;
            let differed = |state| {
                let questions: Option<&HashSet<_>> = self.questions.get(state);
                questions.is_some_and(|questions| questions.contains(&(actor, question)))
            };
            let is_explained = self.listed.explains(way, actor, &difference)
                || mirrored.is_some_and(|questions| questions.contains(&(swap(actor), question)))
                || earlier.iter().any(differed);
            assert!(is_explained, "{actor} {difference:?}: {way:?}");
            questions.insert((actor, question));
        }
        self.questions.insert(state, questions);
    }
}

/// The relation and the settings of ann and ben on each graph.
type State = [Facts; 2];

fn state_of(graphs: &[SocialGraph; 2]) -> State {
    [0, 1].map(|index| graphs[index].facts("ann", "ben").unwrap())
}

/// Returns the graphs of every joint state, each with the first of the shortest ways to it.
fn graph_search(policies: [Policy; 2]) -> Vec<([SocialGraph; 2], Vec<Operation>)> {
    let steps = all_steps();
    let mut found = vec![(policies.map(joined), Vec::new())];
    let mut states = HashSet::from([state_of(&found[0].0)]);
    let mut index = 0;
    while index < found.len() {
        for step in &steps {
            let (graphs, way) = &found[index];
            let mut graphs = graphs.clone();
            play(&mut graphs, step);
            if states.insert(state_of(&graphs)) {
                let way = way.iter().chain([step]).cloned().collect();
                found.push((graphs, way));
            }
        }
        index += 1;
    }
    found
}

/// Returns the joint states after each subsequence of the steps.
fn earlier_states(policies: [Policy; 2], way: &[Operation]) -> HashSet<State> {
    let mut reached = vec![policies.map(joined)];
    for step in way {
        let mut after = reached.clone();
        for graphs in &mut after {
            play(graphs, step);
        }
        reached.extend(after);
    }
    reached.iter().map(state_of).collect()
}

/// Returns the questions that are answered differently, each with its actor.
fn differing(graphs: &[SocialGraph; 2]) -> Vec<(&'static str, Difference)> {
    let mut differing = Vec::new();
    for (actor, target) in [("ann", "ben"), ("ben", "ann")] {
        for question in Question::all() {
            let answers = [0, 1].map(|index| asked(&graphs[index], question, actor, target));
            let [(_, first), (_, second)] = answers;
            if first != second {
                let told = answers.map(|(decision, seen)| (decision.reasons(), seen));
                differing.push((actor, (question, told)));
            }
        }
    }
    differing
}

#[test]
fn equal_policies_have_neither_parts_nor_stories() {
    for (name, policy) in Policy::PROFILES {
        let comparison = diff(policy, policy);
        assert!(comparison.parts().is_empty(), "{name}");
        assert!(comparison.stories().is_empty(), "{name}");
        assert!(comparison.by_topic().is_empty(), "{name}");
    }
}

#[test]
fn limits_of_one_or_more_are_parts_without_a_story() {
    let policy = Policy::tencent_rest();
    let mut limited = policy;
    limited.limits = Limits {
        blocked: Some(1),
        friends: Some(1),
        requests_in: Some(1),
        batch: Some(1),
    };
    let comparison = diff(&policy, &limited);
    let paths: Vec<&str> = comparison.parts().iter().map(|part| part.path).collect();
    assert_eq!(
        paths,
        [
            "limits.blocked",
            "limits.friends",
            "limits.requests_in",
            "limits.batch"
        ]
    );
    assert_eq!(comparison.stories(), []);

    // A limit of 0 is reached before the first entry.
    limited.limits.blocked = Some(0);
    let comparison = diff(&policy, &limited);
    let story = &comparison.stories()[0];
    assert_eq!(story.question(), Action::Block.into());
    assert_eq!((story.steps().len(), story.topic()), (0, Topic::Blocks));
}

/// The shortest stories between neighbours, as the research on real systems found them.
#[test]
fn known_disagreements_are_found() {
    let has = |one: &str, other: &str, steps: &[&str], actor: &str, question: Question| {
        let comparison = diff(&named(one), &named(other));
        let found = comparison.stories().iter().any(|story| {
            let sentences = story.steps().iter().map(ToString::to_string);
            sentences.eq(steps.iter().copied())
                && (story.actor(), story.question()) == (actor, question)
        });
        assert!(found, "{one}, {other}: {steps:?}");
    };
    let message = Interaction::Message.into();
    let request = Action::SendRequest.into();

    has(
        "tencent_rest",
        "openim",
        &["ann blocks ben"],
        "ben",
        message,
    );
    has(
        "tencent_rest",
        "openim",
        &["ann blocks ben"],
        "ann",
        request,
    );
    has("xep_0191", "prosody", &["ann blocks ben"], "ben", message);
    has("openim", "wildfire", &["ann blocks ben"], "ben", request);
    has("nakama", "stoat", &[], "ann", message);
    let crossed = ["ann sends ben a friend request"];
    has("nakama", "openim", &crossed, "ben", request);
}

#[test]
fn a_story_that_lifts_a_block_is_about_unblocks() {
    let comparison = diff(&Policy::tencent_rest(), &Policy::tencent_keep_friends());
    let topics = comparison.by_topic();
    let (topic, stories) = topics.last().unwrap();
    assert_eq!(*topic, Topic::Unblocks);

    let unblock = Operation::act(Action::Unblock, "ann", "ben");
    assert!(stories.iter().all(|story| story.steps().contains(&unblock)));
}

#[test]
fn changes_of_tencents_parts_are_pinned() {
    let changes = what_if(&Policy::tencent_rest());
    assert_eq!(changes.len(), 63);
    let pinned = [
        ("message.stopped_by", "actor", 2, Some(1)),
        ("message.needs_listing_by", "both", 1, Some(0)),
        ("message.notice.own", "told", 0, None),
        ("message.notice.other", "told", 1, Some(1)),
        ("presence.stopped_by", "both", 1, Some(1)),
        ("request.stopped_by", "neither", 19, Some(1)),
        ("request.accept_stopped_by", "neither", 2, Some(1)),
        ("request.crossed", "waits", 9, Some(1)),
        ("request.makes", "follow", 24, Some(1)),
        ("request.initial_mode", "nobody", 16, Some(0)),
        ("request.notice.other", "silent", 4, Some(1)),
        ("block.clears_friends_of", "neither", 27, Some(1)),
        ("block.cancels_requests_of", "actor", 21, Some(1)),
    ];
    for (path, value, story_count, length) in pinned {
        let is_meant = |change: &&WhatIf| change.path == path && change.value.to_string() == value;
        let change = changes.iter().find(is_meant).unwrap();
        let shortest = change.shortest.as_ref().map(|story| story.steps().len());
        assert_eq!(
            (change.story_count, shortest),
            (story_count, length),
            "{path} {value}"
        );

        let with_part = Policy::tencent_rest().with_part(path, change.value);
        assert_eq!(Some(change.policy), with_part);
    }
}

#[test]
fn the_nearest_policies_are_pinned() {
    let pinned = [
        (
            "gotosocial",
            [
                ("gotosocial", 0, 0),
                ("mastodon", 3, 0),
                ("tencent_mutual", 4, 4),
                ("prosody", 5, 0),
            ],
        ),
        (
            "tencent_rest",
            [
                ("tencent_rest", 0, 0),
                ("tencent_mutual", 1, 0),
                ("tencent_keep_friends", 1, 0),
                ("whatsapp", 2, 3),
            ],
        ),
        (
            "prosody",
            [
                ("prosody", 0, 0),
                ("xep_0191", 2, 0),
                ("mongooseim", 2, 0),
                ("signal", 4, 0),
            ],
        ),
    ];
    for (name, expected) in pinned {
        let near = nearest(&named(name));
        assert_eq!(near.len(), Policy::PROFILES.len());
        for (near, expected) in near.iter().zip(expected) {
            let found = (near.name, near.distance(), near.limits.len());
            assert_eq!(found, expected, "{name}");
        }
    }
}
