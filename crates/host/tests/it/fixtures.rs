//! What the tests share.

use std::path::Path;

use socialgraph::{Action, Operation, Policy, SocialGraph};
use socialgraph_host::{Answer, Host, Operations, Options, Outcomes};

pub(crate) type GraphHost = Host<SocialGraph>;

pub(crate) fn empty() -> SocialGraph {
    SocialGraph::new(Policy::tencent_rest())
}

pub(crate) fn open(path: &Path) -> GraphHost {
    Host::open_or_create(path, empty, Options::default()).unwrap()
}

pub(crate) fn in_memory() -> GraphHost {
    Host::in_memory(empty(), Options::default()).unwrap()
}

/// Proposes an operation, and returns its answer.
pub(crate) fn propose(host: &GraphHost, entry: impl Into<Operations>) -> Answer<Outcomes> {
    host.propose(entry).wait().unwrap()
}

pub(crate) fn join(name: &str) -> Operation {
    Operation::add_user(name)
}

pub(crate) fn block(actor: &str, target: &str) -> Operation {
    Operation::act(Action::Block, actor, target)
}

/// Returns the graph that readers see now.
pub(crate) fn graph(host: &GraphHost) -> SocialGraph {
    SocialGraph::clone(&host.reader())
}
