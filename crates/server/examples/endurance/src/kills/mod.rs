//! Kills a server under load, starts it again, and compares it with what was acknowledged.
//!
//! Each connection changes the lists of an owner of its own, so that what they must be is known:
//! all acknowledged calls, and the one under way as a whole or not at all.

mod owner;

use std::io;
use std::path::Path;
use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use serde_json::json;
use socialgraph_tim::Command;

use crate::arguments::Arguments;
use crate::client::Client;
use crate::random::Random;
use crate::server::Server;
use owner::{Owner, PEERS, peer};

/// The connections.
const OWNERS: usize = 32;

/// What was found over all rounds.
#[derive(Default)]
struct Found {
    acknowledged: u64,
    lost: u64,
    half_done: u64,
    sequences_again: u64,
    /// Calls that were under way at a kill and are carried out.
    carried_out: u64,
    under_way: u64,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), String> {
    let home = tempfile::tempdir_in(".").map_err(|error| error.to_string())?;
    let data = home.path().join("data");
    let mut random = Random::new(arguments.seed);
    let mut owners: Vec<_> = (0..OWNERS).map(Owner::new).collect();
    let mut found = Found::default();
    let mut starts = Vec::new();

    import(&arguments.server, &data)?;
    let first = home.path().join("first");
    copy(&data, &first)?;
    for round in 0..arguments.count {
        let mut server = Server::start(&arguments.server, Some(&data))?;
        starts.push(server.start);
        check(&server.address, &mut owners, &mut found).map_err(|error| error.to_string())?;
        let time = Duration::from_millis(30 + random.below(400));
        load(&mut server, &mut owners, time, random.next());
        if arguments.is_unsafe {
            std::fs::remove_dir_all(&data).map_err(|error| error.to_string())?;
            copy(&first, &data)?;
        }
        if round % 20 == 19 {
            eprintln!(
                "{} kills, {} acknowledged",
                round + 1,
                acknowledged(&owners)
            );
        }
    }
    let server = Server::start(&arguments.server, Some(&data))?;
    check(&server.address, &mut owners, &mut found).map_err(|error| error.to_string())?;
    starts.push(server.start);
    starts.sort_unstable();

    found.acknowledged = acknowledged(&owners);
    found.sequences_again = owners.iter().map(|owner| owner.again).sum();
    found.report(
        arguments,
        starts[starts.len() / 2],
        starts[starts.len() - 1],
    )
}

impl Found {
    fn report(
        &self,
        arguments: &Arguments,
        median: Duration,
        most: Duration,
    ) -> Result<(), String> {
        println!(
            "{} kills under {OWNERS} connections: {} calls acknowledged, {} lost; {} under way, {} \
             of them carried out, {} half done; {} sequences that came again with another list; \
             start {median:.1?} in the median, {most:.1?} at most",
            arguments.count,
            self.acknowledged,
            self.lost,
            self.under_way,
            self.carried_out,
            self.half_done,
            self.sequences_again,
        );
        if self.acknowledged == 0 || self.under_way == 0 {
            return Err("the kills met no load".to_owned());
        }
        if self.lost + self.half_done + self.sequences_again > 0 {
            return Err("the server broke its word".to_owned());
        }
        Ok(())
    }
}

fn acknowledged(owners: &[Owner]) -> u64 {
    owners.iter().map(|owner| owner.acknowledged).sum()
}

/// Copies the files of a directory.
fn copy(from: &Path, to: &Path) -> Result<(), String> {
    let copying = || -> io::Result<()> {
        std::fs::create_dir(to)?;
        for entry in std::fs::read_dir(from)? {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                std::fs::copy(entry.path(), to.join(entry.file_name()))?;
            }
        }
        Ok(())
    };
    copying().map_err(|error| format!("{}: {error}", from.display()))
}

/// Imports owners and peers.
fn import(program: &Path, data: &Path) -> Result<(), String> {
    let server = Server::start(program, Some(data))?;
    let mut client = Client::admin(&server.address).map_err(|error| error.to_string())?;
    let owners = (0..OWNERS).map(owner::name);
    let names: Vec<_> = owners.chain((0..PEERS).map(peer)).collect();
    for names in names.chunks(100) {
        let reply = client.call(Command::MultiaccountImport, &json!({"Accounts": names}));
        let reply = reply.map_err(|error| error.to_string())?;
        assert_eq!(reply["ErrorCode"], 0, "{reply}");
    }
    Ok(())
}

/// Lets each owner make calls until the server is killed.
fn load(server: &mut Server, owners: &mut [Owner], time: Duration, seed: u64) {
    let begin = Barrier::new(owners.len() + 1);
    thread::scope(|scope| {
        for (index, owner) in owners.iter_mut().enumerate() {
            let (address, begin) = (server.address.clone(), &begin);
            let random = Random::new(seed.wrapping_add(index as u64));
            scope.spawn(move || {
                let client = Client::admin(&address);
                begin.wait();
                if let Ok(client) = client {
                    owner.make_calls(client, random);
                }
            });
        }
        begin.wait();
        thread::sleep(time);
        server.kill();
    });
}

/// Compares the lists of each owner with what they must be.
fn check(address: &str, owners: &mut [Owner], found: &mut Found) -> io::Result<()> {
    let mut client = Client::admin(address)?;
    for (index, owner) in owners.iter_mut().enumerate() {
        let lists = owner.read(&mut client)?;
        let under_way = owner.under_way.take();
        found.under_way += u64::from(under_way.is_some());

        if Some(&lists) == under_way.as_ref() && lists != owner.lists {
            found.carried_out += 1;
        } else if lists != owner.lists {
            let is_half = under_way.is_some();
            found.half_done += u64::from(is_half);
            found.lost += u64::from(!is_half);
            let (found, acknowledged) = (lists.summary(), owner.lists.summary());
            eprintln!("owner {index}: {found} after the kill, {acknowledged} acknowledged");
        }

        owner.lists = lists;
    }
    Ok(())
}
