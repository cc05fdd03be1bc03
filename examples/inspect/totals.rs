//! What a run came to.

use std::collections::BTreeMap;

use super::page::{Page, code};
use super::reading::{Failure, Reading, Reason};

/// Counts over all documents of a run.
#[derive(Debug, Default)]
pub(crate) struct Totals {
    pub(crate) files: usize,
    refused: BTreeMap<Reason, usize>,
    items: usize,
    identified: usize,
    dated: usize,
    tags: usize,
    warnings: BTreeMap<String, usize>,
}

impl Totals {
    pub(crate) fn count(&mut self, outcome: &Result<Reading, Failure>) {
        self.files += 1;
        match outcome {
            Err(failure) => *self.refused.entry(failure.reason).or_default() += 1,
            Ok(Reading { feed, .. }) => {
                self.items += feed.items.len();
                for item in &feed.items {
                    self.identified += usize::from(!item.identifiers.is_empty());
                    self.dated += usize::from(item.published.or(item.updated).is_some());
                    self.tags += item.tags.len();
                }
                for warning in &feed.warnings {
                    *self.warnings.entry(code(warning.kind)).or_default() += 1;
                }
            }
        }
    }

    pub(crate) fn all_were_feeds(&self) -> bool {
        self.refused.is_empty()
    }

    pub(crate) fn write(&self, page: &mut Page) {
        let refused: usize = self.refused.values().sum();
        page.heading("== ", "all documents");
        page.field("files", self.files);
        page.field("read", self.files - refused);
        for (reason, count) in &self.refused {
            page.field("refused", format!("{count} ({})", reason.words()));
        }
        page.field("items", self.items);
        page.field("with identifier", self.share(self.identified));
        page.field("with date", self.share(self.dated));
        for (kind, count) in &self.warnings {
            page.field("warnings", format!("{count} ({kind})"));
        }
        let hundredths = (self.tags * 100).checked_div(self.items).unwrap_or_default();
        page.field("tags per item", format!("{}.{:02}", hundredths / 100, hundredths % 100));
    }

    fn share(&self, count: usize) -> String {
        let percent = (count * 100).checked_div(self.items).unwrap_or_default();
        format!("{count} ({percent} %)")
    }
}
