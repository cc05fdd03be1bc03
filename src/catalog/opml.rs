//! OPML in and out: the lists of subscriptions that feed readers exchange (OPML 2.0, opml.org/spec2.opml).

use std::collections::HashMap;
use std::fmt::Write;
use std::rc::Rc;
use std::sync::OnceLock;

use url::Url;

use super::outline::{MAX_CATEGORIES, Outline, TOO_MANY_CATEGORIES};
use super::{Catalog, encoding, entries, outline};
use crate::error::{Error, Kind, Result, redacted};
use crate::limits::Limits;
use crate::model::{Source, SourceKind, Specialty};
use crate::text::{clean_line, fold_title, shorten};

/// The name of our own attributes in OPML, which the specification wants in a namespace.
const NAMESPACE: &str = "urn:x-medfeed:opml";

/// Specialties read from our own attribute: more than there are built in, and few enough to compare each with each.
const MAX_SPECIALTIES: usize = 64;

/// What an OPML file gave.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct OpmlImport {
    /// The subscriptions, each address once.
    pub catalog: Catalog,
    /// What was passed over, joined or cut, in words for people; empty when the file was read whole and clean.
    /// Addresses are not shown: they may hold tokens.
    pub notes: Vec<String>,
}

impl Catalog {
    /// Reads an OPML 1.0, 1.1 or 2.0 file within the default [`Limits`].
    ///
    /// The title comes from `title`, else `text`; the address from `xmlUrl` in any case of letters; the home page
    /// from `htmlUrl`; the language from `language`. The folders around an outline and the segments of its `category`
    /// become [`Source::folders`], except that one named like a specialty (code or label, British spelling and `&`
    /// included) becomes a specialty. An address listed in several folders is kept once, with the folders of each. A source
    /// keeps at most 16 folders of at most 100 characters; what is left out is noted.
    ///
    /// UTF-8, UTF-16 and Latin-1 are read; bare `&`, undeclared entities and missing end tags are borne.
    ///
    /// ```
    /// let opml = br#"<opml version="2.0"><body><outline text="Cardiology">
    ///     <outline text="Heart Weekly" type="rss" xmlUrl="https://example.org/heart.xml"/></outline></body></opml>"#;
    /// let import = medfeed::Catalog::from_opml(opml)?;
    /// assert_eq!(import.catalog.specialty(medfeed::Specialty::CARDIOLOGY).len(), 1);
    /// # Ok::<(), medfeed::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::is_parse`] when it is something else than OPML, and the message says what it is;
    /// [`Error::is_too_large`] past [`Limits::max_body_bytes`]. A bad entry is a note, not an error.
    pub fn from_opml(bytes: &[u8]) -> Result<OpmlImport> {
        Self::from_opml_within(bytes, &Limits::default())
    }

    /// Like [`from_opml`](Self::from_opml), within these bounds: `max_body_bytes`, `max_outlines`, `max_depth`,
    /// `max_attributes` and `max_text_bytes`.
    ///
    /// # Errors
    /// As [`from_opml`](Self::from_opml).
    pub fn from_opml_within(bytes: &[u8], limits: &Limits) -> Result<OpmlImport> {
        if bytes.len() > limits.max_body_bytes {
            return Err(Error::new(
                Kind::TooLarge,
                format!("an OPML file has at most {} bytes", limits.max_body_bytes),
            ));
        }
        let (text, undecodable) = encoding::decode(bytes);
        let outlines = outline::read(&text, limits).map_err(|problem| Error::parse(format!("no OPML: {problem}")))?;
        let mut notes: Vec<String> = undecodable.into_iter().chain(outlines.notes).collect();
        let mut sources: Vec<Source> = Vec::new();
        let mut places: HashMap<Url, usize> = HashMap::new();
        for (index, outline) in outlines.feeds.iter().enumerate() {
            let name = format!("subscription {} (\"{}\")", index + 1, shorten(&outline.title, 60));
            let source = match source_of(outline, &name, &mut notes) {
                Ok(source) => source,
                Err(problem) => {
                    notes.push(format!("{name} is left out: {problem}"));
                    continue;
                }
            };
            match places.get(source.url()).and_then(|place| sources.get_mut(*place)) {
                Some(first) => {
                    notes.push(format!(
                        "{name} is listed before; kept once, folders joined (at most {MAX_CATEGORIES})"
                    ));
                    *first = joined(first.clone(), &source);
                }
                None => {
                    places.insert(source.url().clone(), sources.len());
                    sources.push(source);
                }
            }
        }
        Ok(OpmlImport {
            catalog: Self::new(sources),
            notes,
        })
    }

    /// The catalog as OPML 2.0, for other readers and for [`from_opml`](Self::from_opml).
    ///
    /// Sources lie in a folder of their first specialty's name and in their own folders within it; those without
    /// either come first. All specialties stand in `category`; kind and publisher, which OPML has no words for, in
    /// attributes of our own namespace; provenance is not written. Addresses are written whole, tokens included: readers need them.
    #[must_use]
    pub fn to_opml(&self, title: &str) -> String {
        let mut filed: Vec<((usize, Vec<String>), &Source)> =
            self.iter().map(|source| (place_of(source), source)).collect();
        // A stable sort: within one folder the catalog's order stays.
        filed.sort_by(|(a, _), (b, _)| a.cmp(b));
        let mut out = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\" xmlns:medfeed=\"{NAMESPACE}\">\n  \
             <head>\n    <title>{}</title>\n  </head>\n  <body>\n",
            escaped(&clean_line(title))
        );
        let mut open: Vec<String> = Vec::new();
        for ((_, path), source) in &filed {
            let shared = open.iter().zip(path).take_while(|(a, b)| a == b).count();
            while open.len() > shared {
                open.pop();
                let _ = writeln!(out, "{}</outline>", indent(open.len()));
            }
            for folder in path.iter().skip(shared) {
                let _ = writeln!(out, "{}<outline text=\"{}\">", indent(open.len()), escaped(folder));
                open.push(folder.clone());
            }
            write_source(&mut out, source, open.len());
        }
        while open.pop().is_some() {
            let _ = writeln!(out, "{}</outline>", indent(open.len()));
        }
        out.push_str("  </body>\n</opml>\n");
        out
    }
}

/// One outline as a source, or why it is none.
fn source_of(outline: &Outline, name: &str, notes: &mut Vec<String>) -> std::result::Result<Source, String> {
    if outline.url.is_empty() {
        return Err("its xmlUrl is empty".to_owned());
    }
    // "feed:https://…" wraps a real address; "feed://…" does not say which scheme is meant.
    let address = match outline.url.split_at_checked(5) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("feed:") && !rest.starts_with("//") => rest,
        _ => &outline.url,
    };
    let url = Url::parse(address).map_err(|_| "its xmlUrl is no address".to_owned())?;
    let scheme = url.scheme().to_owned();
    let mut source =
        Source::new(url).map_err(|_| format!("its xmlUrl is not http or https but {}", shorten(&scheme, 20)))?;
    // What `to_opml` writes for a source without a title is no title.
    if outline.title != redacted(source.url()) {
        source = source.with_title(&outline.title);
    }
    if let Ok(kind) = outline.kind.parse::<SourceKind>() {
        source = source.with_kind(kind);
    }
    if !outline.publisher.is_empty() {
        source = source.with_publisher(&outline.publisher);
    }
    if entries::is_language(&outline.language) {
        source = source.with_language(&outline.language);
    } else if !outline.language.is_empty() && !outline.language.eq_ignore_ascii_case("unknown") {
        notes.push(format!("{name}: its language is no BCP 47 tag and is left out"));
    }
    if let Some(page) = Url::parse(&outline.html_url)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"))
    {
        source = source.with_homepage(page);
    }
    for code in outline.specialties.split(',').take(MAX_SPECIALTIES) {
        if let Ok(specialty) = code.trim().parse() {
            source = source.with_specialty(specialty);
        }
    }
    for category in &outline.categories {
        source = match specialty_named(category) {
            Some(specialty) => source.with_specialty(specialty),
            // The category names a specialty of one's own, already taken from our attribute; in any case of letters, as
            // categories are compared.
            None if source
                .specialties()
                .iter()
                .any(|own| own.code().eq_ignore_ascii_case(category) || own.label().eq_ignore_ascii_case(category)) =>
            {
                source
            }
            None if source.folders().len() >= MAX_CATEGORIES => {
                notes.push(TOO_MANY_CATEGORIES.to_owned());
                source
            }
            None => source.with_folder(Rc::as_ref(category)),
        };
    }
    Ok(source)
}

/// The first of two entries of one address, with the specialties and folders of the second, as far as one outline may
/// have them: an address in thousands of folders must not cost their square.
fn joined(mut first: Source, second: &Source) -> Source {
    for specialty in second.specialties() {
        if first.specialties().len() < MAX_SPECIALTIES {
            first = first.with_specialty(specialty.clone());
        }
    }
    for folder in second.folders() {
        if first.folders().len() < MAX_CATEGORIES && !first.folders().contains(folder) {
            first = first.with_folder(folder.clone());
        }
    }
    first
}

/// The built-in specialty whose code or label a folder bears: "Obstetrics & Gynecology" and "Paediatrics" too.
///
/// The whole name must match, so a folder "Heart and cardiology news" stays a folder.
fn specialty_named(name: &str) -> Option<Specialty> {
    static NAMES: OnceLock<HashMap<String, Specialty>> = OnceLock::new();
    // No label is longer than this; a longer name is not worth folding.
    if name.len() > 80 {
        return None;
    }
    let names = NAMES.get_or_init(|| {
        let labels = Specialty::all_builtin().map(|specialty| (comparable(&specialty.label()), specialty.clone()));
        Specialty::all_builtin()
            .map(|specialty| (comparable(specialty.code()), specialty.clone()))
            .chain(labels)
            .collect()
    });
    names.get(&comparable(name)).cloned()
}

/// Folded, without "and", British `ae` as `e`.
fn comparable(name: &str) -> String {
    let folded = fold_title(name);
    let words: Vec<String> = folded
        .split(' ')
        .filter(|word| *word != "and")
        .map(|word| word.replace("ae", "e"))
        .collect();
    words.join(" ")
}

/// Where a source lies: the rank of its first specialty, for the order, and the folders' names.
fn place_of(source: &Source) -> (usize, Vec<String>) {
    let first = source.specialties().first();
    let rank = match first {
        None if source.folders().is_empty() => 0,
        None => usize::MAX,
        Some(first) => Specialty::all_builtin()
            .position(|known| known == first)
            .map_or(usize::MAX - 1, |place| place + 1),
    };
    let label = first.map(|specialty| specialty.label().into_owned());
    (
        rank,
        label.into_iter().chain(source.folders().iter().cloned()).collect(),
    )
}

fn write_source(out: &mut String, source: &Source, depth: usize) {
    let title = clean_line(&source.label());
    let _ = write!(
        out,
        "{}<outline type=\"rss\" text=\"{}\"",
        indent(depth),
        escaped(&title)
    );
    let mut attribute = |name: &str, value: &str| {
        let value = clean_line(value);
        if !value.is_empty() {
            let _ = write!(out, " {name}=\"{}\"", escaped(&value));
        }
    };
    attribute("title", source.title().unwrap_or_default());
    attribute("xmlUrl", source.url().as_str());
    attribute("htmlUrl", source.homepage().map_or("", Url::as_str));
    attribute("language", source.language().unwrap_or_default());
    let codes: Vec<&str> = source.specialties().iter().map(Specialty::code).collect();
    attribute(
        "category",
        &codes
            .iter()
            .map(|code| format!("/{code}"))
            .collect::<Vec<_>>()
            .join(","),
    );
    attribute("medfeed:specialties", &codes.join(","));
    attribute("medfeed:kind", source.kind().code());
    attribute("medfeed:publisher", source.publisher().unwrap_or_default());
    out.push_str("/>\n");
}

/// Two spaces a level; the body's own two levels included. Bounded: white space must not grow quadratically.
fn indent(depth: usize) -> String {
    "  ".repeat(depth.min(20) + 2)
}

/// Text fit for an attribute or an element. Characters that XML 1.0 cannot hold are dropped.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => {}
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;
    use proptest::prelude::*;

    fn import(body: &str) -> OpmlImport {
        Catalog::from_opml(format!("<opml version='2.0'><body>{body}</body></opml>").as_bytes()).unwrap()
    }

    fn codes(source: &Source) -> Vec<&str> {
        source.specialties().iter().map(Specialty::code).collect()
    }

    #[test]
    fn folders_and_categories_become_specialties_where_they_name_one() {
        let import = import(
            "<outline text='Reading'><outline text='Obstetrics &amp; Gynaecology'><outline text='A' \
             xmlUrl='https://example.org/a' category='/infectious-diseases,/Ward/PAEDIATRICS,/Cardiology news'/></outline></outline>",
        );
        let [source] = import.catalog.sources() else {
            panic!("{import:?}")
        };
        assert_eq!(
            codes(source),
            ["infectious-diseases", "pediatrics", "obstetrics-gynecology"]
        );
        assert_eq!(source.folders(), ["Ward", "Cardiology news", "Reading"]);
        assert!(import.notes.is_empty());
    }

    #[test]
    fn every_specialty_is_known_by_code_and_label() {
        for specialty in Specialty::all_builtin() {
            assert_eq!(specialty_named(specialty.code()).as_ref(), Some(specialty));
            assert_eq!(
                specialty_named(&specialty.label().to_uppercase()).as_ref(),
                Some(specialty)
            );
        }
        for (name, code) in [
            ("Haematology", "hematology"),
            ("Anaesthesiology", "anesthesiology"),
            ("Orthopaedics", "orthopedics"),
        ] {
            assert_eq!(specialty_named(name).unwrap().code(), code);
        }
        for name in [
            "",
            "medicine",
            "cardio",
            "and",
            "pediatric cardiology",
            "public",
            &"x".repeat(100),
        ] {
            assert_eq!(specialty_named(name), None, "{name}");
        }
    }

    #[test]
    fn one_address_in_two_folders_is_one_source_in_both() {
        let import = import(
            "<outline text='Cardiology'><outline text='A' xmlUrl='https://example.org/a'/></outline>\
             <outline text='Daily'><outline text='Other name' xmlUrl='https://EXAMPLE.org:443/a#new'/></outline>",
        );
        let [source] = import.catalog.sources() else {
            panic!("{import:?}")
        };
        assert_eq!((source.title(), codes(source)), (Some("A"), vec!["cardiology"]));
        assert_eq!(source.folders(), ["Daily"]);
        assert!(import.notes[0].contains("subscription 2") && import.notes[0].contains("kept once"));
    }

    #[test]
    fn folders_that_differ_in_white_space_are_one() {
        let source: Source = "https://example.org/ward".parse().unwrap();
        let source = source.with_folder("Ward  7").with_folder(" Ward 7\n").with_folder(" ");
        assert_eq!(source.folders(), ["Ward 7"]);
        let import = Catalog::from_opml(Catalog::new([source]).to_opml("").as_bytes()).unwrap();
        assert_eq!(import.catalog.iter().next().unwrap().folders(), ["Ward 7"]);
    }

    #[test]
    fn an_address_in_thousands_of_folders_keeps_the_first_ones() {
        let folder =
            |n: usize| format!("<outline text='{n}'><outline text='A' xmlUrl='https://example.org/a'/></outline>");
        let import = import(&(0..3000).map(folder).collect::<String>());
        let [source] = import.catalog.sources() else {
            panic!("{} sources", import.catalog.len())
        };
        assert_eq!(
            (source.folders().len(), source.folders()[0].as_str()),
            (MAX_CATEGORIES, "0")
        );
        assert_eq!(import.notes.len(), 2999);
    }

    #[test]
    fn specialties_do_not_push_folders_out() {
        let mut source: Source = "https://example.org/a".parse().unwrap();
        for specialty in Specialty::ALL.iter().take(12) {
            source = source.with_specialty(specialty.clone());
        }
        for folder in 0..MAX_CATEGORIES {
            source = source.with_folder(format!("Shelf {folder}"));
        }
        let written = Catalog::new([source.clone()]).to_opml("t");
        let import = Catalog::from_opml(written.as_bytes()).unwrap();
        assert_eq!(facts(&import.catalog.sources()[0]), facts(&source));
        assert!(import.notes.is_empty(), "{:?}", import.notes);
    }

    #[test]
    fn long_folder_names_do_not_multiply() {
        let feeds: String = (0..500)
            .map(|n| format!("<outline xmlUrl='https://example.org/{n}'/>"))
            .collect();
        let import = import(&format!("<outline text='{}'>{feeds}</outline>", "x".repeat(1 << 20)));
        let kept: usize = import.catalog.iter().flat_map(Source::folders).map(String::len).sum();
        assert!(import.catalog.len() == 500 && kept < 500 * 110, "{kept} bytes");
    }

    #[test]
    fn bad_entries_are_notes_that_hide_the_address() {
        let import = import(
            "<outline text='No' xmlUrl='ftp://user:SEKRIT@example.org/'/><outline text='Empty' xmlUrl=''/>\
             <outline text='Script' xmlUrl='javascript:SEKRIT'/><outline text='Words' xmlUrl='SEKRIT words'/>\
             <outline text='File' xmlUrl='file:///SEKRIT'/><outline text='Wrapped' xmlUrl='feed:https://example.org/w'/>\
             <outline text='Feed' xmlUrl='feed://example.org/SEKRIT'/>\
             <outline text='Good' xmlUrl='http://example.org/g' language='unknown' htmlUrl='javascript:x'/>\
             <outline text='Tongue' xmlUrl='http://example.org/t' language='British English'/>",
        );
        let urls: Vec<_> = import.catalog.iter().map(|source| source.url().as_str()).collect();
        assert_eq!(
            urls,
            ["https://example.org/w", "http://example.org/g", "http://example.org/t"]
        );
        assert!(
            import
                .catalog
                .iter()
                .all(|source| source.language().is_none() && source.homepage().is_none())
        );
        assert_eq!(import.notes.len(), 7, "{:?}", import.notes);
        let notes = import.notes.join("\n");
        assert!(
            !notes.contains("SEKRIT") && notes.contains("\"No\") is left out: its xmlUrl is not http or https but ftp")
        );
        assert!(notes.contains("\"Tongue\"): its language"), "{notes}");
    }

    #[test]
    fn other_documents_and_too_large_ones_are_errors() {
        let error = Catalog::from_opml(b"<rss version='2.0'/>").unwrap_err();
        assert!(
            error.is_parse() && error.to_string().contains("it is a feed"),
            "{error}"
        );
        assert!(Catalog::from_opml(b"").unwrap_err().is_parse());
        assert!(Catalog::from_opml(&[0, 159, 146, 150]).unwrap_err().is_parse());
        let limits = Limits {
            max_body_bytes: 5,
            ..Limits::default()
        };
        assert!(
            Catalog::from_opml_within(b"<opml/>", &limits)
                .unwrap_err()
                .is_too_large()
        );
    }

    #[test]
    fn a_mark_utf16_and_latin1_are_read() {
        let text = "<opml><outline text='Ménière' xmlUrl='https://example.org/'/></opml>";
        let utf16: Vec<u8> = std::iter::once(0xfeff)
            .chain(text.encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        let latin1 = format!("<?xml version='1.0' encoding='ISO-8859-1'?>{text}")
            .chars()
            .map(|c| c as u8)
            .collect();
        for bytes in [format!("\u{feff}{text}").into_bytes(), utf16, latin1] {
            let import = Catalog::from_opml(&bytes).unwrap();
            assert_eq!(import.catalog.sources()[0].title(), Some("Ménière"));
            assert!(import.notes.is_empty());
        }
    }

    #[test]
    fn the_builtin_catalog_survives_and_nests_by_specialty() {
        let text = Catalog::builtin().to_opml("All & more");
        assert!(text.contains("<title>All &amp; more</title>"));
        assert_eq!(
            text.matches("<outline text=\"Cardiology\">").count(),
            1,
            "one folder each"
        );
        assert_eq!(
            text.matches("<outline text").count(),
            text.matches("</outline>").count()
        );
        let import = Catalog::from_opml(text.as_bytes()).unwrap();
        assert!(import.notes.is_empty(), "{:?}", import.notes);
        assert_eq!(import.catalog.len(), Catalog::builtin().len());
        let back: HashMap<&Url, &Source> = import.catalog.iter().map(|source| (source.url(), source)).collect();
        for source in &Catalog::builtin() {
            assert_eq!(facts(back[source.url()]), facts(source));
        }
    }

    #[test]
    fn shared_folders_are_opened_once_and_in_order() {
        let source = |path: &str| format!("https://example.org/{path}").parse::<Source>().unwrap();
        let text = Catalog::new([
            source("deep").with_folder("A").with_folder("B"),
            source("none"),
            source("own").with_specialty("ward-seven".parse().unwrap()),
            source("also").with_folder("A").with_folder("C"),
            source("heart").with_specialty(Specialty::CARDIOLOGY),
        ])
        .to_opml("t");
        let order = [
            "/none",
            ">",
            "Cardiology",
            "/heart",
            "Ward seven",
            "/own",
            "\"A\"",
            "\"B\"",
            "/deep",
            "\"C\"",
            "/also",
        ];
        let mut rest = text.as_str();
        for part in order {
            rest = rest
                .split_once(part)
                .unwrap_or_else(|| panic!("{part} is not in its place: {text}"))
                .1;
        }
        assert_eq!(text.matches("text=\"A\"").count(), 1);
    }

    type Facts<'a> = (
        Option<&'a str>,
        SourceKind,
        Option<String>,
        Vec<&'a str>,
        Option<&'a str>,
        Option<&'a Url>,
        &'a [String],
    );

    /// What OPML carries of a source.
    fn facts(source: &Source) -> Facts<'_> {
        (
            source.title(),
            source.kind(),
            source.publisher().map(clean_line),
            codes(source),
            source.language(),
            source.homepage(),
            source.folders(),
        )
    }

    prop_compose! {
        fn any_source()(
            path in "[a-zA-Z0-9é/&?=<>'\"; %+-]{0,20}",
            title in proptest::option::of("\\PC{1,20}"),
            publisher in proptest::option::of("[a-z&<>\"'é;,/😷]{1,12}"),
            kind in proptest::sample::select(SourceKind::ALL.to_vec()),
            own in proptest::option::of("own-[a-z]{1,5}"),
            specialties in proptest::sample::subsequence(Specialty::ALL.to_vec(), 0..3),
            language in proptest::option::of(proptest::sample::select(vec!["en", "zh-TW", "pt-br"])),
            homepage in proptest::option::of("[a-z&?=]{0,8}"),
            folders in proptest::collection::btree_set("q[a-z&<>\"'é/, ]{0,8}z", 0..3),
        ) -> Source {
            let mut source: Source = format!("https://example.org/{path}").parse().unwrap();
            source = source.with_kind(kind);
            if let Some(title) = title { source = source.with_title(title); }
            if let Some(publisher) = publisher { source = source.with_publisher(publisher); }
            if let Some(code) = own { source = source.with_specialty(code.parse().unwrap()); }
            for specialty in specialties { source = source.with_specialty(specialty); }
            if let Some(language) = language { source = source.with_language(language); }
            if let Some(page) = homepage { source = source.with_homepage(format!("https://example.net/{page}").parse().unwrap()); }
            for folder in folders { source = source.with_folder(folder); }
            source
        }
    }

    proptest! {
        #[test]
        fn round_trip(sources in proptest::collection::vec(any_source(), 0..8), title in "\\PC{0,20}") {
            let catalog = Catalog::new(sources);
            let text = catalog.to_opml(&title);
            let import = Catalog::from_opml(text.as_bytes()).unwrap();
            prop_assert_eq!(&import.notes, &Vec::<String>::new());
            prop_assert_eq!(import.catalog.len(), catalog.len());
            for source in &catalog {
                let back = import.catalog.iter().find(|back| back.url() == source.url());
                prop_assert_eq!(back.map(facts), Some(facts(source)));
            }
            prop_assert_eq!(import.catalog.to_opml(&title), text, "written again, it is the same");
        }

        #[test]
        fn any_bytes_are_borne(bytes in proptest::collection::vec(any::<u8>(), 0..200), title in any::<String>()) {
            let _ = Catalog::from_opml(&bytes);
            let mut inside = b"<opml><body><outline text='".to_vec();
            inside.extend(bytes);
            let _ = Catalog::from_opml(&inside);
            let written = Catalog::new([]).to_opml(&title);
            prop_assert!(Catalog::from_opml(written.as_bytes()).unwrap().notes.is_empty());
        }
    }
}
