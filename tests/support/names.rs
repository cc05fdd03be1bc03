//! A resolver for tests: names of our own on the loopback addresses.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use medfeed::{ResolveFuture, ResolveHost};

/// What is answered to each name in turn; the last answer stays. Any other name is at 127.0.0.1.
#[derive(Clone, Default)]
pub struct Names {
    answers: Arc<Mutex<HashMap<String, Vec<Vec<IpAddr>>>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Names {
    pub fn answer(&self, name: &str, answers: &[&[&str]]) {
        let answers = answers
            .iter()
            .map(|answer| answer.iter().map(|address| address.parse().unwrap()).collect())
            .collect();
        self.answers.lock().unwrap().insert(name.to_owned(), answers);
    }

    /// The names it was asked about so far.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl ResolveHost for Names {
    fn resolve<'a>(&'a self, host: &'a str) -> ResolveFuture<'a> {
        self.asked.lock().unwrap().push(host.to_owned());
        let mut answers = self.answers.lock().unwrap();
        let found = match answers.get_mut(host) {
            Some(answers) if answers.len() > 1 => answers.remove(0),
            Some(answers) => answers[0].clone(),
            None => vec!["127.0.0.1".parse().unwrap()],
        };
        Box::pin(async move { Ok(found) })
    }
}
