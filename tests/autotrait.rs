//! Auto traits are a promise that no signature shows: what is public here can be sent to another thread, shared and moved.
//! A field that takes one of them away is a breaking change, so it must break this test first.
//!
//! A new public type belongs into one of the lists below; so does a future that the public API gives out.

use std::panic::{RefUnwindSafe, UnwindSafe};

/// Plain data: nothing in it is shared, and a caught panic cannot leave it half changed.
fn is_data<T: Send + Sync + Unpin + UnwindSafe + RefUnwindSafe>() {}

/// Handles, and what carries somebody else's error: no word on caught panics.
fn is_shared<T: Send + Sync + Unpin>() {}

macro_rules! pin {
    ($check:ident: $($name:ident),* $(,)?) => {
        $($check::<medfeed::$name>();)*
    };
}

#[test]
fn data_can_go_to_any_thread() {
    // ident
    pin!(is_data: Doi, FoundIdentifier, FoundIn, Identifier, Issn, Pmcid, Pmid, TrialId, TrialRegistry);
    // model
    pin!(is_data: Category, Chapter, Content, ContentKind, Episode, EpisodeKind, Evidence, Feed, FeedDate, FeedFormat, FeedHints, FormatChange);
    pin!(is_data: Field, Health, Item, ItemId, Journal, Media, Notice, Origin, Person, PollState, Precision, Relation, RelationKind);
    pin!(is_data: Facet, FacetEntry, FacetKey, FacetKind, FacetVocabulary);
    pin!(is_data: Signal, SignalKind, Source, SourceId, SourceKind, Specialty, Story, StoryId, Tag, Transcript, Validators);
    pin!(is_data: Warning, WarningKind);
    pin!(is_data: HealthChange, HealthEvent, Move, Rhythm, SourceHealth);
    // digest
    pin!(is_data: Digest, DigestEntry, DigestOptions, DigestSection, DigestTotals, EntryDate, EntryIdentifier, EntryListening);
    pin!(is_data: EntryNotice, EntrySignal, EntryTag, EntryVersion, LeftOut, LeftOutReason, RankPart, SectionKind, WhyPart);
    // the rest
    pin!(is_data: Candidate, Catalog, Cursor, Expression, FetchRequest, FetchResponse, Headers, Limits, ListeningPlan, OpmlImport);
    pin!(is_data: Cue, DiscoveredFeed, TranscriptFormat, TranscriptText);
    pin!(is_data: Outcome, PlanEpisode, Query, FailureClass, Redirect, RetagReport, Signals, SourceStatus, Sources, SpecialtyEntry, StoreCounts, Taxonomy, WaitHints);
}

#[test]
fn handles_and_errors_can_be_shared() {
    pin!(is_shared: Aggregator, AggregatorBuilder, Discovery, Error, FacetTagger, RefusedFeed, SourceOutcome, Store, Tagger, UpdateReport);
    #[cfg(feature = "fetch")]
    pin!(is_shared: HttpFetcher, HttpFetcherBuilder);
}

#[test]
fn a_search_for_feeds_can_be_spawned() {
    fn is_send(_: impl Send) {}
    let _: fn(&'static dyn medfeed::Fetch, &'static medfeed::Limits) =
        |fetcher, limits| is_send(medfeed::Discovery::of("", fetcher, limits));
    #[cfg(feature = "fetch")]
    is_send(medfeed::Source::discover(""));
}
