//! What each rule makes of an address.

use super::*;
use proptest::prelude::*;

fn shown(address: &str) -> String {
    match known(&address.parse().unwrap()) {
        None => "page".to_owned(),
        Some(Known::None(_)) => "none".to_owned(),
        Some(Known::Directory(url)) => format!("ask {url}"),
        Some(Known::Feeds(leads)) => leads.iter().map(|lead| lead.url.as_str()).collect::<Vec<_>>().join(" "),
    }
}

#[test]
fn addresses_by_table() {
    let channel = "UCabcdefghijklmnopqrst-_";
    let of_channel = format!("https://www.youtube.com/feeds/videos.xml?channel_id={channel}");
    for (address, expected) in [
        (
            format!("https://www.youtube.com/channel/{channel}"),
            of_channel.as_str(),
        ),
        (
            format!("https://m.youtube.com/channel/{channel}/videos?view=0"),
            &of_channel,
        ),
        (of_channel.clone(), "page"),
    ] {
        assert_eq!(shown(&address), expected, "{address}");
    }
    for (address, expected) in [
        ("https://www.youtube.com/@ward7", "page"),
        ("https://www.youtube.com/channel/UCshort", "page"),
        ("https://www.youtube.com/watch?v=abc&list=PLabcdefghijkl", "page"),
        (
            "https://www.youtube.com/playlist?list=PLabcdefghijkl&x=1",
            "https://www.youtube.com/feeds/videos.xml?playlist_id=PLabcdefghijkl",
        ),
        ("https://www.youtube.com/playlist?list=a%26b", "page"),
        (
            "https://www.youtube.com.example.org/channel/UCabcdefghijklmnopqrst-_",
            "page",
        ),
        (
            "https://bsky.app/profile/ward7.example.org",
            "https://bsky.app/profile/ward7.example.org/rss",
        ),
        (
            "https://bsky.app/profile/did:plc:abc123/",
            "https://bsky.app/profile/did:plc:abc123/rss",
        ),
        ("https://bsky.app/profile/ward7.example.org/post/1", "page"),
        ("https://bsky.app/profile/ward7.example.org/rss", "page"),
        (
            "https://www.reddit.com/r/medicine",
            "https://www.reddit.com/r/medicine/.rss",
        ),
        (
            "https://old.reddit.com/r/medicine/",
            "https://www.reddit.com/r/medicine/.rss",
        ),
        (
            "https://www.reddit.com/r/medicine/top/?t=week",
            "https://www.reddit.com/r/medicine/top/.rss?t=week",
        ),
        (
            "https://www.reddit.com/r/medicine+nursing",
            "https://www.reddit.com/r/medicine+nursing/.rss",
        ),
        (
            "https://www.reddit.com/u/ward7",
            "https://www.reddit.com/user/ward7/.rss",
        ),
        (
            "https://www.reddit.com/r/medicine/search?q=sepsis&restrict_sr=on",
            "https://www.reddit.com/r/medicine/search.rss?q=sepsis&restrict_sr=on",
        ),
        ("https://www.reddit.com/r/medicine/.rss", "page"),
        ("https://www.reddit.com/r/medicine/comments/1/x/", "page"),
        (
            "https://www.medrxiv.org/collection/cardiovascular-medicine",
            "https://connect.medrxiv.org/medrxiv_xml.php?subject=Cardiovascular_Medicine",
        ),
        (
            "https://www.medrxiv.org/collection/genetic-and-genomic-medicine?page=2",
            "https://connect.medrxiv.org/medrxiv_xml.php?subject=Genetic_and_Genomic_Medicine",
        ),
        (
            "https://medrxiv.org/collection/hiv-aids",
            "https://connect.medrxiv.org/medrxiv_xml.php?subject=hivaids",
        ),
        (
            "https://www.medrxiv.org/collection/infectious-diseases",
            "https://connect.medrxiv.org/medrxiv_xml.php?subject=infectious_diseases",
        ),
        (
            "https://www.biorxiv.org/collection/animal-behavior-and-cognition",
            "https://connect.biorxiv.org/biorxiv_xml.php?subject=animal_behavior_and_cognition",
        ),
        ("https://www.medrxiv.org/collection", "page"),
        ("https://www.medrxiv.org/content/10.1101/1", "page"),
        (
            "https://github.com/ward7/rota/releases",
            "https://github.com/ward7/rota/releases.atom",
        ),
        (
            "https://github.com/ward7/rota.rs/releases/tag/v1",
            "https://github.com/ward7/rota.rs/releases.atom",
        ),
        (
            "https://github.com/ward7/rota/tags",
            "https://github.com/ward7/rota/tags.atom",
        ),
        ("https://github.com/ward7/rota/releases.atom", "page"),
        ("https://github.com/ward7/rota", "page"),
        (
            "https://podcasts.apple.com/us/podcast/heart-rounds/id123456789?i=1000",
            "ask https://itunes.apple.com/lookup?id=123456789&entity=podcast",
        ),
        (
            "https://podcasts.apple.com/de/podcast/id42",
            "ask https://itunes.apple.com/lookup?id=42&entity=podcast&country=de",
        ),
        ("https://podcasts.apple.com/us/artist/ward-7/id42", "page"),
        ("https://podcasts.apple.com/us/podcast/heart-rounds/idx", "page"),
        ("https://itunes.apple.com/lookup?id=42", "page"),
        ("https://open.spotify.com/show/abc", "none"),
        ("https://pubmed.ncbi.nlm.nih.gov/?term=sepsis", "none"),
        ("https://pubmed.ncbi.nlm.nih.gov/12345/", "none"),
        ("https://pubmed.ncbi.nlm.nih.gov/rss/search/abc/?limit=100", "page"),
        ("https://pubmed.ncbi.nlm.nih.gov/rss/journals/123/?limit=15", "page"),
        ("https://example.org/channel/UCabcdefghijklmnopqrst-_", "page"),
        ("https://example.org/@ward7", "page"),
    ] {
        assert_eq!(shown(address), expected, "{address}");
    }
}

#[test]
fn the_catalogue_and_the_rule_for_med_rxiv_agree() {
    let catalog = crate::catalog::Catalog::builtin();
    let feeds: Vec<&str> = catalog
        .sources()
        .iter()
        .map(|source| source.url().as_str())
        .filter(|url| url.contains("medrxiv_xml.php"))
        .collect();
    assert!(feeds.len() > 40);
    for feed in feeds {
        let subject = feed.split_once("subject=").unwrap().1;
        let page = format!(
            "https://www.medrxiv.org/collection/{}",
            subject.to_ascii_lowercase().replace('_', "-")
        );
        assert_eq!(shown(&page), feed);
    }
}

#[test]
fn apple_answers() {
    let body = br#"{"resultCount":2,"results":[{"kind":"podcast","collectionName":"Heart Rounds","feedUrl":"https://example.org/heart.xml"},
        {"kind":"podcast","collectionName":"Apple's own"},{"feedUrl":"no address"},{"feedUrl":"file:///a"}]}"#;
    let leads = leads_of_directory(body).unwrap();
    assert_eq!(leads.len(), 1);
    assert_eq!(leads[0].url.as_str(), "https://example.org/heart.xml");
    assert_eq!(
        leads[0].why,
        "Apple Podcasts names it as the feed of the show “Heart Rounds”"
    );
    assert!(
        leads_of_directory(b"{\"resultCount\":0,\"results\":[]}")
            .unwrap()
            .is_empty()
    );
    assert!(leads_of_directory(b"<html>").unwrap_err().is_parse());
}

#[test]
fn mastodon_must_show_itself() {
    let answer = |address: &str| FetchResponse::new(200, address.parse().unwrap(), "");
    let frame = "<div class='notranslate app-holder' id='mastodon'>";
    let lead = |answer: &FetchResponse, html: &str| mastodon(answer, html).map(|lead| String::from(lead.url));
    let profile = answer("https://social.example.org/@ward7?x=1");
    let feed = Some("https://social.example.org/@ward7.rss".to_owned());
    assert_eq!(lead(&profile, frame), feed);
    assert_eq!(lead(&profile.clone().with_header("Server", "Mastodon"), ""), feed);
    assert_eq!(lead(&profile, "<p>We left Mastodon."), None);
    assert_eq!(
        lead(&answer("https://social.example.org/@ward7@elsewhere.example"), frame),
        None
    );
    assert_eq!(lead(&answer("https://social.example.org/@ward7/123"), frame), None);
    assert_eq!(
        lead(&answer("https://social.example.org/tags/sepsis"), frame).as_deref(),
        Some("https://social.example.org/tags/sepsis.rss")
    );
}

proptest! {
    #[test]
    fn any_address_is_survived(
        host in "(www\\.)?(youtube\\.com|bsky\\.app|reddit\\.com|medrxiv\\.org|github\\.com|podcasts\\.apple\\.com|example\\.org)",
        path in "(/(channel|profile|r|user|collection|releases|podcast|playlist|search|@a|id1|é|%2e|\\PC{0,6})){0,5}",
        query in "(\\?(list=|q=)?\\PC{0,10})?"
    ) {
        if let Ok(address) = Url::parse(&format!("https://{host}{path}{query}")) {
            let _ = hint(&address);
            let _ = mastodon(&FetchResponse::new(200, address.clone(), ""), "id='mastodon'");
            if let Some(Known::Feeds(leads)) = known(&address) {
                prop_assert!(leads.iter().all(|lead| lead.url.scheme() == "https"));
            }
        }
    }

    #[test]
    fn any_answer_of_the_directory_is_survived(body in "\\PC{0,60}") {
        let _ = leads_of_directory(body.as_bytes());
    }
}
