//! The element names that are read, so that names are compared and kept without a copy.
//!
//! Everything else an entry holds is passed over with all that is in it.

/// The longest name in the list.
const LONGEST: usize = 24;

macro_rules! names {
    ($($name:literal)*) => {
        /// The name in lower case, when it is one that is read.
        pub(super) fn known(local: &str) -> Option<&'static str> {
            let mut lower = [0u8; LONGEST];
            let lower = lower.get_mut(..local.len())?;
            lower.copy_from_slice(local.as_bytes());
            lower.make_ascii_lowercase();
            match std::str::from_utf8(lower).ok()? {
                $($name => Some($name),)*
                _ => None,
            }
        }
    };
}

names! {
    // structure
    "rss" "rdf" "channel" "feed" "item" "entry" "source"
    // texts
    "title" "link" "description" "summary" "content" "encoded" "fulltext" "fullitem" "body" "div" "subtitle" "tagline"
    "abstract" "teaser" "text" "info"
    // identity
    "guid" "id" "identifier" "comments" "url" "uri" "href"
    // people
    "author" "creator" "contributor" "managingeditor" "webmaster" "publisher" "credit" "owner" "name" "email" "homepage"
    "person"
    // dates
    "pubdate" "published" "issued" "date" "publicationdate" "coverdate" "coverdisplaydate" "available" "created" "updated"
    "modified" "lastbuilddate" "datetime" "modificationdate"
    // topics, languages, rights
    "category" "subject" "keywords" "keyword" "language" "rights" "copyright" "license" "type" "genre"
    // journals
    "doi" "issn" "eissn" "publicationname" "volume" "number" "issueidentifier" "issue" "startingpage" "endingpage"
    "pagerange" "section"
    // media and podcasts
    "enclosure" "group" "thumbnail" "alternateenclosure" "image" "logo" "icon" "episode" "season" "episodetype"
    "explicit" "duration" "transcript" "chapters" "chapter" "soundbite" "funding" "locked" "block" "complete"
    "new-feed-url" "medium"
    // the feed
    "generator" "ttl" "skiphours" "hour" "skipdays" "day" "updateperiod" "updatefrequency" "updatebase" "cloud"
    "textinput" "width" "height" "docs"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_whatever_the_case() {
        for (local, name) in [
            ("pubDate", Some("pubdate")),
            ("PUBLICATIONNAME", Some("publicationname")),
            ("unheard-of", None),
            ("", None),
            ("ünïcode", None),
            ("a-name-that-is-longer-than-any-of-the-list", None),
        ] {
            assert_eq!(known(local), name);
        }
    }
}
