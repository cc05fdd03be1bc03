//! The header fields of one hop: what is sent where, and what is not.
//!
//! Guided by: RFC 9110 8.8 and 13 (validators and conditions), RFC 3229 with the `feed` manipulation (`A-IM`), RFC 9110
//! 15.4 (what must not go along a redirect).

use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, RANGE,
};
use url::Url;

use super::FetchRequest;
use super::coding::ACCEPTED_CODINGS;
use super::request::ACCEPT_FEEDS;
use crate::error::{Error, Result};

/// Fields that frame the message, or that the client decides on: a host cannot set them. `if-…` and `proxy-…` besides.
const NOT_FOR_HOSTS: [&str; 13] = [
    "a-im",
    "accept-encoding",
    "connection",
    "content-length",
    "expect",
    "host",
    "http2-settings",
    "keep-alive",
    "range",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// What a whole request sends, made ready once.
pub(super) struct Outgoing<'a> {
    request: &'a FetchRequest,
    /// For every hop.
    accept: HeaderValue,
    range: Option<HeaderValue>,
    /// For the origin of the request only, in place of ours of the same name.
    own: HeaderMap,
    etag: Option<HeaderValue>,
    last_modified: Option<HeaderValue>,
    left_home: bool,
    hops: usize,
    /// What else is asked for.
    kind: Wanted,
}

/// What the answer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// A document as a whole; of a feed, the new part alone will do.
    Document,
    /// A download, or a part of one.
    Stream,
}

/// The fields of one hop.
pub(super) struct HopHeaders {
    pub(super) fields: HeaderMap,
    /// Whether the server may answer 304.
    pub(super) conditional: bool,
    /// Whether the server may answer 206.
    pub(super) partial: bool,
}

/// Fields of a common request, the client's own name included: no map needs to grow for them.
const FIELDS: usize = 6;

impl<'a> Outgoing<'a> {
    /// # Errors
    /// `is_invalid`, when a field cannot stand in a header or is not for the host to set; when a document is asked for in
    /// part.
    pub(super) fn new(request: &'a FetchRequest, kind: Wanted) -> Result<Self> {
        let accept = if request.accept == ACCEPT_FEEDS {
            HeaderValue::from_static(ACCEPT_FEEDS)
        } else {
            HeaderValue::from_str(&request.accept)
                .map_err(|_| Error::invalid("the accepted types must be visible ASCII, for they stand in a header"))?
        };
        let mut range = None;
        if let Some((first, last)) = request.range {
            if kind == Wanted::Document {
                return Err(Error::invalid(
                    "a document is read whole: a part can only be asked for with open()",
                ));
            }
            let bytes = match last {
                Some(last) if last < first => return Err(Error::invalid("the range ends before it begins")),
                Some(last) => format!("bytes={first}-{last}"),
                None => format!("bytes={first}-"),
            };
            range = Some(HeaderValue::from_str(&bytes).map_err(|_| Error::invalid("the range is none"))?);
        }
        // Bytes that cannot have come in a header cannot be sent back in one.
        let exact = |value: &Option<Vec<u8>>| value.as_deref().and_then(|value| HeaderValue::from_bytes(value).ok());
        Ok(Self {
            request,
            accept,
            range,
            own: own_fields(request)?,
            etag: exact(&request.validators.etag),
            last_modified: exact(&request.validators.last_modified),
            left_home: false,
            hops: 0,
            kind,
        })
    }

    /// The fields for the next hop, which goes to this address. Nothing is made up: no validator, no condition.
    pub(super) fn hop(&mut self, url: &Url) -> HopHeaders {
        let first = self.hops == 0;
        self.hops += 1;
        self.left_home |= !first && !same_origin(url, &self.request.url);
        let mut fields = HeaderMap::with_capacity(FIELDS);
        fields.insert(ACCEPT, self.accept.clone());
        let codings = if self.range.is_some() {
            "identity"
        } else {
            ACCEPTED_CODINGS
        };
        fields.insert(ACCEPT_ENCODING, HeaderValue::from_static(codings));
        if let Some(range) = &self.range {
            fields.insert(RANGE, range.clone());
        }
        if !self.left_home && !self.own.is_empty() {
            for name in self.own.keys() {
                fields.remove(name);
            }
            for (name, value) in &self.own {
                fields.append(name, value.clone());
            }
        }
        let partial = self.range.is_some();
        // A redirect may lead to where they came from only when that was another address than the one first asked.
        let theirs = match &self.request.validators_for {
            Some(address) => same_place(url, address),
            None => first,
        };
        let mut conditional = false;
        if theirs && partial {
            if let Some(validator) = self.if_range() {
                fields.insert(IF_RANGE, validator);
            }
        } else if theirs {
            if let Some(etag) = &self.etag {
                conditional = true;
                fields.insert(IF_NONE_MATCH, etag.clone());
                if self.kind == Wanted::Document {
                    fields.insert(HeaderName::from_static("a-im"), HeaderValue::from_static("feed"));
                }
            }
            if let Some(last_modified) = &self.last_modified {
                conditional = true;
                fields.insert(IF_MODIFIED_SINCE, last_modified.clone());
            }
        }
        HopHeaders {
            fields,
            conditional,
            partial,
        }
    }

    /// RFC 9110 13.1.5: a strong `ETag`, else the date.
    fn if_range(&self) -> Option<HeaderValue> {
        match &self.etag {
            Some(etag) => etag.as_bytes().starts_with(b"\"").then(|| etag.clone()),
            None => self.last_modified.clone(),
        }
    }
}

/// Same origin and path. Queries may differ.
fn same_place(a: &Url, b: &Url) -> bool {
    same_origin(a, b) && a.path() == b.path()
}

/// The same scheme, host and port; both addresses are http or https.
fn same_origin(a: &Url, b: &Url) -> bool {
    a.scheme() == b.scheme() && a.host_str() == b.host_str() && a.port_or_known_default() == b.port_or_known_default()
}

/// Whether a field of the host's can be sent.
pub(crate) fn check_own_field(name: &str, value: &str) -> Result<()> {
    let nowhere = Url::parse("http://example.org/").map_err(|error| Error::invalid(error.to_string()))?;
    own_fields(&FetchRequest::new(nowhere).with_header(name, value)).map(drop)
}

/// The host's own fields, marked as sensitive so that no library shows them.
fn own_fields(request: &FetchRequest) -> Result<HeaderMap> {
    let mut own = HeaderMap::new(); // It sets nothing aside until there is one.
    for (name, value) in request.headers.iter() {
        // Neither message holds the value, nor a name that may be a value in the wrong place.
        let field = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| Error::invalid("a header field of the request has no proper name"))?;
        let text = field.as_str();
        if NOT_FOR_HOSTS.contains(&text) || text.starts_with("if-") || text.starts_with("proxy-") {
            return Err(Error::invalid(format!("the header field {text} is the client's own")));
        }
        let mut value = HeaderValue::from_bytes(value)
            .map_err(|_| Error::invalid(format!("the value of the header field {text} cannot stand in a header")))?;
        value.set_sensitive(true);
        own.append(field, value);
    }
    Ok(own)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn own_fields_are_sensitive_so_that_no_library_shows_them() {
        let url: Url = "https://example.org/feed".parse().unwrap();
        let request = FetchRequest::new(url.clone()).with_header("x-api-key", "SEKRIT");
        let hop = Outgoing::new(&request, Wanted::Document).unwrap().hop(&url);
        assert!(hop.fields.get("x-api-key").unwrap().is_sensitive());
        assert!(!format!("{:?}", hop.fields).contains("SEKRIT"));
    }
}
