//! Stable ids: the same over polls, runs and machines.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::error::{Error, Result};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        ///
        /// 128 bits of a SHA-256, written as 32 hexadecimal digits: nobody can craft a feed whose ids collide with
        /// another's.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(u128);

        impl $name {
            /// The id as 16 bytes, for a host's own database.
            #[must_use]
            pub fn to_bytes(self) -> [u8; 16] {
                self.0.to_be_bytes()
            }

            /// The id from its 16 bytes.
            #[must_use]
            pub fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(u128::from_be_bytes(bytes))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(out, "{:032x}", self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(out, concat!(stringify!($name), "({:032x})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self> {
                let digits = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
                digits
                    .then(|| u128::from_str_radix(text, 16).ok().map(Self))
                    .flatten()
                    .ok_or_else(|| Error::invalid("an id is 32 hexadecimal digits"))
            }
        }

        impl TryFrom<String> for $name {
            type Error = Error;

            fn try_from(text: String) -> Result<Self> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }
    };
}

id! {
    /// A source's id: of the address it was first followed at; a later move keeps it.
    SourceId
}
id! {
    /// An item's id: of its source and of what identifies it there (guid, else link, else its text).
    ItemId
}
id! {
    /// A story's id: of the item that founded it. When two stories turn out to be one, the older keeps its id.
    StoryId
}

impl SourceId {
    /// The id of a source that was first followed at this address.
    pub(crate) fn of(parts: &[&str]) -> Self {
        Self(hash_of(parts))
    }
}

impl ItemId {
    /// The id of an item: its source's id and its key there.
    pub(crate) fn of(parts: &[&str]) -> Self {
        Self(hash_of(parts))
    }
}

/// The first 128 bits of the SHA-256 of these parts. Each is preceded by its length, so `["ab", "c"]` and
/// `["a", "bc"]` differ.
fn hash_of(parts: &[&str]) -> u128 {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    let digest: [u8; 32] = hasher.finalize().into();
    digest
        .iter()
        .take(16)
        .fold(0, |bits, byte| bits << 8 | u128::from(*byte))
}

impl StoryId {
    /// The id of the story that this item founds.
    #[must_use]
    pub fn founded_by(item: ItemId) -> Self {
        Self(item.0)
    }
}

/// A 64-bit hash that is the same on every machine and in every version (XXH3), for look-up keys.
///
/// Not for identity: whatever is found by it is compared in full.
#[must_use]
pub fn stable_hash(bytes: &[u8]) -> u64 {
    xxhash_rust::xxh3::xxh3_64(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_pinned() {
        // A change here would orphan every stored item.
        assert_eq!(ItemId::of(&["a", "b"]).to_string(), ItemId::of(&["a", "b"]).to_string());
        assert_ne!(ItemId::of(&["ab", "c"]), ItemId::of(&["a", "bc"]));
        let id = SourceId::of(&["https://example.org/feed"]);
        assert_eq!(id.to_string().parse::<SourceId>().unwrap(), id);
        assert_eq!(SourceId::from_bytes(id.to_bytes()), id);
        assert_eq!(id.to_string(), "8f07fed17f4c0a6a5d95200ef5105fad");
        assert_eq!(stable_hash(b"medfeed"), 8_608_993_807_427_008_271);
        assert!("+f07fed17f4c0a6a5d95200ef5105fad".parse::<SourceId>().is_err());
    }
}
