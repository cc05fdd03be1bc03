//! A digest as JSON, for another program; [`Digest::from_json`] reads it back.

use super::Digest;
use crate::error::{Error, Result};

impl Digest {
    /// The digest as pretty JSON, `"schema": "medfeed-digest-1"`.
    ///
    /// # Errors
    /// None for a digest that [`compose`](Self::compose) made; a host's own data may hold what JSON cannot.
    pub fn to_json(&self) -> Result<String> {
        serde_json::to_string_pretty(self)
            .map_err(|cause| Error::invalid(format!("the digest cannot be written as JSON: {cause}")))
    }
}
