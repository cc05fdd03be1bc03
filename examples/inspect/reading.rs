//! Parsing and tagging one document, away from the rest of the run.

use medfeed::{Error, Feed, Limits, Signals, SourceKind, Tagger, parse_with, redacted};

use super::documents::Loaded;

/// The stack a document is read on: that of an async runtime's worker, where the aggregator reads it.
const STACK_BYTES: usize = 2 << 20;

/// A document that was read as a feed.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) feed: Feed,
    /// Bytes of the document.
    pub(crate) bytes: usize,
}

/// Why a document was not read as a feed.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) reason: Reason,
    pub(crate) message: String,
    /// Addresses of feeds that an HTML page names.
    pub(crate) alternate_feeds: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reason {
    NotAFeed,
    Parse,
    TooLarge,
    /// There are no bytes: no such file, no answer.
    Unreadable,
    Panicked,
}

impl Reason {
    /// The `error_kind` of the JSON form; those without one are not about the document's bytes.
    pub(crate) fn code(self) -> Option<&'static str> {
        match self {
            Self::NotAFeed => Some("not-a-feed"),
            Self::Parse => Some("parse"),
            Self::TooLarge => Some("too-large"),
            Self::Unreadable | Self::Panicked => None,
        }
    }

    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::NotAFeed => "not a feed",
            Self::Parse => "cannot be parsed",
            Self::TooLarge => "too large",
            Self::Unreadable => "cannot be read",
            Self::Panicked => "panicked",
        }
    }
}

impl Failure {
    pub(crate) fn new(reason: Reason, message: impl Into<String>) -> Self {
        Self {
            reason,
            message: message.into(),
            alternate_feeds: Vec::new(),
        }
    }

    pub(crate) fn of(error: &Error) -> Self {
        let reason = if error.is_not_a_feed() {
            Reason::NotAFeed
        } else if error.is_parse() {
            Reason::Parse
        } else if error.is_too_large() {
            Reason::TooLarge
        } else {
            Reason::Unreadable
        };
        Self {
            alternate_feeds: alternate_feeds(error),
            ..Self::new(reason, error.to_string())
        }
    }
}

/// The feeds that a page names instead of being one.
fn alternate_feeds(error: &Error) -> Vec<String> {
    error.alternate_feeds().iter().map(redacted).collect()
}

/// Parses a document; with `tags`, gives its items specialties and signals too.
pub(crate) fn read(loaded: &Loaded, limits: &Limits, tags: bool) -> Result<Reading, Failure> {
    on_a_small_stack(|| {
        let content_type = loaded.content_type.as_deref();
        // The document is named in the output already.
        let mut feed = parse_with(&loaded.bytes, &loaded.base, content_type, limits)
            .map_err(|error| Failure::of(&error.without_url()))?;
        if tags {
            let tagger = Tagger::builtin();
            for item in &mut feed.items {
                item.tags = tagger.tag(item);
                item.facets = tagger.facets(item);
                item.signals = Signals::detect(item, SourceKind::default());
            }
        }
        let bytes = loaded.bytes.len();
        Ok(Reading { feed, bytes })
    })
}

/// Runs a step on a thread with 2 MiB of stack. A panic in it ends that thread and is reported, not the run.
pub(crate) fn on_a_small_stack<T: Send>(step: impl FnOnce() -> Result<T, Failure> + Send) -> Result<T, Failure> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .name("reading".to_owned())
            .stack_size(STACK_BYTES)
            .spawn_scoped(scope, step)
            .map_err(|cause| Failure::new(Reason::Unreadable, format!("no thread to read it on: {}", cause.kind())))?;
        thread
            .join()
            .unwrap_or_else(|_| Err(Failure::new(Reason::Panicked, "panicked")))
    })
}
