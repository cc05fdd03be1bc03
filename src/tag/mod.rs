//! Specialty tags: a taxonomy of terms, found in one pass, weighed by where they stand and by what labelled texts taught.
//!
//! The method is plain on purpose: every tag can say which words led to it, and the words can be changed in a text file.
//! What is found in the title counts most, then the beginning of the text, then the rest; repeats saturate; fitted weights
//! ([`Weights`]) move what the taxonomy's own strengths say. An item with nothing clinical in it gets no tag.

mod automaton;
mod facets;
mod judge;
mod reading;
mod score;
mod taxonomy;
#[cfg(test)]
mod tests;
mod traits;
mod weights;
mod words;

use std::cmp::Ordering;
use std::fmt;
use std::sync::{Arc, LazyLock};

use automaton::Vocabulary;
pub use facets::{FacetEntry, FacetTagger, FacetVocabulary};
use judge::{Cause, Circumstances, Judge, Verdict};
pub use reading::Reading;
use score::{Part, Place};
pub use taxonomy::{BUILTIN_TAXONOMY, SpecialtyEntry, Taxonomy};
pub use weights::Weights;
use words::Words;

use crate::error::Result;
use crate::model::{Evidence, Facet, Field, Item, Specialty, Tag, stable_hash};

/// Categories read of one item: some publishers give hundreds of keywords.
const MAX_CATEGORIES: usize = 40;
/// Bytes of a title read: longer ones are texts.
const MAX_TITLE_BYTES: usize = 2 << 10;
/// Bytes of text read of one item: what follows in a full article or transcript rarely changes its field.
const MAX_TEXT_BYTES: usize = 24 << 10;
/// Terms kept as evidence of one tag.
const MAX_EVIDENCE: usize = 8;
/// The share of a tag's score from which on a term is named.
const LEAST_EVIDENCE: f32 = 0.03;
/// Raised when the same terms and weights give other tags: part of [`Tagger::version`].
const METHOD: u32 = 1;
/// A source that declares more specialties than this is general: they say nothing about one item.
const MAX_DECLARED: usize = 4;
/// How sure a source alone makes of a specialty that the taxonomy does not know.
const SOURCE_ALONE: f32 = 0.5;

/// Finds the specialties of items. Immutable, shared by cloning, usable from many threads at once.
///
/// ```
/// use medfeed::{Item, Source, Specialty, Tagger};
/// let source: Source = "https://example.org/feed".parse()?;
/// let mut item = Item::new(source.id(), "guid:1");
/// item.title = "Return of sinus rhythm after ablation for atrial fibrillation".into();
/// let tags = Tagger::builtin().tag(&item);
/// assert_eq!(tags[0].specialty(), &Specialty::CARDIOLOGY);
/// assert!(tags[0].evidence().contains("sinus rhythm"));
/// # Ok::<(), medfeed::Error>(())
/// ```
#[derive(Clone)]
pub struct Tagger {
    inner: Arc<Inner>,
    /// `None` for the built-in vocabularies, which are read only when they are first needed.
    facets: Option<FacetTagger>,
}

struct Inner {
    taxonomy: Arc<Taxonomy>,
    vocabulary: Vocabulary,
    judge: Judge,
    version: String,
}

impl Tagger {
    /// The tagger of the [built-in taxonomy](Taxonomy::builtin) and [weights](Weights::builtin); built once, then shared.
    #[must_use]
    pub fn builtin() -> Self {
        static BUILTIN: LazyLock<Tagger> = LazyLock::new(|| {
            let taxonomy = Taxonomy::builtin();
            let vocabulary = Vocabulary::new(&taxonomy).unwrap_or_else(|error| {
                tracing::error!(%error, "the built-in taxonomy cannot be used");
                Vocabulary::default()
            });
            Tagger::of(taxonomy, vocabulary, &Weights::builtin())
        });
        BUILTIN.clone()
    }

    /// A tagger of a taxonomy of one's own, with the [built-in weights](Weights::builtin) for what they know of it.
    ///
    /// # Errors
    /// When the taxonomy has more terms than an automaton can hold (some hundred million characters).
    pub fn new(taxonomy: impl Into<Arc<Taxonomy>>) -> Result<Self> {
        Self::with_weights(taxonomy, &Weights::builtin())
    }

    /// A tagger of a taxonomy and weights of one's own. With [`Weights::default`] the taxonomy's strengths alone decide.
    ///
    /// # Errors
    /// When the taxonomy has more terms than an automaton can hold (some hundred million characters).
    pub fn with_weights(taxonomy: impl Into<Arc<Taxonomy>>, weights: &Weights) -> Result<Self> {
        let taxonomy = taxonomy.into();
        let vocabulary = Vocabulary::new(&taxonomy)?;
        Ok(Self::of(taxonomy, vocabulary, weights))
    }

    fn of(taxonomy: Arc<Taxonomy>, vocabulary: Vocabulary, weights: &Weights) -> Self {
        let judge = Judge::new(&taxonomy, &vocabulary, weights);
        Self {
            inner: Arc::new(Inner {
                version: version(&taxonomy, weights),
                taxonomy,
                vocabulary,
                judge,
            }),
            facets: None,
        }
    }

    /// The same tagger with vocabularies of one's own for [`facets`](Self::facets).
    #[must_use]
    pub fn with_facets(self, facets: FacetTagger) -> Self {
        Self {
            facets: Some(facets),
            ..self
        }
    }

    /// The conditions and drugs that an item mentions, for whom it is written and whom it is about: see
    /// [`FacetTagger::facets`].
    #[must_use]
    pub fn facets(&self, item: &Item) -> Vec<Facet> {
        self.facet_tagger().facets(item)
    }

    fn facet_tagger(&self) -> FacetTagger {
        self.facets.clone().unwrap_or_else(FacetTagger::builtin)
    }

    /// The taxonomy it works with.
    #[must_use]
    pub fn taxonomy(&self) -> &Taxonomy {
        &self.inner.taxonomy
    }

    /// Which tagger this is, such as `2-9f3c0a1b/1-5d0c77e2`: the taxonomy's version (`2+1` for version 1 of one that extends
    /// version 2 of the built-in one) and a hash of all that its tags depend on, words and weights, then the same of the facets. The same on every
    /// machine; items remember it ([`Item::tagger`]), and [`Aggregator::retag`](crate::Aggregator::retag) looks for those
    /// with another one.
    #[must_use]
    pub fn version(&self) -> String {
        format!("{}/{}", self.inner.version, self.facet_tagger().version())
    }

    /// The specialties of an item, most confident first: at most five, and at most three narrower ones within them;
    /// empty when nothing clinical is found.
    ///
    /// Read are the title, the text ([`Item::text`]), the publisher's categories and section, and the journal's name.
    #[must_use]
    pub fn tag(&self, item: &Item) -> Vec<Tag> {
        self.tag_with_prior(item, &[])
    }

    /// Like [`tag`](Self::tag), knowing which specialties the item's source declares.
    ///
    /// The only specialty of a source is given to all its items, at moderate confidence, unless the text speaks
    /// clearly for another one and not at all for this one. Two to four specialties support what the text says of them
    /// but never tag alone; with more than four, a source is general and they are ignored. The source is then itself
    /// among the evidence ([`Field::Source`]).
    #[must_use]
    pub fn tag_with_prior(&self, item: &Item, source_specialties: &[Specialty]) -> Vec<Tag> {
        self.tags_of(&parts(item), item, source_specialties)
    }

    /// Tags and facets, for which the item is cut into words only once.
    pub(crate) fn tag_with_facets(&self, item: &Item, source_specialties: &[Specialty]) -> (Vec<Tag>, Vec<Facet>) {
        let parts = parts(item);
        let tags = self.tags_of(&parts, item, source_specialties);
        (tags, self.facet_tagger().facets_of(&parts))
    }

    fn tags_of(&self, parts: &[Part<'_>], item: &Item, source_specialties: &[Specialty]) -> Vec<Tag> {
        let Inner {
            taxonomy,
            vocabulary,
            judge,
            ..
        } = &*self.inner;
        let finding = score::find(vocabulary, parts);
        let traits = traits::of(parts, beginning(item.text(), MAX_TEXT_BYTES));
        let declared = match source_specialties {
            few if few.len() <= MAX_DECLARED => few,
            _ => &[],
        };
        let given = Circumstances {
            journal: parts
                .iter()
                .find(|part| part.place == Place::Journal)
                .map(|part| vocabulary.journal(&part.words).to_vec())
                .unwrap_or_default(),
            declared: declared
                .iter()
                .filter_map(|specialty| taxonomy.number(specialty))
                .collect(),
        };
        let verdicts = judge.judge(&finding, &traits, &given);
        let journal = item.journal.as_ref().and_then(|journal| journal.name.as_deref());
        let mut tags: Vec<Tag> = verdicts
            .iter()
            .filter_map(|verdict| {
                let entry = taxonomy.entries().get(verdict.specialty)?;
                let evidence = self.evidence(verdict, &entry.label, journal.unwrap_or_default());
                #[expect(clippy::cast_possible_truncation, reason = "between 0 and 1")]
                let confidence = verdict.confidence as f32;
                Some(Tag::new(entry.specialty.clone(), confidence, evidence))
            })
            .collect();
        if let [only] = declared
            && taxonomy.number(only).is_none()
        {
            // A specialty that the taxonomy has no words for can only come from the source.
            let evidence = vec![Evidence::new(only.label(), Field::Source, 1.0)];
            tags.push(Tag::new(only.clone(), SOURCE_ALONE, evidence));
            tags.sort_by(|a, b| b.confidence().total_cmp(&a.confidence()));
        }
        tags
    }

    /// What is found in an item before it is judged: every term with how much of it there was, the plain score of every
    /// specialty, and the kind of text. It is what weights are fitted on.
    #[must_use]
    pub fn read(&self, item: &Item) -> Reading {
        let Inner {
            taxonomy, vocabulary, ..
        } = &*self.inner;
        let parts = parts(item);
        let finding = score::find(vocabulary, &parts);
        let traits = traits::of(&parts, beginning(item.text(), MAX_TEXT_BYTES));
        Reading::new(&finding, &traits, taxonomy, vocabulary)
    }

    fn evidence(&self, verdict: &Verdict, label: &str, journal: &str) -> Vec<Evidence> {
        let total: f64 = verdict.causes.iter().map(|(_, _, value)| value).sum();
        let mut evidence: Vec<Evidence> = Vec::new();
        for (cause, place, value) in &verdict.causes {
            let term = match cause {
                Cause::Source => label,
                Cause::Journal => journal,
                Cause::Term(term) => self.inner.vocabulary.term(*term),
                Cause::Feature(feature) => self.inner.vocabulary.feature(*feature),
            };
            let field = match place {
                Place::Title => Field::Title,
                Place::Lead | Place::Text => Field::Text,
                Place::Category => Field::Category,
                Place::Journal => Field::Journal,
                Place::Source => Field::Source,
            };
            #[expect(clippy::cast_possible_truncation, reason = "a share between 0 and 1")]
            let share = if total > 0.0 { value / total } else { 0.0 } as f32;
            // Terms come before the features that are their lower case, so the taxonomy's spelling stays.
            match evidence
                .iter_mut()
                .find(|known| known.field == field && (known.term == term || known.term.to_lowercase() == term))
            {
                Some(known) => known.share += share,
                None => evidence.push(Evidence::new(term, field, share)),
            }
        }
        evidence.sort_by(strongest_first);
        // What hardly counts is no reason; the strongest stays in any case.
        let count = evidence.iter().filter(|one| one.share >= LEAST_EVIDENCE).count();
        evidence.truncate(count.clamp(1, MAX_EVIDENCE));
        evidence
    }
}

impl Default for Tagger {
    fn default() -> Self {
        Self::builtin()
    }
}

impl fmt::Debug for Tagger {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let taxonomy = self.taxonomy();
        out.debug_struct("Tagger")
            .field("version", &taxonomy.version())
            .field("specialties", &taxonomy.len())
            .finish()
    }
}

/// The order in which evidence is told, of tags and of facets.
fn strongest_first(a: &Evidence, b: &Evidence) -> Ordering {
    b.share
        .total_cmp(&a.share)
        .then_with(|| a.field.cmp(&b.field))
        .then_with(|| a.term.cmp(&b.term))
}

/// See [`Tagger::version`].
fn version(taxonomy: &Taxonomy, weights: &Weights) -> String {
    let content = format!(
        "{METHOD} {:016x} {:016x}",
        taxonomy.fingerprint(),
        weights.fingerprint()
    );
    let hash = stable_hash(content.as_bytes()) >> 32;
    match taxonomy.extends() {
        Some(base) => format!("{base}+{}-{hash:08x}", taxonomy.version()),
        None => format!("{}-{hash:08x}", taxonomy.version()),
    }
}

/// The parts of an item that are read.
fn parts(item: &Item) -> Vec<Part<'_>> {
    let mut parts = vec![
        Part {
            place: Place::Title,
            words: Words::new(beginning(&item.title, MAX_TITLE_BYTES)),
        },
        Part {
            place: Place::Text,
            words: Words::new(beginning(item.text(), MAX_TEXT_BYTES)),
        },
    ];
    for category in item.categories.iter().take(MAX_CATEGORIES) {
        let text = category.label.as_deref().unwrap_or(&category.term);
        parts.push(Part {
            place: Place::Category,
            words: Words::new(beginning(text, 200)),
        });
    }
    if let Some(journal) = &item.journal {
        if let Some(section) = &journal.section {
            parts.push(Part {
                place: Place::Category,
                words: Words::new(beginning(section, 200)),
            });
        }
        if let Some(name) = &journal.name {
            parts.push(Part {
                place: Place::Journal,
                words: Words::new(beginning(name, 400)),
            });
        }
    }
    parts
}

/// The text up to that many bytes, cut between characters.
fn beginning(text: &str, bytes: usize) -> &str {
    if text.len() <= bytes {
        return text;
    }
    let end = (0..=bytes)
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or_default();
    text.get(..end).unwrap_or_default()
}
