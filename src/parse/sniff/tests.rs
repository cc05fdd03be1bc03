#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use proptest::prelude::*;

use super::*;

fn base() -> Url {
    "https://example.org/feeds/feed.xml".parse().unwrap()
}

fn text_of(bytes: &[u8], content_type: Option<&str>) -> (String, &'static str, usize) {
    let mut warnings = Vec::new();
    let decoded = sniff(bytes, &base(), content_type, &mut warnings).unwrap();
    (decoded.text.into_owned(), decoded.encoding, warnings.len())
}

fn refusal(bytes: &[u8]) -> Error {
    sniff(bytes, &base(), None, &mut Vec::new()).unwrap_err()
}

#[test]
fn utf_16_in_both_orders_with_and_without_mark() {
    let text = "<rss>Ménière</rss>";
    for (mark, big) in [(true, true), (true, false), (false, true), (false, false)] {
        let mut bytes = Vec::new();
        let document = format!("<?xml version=\"1.0\" encoding=\"utf-16\"?>{text}");
        for unit in mark.then_some(0xfeff).into_iter().chain(document.encode_utf16()) {
            bytes.extend(if big { unit.to_be_bytes() } else { unit.to_le_bytes() });
        }
        let (read, encoding, warnings) = text_of(&bytes, None);
        assert_eq!((read.as_str(), warnings), (text, 0));
        assert_eq!(encoding, if big { "UTF-16BE" } else { "UTF-16LE" });
    }
}

#[test]
fn declarations_are_believed_only_when_they_fit() {
    let latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><rss>M\xe9ni\xe8re</rss>";
    let (text, encoding, warnings) = text_of(latin, None);
    assert!(text.contains("Ménière"));
    assert_eq!((encoding, warnings), ("windows-1252", 0));

    let lying = "<?xml version='1.0' encoding='ISO-8859-1'?><rss>Ménière</rss>";
    let (text, encoding, warnings) = text_of(lying.as_bytes(), Some("text/xml; charset=iso-8859-1"));
    assert!(text.contains("Ménière"));
    assert_eq!((encoding, warnings), ("UTF-8", 1));

    let wrong = b"<?xml version='1.0' encoding='UTF-8'?><rss>M\xe9ni\xe8re's disease and na\xefve T cells</rss>";
    let (text, _, warnings) = text_of(wrong, None);
    assert!(text.contains("Ménière"), "{text}");
    assert!(warnings > 0);

    let (text, encoding, _) = text_of(b"<rss>M\xe9ni\xe8re</rss>", Some("text/xml;charset=\"windows-1252\""));
    assert!(text.contains("Ménière"));
    assert_eq!(encoding, "windows-1252");
}

#[test]
fn one_bad_byte_does_not_change_the_encoding() {
    let mut bytes = "<rss>é é é é é é é é é é é é".as_bytes().to_vec();
    bytes.extend(b"\xff</rss>");
    let (text, encoding, warnings) = text_of(&bytes, None);
    assert!(text.ends_with("é\u{fffd}</rss>"));
    assert_eq!((encoding, warnings), ("UTF-8", 1));
}

#[test]
fn what_is_no_feed_is_named() {
    for (bytes, word) in [
        (&b" \n"[..], "empty"),
        (b"", "empty"),
        (b"\0\0\0\0", "empty"),
        (b"\xef\xbb\xbf \n", "empty"),
        (b"<?xml version='1.0'?>", "no element"),
        (b"\x1f\x8b\x08\0\0\0", "gzip"),
        (b"%PDF-1.7", "PDF"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "a WebP picture"),
        (b"\0\0\0\x18ftypisom", "an MP4 file"),
        (b"7z\xbc\xaf\x27\x1c\0", "a 7z archive"),
        (b"Rar!\x1a\x07\x01\0", "a RAR archive"),
        (b"OggS\0\x02", "an Ogg file"),
        (b"wOF2\0\x01", "a font"),
        (b"MZ\x90\0\x03\0\0\0", "an executable"),
        (b"\x7fELF\x02", "an executable"),
        (b"\x01\x02\x03\0\0binary", "binary data"),
        (b"ab\0\0\0\0cd<rss>\x01\x02\x03", "binary data"),
        (b"<!DOCTYPE html><title>x</title>", "HTML"),
        (b"<?xml version='1.0'?><!-- c --><html xmlns='x'>", "HTML"),
        (b"<div>Please <a href='/'>log in</a></div>", "HTML"),
        (b"<script>location='/login'</script>", "HTML"),
        (b"[1, 2]", "JSON list"),
        (b"[{\"a\": \"<rss version='2.0'>\"}]", "JSON list"),
        (b"Not found", "plain text"),
        (
            b"<CHANNEL HREF=\"https://example.org/\"><TITLE>x</TITLE></CHANNEL>",
            "CDF channel",
        ),
        (
            b"<!DOCTYPE Channel SYSTEM \"http://www.example.org/cdf.dtd\"><Channel><Item/></Channel>",
            "CDF channel",
        ),
    ] {
        let base = base();
        // What has no element is left to the scan, which says so.
        let error = crate::parse(bytes, &base, None).unwrap_err();
        let named = error.to_string().contains(word);
        assert!(error.is_parse() && named, "{word}: {error}");
        assert!(error.is_not_a_feed() || word == "no element", "{error}");
        assert!(!error.is_challenge() && error.alternate_feeds().is_empty());
    }
}

#[test]
fn random_bytes_are_binary_data() {
    let mut state = 7u32;
    let bytes: Vec<u8> = (0..4096)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_le_bytes()[3]
        })
        .collect();
    assert!(refusal(&bytes).to_string().contains("binary data"));
}

#[test]
fn junk_before_the_document_is_dropped() {
    let rss = "<rss version='2.0'><channel><title>é</title></channel></rss>";
    for before in [
        "",
        "\n\n  ",
        "\0\0",
        "\0\0\0\0\0\0\0\0\0\0\0\0",
        "\u{feff}\n\u{feff}",
        "<?xml version='1.0'?>",
        "<?xml version='1.0'?>\n<?xml version='1.0' encoding='utf-8'?>",
        "<?XML version='1.0'?>",
        "<?xml version='1.0'>\n",
        "<!-- cached --><?xml version='1.0'?>",
        "Warning: something\n",
        "HTTP/1.1 200 OK\nFrom: <cache@example.org>\n\n<?xml version='1.0'?>",
        "<br />\n<b>Warning</b>:  Undefined variable $x in <b>/srv/feed.php</b> on line <b>7</b><br />\n<?xml version='1.0'?>",
        "<br />\n<font size='1'><table class='xdebug-error'><tr><th>Notice</th></tr></table></font>\n",
        "<script src='https://example.org/x.js'></script>",
        "<pre>",
        "<div><!-- <rss> -->",
        "[25-Nov-2026] notice<?xml version='1.0'?>",
        "<?php echo 1; ?>\n<?xml version='1.0'?>",
        "<!DOCTYPE html>",
        "<!DOCTYPE html><html><head><title>x</title></head><body>",
        "<html><body><pre><?xml version='1.0'?>",
    ] {
        let document = format!("{before}{rss}");
        let mut warnings = Vec::new();
        let decoded = sniff(document.as_bytes(), &base(), None, &mut warnings).unwrap();
        assert_eq!(decoded.text, rss, "{before}");
        let quiet = before.trim().is_empty() || before.starts_with('\u{feff}') || before == "<?xml version='1.0'?>";
        assert_eq!(
            warnings.is_empty(),
            quiet && !before.contains('\0'),
            "{before}: {warnings:?}"
        );
        // It is not only found but read.
        let feed = crate::parse((document + "</body></html>").as_bytes(), &base(), None).unwrap();
        assert_eq!(feed.title.as_deref(), Some("é"), "{before}");
    }
}

#[test]
fn pages_that_mention_feeds_stay_pages() {
    for page in [
        "<html><body><nav>Feeds</nav><rss version='2.0'></rss>",
        "<html><body><pre>&lt;rss version='2.0'&gt;&lt;/rss&gt;",
        "<!DOCTYPE html><html><body><textarea><rss version='2.0'></rss></textarea>",
        "<!DOCTYPE html><script>var x = \"<rss version='2.0'></rss>\"</script><p>x",
    ] {
        assert!(refusal(page.as_bytes()).to_string().contains("an HTML page"), "{page}");
    }
    let page = b"<html><head><link rel=alternate type='application/rss+xml' href='rss'></head>";
    assert_eq!(
        refusal(page).alternate_feeds(),
        ["https://example.org/feeds/rss".parse().unwrap()]
    );
}

#[test]
fn json_in_every_unicode_encoding() {
    let document = "{\"version\": \"é\"}";
    let utf_32: Vec<u8> = document.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
    let utf_16: Vec<u8> = document.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for bytes in [document.as_bytes(), &utf_32, &utf_16] {
        let decoded = sniff(bytes, &base(), None, &mut Vec::new()).unwrap();
        assert_eq!((decoded.text.as_ref(), decoded.kind), (document, Document::Json));
    }
}

#[test]
fn hostile_prologs_take_linear_time() {
    for piece in [
        "<?xml>",
        "<?x ",
        "<!-- ",
        "<!DOCTYPE [<!-- ",
        "<script>",
        "<p><script>",
        "<p><feed ",
        "<br>\"'",
        "<!DOCTYPE a \"",
        "[<",
    ] {
        let bytes = piece.repeat(300_000).into_bytes();
        let _ = sniff(&bytes, &base(), None, &mut Vec::new());
    }
}

proptest! {
    #[test]
    fn any_text_is_survived(text in "(<|>|\\?|!|-|\\[|\\]|\"|'|<rss|<html>|<\\?xml|<!DOCTYPE|é| |<script>|<p>|&#){0,40}") {
        let _ = sniff(text.as_bytes(), &base(), None, &mut Vec::new());
    }
}
