//! The primitives, on one connection inside a transaction.

use std::path::Path;

use jiff::Timestamp;
use rusqlite::types::{FromSql, ValueRef};
use rusqlite::{Connection, OptionalExtension as _, Params, Row, params, params_from_iter};
use serde::de::DeserializeOwned;

use super::fail::Trouble;
use super::select::Select;
use crate::cluster::{Candidate, lookup_keys};
use crate::error::Result;
use crate::model::{Health, Item, ItemId, PollState, Relation, RelationKind, SourceId, StoryId};
use crate::query::{Cursor, Query, microseconds, search_words};
use crate::store::backend::{Kept, Record, Transaction, View};
use crate::store::{Due, DueRange, Found, PollTimes, SourceStatus, StoreCounts};

pub(super) struct Session<'connection> {
    connection: &'connection Connection,
    path: &'connection Path,
    /// Texts to be indexed. FTS5 writes what it has gathered at each statement that could fail half-way; one text
    /// between two such statements costs several times as much as many in a row.
    unindexed: Vec<Text>,
    unindexed_bytes: usize,
}

/// Gathered texts that are indexed before more come.
const MAX_UNINDEXED_BYTES: usize = 4 << 20;

/// What the index is to hold of an item.
struct Text {
    number: i64,
    is_known: bool,
    title: String,
    text: String,
}

impl<'connection> Session<'connection> {
    pub(super) fn new(connection: &'connection Connection, path: &'connection Path) -> Self {
        Self {
            connection,
            path,
            unindexed: Vec::new(),
            unindexed_bytes: 0,
        }
    }

    fn with<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Trouble>) -> Result<T> {
        work(self.connection).map_err(|trouble| trouble.at(self.path))
    }
}

/// All rows, each read by `read`.
fn rows<T>(
    connection: &Connection,
    sql: &str,
    parameters: impl Params,
    mut read: impl FnMut(&Row<'_>) -> Result<T, Trouble>,
) -> Result<Vec<T>, Trouble> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(parameters)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(read(row)?);
    }
    Ok(all)
}

/// The first row, where there is one.
fn first<T>(
    connection: &Connection,
    sql: &str,
    parameters: impl Params,
    read: impl FnOnce(&Row<'_>) -> Result<T, Trouble>,
) -> Result<Option<T>, Trouble> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(parameters)?;
    rows.next()?.map(read).transpose()
}

fn run(connection: &Connection, sql: &str, parameters: impl Params) -> Result<usize, Trouble> {
    Ok(connection.prepare_cached(sql)?.execute(parameters)?)
}

fn json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> Result<T, Trouble> {
    let text = row.get_ref(column)?.as_str().map_err(rusqlite::Error::from)?;
    Ok(serde_json::from_str(text)?)
}

fn value<T: FromSql>(connection: &Connection, sql: &str, parameters: impl Params) -> Result<Option<T>, Trouble> {
    Ok(connection
        .prepare_cached(sql)?
        .query_row(parameters, |row| row.get(0))
        .optional()?)
}

fn count(connection: &Connection, sql: &str) -> Result<usize, Trouble> {
    let count: i64 = value(connection, sql, [])?.unwrap_or_default();
    Ok(usize::try_from(count).unwrap_or_default())
}

/// Reads columns source, state, `next_due`, `last_polled`, `last_success`.
fn status(row: &Row<'_>) -> Result<SourceStatus, Trouble> {
    let mut status = SourceStatus::new(json(row, 0)?, json(row, 1)?);
    times(row)?.put_into(&mut status.state);
    Ok(status)
}

fn times(row: &Row<'_>) -> Result<PollTimes, Trouble> {
    Ok(PollTimes {
        next_due: moment(row, 2)?,
        last_polled: moment(row, 3)?,
        last_success: moment(row, 4)?,
    })
}

fn moment(row: &Row<'_>, column: usize) -> Result<Option<Timestamp>, Trouble> {
    let microseconds: Option<i64> = row.get(column)?;
    // What is out of range was not written by us: then a time of the state counts, where an older version wrote one there.
    Ok(microseconds.and_then(|at| Timestamp::from_microsecond(at).ok()))
}

fn at_most(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

impl View for Session<'_> {
    fn source(&self, id: SourceId) -> Result<Option<Kept>> {
        let sql = "SELECT s.source, s.state, p.next_due, p.last_polled, p.last_success, s.followed \
                   FROM sources s LEFT JOIN polls p ON p.source = s.number WHERE s.id = ?1";
        self.with(|connection| {
            first(connection, sql, [id.to_bytes()], |row| {
                Ok(Kept {
                    status: status(row)?,
                    followed: row.get(5)?,
                })
            })
        })
    }

    fn sources(&self) -> Result<Vec<SourceStatus>> {
        let sql = "SELECT s.source, s.state, p.next_due, p.last_polled, p.last_success \
                   FROM sources s LEFT JOIN polls p ON p.source = s.number WHERE s.followed ORDER BY s.number";
        self.with(|connection| rows(connection, sql, [], status))
    }

    fn due(&self, range: DueRange) -> Result<Vec<Found>> {
        let sql = "SELECT s.source, s.state, p.next_due, p.last_polled, p.last_success, s.number \
                   FROM sources s LEFT JOIN polls p ON p.source = s.number WHERE s.followed AND NOT s.gone \
                   AND (p.next_due IS NULL OR p.next_due <= ?1 OR p.next_due > ?2)";
        // Sorted here, by the numbers alone: SQLite would carry the texts along.
        let mut order: Vec<(Option<i64>, i64, usize)> = Vec::new();
        let found = |row: &Row<'_>| {
            let (next_due, number) = (row.get(2)?, row.get(5)?);
            let due = Due::Json {
                row: number,
                source: row.get(0)?,
                state: row.get(1)?,
                times: times(row)?,
            };
            order.push((next_due, number, order.len()));
            Ok(Some(range.found(next_due, due)))
        };
        let mut all = self.with(|connection| rows(connection, sql, [range.soon, range.absurd], found))?;
        order.sort_unstable();
        let places = order.into_iter().map(|(.., place)| place);
        Ok(places
            .filter_map(|place| all.get_mut(place).and_then(Option::take))
            .collect())
    }

    fn item(&self, id: ItemId) -> Result<Option<Item>> {
        let sql = "SELECT item FROM items WHERE id = ?1";
        self.with(|connection| first(connection, sql, [id.to_bytes()], |row| json(row, 0)))
    }

    fn items_of(&self, source: SourceId, limit: usize) -> Result<Vec<Item>> {
        let sql = "SELECT item FROM items WHERE source = ?1 ORDER BY date DESC, number LIMIT ?2";
        let parameters = params![source.to_bytes(), at_most(limit)];
        self.with(|connection| rows(connection, sql, parameters, |row| json(row, 0)))
    }

    fn story_of(&self, item: ItemId) -> Result<Option<StoryId>> {
        let sql = "SELECT s.id FROM items i JOIN stories s ON s.number = i.story WHERE i.id = ?1";
        let id = self.with(|connection| value(connection, sql, [item.to_bytes()]))?;
        Ok(id.map(StoryId::from_bytes))
    }

    fn story_items(&self, story: StoryId) -> Result<Vec<Item>> {
        let sql = "SELECT i.item FROM stories s JOIN items i ON i.story = s.number WHERE s.id = ?1 ORDER BY i.number";
        self.with(|connection| rows(connection, sql, [story.to_bytes()], |row| json(row, 0)))
    }

    fn story_relations(&self, story: StoryId) -> Result<Vec<Relation>> {
        let members = "SELECT i.id FROM stories s JOIN items i ON i.story = s.number WHERE s.id = ?1";
        let sql = format!("SELECT relation FROM relations WHERE from_item IN ({members}) OR to_item IN ({members})");
        let mut relations: Vec<Relation> =
            self.with(|connection| rows(connection, &sql, [story.to_bytes()], |row| json(row, 0)))?;
        relations.sort_by_key(|relation| (relation.from, relation.to, relation.kind));
        Ok(relations)
    }

    fn untagged(&self, after: i64, limit: usize, tagger: &str) -> Result<Vec<(i64, Option<Item>)>> {
        // What is tagged already is not read: a second run over a large store has nothing to do but this.
        let sql = "SELECT number, CASE WHEN json_extract(item, '$.tagger') = ?3 THEN NULL ELSE item END \
                   FROM items WHERE number > ?1 ORDER BY number LIMIT ?2";
        let read = |row: &Row<'_>| {
            let is_its = matches!(row.get_ref(1)?, ValueRef::Null);
            Ok((row.get(0)?, if is_its { None } else { Some(json(row, 1)?) }))
        };
        self.with(|connection| rows(connection, sql, params![after, at_most(limit), tagger], read))
    }

    fn matching(&self, query: &Query, limit: usize) -> Result<Vec<Cursor>> {
        let select = Select::stories(query, limit);
        self.with(|connection| {
            rows(connection, &select.sql, params_from_iter(select.parameters), |row| {
                Ok(Cursor::new(row.get(0)?, StoryId::from_bytes(row.get(1)?)))
            })
        })
    }

    fn counts(&self) -> Result<StoreCounts> {
        self.with(|connection| {
            Ok(StoreCounts {
                sources: count(connection, "SELECT count(*) FROM sources WHERE followed")?,
                items: count(connection, "SELECT count(*) FROM items")?,
                stories: count(connection, "SELECT count(*) FROM stories")?,
                relations: count(connection, "SELECT count(*) FROM relations")?,
            })
        })
    }
}

impl Transaction for Session<'_> {
    fn put_source(&mut self, kept: &Kept) -> Result<()> {
        let sql = "INSERT INTO sources (id, followed, gone, kind, language, source, state) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) \
                   ON CONFLICT (id) DO UPDATE SET followed = ?2, gone = ?3, kind = ?4, language = ?5, \
                   source = ?6, state = ?7";
        let SourceStatus { source, state } = &kept.status;
        self.with(|connection| {
            let parameters = params![
                source.id().to_bytes(),
                kept.followed,
                state.health == Health::Gone,
                source.kind().code(),
                source.language().map(str::to_ascii_lowercase),
                serde_json::to_string(source)?,
                state_text(state)?,
            ];
            run(connection, sql, parameters)?;
            put_times(connection, source.id(), PollTimes::of(state))
        })
    }

    fn put_state(&mut self, id: SourceId, state: &PollState) -> Result<()> {
        let sql = "UPDATE sources SET gone = ?2, state = ?3 WHERE id = ?1 AND followed";
        self.with(|connection| {
            let gone = state.health == Health::Gone;
            run(connection, sql, params![id.to_bytes(), gone, state_text(state)?])?;
            put_times(connection, id, PollTimes::of(state))
        })
    }

    fn put_times(&mut self, id: SourceId, row: Option<i64>, times: PollTimes) -> Result<()> {
        let sql = "UPDATE polls SET next_due = ?2, last_polled = ?3, last_success = ?4 WHERE source = ?1";
        self.with(|connection| {
            if let Some(row) = row {
                let [next_due, last_polled, last_success] = columns(times);
                let parameters = (row, next_due, last_polled, last_success);
                if run(connection, sql, parameters)? == 1 {
                    return Ok(());
                }
            }
            put_times(connection, id, times)
        })
    }

    fn candidates(&self, keys: &[u64], except: ItemId, limit: usize) -> Result<Vec<Candidate>> {
        // As many as the limit are looked at of each key, so that one that thousands share stays cheap.
        let by_key = "SELECT item FROM keys WHERE key = ?1 ORDER BY item DESC LIMIT ?2";
        let by_number = "SELECT i.id, i.item, s.id FROM items i JOIN stories s ON s.number = i.story \
                         WHERE i.number = ?1";
        self.with(|connection| {
            let mut seen: Vec<i64> = Vec::new();
            let mut found = Vec::new();
            for key in keys {
                let parameters = params![key.cast_signed(), at_most(limit)];
                for number in rows(connection, by_key, parameters, |row| Ok(row.get::<_, i64>(0)?))? {
                    if found.len() >= limit {
                        return Ok(found);
                    }
                    if seen.contains(&number) {
                        continue;
                    }
                    seen.push(number);
                    let candidate = first(connection, by_number, [number], |row| {
                        if ItemId::from_bytes(row.get(0)?) == except {
                            return Ok(None);
                        }
                        Ok(Some(Candidate::new(json(row, 1)?, StoryId::from_bytes(row.get(2)?))))
                    })?;
                    found.extend(candidate.flatten());
                }
            }
            Ok(found)
        })
    }

    fn founded(&self, story: StoryId) -> Result<Option<i64>> {
        let sql = "SELECT founded FROM stories WHERE id = ?1";
        self.with(|connection| value(connection, sql, [story.to_bytes()]))
    }

    fn add_story(&mut self, story: StoryId, founded: i64) -> Result<()> {
        let sql = "INSERT INTO stories (id, founded, date) VALUES (?1, ?2, ?2)";
        self.with(|connection| run(connection, sql, params![story.to_bytes(), founded]).map(drop))
    }

    fn put_item(&mut self, record: Record, replaced: Option<&Item>) -> Result<()> {
        let number = self.with(|connection| put_item(connection, &record, replaced))?;
        let item = &record.item;
        if replaced.is_some_and(|replaced| replaced.title == item.title && replaced.text() == item.text()) {
            return Ok(());
        }
        let (title, text) = (search_words(&item.title), search_words(item.text()));
        self.unindexed_bytes += title.len() + text.len();
        self.unindexed.push(Text {
            number,
            is_known: replaced.is_some(),
            title,
            text,
        });
        if self.unindexed_bytes > MAX_UNINDEXED_BYTES {
            self.settle()?;
        }
        Ok(())
    }

    fn put_tags(&mut self, number: i64, item: &Item, new: bool) -> Result<()> {
        self.with(|connection| {
            let text = serde_json::to_string(item)?;
            run(
                connection,
                "UPDATE items SET item = ?2 WHERE number = ?1",
                params![number, text],
            )?;
            if new {
                run(connection, "DELETE FROM tags WHERE item = ?1", [number])?;
                run(connection, "DELETE FROM facets WHERE item = ?1", [number])?;
                tag(connection, number, item)?;
            }
            Ok(())
        })
    }

    fn settle(&mut self) -> Result<()> {
        let texts = std::mem::take(&mut self.unindexed);
        self.unindexed_bytes = 0;
        self.with(|connection| texts.iter().try_for_each(|text| index(connection, text)))
    }

    fn merge_story(&mut self, from: StoryId, into: StoryId) -> Result<()> {
        self.with(|connection| {
            let number = "SELECT number FROM stories WHERE id = ?1";
            let from: Option<i64> = value(connection, number, [from.to_bytes()])?;
            let into: Option<i64> = value(connection, number, [into.to_bytes()])?;
            if let (Some(from), Some(into)) = (from, into) {
                run(connection, "UPDATE items SET story = ?2 WHERE story = ?1", [from, into])?;
                run(connection, "DELETE FROM stories WHERE number = ?1", [from])?;
                date_story(connection, into)?;
            }
            Ok(())
        })
    }

    fn has_relation(&self, kind: RelationKind, from: ItemId, to: ItemId) -> Result<bool> {
        let sql = "SELECT 1 FROM relations WHERE from_item = ?1 AND to_item = ?2 AND kind = ?3";
        let parameters = params![from.to_bytes(), to.to_bytes(), kind.code()];
        self.with(|connection| Ok(value::<i64>(connection, sql, parameters)?.is_some()))
    }

    fn add_relation(&mut self, relation: &Relation) -> Result<bool> {
        let sql = "INSERT INTO relations (from_item, to_item, kind, relation) VALUES (?1, ?2, ?3, ?4) \
                   ON CONFLICT DO NOTHING";
        self.with(|connection| {
            let parameters = params![
                relation.from.to_bytes(),
                relation.to.to_bytes(),
                relation.kind.code(),
                serde_json::to_string(relation)?,
            ];
            Ok(run(connection, sql, parameters)? > 0)
        })
    }
}

/// The times of a source that is there; one that is not followed any more starts afresh when it is followed again.
fn put_times(connection: &Connection, id: SourceId, times: PollTimes) -> Result<(), Trouble> {
    let sql = "INSERT OR REPLACE INTO polls (source, next_due, last_polled, last_success) \
               SELECT number, ?2, ?3, ?4 FROM sources WHERE id = ?1";
    let [next_due, last_polled, last_success] = columns(times);
    run(connection, sql, (id.to_bytes(), next_due, last_polled, last_success)).map(drop)
}

fn columns(times: PollTimes) -> [Option<i64>; 3] {
    [times.next_due, times.last_polled, times.last_success].map(|at| at.map(microseconds))
}

/// A state as it is written: its times stand in a table of their own, and it takes longer to read them twice.
fn state_text(state: &PollState) -> Result<String, Trouble> {
    let timeless = PollState {
        next_due: None,
        last_polled: None,
        last_success: None,
        ..state.clone()
    };
    Ok(serde_json::to_string(&timeless)?)
}

fn put_item(connection: &Connection, record: &Record, replaced: Option<&Item>) -> Result<i64, Trouble> {
    let item = &record.item;
    let story = "SELECT number FROM stories WHERE id = ?1";
    let story: i64 =
        value(connection, story, [record.story.to_bytes()])?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
    let language = item.language.as_deref().map(str::to_ascii_lowercase);
    let text = serde_json::to_string(item)?;
    let known: Option<i64> = value(
        connection,
        "SELECT number FROM items WHERE id = ?1",
        [item.id.to_bytes()],
    )?;
    let number = if let Some(number) = known {
        // The source is no part of this: an item can never change hands.
        let sql = "UPDATE items SET story = ?2, date = ?3, language = ?4, item = ?5 WHERE number = ?1";
        run(connection, sql, params![number, story, record.date, language, text])?;
        run(connection, "DELETE FROM tags WHERE item = ?1", [number])?;
        run(connection, "DELETE FROM signals WHERE item = ?1", [number])?;
        run(connection, "DELETE FROM facets WHERE item = ?1", [number])?;
        for key in replaced.map(lookup_keys).unwrap_or_default() {
            if !record.keys.contains(&key) {
                run(
                    connection,
                    "DELETE FROM keys WHERE key = ?1 AND item = ?2",
                    [key.cast_signed(), number],
                )?;
            }
        }
        number
    } else {
        let sql = "INSERT INTO items (id, source, story, date, language, item) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let (id, source) = (item.id.to_bytes(), item.source.to_bytes());
        run(connection, sql, params![id, source, story, record.date, language, text])?;
        connection.last_insert_rowid()
    };
    for key in &record.keys {
        let sql = "INSERT OR IGNORE INTO keys (key, item) VALUES (?1, ?2)";
        run(connection, sql, [key.cast_signed(), number])?;
    }
    tag(connection, number, item)?;
    for signal in &item.signals {
        let sql = "INSERT OR IGNORE INTO signals (item, kind) VALUES (?1, ?2)";
        run(connection, sql, params![number, signal.kind.code()])?;
    }
    date_story(connection, story)?;
    Ok(number)
}

/// The tags that items are found by.
fn tag(connection: &Connection, number: i64, item: &Item) -> Result<(), Trouble> {
    for tag in &item.tags {
        // Should one specialty come twice, the surer one counts.
        let sql = "INSERT INTO tags (item, specialty, confidence) VALUES (?1, ?2, ?3) \
                   ON CONFLICT DO UPDATE SET confidence = max(confidence, ?3)";
        let parameters = params![number, tag.specialty().code(), f64::from(tag.confidence())];
        run(connection, sql, parameters)?;
    }
    for facet in &item.facets {
        let sql = "INSERT INTO facets (item, facet, confidence) VALUES (?1, ?2, ?3) \
                   ON CONFLICT DO UPDATE SET confidence = max(confidence, ?3)";
        let parameters = params![number, facet.key().to_string(), f64::from(facet.confidence())];
        run(connection, sql, parameters)?;
    }
    Ok(())
}

fn index(connection: &Connection, text: &Text) -> Result<(), Trouble> {
    if text.is_known {
        run(connection, "DELETE FROM search WHERE rowid = ?1", [text.number])?;
    }
    let sql = "INSERT INTO search (rowid, title, text) VALUES (?1, ?2, ?3)";
    run(connection, sql, params![text.number, text.title, text.text]).map(drop)
}

/// A story stands at its latest item.
fn date_story(connection: &Connection, story: i64) -> Result<(), Trouble> {
    let sql = "UPDATE stories SET date = (SELECT max(date) FROM items WHERE story = ?1) WHERE number = ?1";
    run(connection, sql, [story]).map(drop)
}
