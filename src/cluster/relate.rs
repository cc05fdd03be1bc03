//! How a new item stands to stored ones.
//!
//! What is compared, in this order:
//! 1. *Notices.* A retraction, concern or correction points to the paper whose DOI or PMID it names, or whose title it
//!    quotes. It never joins the paper's story; two copies of one notice do join.
//! 2. *Identifiers.* The same DOI, PMID or PMCID among those that say what each item is: the same work. Identifiers that
//!    differ veto everything below, except a preprint and its published form under one title.
//! 3. *Links.* The same canonical link from two sources, unless it is a host's front page.
//! 4. *Mentions.* An item without identifiers of its own that names at most two works is about them.
//! 5. *Titles.* The same folded title of at least four words from two sources within seven days.
//!
//! How false joins are avoided: titles are compared with their numbers, so parts and years differ; titles of columns and
//! lists ("Acknowledgment of reviewers", "This week in …") never join; two entries of one source with different keys are
//! two things, whatever their titles; dates must be near. Switch the whole step off with
//! [`AggregatorBuilder::stories(false)`](crate::AggregatorBuilder::stories).

use jiff::{SignedDuration, Timestamp};

use super::Candidate;
use super::keys::MIN_TITLE_WORDS;
use crate::ident::Identifier;
use crate::model::{Item, Relation, RelationKind, Signal, SignalKind};
use crate::text::fold_title;

/// How far apart two items with the same title may be dated.
const SAME_TITLE_WINDOW: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How far apart a preprint and its published form may be dated: nine in ten appear within two years.
const VERSION_WINDOW: SignedDuration = SignedDuration::from_hours(3 * 365 * 24);

/// An item that names more works than this is a list or a review, not a report about one of them.
const MAX_WORKS_A_REPORT_NAMES: usize = 2;

/// Beginnings of titles that recur without being one thing.
const SERIES: [&str; 17] = [
    "acknowledgment of",
    "acknowledgement of",
    "acknowledgments to",
    "thanks to our",
    "list of reviewers",
    "issue information",
    "table of contents",
    "in this issue",
    "editorial board",
    "instructions for authors",
    "this week in",
    "this week s",
    "today s",
    "weekly",
    "news in brief",
    "cover image",
    "announcements",
];

/// How a new item stands to stored ones that share a look-up key with it: at most one relation to each, each with its
/// reason and score. `now` is when it is decided.
#[must_use]
pub fn relate(item: &Item, candidates: &[Candidate], now: Timestamp) -> Vec<Relation> {
    let title = joinable_title(item);
    candidates
        .iter()
        .filter(|candidate| candidate.item.id != item.id)
        .filter_map(|candidate| relation(item, title.as_deref(), &candidate.item, now))
        .collect()
}

/// `title` is the item's [`joinable_title`], folded once for all that it is compared with.
fn relation(item: &Item, title: Option<&str>, stored: &Item, now: Timestamp) -> Option<Relation> {
    match (notice_of(item), notice_of(stored)) {
        (Some(notice), None) => return points_at(item, notice, stored, now),
        (None, Some(notice)) => return points_at(stored, notice, item, now),
        (Some(new), Some(old)) if new.kind != old.kind => return None,
        _ => {}
    }
    let join = |kind, reason, score| Some(Relation::new(kind, item.id, stored.id, reason, score, now));
    let ids = Comparison::of(item, stored);
    if let Some(shared) = &ids.shared {
        return join(RelationKind::SameWork, format!("both are {shared}"), 1.0);
    }
    let same_title = title.is_some_and(|title| title == fold_title(&stored.title));
    if ids.preprint_and_published {
        return (same_title && near(item, stored, now, VERSION_WINDOW))
            .then(|| {
                join(
                    RelationKind::VersionOf,
                    "the same title as preprint and as published paper".to_owned(),
                    0.95,
                )
            })
            .flatten();
    }
    if ids.conflict {
        return None;
    }
    let other_source = item.source != stored.source;
    if let (Some(link), Some(other)) = (&item.canonical_link, &stored.canonical_link)
        && link == other
        && (other_source || same_title)
        && (link.path() != "/" || link.query().is_some())
    {
        return join(RelationKind::SameLink, "both lead to the same page".to_owned(), 0.98);
    }
    if let Some(work) = reports_on(item, stored).or_else(|| reports_on(stored, item)) {
        return join(RelationKind::About, format!("it tells about {work}"), 0.9);
    }
    if other_source && same_title && near(item, stored, now, SAME_TITLE_WINDOW) {
        return join(
            RelationKind::SameTitle,
            "the same title in another source within 7 days".to_owned(),
            0.9,
        );
    }
    None
}

/// The notice an item is: the gravest first.
fn notice_of(item: &Item) -> Option<&Signal> {
    item.signals.iter().find(|signal| signal.kind.is_notice())
}

/// A notice points at a paper: by an identifier it names or shares, else by the title it quotes.
fn points_at(notice_item: &Item, notice: &Signal, paper: &Item, now: Timestamp) -> Option<Relation> {
    let kind = match notice.kind {
        SignalKind::Retraction => RelationKind::Retracts,
        SignalKind::ExpressionOfConcern => RelationKind::RaisesConcern,
        _ => RelationKind::Corrects,
    };
    let point = |reason: String, score| Some(Relation::new(kind, notice_item.id, paper.id, reason, score, now));
    let names = |identifier: &&Identifier| identifier.names_a_work();
    if let Some(named) = paper
        .own_identifiers()
        .filter(names)
        .find(|own| notice.targets.contains(own))
    {
        return point(format!("the notice names {named}"), 0.99);
    }
    // Some publishers retitle the paper itself: "RETRACTED: …" under the paper's own DOI.
    if let Some(shared) = paper
        .own_identifiers()
        .filter(names)
        .find(|own| notice_item.own_identifiers().any(|id| id == *own))
    {
        return point(format!("the notice stands under {shared} itself"), 0.99);
    }
    let quoted = notice.target_title.as_deref().map(fold_title)?;
    let long_enough = quoted.split(' ').count() >= MIN_TITLE_WORDS;
    // A notice that names works by identifier is about those, whatever other title looks the same.
    let names_another = !notice.targets.is_empty() && paper.own_identifiers().any(|own| names(&own));
    (long_enough && !names_another && quoted == fold_title(&paper.title))
        .then(|| point("the notice quotes its title".to_owned(), 0.9))
        .flatten()
}

/// What the identifiers of two items say of each other.
struct Comparison {
    shared: Option<Identifier>,
    conflict: bool,
    preprint_and_published: bool,
}

impl Comparison {
    fn of(item: &Item, stored: &Item) -> Self {
        let mut comparison = Self {
            shared: None,
            conflict: false,
            preprint_and_published: false,
        };
        for own in item.own_identifiers().filter(|own| own.names_a_work()) {
            for other in stored.own_identifiers().filter(|other| other.names_a_work()) {
                match (own, other) {
                    (Identifier::Doi(a), Identifier::Doi(b)) if a.without_version() == b.without_version() => {
                        comparison.shared = Some(Identifier::Doi(a.without_version()));
                    }
                    (Identifier::Doi(a), Identifier::Doi(b)) => {
                        comparison.conflict = true;
                        comparison.preprint_and_published |= a.is_preprint() != b.is_preprint();
                    }
                    (a, b) if a == b => comparison.shared = Some(a.clone()),
                    (Identifier::Pmid(_), Identifier::Pmid(_)) | (Identifier::Pmcid(_), Identifier::Pmcid(_)) => {
                        comparison.conflict = true;
                    }
                    _ => {}
                }
                if comparison.shared.is_some() {
                    return comparison;
                }
            }
        }
        comparison
    }
}

/// The work that `report` tells about, when that is what `paper` is.
fn reports_on(report: &Item, paper: &Item) -> Option<Identifier> {
    if report.own_identifiers().any(Identifier::names_a_work) {
        return None;
    }
    let named: Vec<&Identifier> = report.mentioned_identifiers().filter(|id| id.names_a_work()).collect();
    if named.len() > MAX_WORKS_A_REPORT_NAMES {
        return None;
    }
    paper.own_identifiers().find(|own| named.contains(own)).cloned()
}

/// The folded title, where it is long enough to name one thing and no title of a series.
fn joinable_title(item: &Item) -> Option<String> {
    let title = fold_title(&item.title);
    let joinable =
        title.split(' ').count() >= MIN_TITLE_WORDS && !SERIES.iter().any(|series| title.starts_with(series));
    joinable.then_some(title)
}

fn near(item: &Item, stored: &Item, now: Timestamp, window: SignedDuration) -> bool {
    item.sort_date(now).duration_since(stored.sort_date(now)).abs() <= window
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ident::{FoundIdentifier, FoundIn};
    use crate::model::{FeedDate, Precision, Source, StoryId};

    struct Draft(Item);

    fn item(source: u8, title: &str) -> Draft {
        let source: Source = format!("https://example.org/{source}.xml").parse().unwrap();
        let mut item = Item::new(source.id(), format!("guid:{title}"));
        item.title = title.to_owned();
        item.published = Some(FeedDate::new(day(0), Precision::Second));
        Draft(item)
    }

    fn day(offset: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + offset * 86_400).unwrap()
    }

    impl Draft {
        fn is(self, doi: &str) -> Self {
            self.id(doi, FoundIn::Metadata)
        }
        fn mentions(self, doi: &str) -> Self {
            self.id(doi, FoundIn::Text)
        }
        fn id(mut self, doi: &str, found_in: FoundIn) -> Self {
            self.0
                .identifiers
                .push(FoundIdentifier::new(Identifier::Doi(doi.parse().unwrap()), found_in));
            self
        }
        fn link(mut self, link: &str) -> Self {
            self.0.canonical_link = Some(link.parse().unwrap());
            self
        }
        fn days(mut self, offset: i64) -> Self {
            self.0.published = Some(FeedDate::new(day(offset), Precision::Second));
            self
        }
        /// What `signal` would say of the notices below.
        fn note(&mut self) {
            let heads = [
                ("Retraction: ", SignalKind::Retraction),
                ("RETRACTED: ", SignalKind::Retraction),
            ];
            for (head, kind) in heads.into_iter().chain([("Correction: ", SignalKind::Correction)]) {
                if let Some(rest) = self.0.title.strip_prefix(head) {
                    let mut notice = Signal::new(kind, 0.99, head);
                    notice.targets = self.0.mentioned_identifiers().cloned().collect();
                    notice.target_title = Some(rest.to_owned());
                    self.0.signals.push(notice);
                }
            }
        }
        fn to(mut self, mut other: Self) -> Option<(RelationKind, String)> {
            self.note();
            other.note();
            let candidate = Candidate::new(other.0.clone(), StoryId::founded_by(other.0.id));
            let there = relate(&self.0, &[candidate], day(400));
            // Order of arrival must not matter for the kind.
            let candidate = Candidate::new(self.0.clone(), StoryId::founded_by(self.0.id));
            let back = relate(&other.0, &[candidate], day(400));
            assert_eq!(
                there.iter().map(|r| r.kind).collect::<Vec<_>>(),
                back.iter().map(|r| r.kind).collect::<Vec<_>>()
            );
            there
                .into_iter()
                .next()
                .map(|relation| (relation.kind, relation.reason))
        }
    }

    fn kind(found: Option<(RelationKind, String)>) -> Option<RelationKind> {
        found.map(|(kind, _)| kind)
    }

    #[test]
    fn identifiers_join_and_veto() {
        let title = "Ablation for persistent atrial fibrillation";
        let a = || item(1, title).is("10.5555/a");
        assert_eq!(
            kind(a().to(item(2, "Another wording").is("10.5555/A").days(300))),
            Some(RelationKind::SameWork)
        );
        assert_eq!(kind(a().to(item(2, title).is("10.5555/b"))), None);
        assert_eq!(kind(a().to(item(2, title))), Some(RelationKind::SameTitle));
        assert_eq!(
            kind(a().to(item(2, title).is("10.1101/2026.01.01.26000001").days(-200))),
            Some(RelationKind::VersionOf)
        );
        assert_eq!(
            kind(a().to(item(2, title).is("10.1101/2026.01.01.26000001").days(-2000))),
            None
        );
        assert_eq!(
            kind(
                item(1, "X")
                    .is("10.1101/2026.1v1")
                    .to(item(2, "Y").is("10.1101/2026.1v2"))
            ),
            Some(RelationKind::SameWork)
        );
    }

    #[test]
    fn titles_join_only_near_and_across_sources() {
        let title = "Ablation for persistent atrial fibrillation";
        assert_eq!(kind(item(1, title).to(item(2, title).days(8))), None);
        assert_eq!(
            kind(item(1, title).to(item(2, "Ablation for persistent atrial flutter"))),
            None
        );
        assert_eq!(
            kind(item(1, "Respiratory report week 12 2026").to(item(2, "Respiratory report week 13 2026"))),
            None
        );
        assert_eq!(
            kind(item(1, "Acknowledgment of Reviewers 2025").to(item(2, "Acknowledgment of Reviewers 2025"))),
            None
        );
        assert_eq!(kind(item(1, "From the editor").to(item(2, "From the editor"))), None);
        let mut twin = item(1, title);
        twin.0.assign_source(twin.0.source);
        twin.0.key = "guid:other".into();
        twin.0.assign_source(twin.0.source);
        assert_eq!(
            kind(twin.to(item(1, title))),
            None,
            "two entries of one source are two things"
        );
    }

    #[test]
    fn links_join_unless_front_pages() {
        let page = "https://example.com/story/1";
        assert_eq!(
            kind(item(1, "A").link(page).to(item(2, "B").link(page))),
            Some(RelationKind::SameLink)
        );
        assert_eq!(
            kind(item(1, "A").link(page).to(item(1, "B").link(page))),
            None,
            "a show page that all episodes link to"
        );
        assert_eq!(
            kind(
                item(1, "A")
                    .link("https://example.com/")
                    .to(item(2, "B").link("https://example.com/"))
            ),
            None
        );
    }

    #[test]
    fn reports_follow_their_paper() {
        let paper = || item(1, "Ablation for persistent atrial fibrillation").is("10.5555/a");
        assert_eq!(
            kind(item(2, "New hope for patients").mentions("10.5555/a").to(paper())),
            Some(RelationKind::About)
        );
        let list = item(2, "Ten papers")
            .mentions("10.5555/a")
            .mentions("10.5555/b")
            .mentions("10.5555/c");
        assert_eq!(kind(list.to(paper())), None);
        let citing = item(2, "A later trial of ablation")
            .is("10.5555/z")
            .mentions("10.5555/a");
        assert_eq!(kind(citing.to(paper())), None);
    }

    #[test]
    fn notices_point_and_do_not_join() {
        let title = "Ablation for persistent atrial fibrillation";
        let paper = || item(1, title).is("10.5555/a").days(-300);
        let by_doi = item(1, "Retraction: another wording of it")
            .is("10.5555/n")
            .mentions("10.5555/a");
        let (kind_found, reason) = by_doi.to(paper()).unwrap();
        assert_eq!(
            (kind_found, reason.as_str()),
            (RelationKind::Retracts, "the notice names doi:10.5555/a")
        );
        assert_eq!(
            kind(item(2, &format!("Retraction: {title}")).to(paper())),
            Some(RelationKind::Retracts)
        );
        assert_eq!(
            kind(item(2, &format!("Correction: {title}")).to(paper())),
            Some(RelationKind::Corrects)
        );
        assert_eq!(
            kind(item(2, &format!("RETRACTED: {title}")).is("10.5555/a").to(paper())),
            Some(RelationKind::Retracts)
        );
        let of_another = item(2, &format!("Retraction: {title}")).mentions("10.5555/other");
        assert_eq!(kind(of_another.to(paper())), None);
        let copies = item(1, "Retraction: x")
            .is("10.5555/n")
            .to(item(2, "Retraction: x").is("10.5555/n"));
        assert_eq!(kind(copies), Some(RelationKind::SameWork));
    }
}
