//! [`Limits`]: every bound on size, depth, count and time, in one place.

use std::time::Duration;

/// Every bound the crate keeps, with safe defaults.
///
/// Past a bound there is a clear error ([`Error::is_too_large`](crate::Error::is_too_large),
/// [`is_timeout`](crate::Error::is_timeout)) or a partial result with a
/// [`Warning`](crate::Warning): never a silent cut, a hang or a panic.
///
/// ```
/// let limits = medfeed::Limits { max_entries: 500, ..medfeed::Limits::default() };
/// assert!(limits.max_body_bytes > 9_000_000, "real journal feeds reach 9 MB");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    // -- a request
    /// Decoded bytes of one body; counted while it streams. Default 16 MiB.
    pub max_body_bytes: usize,
    /// One deadline for a whole request: redirects, headers and body. Default 20 s.
    pub request_deadline: Duration,
    /// How long connecting may take, within the deadline. Default 10 s.
    pub connect_timeout: Duration,
    /// Redirects followed in one request. Default 5.
    pub max_redirects: usize,
    /// Bytes of all response headers together. Default 64 KiB.
    pub max_header_bytes: usize,
    /// Bytes of a body that are held without further ado. Default 1 MiB: most feeds are smaller. A larger body
    /// needs one of [`max_large_bodies`](Self::max_large_bodies) places to be read on.
    pub free_body_bytes: usize,
    /// Bodies past [`free_body_bytes`](Self::free_body_bytes) under way at once in one fetcher. Default 4. So 64 requests
    /// hold 64 MiB and four large bodies, where they could hold 1 GiB. Waiting for a place costs a request nothing of its
    /// deadline, but not more than 30 deadlines; whoever has a place loses it at its own deadline.
    pub max_large_bodies: usize,
    /// Addresses asked when the feeds of one page are looked for ([`Discovery`](crate::Discovery)), the page itself not
    /// counted; those beyond are counted and left out. Default 10.
    pub max_discovered: usize,

    // -- a document
    /// Nested elements in one document. Default 200. feed-rs recurses, so this guards the stack.
    pub max_depth: usize,
    /// Entries read from one document; the first ones are kept, with a warning. Default 20,000.
    pub max_entries: usize,
    /// Elements in one entry (or in the feed's own part). Default 5,000.
    pub max_elements_per_entry: usize,
    /// Attributes on one element. Default 500.
    pub max_attributes: usize,
    /// Bytes of text in one field; longer ones are shortened with a warning. Default 1 MiB.
    pub max_text_bytes: usize,
    /// Media attachments kept of one entry. Default 100.
    pub max_media_per_entry: usize,
    /// Warnings kept of one document; one more says how many were left out. Default 1,000.
    pub max_warnings: usize,
    /// Nested HTML elements before sanitising or reading as text; deeper HTML is treated as plain text. Default 200.
    pub max_html_depth: usize,
    /// Outlines read from one OPML file. Default 50,000.
    pub max_outlines: usize,

    // -- a run
    /// Requests under way at once. Default 64: measured fastest on two cores (256 is slower), and as
    /// [`max_large_bodies`](Self::max_large_bodies) bounds the memory of large bodies, no more is held than with fewer.
    pub max_concurrent_requests: usize,
    /// Requests under way at once to one host. Default 2.
    pub max_concurrent_per_host: usize,
    /// Least time between two requests to one host. Default 250 ms.
    pub host_spacing: Duration,
    /// Bytes of bodies that may wait between fetching and parsing. Default 64 MiB.
    pub max_queued_bytes: usize,
    /// How long an update waits for another one of the same store, in this process or another. Default 15 min.
    pub update_patience: Duration,

    // -- when to poll
    /// How long a source rests after a good answer, when its publisher says nothing and its rhythm is not known; also
    /// the shortest rest of a source that cannot be asked conditionally. Default 1 h.
    pub default_interval: Duration,
    /// The shortest rest between two polls of one source, whatever anybody says. Default 15 min.
    pub min_interval: Duration,
    /// The longest rest between two polls, whatever the publisher or back-off say. Default 7 days.
    pub max_interval: Duration,
    /// Whether a source is asked as often as fits its own [`Rhythm`](crate::Rhythm). When false, every source without
    /// an [interval of its own](crate::Source::with_interval) rests [`default_interval`](Self::default_interval), or
    /// longer where its publisher asks for it. Default true.
    pub adaptive: bool,
    /// The longest rest that a source's rhythm may lead to by itself. Default 7 days: a monthly journal is asked twice a
    /// week, one that stopped years ago once a week.
    pub max_adaptive_interval: Duration,
    /// The same for sources whose news must not wait, however rare it is: recalls and safety alerts, public-health
    /// notices, retractions, guidelines. Default 24 h: one conditional request a day is little, and what they publish is
    /// in the digest of its day.
    pub max_alert_interval: Duration,
    /// From this many decoded bytes on a feed is large: without validators each poll transfers all of it. Default
    /// 256 KiB: asked every hour that would be 6 MiB a day for one reader, and few feeds of 50 entries reach it.
    pub large_body_bytes: u64,
    /// The shortest rest of a large feed without validators. Default 24 h.
    pub large_body_interval: Duration,

    // -- a query or digest
    /// Stories in one answer. Default 1,000.
    pub max_page: usize,
    /// Items looked at when one item is compared with what is stored. Default 64.
    pub max_candidates: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_body_bytes: 16 << 20,
            request_deadline: Duration::from_secs(20),
            connect_timeout: Duration::from_secs(10),
            max_redirects: 5,
            max_header_bytes: 64 << 10,
            free_body_bytes: 1 << 20,
            max_large_bodies: 4,
            max_discovered: 10,
            max_depth: 200,
            max_entries: 20_000,
            max_elements_per_entry: 5_000,
            max_attributes: 500,
            max_text_bytes: 1 << 20,
            max_media_per_entry: 100,
            max_warnings: 1_000,
            max_html_depth: 200,
            max_outlines: 50_000,
            max_concurrent_requests: 64,
            max_concurrent_per_host: 2,
            host_spacing: Duration::from_millis(250),
            max_queued_bytes: 64 << 20,
            update_patience: Duration::from_secs(15 * 60),
            default_interval: Duration::from_secs(60 * 60),
            min_interval: Duration::from_secs(15 * 60),
            max_interval: Duration::from_secs(7 * 24 * 60 * 60),
            adaptive: true,
            max_adaptive_interval: Duration::from_secs(7 * 24 * 60 * 60),
            max_alert_interval: Duration::from_secs(24 * 60 * 60),
            large_body_bytes: 256 << 10,
            large_body_interval: Duration::from_secs(24 * 60 * 60),
            max_page: 1_000,
            max_candidates: 64,
        }
    }
}
