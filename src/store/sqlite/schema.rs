//! The tables, by version.

/// `PRAGMA application_id`: "medf". A file with another one is not ours.
pub(super) const APPLICATION: i32 = 0x6D65_6466;

/// What leads from each version (`PRAGMA user_version`) to the next. Steps are only ever added.
pub(super) const STEPS: [&str; 3] = [FIRST, SECOND, THIRD];

/// Items are kept whole, as JSON; columns hold what is filtered and sorted by. Numbers follow the order of arrival.
/// Moments are microseconds since 1970. The full-text index holds no text of its own, only where each word stands;
/// what it is fed is cut into words already, hence the plainest tokenizer.
const FIRST: &str = "
CREATE TABLE sources (
    number INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    followed INTEGER NOT NULL,
    gone INTEGER NOT NULL,
    next_due INTEGER,
    kind TEXT NOT NULL,
    language TEXT,
    source TEXT NOT NULL,
    state TEXT NOT NULL
);
CREATE TABLE stories (
    number INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    founded INTEGER NOT NULL,
    date INTEGER NOT NULL
);
CREATE INDEX stories_by_date ON stories (date DESC, id);
CREATE TABLE items (
    number INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    source BLOB NOT NULL,
    story INTEGER NOT NULL,
    date INTEGER NOT NULL,
    language TEXT,
    item TEXT NOT NULL
);
CREATE INDEX items_by_story ON items (story, date);
CREATE INDEX items_by_source ON items (source, date DESC, number);
CREATE TABLE tags (
    item INTEGER NOT NULL,
    specialty TEXT NOT NULL,
    confidence REAL NOT NULL,
    PRIMARY KEY (item, specialty)
) WITHOUT ROWID;
CREATE TABLE signals (
    item INTEGER NOT NULL,
    kind TEXT NOT NULL,
    PRIMARY KEY (item, kind)
) WITHOUT ROWID;
CREATE TABLE keys (
    key INTEGER NOT NULL,
    item INTEGER NOT NULL,
    PRIMARY KEY (key, item)
) WITHOUT ROWID;
CREATE TABLE relations (
    from_item BLOB NOT NULL,
    to_item BLOB NOT NULL,
    kind TEXT NOT NULL,
    relation TEXT NOT NULL,
    PRIMARY KEY (from_item, to_item, kind)
) WITHOUT ROWID;
CREATE INDEX relations_by_target ON relations (to_item);
CREATE VIRTUAL TABLE search USING fts5 (
    title, text, content = '', contentless_delete = 1, tokenize = 'ascii'
);
";

/// What every poll changes, apart from what few do: a poll without news writes three numbers, not the whole state. Where
/// one is there, it counts before the same time in `sources.state`.
const SECOND: &str = "
CREATE TABLE polls (
    source INTEGER PRIMARY KEY,
    next_due INTEGER,
    last_polled INTEGER,
    last_success INTEGER
);
INSERT INTO polls (source, next_due) SELECT number, next_due FROM sources;
ALTER TABLE sources DROP COLUMN next_due;
";

/// The facets of items, found by item and by facet. What was stored before has none until it is tagged again.
const THIRD: &str = "
CREATE TABLE facets (
    item INTEGER NOT NULL,
    facet TEXT NOT NULL,
    confidence REAL NOT NULL,
    PRIMARY KEY (item, facet)
) WITHOUT ROWID;
CREATE INDEX facets_by_facet ON facets (facet, confidence);
";
