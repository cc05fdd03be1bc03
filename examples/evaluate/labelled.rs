//! Items with the specialties that people gave them, one JSON object a line, and how well tags agree with them.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use medfeed::{Category, Item, Journal, Source, Tag};
use serde::Deserialize;

/// One line: an item, and its labels where there are any. Other fields are ignored.
#[derive(Debug, Deserialize)]
pub(crate) struct Labelled {
    pub(crate) id: String,
    #[serde(default)]
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) summary: String,
    pub(crate) journal: Option<String>,
    #[serde(default)]
    pub(crate) categories: Vec<String>,
    /// What the item's source is declared to be about, such as the specialties of a podcast.
    #[serde(default)]
    pub(crate) source_specialties: Vec<String>,
    /// All specialties that are right.
    #[serde(default)]
    pub(crate) labels: Vec<String>,
    /// Aspects that ought to be tagged, each with the specialties that would do; one for each label if missing.
    #[serde(default)]
    pub(crate) groups: Vec<Vec<String>>,
    /// Where the labels come from.
    #[serde(default)]
    pub(crate) source: String,
}

impl Labelled {
    pub(crate) fn item(&self) -> Item {
        let source: Source = "https://example.org/feed".parse().expect("a web address");
        let mut item = Item::new(source.id(), format!("guid:{}", self.id));
        item.title.clone_from(&self.title);
        item.summary.clone_from(&self.summary);
        if let Some(name) = &self.journal {
            let mut journal = Journal::default();
            journal.name = Some(name.clone());
            item.journal = Some(journal);
        }
        for category in &self.categories {
            item.categories.push(Category::new(category));
        }
        item
    }

    pub(crate) fn groups(&self) -> Vec<Vec<String>> {
        if self.groups.is_empty() {
            self.labels.iter().map(|label| vec![label.clone()]).collect()
        } else {
            self.groups.clone()
        }
    }
}

/// Reads a file of such lines.
pub(crate) fn read(path: &Path) -> Result<Vec<Labelled>, String> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).map_err(|cause| format!("{shown}: {cause}"))?;
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(number, line)| {
            serde_json::from_str(line).map_err(|cause| format!("{shown}, line {}: {cause}", number + 1))
        })
        .collect()
}

/// How tags and labels agree over the items of one source.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Agreement {
    pub(crate) items: usize,
    pub(crate) tags: usize,
    pub(crate) right: usize,
    pub(crate) aspects: usize,
    pub(crate) found: usize,
    pub(crate) untagged: usize,
}

impl Agreement {
    pub(crate) fn add(&mut self, labelled: &Labelled, codes: &[&str]) {
        let groups = labelled.groups();
        self.items += 1;
        self.tags += codes.len();
        self.right += codes
            .iter()
            .filter(|code| labelled.labels.iter().any(|label| label == *code))
            .count();
        self.aspects += groups.len();
        self.found += groups
            .iter()
            .filter(|group| group.iter().any(|label| codes.contains(&label.as_str())))
            .count();
        self.untagged += usize::from(codes.is_empty());
    }

    pub(crate) fn precision(&self) -> f64 {
        ratio(self.right, self.tags)
    }

    pub(crate) fn recall(&self) -> f64 {
        ratio(self.found, self.aspects)
    }

    /// The harmonic mean of both, over all items together.
    pub(crate) fn f1(&self) -> f64 {
        let (precision, recall) = (self.precision(), self.recall());
        if precision + recall > 0.0 {
            2.0 * precision * recall / (precision + recall)
        } else {
            0.0
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "numbers of items")]
pub(crate) fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// The codes of the broad specialties among tags: labels know no narrower ones.
pub(crate) fn broad(tags: &[Tag]) -> Vec<&str> {
    tags.iter()
        .map(Tag::specialty)
        .filter(|specialty| specialty.parent().is_none())
        .map(medfeed::Specialty::code)
        .collect()
}

/// Agreement by source as a table, with the mean over sources.
pub(crate) fn table<'a>(rows: impl Iterator<Item = (&'a Labelled, Vec<&'a str>)>) -> String {
    let mut by_source: BTreeMap<&str, Agreement> = BTreeMap::new();
    for (labelled, codes) in rows {
        by_source.entry(&labelled.source).or_default().add(labelled, &codes);
    }
    let mut text = format!(
        "{:<16} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6}\n",
        "source", "items", "P", "R", "F1", "none", "tags"
    );
    let mut sum = 0.0;
    for (source, agreement) in &by_source {
        sum += agreement.f1();
        text += &format!(
            "{source:<16} {:>6} {:>6.3} {:>6.3} {:>6.3} {:>6.3} {:>6.2}\n",
            agreement.items,
            agreement.precision(),
            agreement.recall(),
            agreement.f1(),
            ratio(agreement.untagged, agreement.items),
            ratio(agreement.tags, agreement.items),
        );
    }
    #[expect(clippy::cast_precision_loss, reason = "a handful of sources")]
    let mean = sum / by_source.len().max(1) as f64;
    text += &format!("mean F1 over {} sources: {mean:.3}\n", by_source.len());
    text
}

/// How often tags of about one confidence are right: ten rows.
#[derive(Debug, Default)]
pub(crate) struct Reliability {
    bins: [(usize, usize, f64); 10],
}

impl Reliability {
    pub(crate) fn add(&mut self, confidence: f32, right: bool) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 0 and 1, so between 0 and 9"
        )]
        let bin = ((confidence * 10.0) as usize).min(9);
        let Some((tags, rights, sum)) = self.bins.get_mut(bin) else {
            return;
        };
        *tags += 1;
        *rights += usize::from(right);
        *sum += f64::from(confidence);
    }

    /// The table, and the mean distance between confidence and share of right ones, weighed by numbers.
    pub(crate) fn table(&self) -> String {
        let mut text = format!("{:<12} {:>7} {:>10} {:>7}\n", "confidence", "tags", "mean", "right");
        let all: usize = self.bins.iter().map(|bin| bin.0).sum();
        let mut distance = 0.0;
        for (number, (tags, right, sum)) in self.bins.iter().enumerate().filter(|(_, bin)| bin.0 > 0) {
            #[expect(clippy::cast_precision_loss, reason = "numbers of tags")]
            let mean = sum / *tags as f64;
            let share = ratio(*right, *tags);
            distance += ratio(*tags, all) * (mean - share).abs();
            text += &format!(
                "0.{number} to {}.{} {tags:>9} {mean:>10.3} {share:>7.3}\n",
                (number + 1) / 10,
                (number + 1) % 10
            );
        }
        text += &format!("mean distance of confidence from the share that is right: {distance:.3}\n");
        text
    }
}

/// Items by id.
pub(crate) fn by_id(items: &[Labelled]) -> HashMap<&str, &Labelled> {
    items.iter().map(|item| (item.id.as_str(), item)).collect()
}
