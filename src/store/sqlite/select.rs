//! A query as SQL: the statement is put together from fixed pieces only, everything of the caller's is a parameter.

use rusqlite::types::Value;

use crate::model::{FacetKey, FacetKind};
use crate::query::{Query, Term, microseconds};

/// Sources of which all items are looked through sooner than all stories.
const FEW_SOURCES: usize = 8;

/// A statement and its parameters.
pub(super) struct Select {
    pub(super) sql: String,
    pub(super) parameters: Vec<Value>,
}

impl Select {
    /// The first stories that match, as (date, id).
    pub(super) fn stories(query: &Query, limit: usize) -> Self {
        let mut select = Self {
            sql: String::from("SELECT s.date, s.id FROM stories s WHERE "),
            parameters: Vec::new(),
        };
        if let Some(cursor) = query.cursor() {
            let date = select.bind(cursor.date());
            let id = select.bind(cursor.story().to_bytes().to_vec());
            select.push(&format!("s.date <= {date} AND (s.date < {date} OR s.id > {id}) AND "));
        }
        if let Some(since) = query.since_date() {
            // No story is later than its latest item.
            let since = select.bind(microseconds(since));
            select.push(&format!("s.date >= {since} AND "));
        }
        // Of a search, a disease or a few sources there is little: begin with it. Else walk the stories by date, and stop
        // early.
        let from_items = !query.expression().required().is_empty()
            || (1..=FEW_SOURCES).contains(&query.sources().len())
            || query.facets().iter().any(is_rare);
        select.push(if from_items {
            "s.number IN (SELECT i.story FROM items i"
        } else {
            "EXISTS (SELECT 1 FROM items i"
        });
        if !query.kinds().is_empty() || !query.languages().is_empty() {
            select.push(" LEFT JOIN sources f ON f.id = i.source");
        }
        select.push(if from_items {
            " WHERE 1"
        } else {
            " WHERE i.story = s.number"
        });
        select.conditions(query);
        let limit = select.bind(i64::try_from(limit).unwrap_or(i64::MAX));
        select.push(&format!(") ORDER BY s.date DESC, s.id LIMIT {limit}"));
        select
    }

    fn conditions(&mut self, query: &Query) {
        if let Some(since) = query.since_date() {
            let since = self.bind(microseconds(since));
            self.push(&format!(" AND i.date >= {since}"));
        }
        if let Some(until) = query.until_date() {
            let until = self.bind(microseconds(until));
            self.push(&format!(" AND i.date < {until}"));
        }
        if !query.sources().is_empty() {
            let sources = self.bind_list(query.sources().iter().map(ToString::to_string));
            self.push(&format!(
                " AND i.source IN (SELECT unhex(value) FROM json_each({sources}))"
            ));
        }
        if !query.kinds().is_empty() {
            let kinds = self.bind_list(query.kinds().iter().map(ToString::to_string));
            self.push(&format!(" AND f.kind IN (SELECT value FROM json_each({kinds}))"));
        }
        if !query.languages().is_empty() {
            let languages = self.bind_list(query.languages().iter().cloned());
            self.push(&format!(
                " AND EXISTS (SELECT 1 FROM json_each({languages}) l WHERE coalesce(i.language, f.language) = l.value \
                 OR substr(coalesce(i.language, f.language), 1, length(l.value) + 1) = l.value || '-')"
            ));
        }
        if !query.specialties().is_empty() {
            let specialties = self.bind_list(query.specialties().iter().map(ToString::to_string));
            let confidence = self.bind(f64::from(query.confidence()));
            self.push(&format!(
                " AND EXISTS (SELECT 1 FROM tags t WHERE t.item = i.number \
                 AND t.specialty IN (SELECT value FROM json_each({specialties})) AND t.confidence >= {confidence})"
            ));
        }
        for keys in query.facets_by_kind() {
            let is_rare = keys.iter().all(|key| is_rare(key));
            let facets = self.bind_list(keys.into_iter().map(ToString::to_string));
            let confidence = self.bind(f64::from(query.confidence()));
            let wanted = format!("e.facet IN (SELECT value FROM json_each({facets})) AND e.confidence >= {confidence}");
            self.push(&if is_rare {
                format!(" AND i.number IN (SELECT e.item FROM facets e WHERE {wanted})")
            } else {
                format!(" AND EXISTS (SELECT 1 FROM facets e WHERE e.item = i.number AND {wanted})")
            });
        }
        if !query.signals().is_empty() {
            let signals = self.bind_list(query.signals().iter().map(ToString::to_string));
            self.push(&format!(
                " AND EXISTS (SELECT 1 FROM signals g WHERE g.item = i.number \
                 AND g.kind IN (SELECT value FROM json_each({signals})))"
            ));
        }
        let expression = query.expression();
        for (terms, with, between) in [
            (expression.required(), "IN", " AND "),
            (expression.excluded(), "NOT IN", " OR "),
        ] {
            if !terms.is_empty() {
                let found: Vec<String> = terms.iter().map(match_term).collect();
                let found = self.bind(found.join(between));
                self.push(&format!(
                    " AND i.number {with} (SELECT rowid FROM search WHERE search MATCH {found})"
                ));
            }
        }
    }

    fn push(&mut self, sql: &str) {
        self.sql.push_str(sql);
    }

    /// Takes a value as a parameter and gives its place, such as `?3`.
    fn bind(&mut self, value: impl Into<Value>) -> String {
        self.parameters.push(value.into());
        format!("?{}", self.parameters.len())
    }

    /// Takes a list as one parameter, so that a long one needs no other statement.
    fn bind_list(&mut self, values: impl Iterator<Item = String>) -> String {
        self.bind(serde_json::Value::from_iter(values).to_string())
    }
}

/// Whether few items have such a facet: one condition or drug of many hundreds, not one of a handful of audiences.
fn is_rare(key: &FacetKey) -> bool {
    matches!(key.kind(), FacetKind::Condition | FacetKind::Drug)
}

/// A term in FTS5's own language. Words are letters and digits, so nothing can end the quotes.
fn match_term(term: &Term) -> String {
    let mut text = format!("\"{}\"", term.words.join(" "));
    if term.prefix {
        text.push('*');
    }
    text
}
