//! Redirects: followed by hand, counted, remembered, believed only when permanent.

use crate::support::fetcher;
use crate::support::server::{Script, Server};
use medfeed::{Fetch as _, FetchRequest, FetchResponse, Result};

async fn get(server: &Server, target: &str) -> Result<FetchResponse> {
    fetcher().fetch(FetchRequest::new(server.url(target))).await
}

#[tokio::test]
async fn only_permanent_chains_move_a_source() {
    let server = Server::start().await;
    server.on("/feed", Script::answer(200, &[], "<rss/>"));
    for (first, second, moves) in [
        (301, 308, true),
        (308, 301, true),
        (301, 302, false),
        (302, 301, false),
        (303, 301, false),
        (301, 307, false),
    ] {
        server.on("/a", Script::redirect(first, "b"));
        server.on("/b", Script::redirect(second, server.url("/feed#top").as_str()));
        let answer = get(&server, "/a").await.unwrap();
        assert_eq!(answer.body, b"<rss/>");
        assert_eq!(answer.final_url, server.url("/feed"));
        let statuses: Vec<u16> = answer.redirects.iter().map(|redirect| redirect.status).collect();
        assert_eq!(statuses, [first, second]);
        assert_eq!(answer.redirects[0].to, server.url("/b"));
        let expected = server.url("/feed");
        assert_eq!(
            answer.permanent_target(),
            moves.then_some(&expected),
            "{first} {second}"
        );
    }
}

#[tokio::test]
async fn a_move_to_a_missing_page_is_no_move() {
    let server = Server::start().await;
    server.on("/old", Script::redirect(301, "/missing"));
    let answer = get(&server, "/old").await.unwrap();
    assert_eq!((answer.status, answer.permanent_target()), (404, None));
}

#[tokio::test]
async fn loops_end_at_once() {
    let server = Server::start().await;
    server
        .on("/self", Script::redirect(301, "/self"))
        .on("/self-fragment", Script::redirect(301, "/self-fragment#again"))
        .on("/a", Script::redirect(302, "/b"))
        .on("/b", Script::redirect(302, "/c"))
        .on("/c", Script::redirect(302, "/a"));
    for (target, requests) in [("/self", 1), ("/self-fragment", 1), ("/a", 3)] {
        let before = server.requests().len();
        let error = get(&server, target).await.unwrap_err();
        assert!(error.is_redirect(), "{target}: {error:?}");
        assert_eq!(server.requests().len() - before, requests, "{target}");
        assert_eq!(usize::try_from(error.requests()).unwrap(), requests, "{target}");
    }
}

#[tokio::test]
async fn there_is_a_bound_for_redirects_that_never_repeat() {
    let server = Server::start().await;
    for step in 0..20 {
        server.on(&format!("/{step}"), Script::redirect(302, &format!("/{}", step + 1)));
    }
    server.on("/20", Script::answer(200, &[], "<rss/>"));
    let error = get(&server, "/0").await.unwrap_err();
    assert!(error.is_redirect(), "{error:?}");
    assert_eq!(server.requests().len(), 6, "five redirects are followed");
    assert_eq!(error.requests(), 6);
    assert_eq!(get(&server, "/15").await.unwrap().requests(), 6);
}

#[tokio::test]
async fn locations_without_sense_are_clean_errors_or_answers() {
    let server = Server::start().await;
    server
        .on("/bad", Script::redirect(301, "http://[::zz]/"))
        .on("/none", Script::answer(301, &[], "moved, but where?"))
        .on("/choices", Script::answer(300, &[("location", b"/feed")], "choose"))
        .on("/empty", Script::redirect(302, ""))
        .on("/space", Script::redirect(302, "/a b\u{e4}"))
        .on("/a%20b%C3%A4", Script::answer(200, &[], "<rss/>"));
    assert!(get(&server, "/bad").await.unwrap_err().is_redirect());
    assert_eq!(get(&server, "/none").await.unwrap().status, 301);
    assert_eq!(get(&server, "/choices").await.unwrap().status, 300);
    assert!(get(&server, "/empty").await.unwrap_err().is_redirect());
    assert_eq!(get(&server, "/space").await.unwrap().body, b"<rss/>");
}

#[tokio::test]
async fn credentials_stay_with_their_origin() {
    let (home, away) = (Server::start().await, Server::start().await);
    away.on("/feed", Script::answer(200, &[], "<rss/>"));
    let named = away
        .url("/feed")
        .to_string()
        .replace("http://", "http://chosen:by-server@");
    home.on("/here", Script::redirect(302, "/there"))
        .on("/there", Script::redirect(302, &named));
    let mut url = home.url("/here");
    url.set_username("nurse").unwrap();
    url.set_password(Some("ward7")).unwrap();
    let answer = fetcher().fetch(FetchRequest::new(url)).await.unwrap();
    assert_eq!(answer.final_url, away.url("/feed"));
    for asked in home.requests() {
        assert_eq!(asked.header_text("authorization").unwrap(), "Basic bnVyc2U6d2FyZDc=");
    }
    assert_eq!(away.only_request().header("authorization"), None);
}
