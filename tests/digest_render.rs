//! What a digest shows, in every format: composed from stories made by hand, with the public API only.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use jiff::Timestamp;
use medfeed::{
    Digest, DigestOptions, Doi, Episode, Evidence, FeedDate, Field, FoundIdentifier, FoundIn, Identifier, Item,
    Journal, LeftOutReason, Media, Notice, Person, Precision, Relation, RelationKind, SectionKind, Signal, SignalKind,
    Source, SourceId, Specialty, Story, StoryId, Tag, Transcript, assemble,
};
use proptest::prelude::*;

fn now() -> Timestamp {
    "2026-11-23T07:30:00Z".parse().unwrap()
}

fn source(name: &str) -> SourceId {
    format!("https://{name}.example.org/feed")
        .parse::<Source>()
        .unwrap()
        .id()
}

fn item(name: &str, title: &str) -> Item {
    let mut item = Item::new(source(name), format!("guid:{name}/{title}"));
    item.title = title.to_owned();
    item.link = Some(format!("https://{name}.example.org/{}", title.len()).parse().unwrap());
    item.published = Some(FeedDate::new("2026-11-22T00:00:00Z".parse().unwrap(), Precision::Day));
    item
}

fn tagged(mut item: Item, specialty: Specialty, confidence: f32) -> Item {
    let evidence = vec![Evidence::new("heart failure", Field::Title, 1.0)];
    item.tags.push(Tag::new(specialty, confidence, evidence));
    item
}

fn signalled(mut item: Item, kind: SignalKind, evidence: &str) -> Item {
    item.signals.push(Signal::new(kind, 0.9, evidence));
    item
}

fn episode(name: &str, title: &str, seconds: Option<u64>) -> Item {
    let mut item = item(name, title);
    let mut audio = Media::new(
        format!("https://{name}.example.org/{}.mp3", title.len())
            .parse()
            .unwrap(),
    );
    audio.mime_type = Some("audio/mpeg".to_owned());
    audio.duration_seconds = seconds;
    item.media.push(audio);
    item
}

fn story(items: Vec<Item>) -> Story {
    with_notices(items, Vec::new())
}

fn with_notices(items: Vec<Item>, notices: Vec<Notice>) -> Story {
    assemble(StoryId::founded_by(items[0].id), items, Vec::new(), notices, now())
}

fn notice(kind: SignalKind, notice: &Item, paper: &Item) -> Notice {
    let relation = Relation::new(
        RelationKind::Retracts,
        notice.id,
        paper.id,
        "it names doi:10.5555/beta",
        1.0,
        now(),
    );
    Notice::new(kind, notice, &relation, notice.published.unwrap().at)
}

fn morning() -> Vec<Story> {
    let mut trial = signalled(
        tagged(
            item("heart", "Early discharge in heart failure: a randomised trial"),
            Specialty::CARDIOLOGY,
            0.95,
        ),
        SignalKind::RandomizedTrial,
        "“a randomised trial” in the title",
    );
    trial.summary = "Of 412 adults, half went home within 48 hours. Readmission at 30 days did not differ \
                     (18% vs 19%; 95% CI -6 to 8)."
        .to_owned();
    trial.authors = ["A. Alder", "B. Birch", "C. Cedar", "D. Doum", "E. Elm"]
        .map(Person::new)
        .to_vec();
    let mut journal = Journal::default();
    journal.name = Some("Journal of Invented Cardiology".to_owned());
    trial.journal = Some(journal);
    let doi: Doi = "10.5555/alpha".parse().unwrap();
    trial
        .identifiers
        .push(FoundIdentifier::new(Identifier::Doi(doi), FoundIn::Metadata));
    let coverage = item("daily", "Sending heart failure patients home early is safe");
    let copy = item("weekly", "Sending heart failure patients home early is safe");

    let paper = tagged(
        item("heart", "Beta blockade after stenting"),
        Specialty::CARDIOLOGY,
        0.9,
    );
    let mut retraction = item("heart", "Retraction: Beta blockade after stenting");
    retraction.published = Some(FeedDate::new("2026-11-20T00:00:00Z".parse().unwrap(), Precision::Day));
    let retraction = signalled(retraction, SignalKind::Retraction, "“Retraction:” opens the title");
    let retracted = with_notices(
        vec![paper.clone()],
        vec![notice(SignalKind::Retraction, &retraction, &paper)],
    );

    let mut recall = signalled(
        item("agency", "Recall of all lots of a fictional infusion pump"),
        SignalKind::SafetyAlert,
        "“Recall of”",
    );
    recall.signals[0].detail = Some("class I".to_owned());
    recall.summary = "The pump may stop without an alarm.".to_owned();
    let outbreak = signalled(
        item("agency", "Measles outbreak in Exampleville"),
        SignalKind::Outbreak,
        "“outbreak”",
    );
    let mut preprint = signalled(
        tagged(
            item("preprints", "A marker of myocardial scar"),
            Specialty::CARDIOLOGY,
            0.7,
        ),
        SignalKind::Preprint,
        "the host is a preprint server",
    );
    preprint.published = Some(FeedDate::new("2026-11-01T00:00:00Z".parse().unwrap(), Precision::Month));
    let mut undated = tagged(item("nerve", "Guideline on migraine"), Specialty::NEUROLOGY, 0.8);
    undated.published = None;
    let undated = signalled(undated, SignalKind::Guideline, "“Guideline on”");

    let mut show = signalled(
        tagged(
            episode("show", "Ward rounds 12: atrial fibrillation", Some(2_160)),
            Specialty::CARDIOLOGY,
            0.8,
        ),
        SignalKind::Cme,
        "“0.5 credits”",
    );
    show.signals[0].detail = Some("0.5 credits".to_owned());
    let mut made = Episode::default();
    made.transcripts
        .push(Transcript::new("https://show.example.org/12.vtt".parse().unwrap()));
    made.chapters_url = Some("https://show.example.org/12.json".parse().unwrap());
    show.episode = Some(made);
    let long = tagged(
        episode("show", "Ward rounds special", Some(7_200)),
        Specialty::CARDIOLOGY,
        0.8,
    );
    vec![
        story(vec![trial, coverage, copy]),
        story(vec![retraction]),
        story(vec![outbreak]),
        retracted,
        story(vec![recall]),
        story(vec![preprint]),
        story(vec![undated]),
        story(vec![show]),
        story(vec![long]),
        story(vec![tagged(
            item("skin", "Eczema in infants"),
            Specialty::DERMATOLOGY,
            0.9,
        )]),
    ]
}

fn options() -> DigestOptions {
    DigestOptions::new(now())
        .specialties(vec![Specialty::CARDIOLOGY, Specialty::NEUROLOGY])
        .reading_minutes(10)
        .listening_minutes(25)
        .playback_speed(1.5)
        .source_label(source("agency"), "Example Medicines Agency")
        .source_label(source("daily"), "The Daily Example")
        .link("https://ward7.example.org/digest".parse().unwrap())
}

fn digest() -> Digest {
    Digest::compose("Cardiology and neurology, this morning", morning(), &options())
}

#[test]
fn as_text() {
    insta::assert_snapshot!(digest().to_text());
}

#[test]
fn as_markdown() {
    insta::assert_snapshot!(digest().to_markdown());
}

#[test]
fn as_html() {
    insta::assert_snapshot!(digest().to_html());
}

#[test]
fn as_rss() {
    insta::assert_snapshot!(digest().to_rss().replace("><", ">\n<"));
}

#[test]
fn as_json_and_back() {
    let digest = digest();
    let json = digest.to_json().unwrap();
    insta::assert_snapshot!(json);
    assert_eq!(Digest::from_json(&json).unwrap(), digest);
    let newer = json.replace("medfeed-digest-1", "medfeed-digest-9");
    let error = Digest::from_json(&newer).unwrap_err();
    assert!(
        error.is_parse() && error.to_string().contains("medfeed-digest-9"),
        "{error}"
    );
    assert!(Digest::from_json("[").unwrap_err().is_parse());
}

#[test]
fn warnings_come_first_and_by_urgency() {
    let digest = digest();
    let safety = &digest.sections[0];
    assert_eq!(safety.kind, SectionKind::Safety);
    let titles: Vec<&str> = safety.entries.iter().map(|entry| entry.title.as_str()).collect();
    assert_eq!(
        titles,
        [
            "Recall of all lots of a fictional infusion pump",
            "Beta blockade after stenting",
            "Measles outbreak in Exampleville"
        ]
    );
}

#[test]
fn a_notice_is_told_by_its_paper_and_not_twice() {
    let text = digest().to_text();
    assert!(
        text.contains("[Retracted]\n    ! Retracted: Beta blockade after stenting, 20 November 2026"),
        "{text}"
    );
    let entries = digest();
    assert!(
        entries
            .entries()
            .all(|entry| entry.title != "Retraction: Beta blockade after stenting")
    );
    // Without the paper, the notice stands for itself.
    let alone: Vec<Story> = morning()
        .into_iter()
        .filter(|story| story.notices().is_empty())
        .collect();
    let alone = Digest::compose("x", alone, &options());
    assert!(
        alone
            .entries()
            .any(|entry| entry.title == "Retraction: Beta blockade after stenting")
    );
}

#[test]
fn two_notices_about_each_other_both_stay() {
    let one = signalled(item("a", "Retraction: one"), SignalKind::Retraction, "title");
    let two = signalled(item("b", "Retraction: two"), SignalKind::Retraction, "title");
    let stories = vec![
        with_notices(vec![one.clone()], vec![notice(SignalKind::Retraction, &two, &one)]),
        with_notices(vec![two.clone()], vec![notice(SignalKind::Retraction, &one, &two)]),
    ];
    assert_eq!(Digest::compose("x", stories, &options()).totals.stories, 2);
}

#[test]
fn copies_are_one_independent_source() {
    let digest = digest();
    let trial = digest.entries().find(|entry| entry.title.starts_with("Early")).unwrap();
    // Three sources, two titles.
    assert!(
        trial.why.iter().any(|part| part.words == "2 independent sources"),
        "{:?}",
        trial.why
    );
    assert_eq!(trial.versions.len(), 2);
    assert_eq!(trial.score, trial.why.iter().map(|part| part.points).sum::<i32>());
}

#[test]
fn a_letter_about_a_trial_is_a_letter() {
    let letter = signalled(
        item("heart", "Errors in a randomised trial"),
        SignalKind::RandomizedTrial,
        "words",
    );
    let letter = signalled(letter, SignalKind::EditorialLetterComment, "section");
    let digest = Digest::compose("x", vec![story(vec![letter])], &DigestOptions::new(now()));
    let entry = digest.entries().next().unwrap();
    assert!(
        entry
            .why
            .iter()
            .any(|part| part.words == "editorial or letter" && part.points == 3),
        "{:?}",
        entry.why
    );
}

#[test]
fn no_cap_and_no_budget_hides_a_warning() {
    let strict = options()
        .limit(0)
        .per_specialty(0)
        .reading_minutes(0)
        .listening_minutes(0);
    let digest = Digest::compose("x", morning(), &strict);
    assert_eq!((digest.totals.stories, digest.totals.warnings), (3, 3));
    assert!(digest.left_out.iter().any(|left| left.reason == LeftOutReason::Limit));
    assert!(digest.to_text().contains("Left out: "));
    // A recall that no tagger recognised still reaches a neurologist; another field's retraction does not.
    let paper = tagged(item("heart", "Beta"), Specialty::CARDIOLOGY, 0.9);
    let mut stories = morning();
    stories.push(story(vec![signalled(paper, SignalKind::Retraction, "title")]));
    let neurology = options().specialties(vec![Specialty::NEUROLOGY]);
    let titles: Vec<String> = Digest::compose("x", stories, &neurology)
        .entries()
        .map(|entry| entry.title.clone())
        .collect();
    assert!(titles.iter().any(|title| title.starts_with("Recall")), "{titles:?}");
    assert!(!titles.iter().any(|title| title == "Beta"), "{titles:?}");
}

#[test]
fn a_guess_is_no_warning() {
    let mut item = item("daily", "Hospital does not recall the meeting");
    item.signals.push(Signal::new(SignalKind::SafetyAlert, 0.3, "“recall”"));
    let digest = Digest::compose("x", vec![story(vec![item])], &DigestOptions::new(now()));
    assert_eq!(digest.sections[0].kind, SectionKind::General);
}

#[test]
fn listening_time_is_filled_and_the_rest_is_explained() {
    let mut stories = morning();
    stories.push(story(vec![tagged(
        episode("show", "No length", None),
        Specialty::CARDIOLOGY,
        0.9,
    )]));
    let digest = Digest::compose("x", stories, &options());
    let section = digest.sections.last().unwrap();
    assert_eq!((section.heading.as_str(), section.entries.len()), ("To listen to", 1));
    assert_eq!(digest.totals.listening_minutes, 24);
    for reason in [LeftOutReason::ListeningTime, LeftOutReason::LengthUnknown] {
        assert!(
            digest
                .left_out
                .iter()
                .any(|left| left.reason == reason && left.stories.len() == 1)
        );
    }
}

#[test]
fn an_empty_digest_is_kind() {
    let digest = Digest::compose("", Vec::new(), &options());
    for page in [
        digest.to_text(),
        digest.to_markdown(),
        digest.to_html(),
        digest.to_rss(),
    ] {
        assert!(page.contains("Nothing to report this time"), "{page}");
        assert!(page.contains("Digest"));
    }
}

const HOSTILE: [&str; 9] = [
    "<script>alert(1)</script>",
    "x](javascript:alert(1)) [y",
    "![i](https://evil.example.net/p.png)",
    "\u{1b}[2J\u{9b}31mred",
    "a\r\n\r\n# heading\r\n- list",
    "\u{202e}gnp.exe\u{2066}",
    "\" onmouseover=\"x\" '",
    "]]></description><item>&lt;b&gt;",
    "</title></style><img src=x onerror=y>\u{fffe}\u{0}",
];

fn hostile_digest() -> Digest {
    let stories = HOSTILE.iter().enumerate().map(|(index, text)| {
        let mut item = tagged(
            episode(&format!("h{index}"), text, Some(60)),
            Specialty::CARDIOLOGY,
            0.9,
        );
        item.link = Some("javascript:alert(document.domain)".parse().unwrap());
        item.summary = text.repeat(2);
        item.language = Some((*text).to_owned());
        item.authors = vec![Person::new(*text)];
        let mut journal = Journal::default();
        journal.name = Some((*text).to_owned());
        item.journal = Some(journal);
        item.media[0].mime_type = Some(format!("audio/{text}"));
        let mut signal = Signal::new(SignalKind::SafetyAlert, 0.9, *text);
        signal.detail = Some((*text).to_owned());
        item.signals.push(signal);
        let other = notice(SignalKind::Retraction, &item, &item);
        let mut second = item.clone();
        second.id = Item::new(source("other"), *text).id;
        with_notices(vec![item, second], vec![other])
    });
    let mut options = DigestOptions::new(now());
    for (index, text) in HOSTILE.iter().enumerate() {
        options = options.source_label(source(&format!("h{index}")), *text);
    }
    Digest::compose(&HOSTILE.concat(), stories.collect(), &options)
}

/// The same texts in a digest that came from elsewhere, so that no cleaning while composing helps.
fn smuggled(mut digest: Digest) -> Digest {
    for section in &mut digest.sections {
        section.heading = HOSTILE.concat();
        for (entry, text) in section.entries.iter_mut().zip(HOSTILE.iter().cycle()) {
            let bad: url::Url = "javascript:alert(1)".parse().unwrap();
            entry.title = (*text).to_owned();
            entry.summary = (*text).to_owned();
            entry.language = Some((*text).to_owned());
            entry.link = Some(bad.clone());
            entry.date.words = (*text).to_owned();
            for notice in &mut entry.notices {
                notice.title = (*text).to_owned();
                notice.link = Some(bad.clone());
            }
            for version in &mut entry.versions {
                version.title = (*text).to_owned();
                version.link = Some(bad.clone());
            }
            if let Some(listening) = &mut entry.listening {
                listening.audio = bad.clone();
                listening.transcript = Some(bad.clone());
            }
        }
    }
    Digest::from_json(&digest.to_json().unwrap()).unwrap()
}

#[test]
fn hostile_text_is_only_text() {
    for digest in [hostile_digest(), smuggled(hostile_digest()), smuggled(digest())] {
        let html = digest.to_html();
        let tags: Vec<&str> = html
            .split('<')
            .skip(1)
            .filter_map(|part| part.split(['>', ' ', '\n']).next())
            .collect();
        for bad in ["script", "img", "item", "description", "b"] {
            assert!(!tags.contains(&bad), "{bad} in {html}");
        }
        assert!(!html.contains("href=\"javascript") && !html.contains("src=\"javascript"));
        assert_eq!(html.matches("</style>").count(), 1);
        // An attribute can only be broken out of with a bare quote.
        assert!(!html.contains("onmouseover=\""), "{html}");

        let markdown = digest.to_markdown();
        assert!(
            !markdown.contains("](javascript") || markdown.contains(r"\](javascript"),
            "{markdown}"
        );
        for (at, _) in markdown.match_indices("](") {
            let before = &markdown[..at];
            let rest = &markdown[at..];
            assert!(before.ends_with('\\') || rest.starts_with("](<http"), "{rest}");
        }
        for (at, _) in markdown.match_indices('<') {
            assert!(markdown[..at].ends_with(['(', '\\']), "{}", &markdown[at..]);
        }
        assert!(!markdown.contains("\n# heading") && !markdown.contains("\n- list"));

        let rss = digest.to_rss();
        let channel = rss::Channel::read_from(rss.as_bytes()).unwrap();
        assert_eq!(channel.items().len(), digest.totals.stories);
        for item in channel.items() {
            let description = item.description().unwrap();
            assert!(
                !description.contains("<script")
                    && !description.contains("<img")
                    && !description.contains("\"javascript")
            );
            assert!(item.link().is_none_or(|link| link.starts_with("https://")));
        }
        for page in [digest.to_text(), markdown, html, rss] {
            for hidden in ['\u{1b}', '\u{9b}', '\u{202e}', '\u{2066}', '\r', '\u{0}'] {
                assert!(!page.contains(hidden), "{hidden:?}");
            }
        }
        assert!(!digest.to_json().unwrap().contains('\u{1b}'));
    }
}

#[test]
fn addresses_in_text_never_open_a_script() {
    assert!(
        !hostile_digest().to_json().unwrap().contains("\"javascript:"),
        "composing keeps web links only"
    );
}

fn any_story() -> impl Strategy<Value = Story> {
    let kinds = proptest::sample::select(SignalKind::ALL);
    let specialty = proptest::sample::select(&Specialty::ALL[..4]);
    (
        (0u32..40, 0usize..5, 0usize..250, proptest::option::of(0u64..4_000)),
        proptest::option::of((kinds, 0f32..1.0)),
        proptest::option::of((specialty, 0f32..1.0)),
        0i64..50 * 24,
    )
        .prop_map(|((key, host, words, sound), signal, tag, age)| {
            let title = format!("Story number {key} of many");
            let mut item = match sound {
                Some(seconds) if host > 2 => episode(&format!("s{host}"), &title, (seconds > 500).then_some(seconds)),
                _ => item(&format!("s{host}"), &title),
            };
            item.summary = "word ".repeat(words);
            item.published = Some(FeedDate::new(
                now().checked_sub(jiff::SignedDuration::from_hours(age)).unwrap(),
                Precision::Second,
            ));
            item.tags = tag
                .map(|(specialty, sure)| Tag::new(specialty, sure, Vec::new()))
                .into_iter()
                .collect();
            item.signals = signal
                .map(|(kind, sure)| Signal::new(kind, sure, "words"))
                .into_iter()
                .collect();
            story(vec![item])
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn bounds_hold_and_the_order_of_input_does_not_matter(
        stories in proptest::collection::vec(any_story(), 0..40),
        reading in proptest::option::of(0u32..8),
        listening in proptest::option::of(0u32..60),
        speed in 0.3f32..3.0,
        limit in 0usize..12,
        each in 0usize..4,
        wanted in 0usize..3,
    ) {
        let mut seen = std::collections::BTreeSet::new();
        let mut stories = stories;
        stories.retain(|story| seen.insert(story.id()));
        let mut options = DigestOptions::new(now())
            .specialties(Specialty::ALL[..wanted].to_vec())
            .limit(limit)
            .per_specialty(each)
            .playback_speed(speed)
            .summary_length(1_000);
        if let Some(minutes) = reading {
            options = options.reading_minutes(minutes);
        }
        if let Some(minutes) = listening {
            options = options.listening_minutes(minutes);
        }
        let digest = Digest::compose("t", stories.clone(), &options);
        let totals = &digest.totals;
        prop_assert!(totals.stories - totals.warnings <= limit);
        if let Some(minutes) = reading {
            prop_assert!(totals.reading_minutes <= u64::from(minutes).max(totals.warning_minutes));
        }
        if let Some(minutes) = listening {
            prop_assert!(totals.listening_minutes <= u64::from(minutes));
        }
        for section in &digest.sections {
            let capped = !matches!(section.kind, SectionKind::Safety | SectionKind::Listening);
            prop_assert!(!capped || section.entries.len() <= each);
        }
        // Every story is shown once or counted as left out once.
        let mut all: Vec<StoryId> = digest.entries().map(|entry| entry.story).collect();
        all.extend(digest.left_out.iter().flat_map(|left| &left.stories));
        all.sort();
        prop_assert_eq!(&all, &seen.into_iter().collect::<Vec<_>>());
        stories.reverse();
        prop_assert_eq!(Digest::compose("t", stories, &options).to_json().unwrap(), digest.to_json().unwrap());
    }
}
