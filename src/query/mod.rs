//! The filter: which stories, in what portion.

mod cursor;
mod expression;

pub use cursor::{Cursor, Page};
pub use expression::Expression;

pub(crate) use cursor::microseconds;
#[cfg_attr(
    not(feature = "sqlite"),
    allow(unused_imports, reason = "only an index needs the words")
)]
pub(crate) use expression::{Term, search_words};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::model::{FacetKey, FacetKind, Item, SignalKind, Source, SourceId, SourceKind, Specialty};

/// How sure a tag must be to count, when the query does not say.
const LEAST_CONFIDENCE: f32 = 0.3;

/// Stories on a page, when the query does not say.
const LIMIT: usize = 50;

/// Which stories are wanted. A story matches when at least one of its items meets every condition; several values of
/// one condition mean any of them.
///
/// ```
/// use medfeed::{Query, SourceKind, Specialty};
/// let query = Query::new().specialty(Specialty::CARDIOLOGY).kind(SourceKind::Journal).search("\"heart failure\"").limit(20);
/// # let _ = query;
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[must_use]
pub struct Query {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    specialties: Vec<Specialty>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    kinds: Vec<SourceKind>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sources: Vec<SourceId>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    signals: Vec<SignalKind>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    facets: Vec<FacetKey>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    languages: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Timestamp>,
    #[serde(skip_serializing_if = "Expression::is_empty")]
    search: Expression,
    least_confidence: f32,
    limit: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<Cursor>,
}

impl Default for Query {
    fn default() -> Self {
        Self {
            specialties: Vec::new(),
            kinds: Vec::new(),
            sources: Vec::new(),
            signals: Vec::new(),
            facets: Vec::new(),
            languages: Vec::new(),
            since: None,
            until: None,
            search: Expression::default(),
            least_confidence: LEAST_CONFIDENCE,
            limit: LIMIT,
            after: None,
        }
    }
}

impl Query {
    /// Everything, the latest first, 50 a page.
    pub fn new() -> Self {
        Self::default()
    }

    /// Only of this specialty; said again: or of that one.
    pub fn specialty(mut self, specialty: Specialty) -> Self {
        push_once(&mut self.specialties, specialty);
        self
    }

    /// Only from sources of this kind; said again: or of that kind.
    pub fn kind(mut self, kind: SourceKind) -> Self {
        push_once(&mut self.kinds, kind);
        self
    }

    /// Only from this source; said again: or from that one.
    pub fn source(mut self, source: SourceId) -> Self {
        push_once(&mut self.sources, source);
        self
    }

    /// Only with this signal; said again: or with that one.
    pub fn signal(mut self, signal: SignalKind) -> Self {
        push_once(&mut self.signals, signal);
        self
    }

    /// Only with this facet, as surely as [`least_confidence`](Self::least_confidence) asks. Said again: of one kind, or
    /// with that one; of different kinds, both, so that "asthma, in children" can be asked for.
    pub fn facet(mut self, facet: FacetKey) -> Self {
        push_once(&mut self.facets, facet);
        self
    }

    /// Only in this language (BCP 47), its regional forms included: `en` finds `en-GB`. An item that does not say its
    /// language has that of its source; one of unknown language is not found. Said again: or in that one.
    pub fn language(mut self, language: &str) -> Self {
        let language = language.trim().to_ascii_lowercase();
        if !language.is_empty() {
            push_once(&mut self.languages, language);
        }
        self
    }

    /// Only items of that moment or later.
    pub fn since(mut self, since: Timestamp) -> Self {
        self.since = Some(since);
        self
    }

    /// Only items before that moment; one just at it belongs to the next period.
    pub fn until(mut self, until: Timestamp) -> Self {
        self.until = Some(until);
        self
    }

    /// Only items with these words in title or text, as a person types them: see [`Expression`].
    pub fn search(mut self, typed: &str) -> Self {
        self.search = Expression::new(typed);
        self
    }

    /// How sure a specialty or facet must be to count, 0 to 1. Default 0.3.
    pub fn least_confidence(mut self, confidence: f32) -> Self {
        self.least_confidence = if confidence.is_nan() {
            LEAST_CONFIDENCE
        } else {
            confidence.clamp(0.0, 1.0)
        };
        self
    }

    /// How many stories a page holds: at least one, at most [`Limits::max_page`](crate::Limits::max_page). Default 50.
    pub fn limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    /// The page after that one.
    pub fn after(mut self, cursor: Cursor) -> Self {
        self.after = Some(cursor);
        self
    }

    /// The same query for warnings of whatever specialty: alerts, outbreaks, retractions, concerns. `None` for a query that
    /// asks for words, signals or facets of its own.
    pub(crate) fn for_warnings(&self) -> Option<Self> {
        let asks_for_its_own = !self.search.is_empty() || !self.signals.is_empty() || !self.facets.is_empty();
        (!asks_for_its_own).then(|| Self {
            specialties: Vec::new(),
            signals: SignalKind::ALL
                .iter()
                .copied()
                .filter(|kind| kind.is_warning())
                .collect(),
            after: None,
            ..self.clone()
        })
    }

    /// The specialties asked for; empty for all.
    #[must_use]
    pub fn specialties(&self) -> &[Specialty] {
        &self.specialties
    }

    /// The kinds of source asked for; empty for all.
    #[must_use]
    pub fn kinds(&self) -> &[SourceKind] {
        &self.kinds
    }

    /// The sources asked for; empty for all.
    #[must_use]
    pub fn sources(&self) -> &[SourceId] {
        &self.sources
    }

    /// The signals asked for; empty for all items, with or without any.
    #[must_use]
    pub fn signals(&self) -> &[SignalKind] {
        &self.signals
    }

    /// The facets asked for; empty for all items, with or without any.
    #[must_use]
    pub fn facets(&self) -> &[FacetKey] {
        &self.facets
    }

    /// The facets asked for, by kind: one of each kind must be there.
    pub(crate) fn facets_by_kind(&self) -> impl Iterator<Item = Vec<&FacetKey>> {
        FacetKind::ALL
            .iter()
            .map(|kind| self.facets.iter().filter(|key| key.kind() == *kind).collect::<Vec<_>>())
            .filter(|keys| !keys.is_empty())
    }

    /// The languages asked for, lower case; empty for all.
    #[must_use]
    pub fn languages(&self) -> &[String] {
        &self.languages
    }

    /// The first moment asked for.
    #[must_use]
    pub fn since_date(&self) -> Option<Timestamp> {
        self.since
    }

    /// The moment before which items are asked for.
    #[must_use]
    pub fn until_date(&self) -> Option<Timestamp> {
        self.until
    }

    /// The search.
    #[must_use]
    pub fn expression(&self) -> &Expression {
        &self.search
    }

    /// How sure a specialty or facet must be.
    #[must_use]
    pub fn confidence(&self) -> f32 {
        self.least_confidence
    }

    /// How many stories a page holds, as asked for.
    #[must_use]
    pub fn page_limit(&self) -> usize {
        self.limit
    }

    /// Where the page before ended.
    #[must_use]
    pub fn cursor(&self) -> Option<Cursor> {
        self.after
    }

    /// Whether an item meets every condition. `source` is where it came from, `date` what it is sorted by
    /// ([`Item::sort_date`]). Limit and cursor do not matter here.
    #[must_use]
    pub fn matches(&self, item: &Item, source: Option<&Source>, date: Timestamp) -> bool {
        let date = microseconds(date);
        any_or(&self.sources, |wanted| *wanted == item.source)
            && any_or(&self.kinds, |wanted| {
                source.is_some_and(|source| source.kind() == *wanted)
            })
            && self.since.is_none_or(|since| date >= microseconds(since))
            && self.until.is_none_or(|until| date < microseconds(until))
            && any_or(&self.specialties, |wanted| {
                let sure =
                    |tag: &crate::model::Tag| tag.specialty() == wanted && tag.confidence() >= self.least_confidence;
                item.tags.iter().any(sure)
            })
            && any_or(&self.signals, |wanted| {
                item.signals.iter().any(|signal| signal.kind == *wanted)
            })
            && self.facets_by_kind().all(|keys| {
                item.facets
                    .iter()
                    .any(|facet| facet.confidence() >= self.least_confidence && keys.iter().any(|key| facet.is(key)))
            })
            && self.matches_language(item.language.as_deref().or(source.and_then(Source::language)))
            && self.search.matches(&item.title, item.text())
    }

    fn matches_language(&self, language: Option<&str>) -> bool {
        any_or(&self.languages, |wanted| {
            let language = language.unwrap_or_default().to_ascii_lowercase();
            language
                .strip_prefix(wanted.as_str())
                .is_some_and(|region| region.is_empty() || region.starts_with('-'))
        })
    }
}

fn any_or<T>(wanted: &[T], meets: impl FnMut(&T) -> bool) -> bool {
    wanted.is_empty() || wanted.iter().any(meets)
}

fn push_once<T: PartialEq>(list: &mut Vec<T>, value: T) {
    if !list.contains(&value) {
        list.push(value);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::model::{Facet, Tag};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn key(text: &str) -> FacetKey {
        text.parse().unwrap()
    }

    #[test]
    fn every_condition_must_hold_on_the_item() {
        let source: Source = "https://example.org/feed".parse().unwrap();
        let source = source.with_kind(SourceKind::Journal).with_language("en-GB");
        let mut item = Item::new(source.id(), "guid:1");
        item.title = "Heart failure".to_owned();
        item.tags = vec![Tag::new(Specialty::CARDIOLOGY, 0.3, Vec::new())];
        item.facets = vec![
            Facet::new(key("condition:asthma"), "Asthma", 0.7, Vec::new()),
            Facet::new(key("population:pediatric"), "Children", 0.9, Vec::new()),
        ];
        let matches = |query: Query| query.matches(&item, Some(&source), at(100));
        assert!(matches(Query::new()));
        assert!(matches(
            Query::new()
                .specialty(Specialty::CARDIOLOGY)
                .specialty(Specialty::UROLOGY)
        ));
        assert!(!matches(
            Query::new().specialty(Specialty::CARDIOLOGY).least_confidence(0.31)
        ));
        assert!(!matches(
            Query::new().specialty(Specialty::UROLOGY).least_confidence(0.0)
        ));
        assert!(matches(
            Query::new().facet(key("condition:asthma")).facet(key("condition:gout"))
        ));
        assert!(matches(
            Query::new()
                .facet(key("condition:asthma"))
                .facet(key("population:pediatric"))
        ));
        assert!(!matches(
            Query::new().facet(key("condition:asthma")).facet(key("drug:aspirin"))
        ));
        assert!(!matches(
            Query::new().facet(key("condition:asthma")).least_confidence(0.8)
        ));
        assert!(Query::new().facet(key("drug:aspirin")).for_warnings().is_none());
        assert!(matches(Query::new().language("EN")) && matches(Query::new().language("en-gb")));
        assert!(!matches(Query::new().language("e")) && !matches(Query::new().language("en-us")));
        assert!(matches(Query::new().since(at(100)).until(at(101))));
        assert!(!matches(Query::new().since(at(101))) && !matches(Query::new().until(at(100))));
        assert!(!matches(Query::new().kind(SourceKind::News)));
        assert!(!matches(Query::new().signal(SignalKind::Cme)));
        assert!(
            !Query::new().kind(SourceKind::News).matches(&item, None, at(0)),
            "an unknown source has no kind"
        );
    }

    #[test]
    fn a_query_survives_its_json() {
        let query = Query::new()
            .specialty(Specialty::CARDIOLOGY)
            .search("a \"b")
            .facet(key("condition:asthma"))
            .since(at(5))
            .least_confidence(f32::NAN)
            .after(Cursor::new(-4, crate::model::StoryId::from_bytes([1; 16])));
        let json = serde_json::to_string(&query).unwrap();
        assert_eq!(serde_json::from_str::<Query>(&json).unwrap(), query);
        assert_eq!(serde_json::from_str::<Query>("{}").unwrap(), Query::new());
    }
}
