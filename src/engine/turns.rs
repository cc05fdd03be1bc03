//! In which order due sources are asked: hosts take turns, and of one host only so many are under way.
//!
//! Sources come ordered by due time, and hundreds of them may be at one host (`PubMed`, a publisher's platform). Asked in
//! that order they would fill every place, waiting for each other, while a hundred other hosts stand idle. So the next
//! source is always one whose host has room; within a host the longest due is the first.

use std::collections::{HashMap, VecDeque};

/// What waits, by host.
#[derive(Debug)]
pub(super) struct Turns<T> {
    hosts: Vec<Host<T>>,
    by_name: HashMap<String, usize>,
    /// Hosts with room and something waiting, the next one first; each once.
    ready: VecDeque<usize>,
    at_once: usize,
}

#[derive(Debug)]
struct Host<T> {
    waiting: VecDeque<T>,
    under_way: usize,
    is_ready: bool,
}

/// Which host something was taken from, to be given back when it is done.
#[derive(Debug, Clone, Copy)]
pub(super) struct Taken(usize);

impl<T> Turns<T> {
    /// Nothing waits yet; of one host at most `at_once` are under way.
    pub(super) fn new(at_once: usize) -> Self {
        Self {
            hosts: Vec::new(),
            by_name: HashMap::new(),
            ready: VecDeque::new(),
            at_once: at_once.max(1),
        }
    }

    /// Adds what is to be asked at that host, after what waits there.
    pub(super) fn add(&mut self, host: &str, what: T) {
        let number = match self.by_name.get(host) {
            Some(number) => *number,
            None => {
                self.by_name.insert(host.to_owned(), self.hosts.len());
                self.hosts.push(Host {
                    waiting: VecDeque::new(),
                    under_way: 0,
                    is_ready: false,
                });
                self.hosts.len() - 1
            }
        };
        if let Some(host) = self.hosts.get_mut(number) {
            host.waiting.push_back(what);
        }
        self.make_ready(number);
    }

    /// The next one whose host has room.
    pub(super) fn take(&mut self) -> Option<(Taken, T)> {
        let number = self.ready.pop_front()?;
        let host = self.hosts.get_mut(number)?;
        host.is_ready = false;
        let what = host.waiting.pop_front()?;
        host.under_way += 1;
        self.make_ready(number);
        Some((Taken(number), what))
    }

    /// One is done: its host has room again.
    pub(super) fn give_back(&mut self, taken: Taken) {
        if let Some(host) = self.hosts.get_mut(taken.0) {
            host.under_way = host.under_way.saturating_sub(1);
        }
        self.make_ready(taken.0);
    }

    fn make_ready(&mut self, number: usize) {
        if let Some(host) = self.hosts.get_mut(number)
            && !host.is_ready
            && !host.waiting.is_empty()
            && host.under_way < self.at_once
        {
            host.is_ready = true;
            self.ready.push_back(number);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn hosts_take_turns_and_have_only_so_many_under_way() {
        let mut turns = Turns::new(2);
        for number in 0..5 {
            turns.add("pubmed", format!("p{number}"));
        }
        turns.add("heart", "h0".to_owned());
        turns.add("lung", "l0".to_owned());
        let mut taken = Vec::new();
        let mut names = Vec::new();
        while let Some((turn, name)) = turns.take() {
            taken.push(turn);
            names.push(name);
        }
        assert_eq!(names, ["p0", "h0", "l0", "p1"], "the third of one host waits");
        turns.give_back(taken[1]);
        assert!(turns.take().is_none(), "heart has nothing more");
        turns.give_back(taken[0]);
        let (turn, name) = turns.take().unwrap();
        assert_eq!(name, "p2");
        assert!(turns.take().is_none());
        turns.give_back(turn);
        turns.give_back(taken[3]);
        assert_eq!(
            (turns.take().unwrap().1, turns.take().unwrap().1),
            ("p3".to_owned(), "p4".to_owned())
        );
        assert!(turns.take().is_none());
    }

    proptest::proptest! {
        #[test]
        fn everything_comes_once_in_its_hosts_order(
            hosts in proptest::collection::vec(0..6_u8, 0..60),
            at_once in 0..4_usize,
            back in proptest::collection::vec(proptest::prelude::any::<bool>(), 0..200),
        ) {
            let mut turns = Turns::new(at_once);
            for (number, host) in hosts.iter().enumerate() {
                turns.add(&host.to_string(), (*host, number));
            }
            let mut back = back.into_iter();
            let (mut under_way, mut seen) = (Vec::new(), Vec::new());
            while seen.len() < hosts.len() {
                match turns.take() {
                    Some((turn, (host, number))) => {
                        under_way.push((turn, host));
                        seen.push((host, number));
                    }
                    None => proptest::prop_assert!(!under_way.is_empty(), "nothing moves"),
                }
                for host in 0..6 {
                    let count = under_way.iter().filter(|(_, other)| *other == host).count();
                    proptest::prop_assert!(count <= at_once.max(1));
                }
                if !under_way.is_empty() && back.next().unwrap_or(true) {
                    turns.give_back(under_way.remove(0).0);
                }
            }
            for host in 0..6 {
                let numbers: Vec<usize> = seen.iter().filter(|(other, _)| *other == host).map(|(_, n)| *n).collect();
                proptest::prop_assert!(numbers.is_sorted());
            }
        }
    }
}
