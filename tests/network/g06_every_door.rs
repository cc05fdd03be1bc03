//! Every way out goes through the same guard: `fetch` and `open`, the first address and each redirect.

use medfeed::{Error, Fetch as _, FetchRequest, HttpFetcher};

use crate::encode::encode;
use crate::support::names::Names;
use crate::support::server::{Script, Server, Step};
use crate::support::{builder, limits};

const REFUSED: [&str; 16] = [
    "http://127.0.0.2/feed",
    "http://2130706434/feed",
    "http://0x7f.2/feed",
    "http://localhost/feed",
    "http://[::1]/feed",
    "http://[::ffff:127.0.0.2]/feed",
    "http://10.0.0.1/feed",
    "http://192.168.0.1/feed",
    "http://169.254.169.254/latest/meta-data/",
    "http://[64:ff9b::a9fe:a9fe]/feed",
    "http://[2002:a00:1::1]/feed",
    "http://rebind.example.org/feed",
    "http://127.0.0.1:22/feed",
    "http://router.lan/feed",
    "file:///etc/passwd",
    "ftp://example.org/feed",
];

async fn both(fetcher: &HttpFetcher, request: &FetchRequest) -> [Result<(), Error>; 2] {
    [
        fetcher.fetch(request.clone()).await.map(drop),
        fetcher.open(request).await.map(drop),
    ]
}

#[tokio::test]
async fn both_doors_refuse_the_same_addresses_first_and_after_a_redirect() {
    let server = Server::start().await;
    let names = Names::default();
    names.answer("rebind.example.org", &[&["10.0.0.1"]]);
    let fetcher = builder().resolver(names).build().unwrap();
    for address in REFUSED {
        for outcome in both(&fetcher, &FetchRequest::new(address.parse().unwrap())).await {
            let error = outcome.expect_err(address);
            assert!(
                error.is_refused_address() && error.requests() == 0,
                "{address}: {error:?}"
            );
        }
        server.on("/moved", Script::redirect(307, address));
        for outcome in both(&fetcher, &FetchRequest::new(server.url("/moved"))).await {
            let error = outcome.expect_err(address);
            assert!(
                error.is_refused_address() && error.requests() == 1,
                "{address}: {error:?}"
            );
        }
    }
    assert!(server.requests().iter().all(|asked| asked.target == "/moved"));
}

#[tokio::test]
async fn a_download_comes_piece_by_piece() {
    let server = Server::start().await;
    let sound: Vec<u8> = (0..300_000_u32).map(|number| (number % 251) as u8).collect();
    let packed = encode("gzip", &sound).await;
    server
        .on("/old", Script::redirect(301, "/episode.mp3"))
        .on(
            "/episode.mp3",
            Script::answer(200, &[("content-type", b"audio/mpeg")], &sound),
        )
        .on(
            "/packed",
            Script::answer(200, &[("content-encoding", b"gzip")], &packed),
        );
    for (target, wire) in [("/old", sound.len()), ("/packed", packed.len())] {
        let request = FetchRequest::new(server.url(target)).with_accept("audio/*");
        let mut stream = builder().build().unwrap().open(&request).await.unwrap();
        assert_eq!((stream.head().status, stream.head().body.len()), (200, 0));
        let (mut all, mut pieces) = (Vec::new(), 0);
        while let Some(bytes) = stream.chunk().await.unwrap() {
            assert!(!bytes.is_empty());
            all.extend(bytes);
            pieces += 1;
        }
        assert!(all == sound && pieces > 1, "{target}");
        assert_eq!(stream.wire_bytes(), wire as u64);
        assert!(stream.chunk().await.unwrap().is_none());
        assert!(!format!("{stream:?}").is_empty());
    }
    assert_eq!(server.requests()[0].header("a-im"), None);
}

#[tokio::test]
async fn a_download_keeps_limit_and_deadline() {
    let server = Server::start().await;
    server
        .on(
            "/large",
            Script::head(200, &[]).then(Step::Endless(vec![b'x'; 64 << 10])),
        )
        .on("/cut", Script::head(200, &[("content-length", b"100")]).send("ID3"))
        .on(
            "/drip",
            Script::head(200, &[]).then(Step::Drip(vec![b'x'; 10_000], std::time::Duration::from_millis(20))),
        );
    for target in ["/large", "/cut", "/drip"] {
        let mut request = FetchRequest::new(server.url(target));
        if target == "/drip" {
            request.deadline = Some(std::time::Duration::from_millis(400));
        }
        let mut stream = builder()
            .limits(limits())
            .build()
            .unwrap()
            .open(&request)
            .await
            .unwrap();
        let error = loop {
            match stream.chunk().await {
                Ok(Some(_)) => {}
                Ok(None) => panic!("{target} ended well"),
                Err(error) => break error,
            }
        };
        let expected = [error.is_too_large(), error.is_connect(), error.is_timeout()];
        assert_eq!(
            expected,
            ["/large", "/cut", "/drip"].map(|one| one == target),
            "{error:?}"
        );
        assert_eq!((error.url(), error.requests()), (Some(&server.url(target)), 1));
        assert!(stream.chunk().await.unwrap().is_none());
    }
}

#[tokio::test]
async fn a_part_is_asked_for_by_range_and_only_of_a_download() {
    let server = Server::start().await;
    server.on(
        "/episode",
        Script::answer(206, &[("content-range", b"bytes 5-9/10")], "56789"),
    );
    let fetcher = builder().build().unwrap();
    let part = |first, last| FetchRequest::new(server.url("/episode")).with_range(first, last);
    let validators = |etag: &str| medfeed::Validators::new(Some(etag.as_bytes().to_vec()), Some(b"yesterday".to_vec()));
    for (request, range, condition) in [
        (part(5, None), "bytes=5-", None),
        (part(5, Some(9)), "bytes=5-9", None),
        (
            part(5, None).with_validators(validators("\"1\"")),
            "bytes=5-",
            Some("\"1\""),
        ),
        (part(5, None).with_validators(validators("W/\"1\"")), "bytes=5-", None),
    ] {
        let mut stream = fetcher.open(&request).await.unwrap();
        assert_eq!(stream.head().status, 206);
        assert_eq!(stream.chunk().await.unwrap().as_deref(), Some(b"56789".as_slice()));
        let asked = server.requests();
        let last = asked.last().unwrap();
        assert_eq!(last.header_text("range").as_deref(), Some(range));
        assert_eq!(last.header_text("if-range").as_deref(), condition);
        assert_eq!(last.header_text("accept-encoding").as_deref(), Some("identity"));
        assert_eq!((last.header("if-none-match"), last.header("a-im")), (None, None));
    }
    let before = server.requests().len();
    assert!(fetcher.fetch(part(5, None)).await.unwrap_err().is_invalid());
    assert!(fetcher.open(&part(5, Some(4))).await.unwrap_err().is_invalid());
    assert_eq!(server.requests().len(), before);
}
