//! Every path the demo's server knows, and how it answers.

/// One path.
#[derive(Debug)]
pub(crate) struct Resource {
    pub(crate) path: &'static str,
    pub(crate) answer: Answer,
    pub(crate) content_type: &'static str,
    /// Compressed for clients that accept gzip.
    pub(crate) gzip: bool,
    pub(crate) validator: Validator,
    /// Whether the demo's reader follows it.
    pub(crate) followed: bool,
}

/// What is sent.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Answer {
    /// 200 with this template, see [`super::template`].
    Text(&'static str),
    /// 301 to another path of this server.
    Moved(&'static str),
    /// 404.
    Missing,
}

/// Which validator comes with the body, and is answered with 304 when sent back exactly.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Validator {
    None,
    ETag,
    LastModified,
}

const RSS: &str = "application/rss+xml; charset=utf-8";
const XML: &str = "text/xml; charset=utf-8";
const RDF: &str = "application/rdf+xml";
const ATOM: &str = "application/atom+xml; charset=utf-8";
const JSON: &str = "application/feed+json";

/// All paths; those of feeds in the order in which the demo follows them.
pub(crate) const RESOURCES: &[Resource] = &[
    feed("/feeds/cardiology.xml", RSS, include_str!("feeds/cardiology.xml")).validated(Validator::ETag),
    feed("/feeds/oncology.rdf", RDF, include_str!("feeds/oncology.rdf")),
    feed("/feeds/infection.rdf", RDF, include_str!("feeds/infection.rdf")),
    feed("/feeds/neurology.atom", ATOM, include_str!("feeds/neurology.atom")).validated(Validator::LastModified),
    feed("/feeds/preprints.rdf", RDF, include_str!("feeds/preprints.rdf")),
    feed(
        "/feeds/literature-search.xml",
        RSS,
        include_str!("feeds/literature-search.xml"),
    )
    .gzipped(),
    feed(
        "/feeds/respiratory-society.json",
        JSON,
        include_str!("feeds/respiratory-society.json"),
    ),
    feed("/feeds/safety-alerts.xml", XML, include_str!("feeds/safety-alerts.xml")),
    feed("/feeds/outbreaks.xml", RSS, include_str!("feeds/outbreaks.xml"))
        .gzipped()
        .validated(Validator::ETag),
    feed("/feeds/press-office.xml", RSS, include_str!("feeds/press-office.xml")),
    feed("/feeds/health-wire.xml", RSS, include_str!("feeds/health-wire.xml")).gzipped(),
    feed("/feeds/ward-post.xml", RSS, include_str!("feeds/ward-post.xml")),
    feed("/feeds/clinic-herald.xml", XML, include_str!("feeds/clinic-herald.xml")),
    feed(
        "/feeds/practice-today.atom",
        ATOM,
        include_str!("feeds/practice-today.atom"),
    ),
    feed(
        "/feeds/podcast-heart-rounds.xml",
        RSS,
        include_str!("feeds/podcast-heart-rounds.xml"),
    ),
    feed(
        "/feeds/podcast-night-shift.xml",
        RSS,
        include_str!("feeds/podcast-night-shift.xml"),
    ),
    feed("/feeds/aerzteblick.xml", RSS, include_str!("feeds/aerzteblick.xml")),
    feed(
        "/feeds/gastroenterology.xml",
        XML,
        include_str!("feeds/gastroenterology.xml"),
    ),
    Resource {
        answer: Answer::Moved("/feeds/paediatrics.atom"),
        ..feed("/feeds/pediatrics.xml", "", "")
    },
    Resource {
        answer: Answer::Missing,
        ..feed("/feeds/closed-journal.xml", "", "")
    },
    feed("/feeds/paediatrics.atom", ATOM, include_str!("feeds/paediatrics.atom")).unfollowed(),
    feed(
        "/media/heart-rounds-41.vtt",
        "text/vtt",
        include_str!("media/heart-rounds-41.vtt"),
    )
    .unfollowed(),
    feed(
        "/media/heart-rounds-40.srt",
        "application/x-subrip",
        include_str!("media/heart-rounds-40.srt"),
    )
    .unfollowed(),
    feed(
        "/media/heart-rounds-41.chapters.json",
        "application/json+chapters",
        include_str!("media/heart-rounds-41.chapters.json"),
    )
    .unfollowed(),
];

const fn feed(path: &'static str, content_type: &'static str, body: &'static str) -> Resource {
    let answer = Answer::Text(body);
    Resource {
        path,
        answer,
        content_type,
        gzip: false,
        validator: Validator::None,
        followed: true,
    }
}

impl Resource {
    const fn gzipped(self) -> Self {
        Self { gzip: true, ..self }
    }

    const fn validated(self, validator: Validator) -> Self {
        Self { validator, ..self }
    }

    const fn unfollowed(self) -> Self {
        Self {
            followed: false,
            ..self
        }
    }
}
