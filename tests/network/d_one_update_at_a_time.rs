//! One update at a time works on a store, in one process or in two: each feed is asked once, each item kept once. When a
//! process is killed in an update, the next one goes on at once.
#![cfg(feature = "sqlite")]

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use medfeed::{Aggregator, Source, Store};

use crate::support::server::{Script, Server, Step};
use crate::ward::{hours, morning, over, rss};

const FEEDS: usize = 8;

fn targets() -> Vec<String> {
    (0..FEEDS).map(|number| format!("/{number}")).collect()
}

fn open(file: &Path) -> Aggregator {
    over(Store::open(file).unwrap()).build().unwrap()
}

/// A store that follows eight slow feeds with two items each.
async fn set_up(file: &Path) -> Server {
    let server = Server::start().await;
    let medfeed = open(file);
    for target in targets() {
        let feed = rss(&[(&format!("{target}-1"), "One"), (&format!("{target}-2"), "Two")]);
        let length = feed.len().to_string();
        let slow = Script::new().then(Step::Wait(Duration::from_millis(50))).send(format!(
            "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{feed}"
        ));
        server.on(&target, slow);
        medfeed.follow(Source::new(server.url(&target)).unwrap()).await.unwrap();
    }
    server
}

/// Each feed was asked so often.
fn assert_asked(server: &Server, times: usize) {
    for target in targets() {
        let asked = server.requests().iter().filter(|asked| asked.target == target).count();
        assert_eq!(asked, times, "{target}");
    }
}

async fn assert_whole(file: &Path) {
    let store = Store::open(file).unwrap();
    assert_eq!(store.count().await.unwrap().items, 2 * FEEDS);
    for status in store.sources().await.unwrap() {
        assert_eq!(status.state.items, Some(2));
        assert_eq!(store.items_of(status.source.id(), 10).await.unwrap().len(), 2);
    }
}

#[tokio::test]
async fn two_stores_of_one_file_in_one_process() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    let server = set_up(&file).await;
    let (one, two) = (open(&file), open(&file));
    let (first, second) = tokio::join!(one.update_at(morning()), two.update_at(morning()));
    let (first, second) = (first.unwrap(), second.unwrap());
    assert_eq!(
        first.asked() + second.asked(),
        FEEDS,
        "the second one found nothing due"
    );
    assert_eq!(first.new_items() + second.new_items(), 2 * FEEDS);
    assert_asked(&server, 1);
    assert_whole(&file).await;
}

const FILE: &str = "MEDFEED_FILE_TO_UPDATE";

/// Not a test: the process that the next ones start, and kill.
#[tokio::test]
#[ignore = "only run by the tests below"]
async fn a_process_that_updates() {
    let Some(file) = std::env::var_os(FILE) else {
        return;
    };
    let report = open(Path::new(&file)).update_at(morning()).await.unwrap();
    assert_eq!(report.failures().count(), 0);
}

fn start(file: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "d_one_update_at_a_time::a_process_that_updates", "--ignored"])
        .env(FILE, file)
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

/// The end of a process, while the server goes on.
async fn wait(mut child: Child) -> bool {
    let ended = tokio::task::spawn_blocking(move || child.wait().unwrap());
    ended.await.unwrap().success()
}

#[tokio::test]
async fn two_processes() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    let server = set_up(&file).await;
    let (one, two) = (start(&file), start(&file));
    let (one, two) = tokio::join!(wait(one), wait(two));
    assert!(one && two);
    assert_asked(&server, 1);
    assert_whole(&file).await;
}

#[tokio::test]
async fn killed_in_the_middle_the_next_update_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    let server = set_up(&file).await;
    let hanging = Source::new(server.url("/hangs")).unwrap();
    server.on("/hangs", Script::new().then(Step::Hang));
    open(&file).follow(hanging).await.unwrap();
    let mut child = start(&file);
    // In the middle: some feeds are stored, one is being asked.
    let store = Store::open(&file).unwrap();
    let begun = Instant::now();
    loop {
        let hangs = server.requests().iter().any(|asked| asked.target == "/hangs");
        if hangs && store.count().await.unwrap().items > 0 {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "the process did nothing");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    child.kill().unwrap();
    child.wait().unwrap();
    drop(store);

    let medfeed = open(&file);
    server.on("/hangs", Script::answer(200, &[], rss(&[("h", "Was hanging")])));
    let begun = Instant::now();
    let report = medfeed.update_at(morning()).await.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(8), "it waited for the dead");
    assert_eq!(report.failures().count(), 0);
    assert!(
        (1..=FEEDS).contains(&report.asked()),
        "what was stored is not asked again: {report}"
    );
    let store = medfeed.store();
    assert_eq!(store.count().await.unwrap().items, 2 * FEEDS + 1);
    for status in store.sources().await.unwrap() {
        let items = store.items_of(status.source.id(), 10).await.unwrap().len() as u64;
        assert_eq!(status.state.items, Some(items));
    }
    let report = medfeed.update_at(morning() + hours(24)).await.unwrap();
    assert_eq!((report.new_items(), report.updated_items()), (0, 0));
}
