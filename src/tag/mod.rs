//! Specialty tags: a taxonomy of terms, found in one pass, weighed by where they stand.
//!
//! The method is plain on purpose: every tag can say which words led to it, and the words can be changed in a text file.
//! What is found in the title counts most, then the beginning of the text, then the rest; repeats saturate; a specialty
//! needs a score above a threshold and not far below the best one. An item with nothing clinical in it gets no tag.

mod automaton;
mod facets;
mod score;
mod taxonomy;
#[cfg(test)]
mod tests;
mod words;

use std::fmt;
use std::sync::{Arc, LazyLock};

use automaton::Vocabulary;
pub use facets::{FacetEntry, FacetTagger, FacetVocabulary};
use score::{Found, Part, Place, Weights};
pub use taxonomy::{BUILTIN_TAXONOMY, SpecialtyEntry, Taxonomy};
use words::Words;

use crate::error::Result;
use crate::model::{Evidence, Facet, Field, Item, Specialty, Tag};

/// Categories read of one item: some publishers give hundreds of keywords.
const MAX_CATEGORIES: usize = 40;
/// Bytes of a title read: longer ones are texts.
const MAX_TITLE_BYTES: usize = 2 << 10;
/// Bytes of text read of one item: what follows in a full article or transcript rarely changes its field.
const MAX_TEXT_BYTES: usize = 24 << 10;
/// Terms kept as evidence of one tag.
const MAX_EVIDENCE: usize = 8;
/// A source that declares more specialties than this is general: they say nothing about one item.
const MAX_DECLARED: usize = 4;

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
    weights: Weights,
}

impl Tagger {
    /// The tagger of the [built-in taxonomy](Taxonomy::builtin); built once, then shared.
    #[must_use]
    pub fn builtin() -> Self {
        static BUILTIN: LazyLock<Tagger> = LazyLock::new(|| {
            let taxonomy = Taxonomy::builtin();
            let vocabulary = Vocabulary::new(&taxonomy).unwrap_or_else(|error| {
                tracing::error!(%error, "the built-in taxonomy cannot be used");
                Vocabulary::default()
            });
            Tagger {
                inner: Arc::new(Inner {
                    taxonomy,
                    vocabulary,
                    weights: Weights::default(),
                }),
                facets: None,
            }
        });
        BUILTIN.clone()
    }

    /// A tagger of a taxonomy of one's own.
    ///
    /// # Errors
    /// When the taxonomy has more terms than an automaton can hold (some hundred million characters).
    pub fn new(taxonomy: impl Into<Arc<Taxonomy>>) -> Result<Self> {
        let taxonomy = taxonomy.into();
        let vocabulary = Vocabulary::new(&taxonomy)?;
        Ok(Self {
            inner: Arc::new(Inner {
                taxonomy,
                vocabulary,
                weights: Weights::default(),
            }),
            facets: None,
        })
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
        match &self.facets {
            Some(facets) => facets.facets(item),
            None => FacetTagger::builtin().facets(item),
        }
    }

    /// The taxonomy it works with.
    #[must_use]
    pub fn taxonomy(&self) -> &Taxonomy {
        &self.inner.taxonomy
    }

    /// The specialties of an item, most confident first, at most four; empty when nothing clinical is found.
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
        let facets = match &self.facets {
            Some(facets) => facets.facets_of(&parts),
            None => FacetTagger::builtin().facets_of(&parts),
        };
        (tags, facets)
    }

    fn tags_of(&self, parts: &[Part<'_>], item: &Item, source_specialties: &[Specialty]) -> Vec<Tag> {
        let Inner {
            taxonomy,
            vocabulary,
            weights,
        } = &*self.inner;
        let mut found = score::score(vocabulary, parts, weights);
        let mut tags = Vec::new();
        match source_specialties {
            [] => {}
            [only] => match taxonomy.number(only) {
                Some(number) => score::add_prior(&mut found, number, weights.source, true),
                // A specialty that the taxonomy has no words for can only come from the source.
                None => tags.push(Tag::new(
                    only.clone(),
                    confidence(weights.source, weights),
                    vec![Evidence::new(only.label(), Field::Source, 1.0)],
                )),
            },
            several if several.len() <= MAX_DECLARED => {
                for number in several.iter().filter_map(|specialty| taxonomy.number(specialty)) {
                    score::add_prior(&mut found, number, weights.source / 2.0, false);
                }
            }
            _ => {}
        }
        score::choose(&mut found, weights);
        let journal = item
            .journal
            .as_ref()
            .and_then(|journal| journal.name.as_deref())
            .unwrap_or_default();
        for found in &found {
            let Some(entry) = taxonomy.entries().get(found.specialty) else {
                continue;
            };
            let evidence = self.evidence(found, &entry.label, journal);
            tags.push(Tag::new(
                entry.specialty.clone(),
                confidence(found.score, weights),
                evidence,
            ));
        }
        tags.sort_by(|a, b| b.confidence().total_cmp(&a.confidence()));
        tags.truncate(weights.shares.len());
        tags
    }

    fn evidence(&self, found: &Found, label: &str, journal: &str) -> Vec<Evidence> {
        let total: f64 = found.terms.iter().map(|(_, _, added)| added).sum();
        let mut evidence: Vec<Evidence> = Vec::new();
        for (term, place, added) in &found.terms {
            let term = match (place, *term) {
                (Place::Source, _) => label,
                (_, score::WHOLE_JOURNAL) => journal,
                (_, term) => self.inner.vocabulary.term(term),
            };
            let field = match place {
                Place::Title => Field::Title,
                Place::Lead | Place::Text => Field::Text,
                Place::Category => Field::Category,
                Place::Journal => Field::Journal,
                Place::Source => Field::Source,
            };
            let share = if total > 0.0 { added / total } else { 0.0 };
            #[expect(clippy::cast_possible_truncation, reason = "a share between 0 and 1")]
            let share = share as f32;
            match evidence
                .iter_mut()
                .find(|known| known.field == field && known.term == term)
            {
                Some(known) => known.share += share,
                None => evidence.push(Evidence::new(term, field, share)),
            }
        }
        evidence.sort_by(|a, b| {
            b.share
                .total_cmp(&a.share)
                .then_with(|| a.field.cmp(&b.field))
                .then_with(|| a.term.cmp(&b.term))
        });
        evidence.truncate(MAX_EVIDENCE);
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

fn confidence(score: f64, weights: &Weights) -> f32 {
    #[expect(clippy::cast_possible_truncation, reason = "between 0 and 1")]
    let confidence = score::confidence(score, weights) as f32;
    confidence
}
