//! How sure the mentions of one entry make.

use std::collections::BTreeMap;

use crate::model::Field;
use crate::tag::score::Place;

/// Words at the beginning of a text that tell what it is about: those of [`Weights`](crate::tag::score::Weights).
const LEAD_WORDS: usize = 45;
/// Words after which a mention is by the way. An abstract has 250 to 350, so this is reached only by articles and
/// transcripts.
const NEAR_WORDS: usize = LEAD_WORDS + 400;
/// What a weak term counts beside a strong one.
const WEAK_SHARE: f64 = 0.3;

/// Where a mention stands, as far as it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Spot {
    Title,
    Lead,
    Near,
    Deep,
    Category,
    Journal,
}

impl Spot {
    pub(super) fn of(place: Place, word: usize) -> Self {
        match place {
            Place::Title => Self::Title,
            Place::Category => Self::Category,
            Place::Journal | Place::Source => Self::Journal,
            Place::Lead | Place::Text if word < LEAD_WORDS => Self::Lead,
            Place::Lead | Place::Text if word < NEAR_WORDS => Self::Near,
            Place::Lead | Place::Text => Self::Deep,
        }
    }

    /// How sure one mention there makes.
    fn confidence(self) -> f64 {
        match self {
            Self::Title => 0.9,
            Self::Lead => 0.7,
            Self::Near => 0.4,
            Self::Deep => 0.2,
            // Keywords are often given by the dozen.
            Self::Category => 0.6,
            Self::Journal => 0.5,
        }
    }

    fn field(self) -> Field {
        match self {
            Self::Title => Field::Title,
            Self::Lead | Self::Near | Self::Deep => Field::Text,
            Self::Category => Field::Category,
            Self::Journal => Field::Journal,
        }
    }
}

/// The mentions of one entry in an item.
#[derive(Debug, Default)]
pub(super) struct Counted {
    /// By place and strength (strong is true): how often each term stands there.
    places: BTreeMap<(Spot, bool), BTreeMap<usize, u32>>,
}

impl Counted {
    pub(super) fn add(&mut self, term: usize, spot: Spot, is_strong: bool) {
        let count = self
            .places
            .entry((spot, is_strong))
            .or_default()
            .entry(term)
            .or_default();
        *count = count.saturating_add(1);
    }

    /// Between 0 and 1; nothing where only weak terms were found.
    ///
    /// Each place leaves a doubt, and doubts multiply: 1 - (1 - 0.9) (1 - 0.7) for title and lead. A place counts as
    /// 1 + ln(n) for n mentions, so that the tenth says little; the title and a keyword count once.
    pub(super) fn confidence(&self) -> Option<f32> {
        if !self.places.keys().any(|(_, is_strong)| *is_strong) {
            return None;
        }
        let belief: f64 = self.places.iter().map(belief).sum();
        #[expect(clippy::cast_possible_truncation, reason = "between 0 and 1")]
        let confidence = (1.0 - (-belief).exp()) as f32;
        Some(confidence)
    }

    /// What each term in each field contributed, as a share of all.
    pub(super) fn shares(&self) -> Vec<(usize, Field, f32)> {
        let total: f64 = self.places.iter().map(belief).sum();
        let mut shares = Vec::new();
        for place in &self.places {
            let ((spot, _), terms) = place;
            let mentions: f64 = terms.values().copied().map(f64::from).sum();
            for (term, count) in terms {
                #[expect(clippy::cast_possible_truncation, reason = "a share between 0 and 1")]
                let share = (belief(place) * f64::from(*count) / mentions / total) as f32;
                shares.push((*term, spot.field(), share));
            }
        }
        shares
    }
}

/// The doubt that a place takes away, as a logarithm, so that places add up.
fn belief(((spot, is_strong), terms): (&(Spot, bool), &BTreeMap<usize, u32>)) -> f64 {
    let mentions: f64 = terms.values().copied().map(f64::from).sum();
    let repeats = match spot {
        Spot::Title | Spot::Category | Spot::Journal => 1.0,
        Spot::Lead | Spot::Near | Spot::Deep => 1.0 + mentions.max(1.0).ln(),
    };
    let strength = if *is_strong { 1.0 } else { WEAK_SHARE };
    -(1.0 - spot.confidence()).ln() * repeats * strength
}
