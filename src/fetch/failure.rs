//! A failure of the HTTP client as an [`Error`] of ours.

use std::error::Error as StdError;

use super::guard::RefusedName;
use crate::error::{Error, Kind};

/// What the TLS library says first when a certificate does not hold: unknown issuer, wrong name, expired, revoked. Its
/// error type is not ours to name; `tests/network/h22_…` notices when the words change.
const BAD_CERTIFICATE: &str = "invalid peer certificate";

/// The HTTP library says this of too many or too long headers.
const HEAD_TOO_LARGE: &str = "message head is too large";

/// An error of the client as one of ours: the guard's refusals, time-outs and certificates are found in its causes. Its
/// own address is taken out, for it may hold secrets and its `Display` shows them.
pub(super) fn client_error(error: reqwest::Error, otherwise: Kind, message: &str) -> Error {
    let error = error.without_url();
    let mut cause: Option<&(dyn StdError + 'static)> = Some(&error);
    let (mut too_large, mut certificate) = (false, false);
    while let Some(current) = cause {
        if current.is::<RefusedName>() {
            return Error::new(Kind::RefusedAddress, RefusedName.to_string());
        }
        let text = current.to_string();
        too_large |= text == HEAD_TOO_LARGE;
        certificate |= text.starts_with(BAD_CERTIFICATE);
        cause = current.source();
    }
    let (kind, message) = if error.is_timeout() {
        (Kind::Timeout, "the host could not be reached in time")
    } else if too_large {
        (Kind::TooLarge, "there are too many headers")
    } else if certificate {
        (Kind::Certificate, "the certificate of the host does not hold")
    } else {
        (otherwise, message)
    };
    Error::new(kind, message).with_source(error)
}
