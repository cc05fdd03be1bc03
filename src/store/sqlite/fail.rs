//! What went wrong in SQLite, in words, always naming the file.

use std::path::Path;

use rusqlite::{Error as SqliteError, ErrorCode};

use crate::error::{Error, Kind};

/// A failure inside a primitive.
pub(super) enum Trouble {
    Sqlite(SqliteError),
    /// What is stored cannot be read back, or a value cannot be written.
    Json(serde_json::Error),
}

impl From<SqliteError> for Trouble {
    fn from(error: SqliteError) -> Self {
        Self::Sqlite(error)
    }
}

impl From<serde_json::Error> for Trouble {
    fn from(error: serde_json::Error) -> Self {
        Self::Json(error)
    }
}

impl Trouble {
    pub(super) fn at(&self, path: &Path) -> Error {
        match self {
            Self::Sqlite(error) => sqlite_failed(error, path),
            Self::Json(error) => {
                corrupt(path, "holds something that cannot be read back").with_source(error.to_string())
            }
        }
    }
}

pub(super) fn sqlite_failed(error: &SqliteError, path: &Path) -> Error {
    let shown = path.display();
    let known = match error {
        SqliteError::SqliteFailure(failure, _) => match failure.code {
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Error::new(
                Kind::StoreLocked,
                format!("the store {shown} is locked: another process has been writing to it for too long"),
            ),
            ErrorCode::ReadOnly => read_only(path),
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => {
                corrupt(path, "is damaged, cut short, or no store of medfeed")
            }
            ErrorCode::DiskFull => Error::new(
                Kind::Store,
                format!("the disk is full: the store {shown} could not grow; what it held is unharmed"),
            ),
            ErrorCode::CannotOpen => Error::new(
                Kind::Store,
                format!("the store {shown} cannot be opened: does its folder exist, and may it be used?"),
            ),
            ErrorCode::PermissionDenied | ErrorCode::AuthorizationForStatementDenied => Error::new(
                Kind::Store,
                format!("the store {shown} may not be used: permission denied"),
            ),
            _ => Error::new(Kind::Store, format!("the store {shown} failed: {error}")),
        },
        SqliteError::FromSqlConversionFailure(..)
        | SqliteError::InvalidColumnType(..)
        | SqliteError::IntegralValueOutOfRange(..)
        | SqliteError::QueryReturnedNoRows => corrupt(path, "holds something that cannot be read back"),
        _ => Error::new(Kind::Store, format!("the store {shown} failed: {error}")),
    };
    known.with_source(error.to_string())
}

pub(super) fn corrupt(path: &Path, what: &str) -> Error {
    Error::new(
        Kind::StoreCorrupt,
        format!("the store {} {what}; it was left as it is", path.display()),
    )
}

pub(super) fn read_only(path: &Path) -> Error {
    Error::new(
        Kind::StoreReadOnly,
        format!("the store {} can only be read", path.display()),
    )
}
