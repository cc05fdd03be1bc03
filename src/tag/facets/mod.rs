//! Facets: conditions and drugs that an item mentions, for whom it is written and whom it is about.
//!
//! The same plain method as for specialties, with vocabularies of their own: terms looked up in one pass, each facet with the
//! words that led to it. A mention in the title counts most, one by the way deep in a long text least.
//!
//! Not covered: what a text says about the condition or drug, lists behind a negation ("without diabetes, asthma or
//! gout" takes away the first), and languages other than English.

mod finder;
mod sureness;
#[cfg(test)]
mod tests;
mod vocabulary;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, LazyLock};

use finder::{Company, Finder};
use sureness::{Counted, Spot};
pub use vocabulary::{FacetEntry, FacetVocabulary};

use super::score::Part;
use super::taxonomy::Strength;
use crate::model::{Evidence, Facet, FacetKind, Item, stable_hash};

/// Terms kept as evidence of one facet.
const MAX_EVIDENCE: usize = 4;

/// Raised when the same terms give other facets: part of [`FacetTagger::version`].
const METHOD: u32 = 1;

/// Facets kept of one item. What mentions more conditions or drugs is a list, and every one of them is by the way.
fn most_of(kind: FacetKind) -> usize {
    match kind {
        FacetKind::Condition | FacetKind::Drug => 8,
        FacetKind::Audience => 2,
        FacetKind::Population => 3,
    }
}

/// Finds the facets of items. Immutable, shared by cloning, usable from many threads at once.
///
/// A [`Tagger`](crate::Tagger) has one inside ([`Tagger::facets`](crate::Tagger::facets)); this is for vocabularies of
/// one's own ([`Tagger::with_facets`](crate::Tagger::with_facets)).
///
/// ```
/// use medfeed::{FacetTagger, Item, Source};
/// let source: Source = "https://example.org/feed".parse()?;
/// let mut item = Item::new(source.id(), "guid:1");
/// item.title = "Metformin in pregnant women with type 2 diabetes".into();
/// let facets = FacetTagger::builtin().facets(&item);
/// let keys: Vec<String> = facets.iter().map(|facet| facet.key().to_string()).collect();
/// assert_eq!(keys, ["condition:type-2-diabetes", "drug:metformin", "population:pregnant"]);
/// assert_eq!(facets[0].evidence(), "“type 2 diabetes” in the title");
/// # Ok::<(), medfeed::Error>(())
/// ```
#[derive(Clone)]
pub struct FacetTagger {
    inner: Arc<Inner>,
}

struct Inner {
    vocabularies: Vec<Arc<FacetVocabulary>>,
    finder: Finder,
    version: String,
}

impl Inner {
    fn new(vocabularies: Vec<Arc<FacetVocabulary>>) -> Self {
        let described =
            |vocabulary: &Arc<FacetVocabulary>| format!(" {} {:016x}", vocabulary.kind(), vocabulary.fingerprint());
        let content = METHOD.to_string() + &vocabularies.iter().map(described).collect::<String>();
        Self {
            finder: Finder::new(&vocabularies),
            vocabularies,
            version: format!("{:08x}", stable_hash(content.as_bytes()) >> 32),
        }
    }
}

impl FacetTagger {
    /// The one of the four [built-in vocabularies](FacetVocabulary::builtin); built once, then shared.
    #[must_use]
    pub fn builtin() -> Self {
        static BUILTIN: LazyLock<FacetTagger> =
            LazyLock::new(|| FacetTagger::new(FacetKind::ALL.iter().map(|kind| FacetVocabulary::builtin(*kind))));
        BUILTIN.clone()
    }

    /// One of these vocabularies; facets of kinds that are not among them are not looked for.
    #[must_use]
    pub fn new<V: Into<Arc<FacetVocabulary>>>(vocabularies: impl IntoIterator<Item = V>) -> Self {
        Self {
            inner: Arc::new(Inner::new(vocabularies.into_iter().map(Into::into).collect())),
        }
    }

    /// Which vocabularies and method these are, such as `9f3c0a1b`: a hash of all that facets depend on, the same on every
    /// machine.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.inner.version
    }

    /// The vocabularies it works with.
    pub fn vocabularies(&self) -> impl Iterator<Item = &FacetVocabulary> {
        self.inner.vocabularies.iter().map(Arc::as_ref)
    }

    /// The facets of an item: conditions, drugs, audiences, populations, of each kind the surest first, at most 8, 8, 2
    /// and 3.
    ///
    /// Read are the title, the text ([`Item::text`]), the publisher's categories and section, and the journal's name. The
    /// confidence is 0.9 for a mention in the title, 0.7 within the first 45 words of the text, 0.4 within the next 400
    /// and 0.2 after them, 0.6 for a category and 0.5 for the journal's name. Further places and repeats take away part of
    /// the doubt that is left: title and lead together make 0.97, three mentions in the text 0.66. Weak terms of an
    /// audience or population support, but never count alone.
    #[must_use]
    pub fn facets(&self, item: &Item) -> Vec<Facet> {
        self.facets_of(&super::parts(item))
    }

    /// The facets of an item of these parts.
    pub(super) fn facets_of(&self, parts: &[Part<'_>]) -> Vec<Facet> {
        let Inner {
            vocabularies, finder, ..
        } = &*self.inner;
        let mut counted: BTreeMap<(usize, usize), Counted> = BTreeMap::new();
        let mut company = Company::default();
        for part in parts {
            for mention in finder.mentions(part, parts, &mut company) {
                let spot = Spot::of(part.place, mention.word);
                counted.entry((mention.vocabulary, mention.entry)).or_default().add(
                    mention.term,
                    spot,
                    mention.strength == Strength::Strong,
                );
            }
        }
        let mut facets: Vec<Facet> = Vec::new();
        for ((vocabulary, entry), counted) in &counted {
            let entry = vocabularies
                .get(*vocabulary)
                .and_then(|vocabulary| vocabulary.entries().get(*entry));
            let (Some(entry), Some(confidence)) = (entry, counted.confidence()) else {
                continue;
            };
            let mut evidence: Vec<Evidence> = Vec::new();
            for (term, field, share) in counted.shares() {
                let term = finder.term(term);
                match evidence
                    .iter_mut()
                    .find(|known| known.field == field && known.term == term)
                {
                    Some(known) => known.share += share,
                    None => evidence.push(Evidence::new(term, field, share)),
                }
            }
            evidence.sort_by(super::strongest_first);
            evidence.truncate(MAX_EVIDENCE);
            facets.push(Facet::new(
                entry.key.clone(),
                entry.label.as_str(),
                confidence,
                evidence,
            ));
        }
        facets.sort_by(|a, b| {
            a.kind()
                .cmp(&b.kind())
                .then_with(|| b.confidence().total_cmp(&a.confidence()))
                .then_with(|| a.code().cmp(b.code()))
        });
        // Two vocabularies of one kind may name the same: the surer one stays.
        let mut kept: BTreeMap<FacetKind, Vec<Facet>> = BTreeMap::new();
        for facet in facets {
            let list = kept.entry(facet.kind()).or_default();
            if list.len() < most_of(facet.kind()) && !list.iter().any(|known| known.code() == facet.code()) {
                list.push(facet);
            }
        }
        kept.into_values().flatten().collect()
    }
}

impl Default for FacetTagger {
    fn default() -> Self {
        Self::builtin()
    }
}

impl fmt::Debug for FacetTagger {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut list = out.debug_list();
        for vocabulary in self.vocabularies() {
            list.entry(&format_args!("{} {}s", vocabulary.len(), vocabulary.kind()));
        }
        list.finish()
    }
}
