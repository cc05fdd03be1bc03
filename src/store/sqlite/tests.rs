//! What only a file can do: be reopened, killed, locked, damaged, newer, read-only, full.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::field_reassign_with_default
)]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::*;
use crate::limits::Limits;
use crate::model::{Facet, FacetKey, Health, Item, PollState};
use crate::query::Query;
use crate::store::contract::{ByTitle, at, fetched, item, source, titles, update};
use crate::store::{Found, Note, Recorded, Store};

struct Folder {
    folder: tempfile::TempDir,
}

impl Folder {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn store(&self) -> PathBuf {
        self.folder.path().join("store.db")
    }

    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// A store with one followed source and two items.
    async fn filled(&self) -> Store {
        let store = Store::open(self.store()).unwrap();
        let feed = source("feed");
        store.follow(vec![feed.clone()]).await.unwrap();
        fetched(
            &store,
            &feed,
            vec![item(&feed, "guid:1", "One", 1), item(&feed, "guid:2", "Two", 2)],
            10,
        )
        .await;
        store
    }
}

fn impatient(path: &Path) -> Store {
    Store::over(Arc::new(
        Sqlite::open(path, Access::ReadWrite, Duration::from_millis(100)).unwrap(),
    ))
}

/// Opening must fail and leave the file as it is, to the byte.
fn refused(path: &Path) -> Error {
    let before = std::fs::read(path).unwrap();
    let error = Store::open(path).unwrap_err();
    assert!(
        error.to_string().contains(path.to_str().unwrap()),
        "it must name the file: {error}"
    );
    assert!(Store::open_read_only(path).unwrap_err().is_store());
    assert_eq!(std::fs::read(path).unwrap(), before, "it was touched");
    error
}

#[tokio::test]
async fn everything_survives_reopening() {
    let folder = Folder::new();
    let store = folder.filled().await;
    let mut state = PollState::default();
    state.next_due = Some(at(777));
    state.health = Health::Failing;
    let note = Recorded {
        source: source("feed").id(),
        row: None,
        note: Note::State(Box::new(state.clone())),
    };
    store.record(vec![note]).await.unwrap();
    let before = store.stories(&Query::new(), at(50)).await.unwrap();
    drop(store);
    assert_eq!(folder.names(), ["store.db"], "one file, and nothing left over");

    let store = Store::open(folder.store()).unwrap();
    assert_eq!(store.stories(&Query::new(), at(50)).await.unwrap(), before);
    let is_due = async |now| {
        let found = store.due(now, &Limits::default()).await.unwrap();
        found.iter().any(|found| matches!(found, Found::Due(_)))
    };
    assert!(!is_due(at(776)).await, "a restart must not ask again");
    assert!(is_due(at(777)).await);
    assert_eq!(store.sources().await.unwrap()[0].state, state);
    let feed = source("feed");
    let again = fetched(&store, &feed, vec![item(&feed, "guid:1", "One", 1)], 20).await;
    assert_eq!((again.added.len(), again.unchanged), (0, 1));
}

/// Not a test: the process that the next one kills. It says each feed that was acknowledged.
#[tokio::test]
#[ignore = "only run, and killed, by the test below"]
async fn a_process_to_kill() {
    let Some(path) = std::env::var_os("MEDFEED_STORE_TO_KILL") else {
        return;
    };
    let store = Store::open(path).unwrap();
    let feed = source("feed");
    store.follow(vec![feed.clone()]).await.unwrap();
    let first = store.count().await.unwrap().items / PER_FEED;
    for round in first..first + 10_000 {
        let items = (0..PER_FEED).map(|number| {
            let title = format!("T {round} {number}");
            item(&feed, &format!("guid:{title}"), &title, 1)
        });
        let mut whole = update(&feed, items.collect(), 10);
        whole.state.next_due = Some(at(i64::try_from(round).unwrap()));
        store.apply(whole, Arc::new(ByTitle::default())).await.unwrap();
        writeln!(std::io::stdout(), "\nacknowledged {}", round + 1).unwrap();
    }
}

const PER_FEED: usize = 7;

#[tokio::test]
async fn killed_at_any_moment_nothing_acknowledged_is_lost() {
    use std::io::{BufRead as _, BufReader};
    let folder = Folder::new();
    let mut before = 0;
    for kill in 1..=6 {
        let mut child = std::process::Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "store::sqlite::tests::a_process_to_kill",
                "--ignored",
                "--nocapture",
            ])
            .env("MEDFEED_STORE_TO_KILL", folder.store())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap())
            .lines()
            .map_while(Result::ok);
        let mut acknowledged = lines.filter_map(|line| line.strip_prefix("acknowledged ")?.parse::<usize>().ok());
        let mut last = acknowledged.nth(kill * 5).unwrap();
        // Somewhere within the next write.
        std::thread::sleep(Duration::from_micros(u64::try_from(kill).unwrap() * 230));
        child.kill().unwrap();
        child.wait().unwrap();
        last = acknowledged.last().unwrap_or(last);

        let store = Store::open(folder.store()).unwrap();
        let items = store.count().await.unwrap().items;
        assert!(last > before && items >= last * PER_FEED, "{items} of {last} feeds");
        assert_eq!(items % PER_FEED, 0, "half a feed");
        let due = store.sources().await.unwrap()[0].state.next_due;
        let feeds = i64::try_from(items / PER_FEED).unwrap();
        assert_eq!(due, Some(at(feeds - 1)), "items and due time go together");
        let found = store.stories(&Query::new().search("\"T 0\""), at(50)).await.unwrap();
        assert_eq!(found.items.len(), PER_FEED, "the index goes with them");
        before = last;
    }
}

#[tokio::test]
async fn a_dropped_write_is_whole_or_not_at_all() {
    let folder = Folder::new();
    let store = folder.filled().await;
    let feed = source("feed");
    for round in 0..20 {
        let items: Vec<Item> = (0..10)
            .map(|number| {
                item(
                    &feed,
                    &format!("guid:{round}-{number}"),
                    &format!("T {round} {number}"),
                    1,
                )
            })
            .collect();
        let apply = store.apply(update(&feed, items, 30), Arc::new(ByTitle::default()));
        let _ = tokio::time::timeout(Duration::from_micros(200 * round), apply).await;
    }
    drop(store);
    let store = Store::open(folder.store()).unwrap();
    assert_eq!((store.count().await.unwrap().items - 2) % 10, 0);
}

#[tokio::test]
async fn a_lock_is_waited_for_and_then_named() {
    let folder = Folder::new();
    drop(folder.filled().await);
    let store = impatient(&folder.store());
    let other = Connection::open(folder.store()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let begun = Instant::now();
    let error = store.follow(vec![source("more")]).await.unwrap_err();
    assert!(error.is_store_locked() && error.is_store(), "{error}");
    assert!(begun.elapsed() >= Duration::from_millis(100));
    assert_eq!(store.sources().await.unwrap().len(), 1, "reading goes on");
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(
        store.follow(vec![source("more")]).await.unwrap(),
        1,
        "and so does writing, after"
    );
    drop(store);

    // A short one is waited for.
    let store = Store::open(folder.store()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let release = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(300));
        other.execute_batch("ROLLBACK").unwrap();
    });
    assert_eq!(store.follow(vec![source("yet-more")]).await.unwrap(), 1);
    release.join().unwrap();
}

#[tokio::test]
async fn two_stores_on_one_file_make_no_duplicates() {
    let folder = Folder::new();
    let stores = [folder.filled().await, Store::open(folder.store()).unwrap()];
    let feed = source("feed");
    let items: Vec<Item> = (0..50)
        .map(|number| item(&feed, &format!("guid:n{number}"), "T", number))
        .collect();
    let [first, second] = &stores;
    let (first, second) = tokio::join!(
        fetched(first, &feed, items.clone(), 20),
        fetched(second, &feed, items.clone(), 20)
    );
    assert_eq!(first.added.len() + second.added.len(), 50);
    assert_eq!(first.unchanged + second.unchanged, 50);
    assert_eq!(stores[0].count().await.unwrap(), stores[1].count().await.unwrap());
}

#[tokio::test]
async fn a_file_that_is_no_store_is_refused() {
    let folder = Folder::new();
    let path = folder.store();
    for content in [
        "",
        "not a database at all, but longer than any header could be"
            .repeat(20)
            .as_str(),
        "SQLite format 3\0",
    ] {
        std::fs::write(&path, content).unwrap();
        let error = refused(&path);
        assert!(error.is_store_corrupt(), "{content:?}: {error}");
    }
    std::fs::remove_file(&path).unwrap();
    let foreign = Connection::open(&path).unwrap();
    foreign
        .execute_batch("CREATE TABLE recipes (name TEXT); INSERT INTO recipes VALUES ('soup')")
        .unwrap();
    drop(foreign);
    assert!(refused(&path).is_store_corrupt(), "another program's database");
    assert!(Store::open(folder.folder.path()).unwrap_err().is_store(), "a folder");
    let error = Store::open(folder.folder.path().join("no/such/folder.db")).unwrap_err();
    assert!(error.is_store() && !error.is_store_corrupt(), "{error}");
    assert!(
        Store::open_read_only(folder.folder.path().join("none.db"))
            .unwrap_err()
            .is_store()
    );
    assert_eq!(folder.names(), ["store.db"], "nothing was made");
}

#[tokio::test]
async fn a_store_cut_short_is_refused() {
    let folder = Folder::new();
    drop(folder.filled().await);
    let whole = std::fs::read(folder.store()).unwrap();
    for kept in [1, 100, 4096, whole.len() / 2, whole.len() - 4096, whole.len() - 1] {
        std::fs::write(folder.store(), &whole[..kept]).unwrap();
        let error = refused(&folder.store());
        assert!(error.is_store_corrupt(), "{kept} of {}: {error}", whole.len());
    }
}

#[tokio::test]
async fn damage_inside_is_told_not_guessed_at() {
    let folder = Folder::new();
    drop(folder.filled().await);
    let connection = Connection::open(folder.store()).unwrap();
    connection
        .execute_batch("UPDATE items SET item = '{\"id\":' WHERE number = 1")
        .unwrap();
    drop(connection);
    let store = Store::open(folder.store()).unwrap();
    let error = store.stories(&Query::new(), at(50)).await.unwrap_err();
    assert!(
        error.is_store_corrupt() && error.to_string().contains("store.db"),
        "{error}"
    );
    assert_eq!(
        titles(&store, &Query::new().since(at(2))).await,
        ["Two"],
        "the rest can be read"
    );
}

#[tokio::test]
async fn a_newer_schema_is_left_alone() {
    let folder = Folder::new();
    drop(folder.filled().await);
    let connection = Connection::open(folder.store()).unwrap();
    connection.execute_batch("PRAGMA user_version = 99").unwrap();
    drop(connection);
    let error = refused(&folder.store());
    assert!(
        error.is_store() && !error.is_store_corrupt() && error.to_string().contains("newer"),
        "{error}"
    );
}

/// A store of the version before facets: its items have none until they are stored again.
#[tokio::test]
async fn an_older_store_gets_the_table_of_facets() {
    let folder = Folder::new();
    drop(folder.filled().await);
    let connection = Connection::open(folder.store()).unwrap();
    connection
        .execute_batch("DROP TABLE facets; PRAGMA user_version = 2")
        .unwrap();
    drop(connection);
    assert!(Store::open_read_only(folder.store()).unwrap_err().is_store_read_only());
    let store = Store::open(folder.store()).unwrap();
    assert_eq!(titles(&store, &Query::new()).await, ["Two", "One"]);
    let gout = "condition:gout".parse::<FacetKey>().unwrap();
    assert!(titles(&store, &Query::new().facet(gout.clone())).await.is_empty());
    let feed = source("feed");
    let mut changed = item(&feed, "guid:1", "One, corrected", 1);
    changed.facets = vec![Facet::new(gout.clone(), "Gout", 0.9, Vec::new())];
    fetched(&store, &feed, vec![changed], 20).await;
    assert_eq!(titles(&store, &Query::new().facet(gout)).await, ["One, corrected"]);
}

#[tokio::test]
async fn read_only_reads_and_does_not_write() {
    let folder = Folder::new();
    let writing = folder.filled().await;
    let reading = Store::open_read_only(folder.store()).unwrap();
    assert_eq!(titles(&reading, &Query::new()).await, ["Two", "One"]);
    for error in [
        reading.follow(vec![source("more")]).await.unwrap_err(),
        reading.unfollow(source("feed").id()).await.unwrap_err(),
        reading.record(Vec::new()).await.unwrap_err(),
        reading.turn(Duration::ZERO).await.err().unwrap(),
        reading
            .apply(update(&source("feed"), vec![], 1), Arc::new(ByTitle::default()))
            .await
            .unwrap_err(),
    ] {
        assert!(error.is_store_read_only(), "{error}");
    }
    // It sees what the other one writes.
    let feed = source("feed");
    fetched(&writing, &feed, vec![item(&feed, "guid:3", "Three", 3)], 20).await;
    assert_eq!(titles(&reading, &Query::new()).await, ["Three", "Two", "One"]);
    drop((writing, reading));

    // A copy on a medium that cannot be written: no log, and none can be made.
    let mut permissions = std::fs::metadata(folder.store()).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(folder.store(), permissions).unwrap();
    let reading = Store::open_read_only(folder.store()).unwrap();
    assert_eq!(titles(&reading, &Query::new()).await.len(), 3);
}

/// SQLite's own bound on pages stands in for a full disk: it gives the same error.
#[tokio::test]
async fn a_full_disk_is_named_and_nothing_is_lost() {
    let folder = Folder::new();
    drop(folder.filled().await);
    let opened = open::open(&folder.store(), Access::ReadWrite, BUSY).unwrap();
    let pages: i64 = opened
        .connection
        .query_row("PRAGMA page_count", [], |row| row.get(0))
        .unwrap();
    opened
        .connection
        .execute_batch(&format!("PRAGMA max_page_count = {pages}"))
        .unwrap();
    let (path, connection) = (folder.store(), opened.connection);
    let (jobs, waiting) = channel();
    let feed = source("feed");
    let mut large = item(&feed, "guid:large", "Large", 5);
    large.summary = "word ".repeat(50_000);
    let large = update(&feed, vec![item(&feed, "guid:3", "Three", 3), large], 20);
    let small = vec![source("feed").with_title("New title")];
    let (first, first_answer) =
        crate::store::backend::job(move |store| crate::store::apply::apply(store, large, &ByTitle::default(), 64));
    let (second, second_answer) = crate::store::backend::job(move |store| crate::store::follow::follow(store, small));
    jobs.send(first).unwrap();
    jobs.send(second).unwrap();
    drop(jobs);
    write(&connection, &path, &waiting);
    let error = first_answer.wait().await.unwrap_err();
    assert!(
        error.is_store() && error.to_string().contains("disk is full"),
        "{error}"
    );
    assert_eq!(second_answer.wait().await.unwrap(), 0, "what fits goes on");
    drop(connection);
    let store = Store::open(&path).unwrap();
    assert_eq!(titles(&store, &Query::new()).await, ["Two", "One"]);
    assert_eq!(store.sources().await.unwrap()[0].source.title(), Some("New title"));
}

#[tokio::test]
async fn opening_at_once_makes_one_store() {
    let folder = Folder::new();
    let path = folder.store();
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let path = path.clone();
            std::thread::spawn(move || Store::open(path).unwrap())
        })
        .collect();
    let stores: Vec<Store> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    for (number, store) in stores.iter().enumerate() {
        assert_eq!(store.follow(vec![source(&number.to_string())]).await.unwrap(), 1);
    }
    assert_eq!(stores[0].count().await.unwrap().sources, 4);
    drop(stores);
    assert_eq!(folder.names(), ["store.db"]);
}

#[tokio::test]
async fn special_names_are_names() {
    let folder = Folder::new();
    for name in [":memory:", "file:x?mode=memory", "a b%23#?.db", "ü.db"] {
        let path = folder.folder.path().join(name);
        Store::open(&path).unwrap().follow(vec![source("feed")]).await.unwrap();
        assert!(path.is_file(), "{name}");
        assert_eq!(Store::open_read_only(&path).unwrap().sources().await.unwrap().len(), 1);
    }
}

#[test]
fn a_store_and_its_answers_can_cross_threads() {
    fn crosses<T: Send + Sync>(_: &T) {}
    fn sent<T: Send>(_: &T) {}
    let store = Store::in_memory();
    crosses(&store);
    sent(&store.stories(&Query::new(), at(0)));
    sent(&store.follow(Vec::new()));
}

#[tokio::test]
async fn a_file_held_by_another_program_is_called_locked() {
    let folder = Folder::new();
    drop(folder.filled().await);
    let other = Connection::open(folder.store()).unwrap();
    other
        .execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE")
        .unwrap();
    let error = Sqlite::open(&folder.store(), Access::ReadWrite, Duration::from_millis(100))
        .err()
        .unwrap();
    assert!(error.is_store_locked(), "{error}");
    drop(other);
    assert_eq!(
        titles(&Store::open(folder.store()).unwrap(), &Query::new()).await.len(),
        2
    );
}

#[tokio::test]
async fn the_turn_to_update_is_one_for_all_that_have_the_file_open() {
    let folder = Folder::new();
    let (first, second) = (
        Store::open(folder.store()).unwrap(),
        Store::open(folder.store()).unwrap(),
    );
    let turn = first.turn(Duration::ZERO).await.unwrap();
    assert!(second.turn(Duration::ZERO).await.err().unwrap().is_store_locked());
    assert!(second.sources().await.unwrap().is_empty(), "reading goes on");
    second.follow(vec![source("feed")]).await.unwrap();
    drop(turn);
    second.turn(Duration::ZERO).await.unwrap();
}
