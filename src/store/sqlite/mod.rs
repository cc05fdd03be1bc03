//! A store in one SQLite file: one thread writes, two read, each over its own connection.

mod fail;
mod open;
mod schema;
mod select;
mod session;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SendError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::backend::{Backend, Job, Turn};
use crate::error::{Error, Kind, Result};
use fail::sqlite_failed;
use session::Session;

/// How long a connection waits for another process that writes.
pub(super) const BUSY: Duration = Duration::from_secs(10);

/// Connections for reading.
const READERS: usize = 2;

/// Jobs, and time, that share one commit: waiting for the disk costs most of a small write.
const JOBS_PER_COMMIT: usize = 256;
const TIME_PER_COMMIT: Duration = Duration::from_millis(200);

/// What a store is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    ReadWrite,
    ReadOnly,
}

pub(super) struct Sqlite {
    path: Arc<PathBuf>,
    /// `None` when it can only be read.
    writes: Option<Sender<Box<dyn Job>>>,
    reads: Option<Sender<Box<dyn Job>>>,
    readers: Vec<JoinHandle<()>>,
    writer: Option<JoinHandle<()>>,
}

impl Sqlite {
    pub(super) fn open(path: &Path, access: Access, busy: Duration) -> Result<Self> {
        let path = Arc::new(open::absolute(path)?);
        let opened = open::open(&path, access, busy)?;
        let (reads, waiting) = channel();
        let waiting = Arc::new(Mutex::new(waiting));
        let mut store = Self {
            path: Arc::clone(&path),
            writes: None,
            reads: Some(reads),
            readers: Vec::new(),
            writer: None,
        };
        for number in 0..READERS {
            let (connection, path, waiting) = (opened.door.reader()?, Arc::clone(&path), Arc::clone(&waiting));
            let name = format!("medfeed-read-{number}");
            store
                .readers
                .push(spawn(name, move || read(&connection, &path, &waiting))?);
        }
        if opened.writable {
            let (writes, waiting) = channel();
            store.writes = Some(writes);
            let run = move || write(&opened.connection, &path, &waiting);
            store.writer = Some(spawn("medfeed-write".to_owned(), run)?);
        }
        Ok(store)
    }
}

fn spawn(name: String, run: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>> {
    std::thread::Builder::new()
        .name(name)
        .spawn(run)
        .map_err(|error| Error::new(Kind::Internal, "the store could not start a thread").with_source(error))
}

impl Backend for Sqlite {
    fn name(&self) -> String {
        format!("sqlite {}", self.path.display())
    }

    fn read(&self, job: Box<dyn Job>) {
        send(self.reads.as_ref(), job, stopped);
    }

    fn write(&self, job: Box<dyn Job>) {
        send(self.writes.as_ref(), job, || open::refusal(&self.path));
    }

    fn try_turn(&self) -> Result<Option<Turn>> {
        if self.writes.is_none() {
            return Err(open::refusal(&self.path));
        }
        open::try_turn(&self.path)
    }
}

fn send(queue: Option<&Sender<Box<dyn Job>>>, job: Box<dyn Job>, closed: impl FnOnce() -> Error) {
    match queue {
        Some(queue) => {
            if let Err(SendError(job)) = queue.send(job) {
                job.finish(Err(stopped()));
            }
        }
        None => job.finish(Err(closed())),
    }
}

fn stopped() -> Error {
    Error::new(Kind::Internal, "the store's thread has ended")
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        // Closed queues end the threads, after what is in them. The writer is the last: only a connection that finds
        // itself alone writes the log into the file and removes it.
        self.reads = None;
        for thread in self.readers.drain(..) {
            let _ = thread.join();
        }
        self.writes = None;
        if let Some(thread) = self.writer.take() {
            let _ = thread.join();
        }
    }
}

fn read(connection: &Connection, path: &Path, waiting: &Mutex<Receiver<Box<dyn Job>>>) {
    loop {
        let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(mut job) = next else { return };
        if job.is_unwanted() {
            continue;
        }
        // One transaction: all that a job reads is of one moment.
        let begun = connection.execute_batch("BEGIN");
        if begun.is_ok() {
            // Its failure is in the job.
            let _ = job.run(&mut Session::new(connection, path));
            let _ = connection.execute_batch("ROLLBACK");
        }
        job.finish(begun.map_err(|error| sqlite_failed(&error, path)));
    }
}

fn write(connection: &Connection, path: &Path, waiting: &Receiver<Box<dyn Job>>) {
    while let Ok(mut first) = waiting.recv() {
        if first.is_unwanted() {
            continue;
        }
        if let Err(error) = connection.execute_batch("BEGIN IMMEDIATE") {
            first.finish(Err(sqlite_failed(&error, path)));
            continue;
        }
        let begun = Instant::now();
        // The first needs no savepoint, for there is nothing before it to be kept; and SQLite then copies no pages for it.
        if first.run(&mut Session::new(connection, path)).is_err() {
            roll_back(connection);
            first.finish(Ok(())); // Its failure is in the job.
            continue;
        }
        let mut done = vec![first];
        let another = |done: usize| {
            let goes_on = done < JOBS_PER_COMMIT && begun.elapsed() < TIME_PER_COMMIT;
            let mut waiting = std::iter::from_fn(|| waiting.try_recv().ok());
            goes_on.then(|| waiting.find(|job| !job.is_unwanted())).flatten()
        };
        let mut trouble = None;
        while let Some(mut job) = another(done.len()) {
            let result = run_in_savepoint(connection, path, job.as_mut());
            done.push(job);
            if result.is_err() {
                trouble = result.err();
                break;
            }
        }
        let kept = trouble.map_or_else(|| connection.execute_batch("COMMIT"), Err);
        if kept.is_err() {
            roll_back(connection);
        }
        for job in done {
            let kept = kept.as_ref().copied().map_err(|error| sqlite_failed(error, path));
            job.finish(kept);
        }
    }
}

/// Undoes the transaction, unless SQLite gave it up by itself, as with a full disk.
fn roll_back(connection: &Connection) {
    if !connection.is_autocommit() {
        // When this fails too, the next BEGIN says so.
        let _ = connection.execute_batch("ROLLBACK");
    }
}

/// Runs one job so that its failure undoes nothing of the others. An error here has undone the whole transaction.
fn run_in_savepoint(connection: &Connection, path: &Path, job: &mut dyn Job) -> rusqlite::Result<()> {
    connection.execute_batch("SAVEPOINT job")?;
    let done = job.run(&mut Session::new(connection, path));
    if done.is_err() {
        // Fails when SQLite gave up the whole transaction by itself, as with a full disk.
        connection.execute_batch("ROLLBACK TO job")?;
    }
    connection.execute_batch("RELEASE job")
}
