//! Opening a file: only one that is a store, whole, and of a version that is known.

use std::ffi::OsString;
use std::fs;
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::Access;
use super::fail::{corrupt, read_only, sqlite_failed};
use super::schema::{APPLICATION, STEPS};
use crate::error::{Error, Kind, Result};
use crate::store::backend::Turn;

/// Statements kept ready on each connection; more than there are.
const STATEMENTS: usize = 64;

/// How one file is opened, for each of the connections to it.
pub(super) struct Door {
    path: PathBuf,
    busy: Duration,
    flags: OpenFlags,
    /// What SQLite is given: the path, or an address that says more.
    name: OsString,
}

/// The first connection, and whether it may write.
pub(super) struct Opened {
    pub(super) door: Door,
    pub(super) connection: Connection,
    pub(super) writable: bool,
}

pub(super) fn open(path: &Path, access: Access, busy: Duration) -> Result<Opened> {
    if access == Access::ReadWrite && !path.try_exists().map_err(|error| unreachable_file(path, error))? {
        create(path)?;
    }
    let meta = fs::metadata(path).map_err(|error| unreachable_file(path, error))?;
    if !meta.is_file() {
        return Err(corrupt(path, "is no file"));
    }
    if meta.len() == 0 {
        // A store is put in place whole, so an empty file is none that was begun: it is what was left of one.
        return Err(corrupt(path, "is empty: remove the file to begin a new store"));
    }
    if is_cut_short(path) {
        return Err(corrupt(path, "was cut short"));
    }
    let (door, connection) = first_connection(path, access, busy)?;
    let failed = |error| sqlite_failed(&error, path);
    let writable = access == Access::ReadWrite && !connection.is_readonly("main").map_err(failed)?;
    check(&connection, path, writable)?;
    if writable {
        connection
            .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -32000;")
            .map_err(failed)?;
    }
    Ok(Opened {
        door,
        connection,
        writable,
    })
}

/// Whether the file is shorter than its header says. SQLite sees missing pages, but not a last one that is incomplete.
/// With a log beside it, what is missing may stand there.
fn is_cut_short(path: &Path) -> bool {
    let is_short = || {
        let header = read_header(path)?;
        // The largest page size, 65,536, is written as 1.
        let size = match u64::from(u16::from_be_bytes(*header.get(16..)?.first_chunk()?)) {
            1 => 65_536,
            size => size,
        };
        let pages = u64::from(u32::from_be_bytes(*header.get(28..)?.first_chunk()?));
        Some(fs::metadata(path).ok()?.len() < size * pages)
    };
    let has_log = || fs::metadata(beside(path, "-wal")).is_ok_and(|log| log.len() > 0);
    // Looked at again after the log: another process may just have written its content into the file.
    is_short() == Some(true) && !has_log() && is_short() == Some(true)
}

/// The first 32 bytes, when it is a database of SQLite.
fn read_header(path: &Path) -> Option<[u8; 32]> {
    let mut header = [0; 32];
    fs::File::open(path).ok()?.read_exact(&mut header).ok()?;
    header.starts_with(b"SQLite format 3\0").then_some(header)
}

/// A connection that can read. In a folder that cannot be written SQLite reads a file only when told that nobody
/// changes it; without a log beside it, nobody does.
fn first_connection(path: &Path, access: Access, busy: Duration) -> Result<(Door, Connection)> {
    let flags = match access {
        Access::ReadWrite => OpenFlags::SQLITE_OPEN_READ_WRITE,
        Access::ReadOnly => OpenFlags::SQLITE_OPEN_READ_ONLY,
    };
    let door = Door {
        path: path.to_owned(),
        busy,
        flags: flags | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        name: path.as_os_str().to_owned(),
    };
    match door.connect() {
        Ok(connection) => Ok((door, connection)),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::CannotOpen) && !beside(path, "-wal").exists() => {
            let Some(name) = immutable_address(path) else {
                return Err(sqlite_failed(&error, path));
            };
            let door = Door {
                name,
                flags: OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI,
                ..door
            };
            let connection = door.connect().map_err(|error| sqlite_failed(&error, path))?;
            Ok((door, connection))
        }
        Err(error) => Err(sqlite_failed(&error, path)),
    }
}

impl Door {
    fn connect(&self) -> rusqlite::Result<Connection> {
        let connection = Connection::open_with_flags(&self.name, self.flags)?;
        connection.busy_timeout(self.busy)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        // Else SQLite plans a kept statement again for each new value, at twice the cost of running it.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.execute_batch("PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY;")?;
        // The first read: whether it is a database at all shows only now.
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
        Ok(connection)
    }

    /// One more connection, which cannot write.
    pub(super) fn reader(&self) -> Result<Connection> {
        let connect = || -> rusqlite::Result<Connection> {
            let connection = self.connect()?;
            connection.execute_batch("PRAGMA query_only = ON;")?;
            Ok(connection)
        };
        connect().map_err(|error| sqlite_failed(&error, &self.path))
    }
}

/// Refuses what is not ours or newer than we are; brings what is older up to date.
fn check(connection: &Connection, path: &Path, writable: bool) -> Result<()> {
    let failed = |error| sqlite_failed(&error, path);
    let number = |pragma: &str| {
        connection
            .query_row(pragma, [], |row| row.get::<_, i32>(0))
            .map_err(failed)
    };
    if number("PRAGMA application_id")? != APPLICATION {
        return Err(corrupt(path, "is a database, but no store of medfeed"));
    }
    let version = number("PRAGMA user_version")?;
    match usize::try_from(version) {
        Ok(known) if known == STEPS.len() => Ok(()),
        Ok(older) if older < STEPS.len() && older > 0 => {
            if !writable {
                return Err(Error::new(
                    Kind::StoreReadOnly,
                    format!(
                        "the store {} is of an older version: open it once for writing, to bring it up to date",
                        path.display()
                    ),
                ));
            }
            migrate(connection).map_err(failed)
        }
        Ok(newer) if newer > STEPS.len() => Err(Error::new(
            Kind::Store,
            format!(
                "the store {} was written by a newer version of medfeed (its schema is {version}, this one knows {}); \
                 it was left as it is",
                path.display(),
                STEPS.len()
            ),
        )),
        _ => Err(corrupt(path, "has a version that never was")),
    }
}

/// All steps in one transaction: killed half-way, the file is as it was. The version is read again inside it, since
/// another process may have been faster.
fn migrate(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch("BEGIN EXCLUSIVE")?;
    let steps = || -> rusqlite::Result<()> {
        let mut version: u32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        for step in STEPS.iter().skip(usize::try_from(version).unwrap_or(usize::MAX)) {
            connection.execute_batch(step)?;
            version += 1;
        }
        connection.pragma_update(None, "user_version", version)?;
        connection.execute_batch("COMMIT")
    };
    let done = steps();
    if done.is_err() && !connection.is_autocommit() {
        connection.execute_batch("ROLLBACK")?;
    }
    done
}

/// Makes a new store beside and links it into place whole: killed at any instant, there is a store or there is none.
fn create(path: &Path) -> Result<()> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let new = beside(path, &format!(".new-{}-{count}", std::process::id()));
    let made = fill(&new).map_err(|error| sqlite_failed(&error, path)).and_then(|()| {
        match fs::hard_link(&new, path) {
            // Another process was faster: its store is as good.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
            // A file system without links.
            Err(_) if !path.exists() => fs::rename(&new, path),
            linked => linked,
        }
        .map_err(|error| unreachable_file(path, error))
    });
    // Gone already when it was renamed; left over it harms nobody.
    let _ = fs::remove_file(&new);
    made
}

fn fill(path: &Path) -> rusqlite::Result<()> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.pragma_update(None, "application_id", APPLICATION)?;
    migrate(&connection)?;
    connection.execute_batch("PRAGMA journal_mode = WAL;")?;
    connection.close().map_err(|(_, error)| error)
}

fn unreachable_file(path: &Path, error: std::io::Error) -> Error {
    Error::new(
        Kind::Store,
        format!("the store {} cannot be reached: {error}", path.display()),
    )
    .with_source(error)
}

/// The path with this at its end.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// The path as an address that says nobody changes the file. `None` when it is not UTF-8.
fn immutable_address(path: &Path) -> Option<OsString> {
    let mut address = String::from("file:");
    for character in path.to_str()?.chars() {
        match character {
            '%' => address.push_str("%25"),
            '?' => address.push_str("%3f"),
            '#' => address.push_str("%23"),
            other => address.push(other),
        }
    }
    address.push_str("?immutable=1");
    Some(address.into())
}

/// The absolute path, so that no name is special to SQLite and a later change of folder changes nothing.
pub(super) fn absolute(path: &Path) -> Result<PathBuf> {
    std::path::absolute(path).map_err(|error| unreachable_file(path, error))
}

/// The lock on a file beside the store: the system takes it back when its holder dies, however that happens. The file
/// itself stays, for removing it would let two holders lock two files of one name. It is not the store's own file: to
/// close that once more than SQLite does would undo SQLite's own locks.
pub(super) fn try_turn(path: &Path) -> Result<Option<Turn>> {
    let file = fs::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(beside(path, "-update"))
        .map_err(|error| unreachable_file(path, error))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Turn::new(file))),
        Err(fs::TryLockError::WouldBlock) => Ok(None),
        // A file system without locks: then two processes may ask one feed, and no more harm is done.
        Err(fs::TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => Ok(Some(Turn::new(file))),
        Err(fs::TryLockError::Error(error)) => Err(unreachable_file(path, error)),
    }
}

/// Why nothing is written, for a store that can only be read.
pub(super) fn refusal(path: &Path) -> Error {
    read_only(path)
}
