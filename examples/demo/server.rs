//! The demo's server: which answer each path gets, and a record of what was asked.

use std::collections::HashMap;
use std::io::Write as _;
use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH,
    LAST_MODIFIED, LOCATION, VARY,
};
use axum::http::{HeaderMap, HeaderName, Method, Response, StatusCode, response};
use jiff::{SignedDuration, Timestamp};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::feeds::{Answer, RESOURCES, Resource, Validator};
use super::template::{self, World};

/// Tried first, so that feed addresses (and whatever is derived from them) are the same on each run.
pub(crate) const USUAL_PORT: u16 = 47_417;

/// An HTTP server on the loopback interface with the demo's feeds. Stops when dropped.
#[derive(Debug)]
pub(crate) struct DemoServer {
    shared: Arc<Shared>,
    _running: Running,
}

/// Ends a server's task when dropped.
#[derive(Debug)]
pub(crate) struct Running {
    _stop: oneshot::Sender<()>,
}

#[derive(Debug)]
struct Shared {
    base: String,
    now: Timestamp,
    advanced: AtomicBool,
    log: Mutex<Log>,
}

#[derive(Debug, Default)]
struct Log {
    requests: Vec<(String, u16)>,
    polls: HashMap<String, usize>,
}

impl DemoServer {
    /// Starts the server on its usual port, or on any free one if that is taken. All times in the feeds are
    /// counted from `now`, also after [`advance`](Self::advance).
    ///
    /// # Errors
    /// When no port on 127.0.0.1 can be listened on.
    pub(crate) async fn start(now: Timestamp) -> std::io::Result<Self> {
        match Self::start_on(now, USUAL_PORT).await {
            Err(_) => Self::start_on(now, 0).await,
            started => started,
        }
    }

    /// Starts the server on the given port; 0 is any free one.
    ///
    /// # Errors
    /// When the port cannot be listened on.
    pub(crate) async fn start_on(now: Timestamp, port: u16) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let shared = Arc::new(Shared {
            base: format!("http://{}", listener.local_addr()?),
            now,
            advanced: AtomicBool::new(false),
            log: Mutex::default(),
        });
        let router = Router::new().fallback(answer).with_state(Arc::clone(&shared));
        Ok(Self {
            shared,
            _running: serve(listener, router),
        })
    }

    /// The feeds a reader of the demo follows: with the one that has gone, the one that moved and the broken one.
    pub(crate) fn feed_urls(&self) -> Vec<String> {
        RESOURCES
            .iter()
            .filter(|r| r.followed)
            .map(|r| format!("{}{}", self.base(), r.path))
            .collect()
    }

    /// The server's address without a slash at its end, such as `http://127.0.0.1:47417`.
    pub(crate) fn base(&self) -> &str {
        &self.shared.base
    }

    /// Turns to the second poll's world: a retraction appears, a title is edited, an item leaves its feed, and
    /// unchanged feeds answer 304 to those who send their validator back.
    pub(crate) fn advance(&self) {
        self.shared.advanced.store(true, Ordering::SeqCst);
    }

    /// Every request so far: its path and the status it was answered with.
    pub(crate) fn requests(&self) -> Vec<(String, u16)> {
        self.shared.log().requests.clone()
    }
}

impl Shared {
    fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The value a reader has to send back, or `None` for a resource without one.
    fn validator(&self, resource: &Resource, body: &str) -> Option<(HeaderName, HeaderName, String)> {
        match resource.validator {
            Validator::None => None,
            Validator::ETag => {
                let changed = template::differs(body) && self.advanced.load(Ordering::SeqCst);
                let name = resource.path.rsplit('/').next().unwrap_or_default();
                let tag = format!("W/\"{name}-{}-{}\"", self.now.as_second(), u8::from(changed));
                Some((ETAG, IF_NONE_MATCH, tag))
            }
            Validator::LastModified => {
                let changed = self.now.checked_sub(SignedDuration::from_hours(2)).unwrap_or(self.now);
                let date = changed.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
                Some((LAST_MODIFIED, IF_MODIFIED_SINCE, date))
            }
        }
    }
}

/// Serves the router until the returned guard is dropped.
pub(crate) fn serve(listener: TcpListener, router: Router) -> Running {
    let (stop, stopped) = oneshot::channel::<()>();
    tokio::spawn(async move {
        let until = async move {
            // The sender never sends: its being dropped is the signal.
            let _ = stopped.await;
        };
        // `axum::serve` retries failed accepts itself, so that there is no error to report here.
        let _ = axum::serve(listener, router).with_graceful_shutdown(until).await;
    });
    Running { _stop: stop }
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response<Body> {
    let path = request.uri().path().to_owned();
    let poll = {
        let mut log = shared.log();
        let poll = log.polls.entry(path.clone()).or_default();
        *poll += 1;
        *poll
    };
    let response = respond(&shared, request.method(), &path, request.headers(), poll);
    shared.log().requests.push((path, response.status().as_u16()));
    response
}

fn respond(shared: &Shared, method: &Method, path: &str, headers: &HeaderMap, poll: usize) -> Response<Body> {
    if method != Method::GET && method != Method::HEAD {
        return finish(status(StatusCode::METHOD_NOT_ALLOWED), Body::empty());
    }
    let Some(resource) = RESOURCES.iter().find(|resource| resource.path == path) else {
        return finish(status(StatusCode::NOT_FOUND), Body::from("Not found"));
    };
    let body = match resource.answer {
        Answer::Missing => return finish(status(StatusCode::NOT_FOUND), Body::from("This feed has been closed.")),
        Answer::Moved(to) => {
            let moved = status(StatusCode::MOVED_PERMANENTLY).header(LOCATION, format!("{}{to}", shared.base));
            return finish(moved, Body::empty());
        }
        Answer::Text(body) => body,
    };
    let mut head = status(StatusCode::OK)
        .header(CONTENT_TYPE, resource.content_type)
        .header(VARY, "Accept-Encoding");
    if let Some((name, condition, value)) = shared.validator(resource, body) {
        if headers
            .get(condition)
            .is_some_and(|sent| sent.as_bytes() == value.as_bytes())
        {
            return finish(status(StatusCode::NOT_MODIFIED).header(name, value), Body::empty());
        }
        head = head.header(name, value).header(CACHE_CONTROL, "no-cache");
    }
    let advanced = shared.advanced.load(Ordering::SeqCst);
    let text = template::render(
        body,
        &World {
            now: shared.now,
            base: &shared.base,
            advanced,
            poll,
        },
    );
    if resource.gzip && accepts_gzip(headers) {
        finish(head.header(CONTENT_ENCODING, "gzip"), Body::from(gzip(text.as_bytes())))
    } else {
        finish(head, Body::from(text))
    }
}

fn status(status: StatusCode) -> response::Builder {
    Response::builder().status(status)
}

/// The response, or a bare 500 should a header value ever be unfit to send.
pub(crate) fn finish(head: response::Builder, body: Body) -> Response<Body> {
    head.body(body).unwrap_or_else(|_| {
        let mut failed = Response::new(Body::empty());
        *failed.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        failed
    })
}

fn accepts_gzip(headers: &HeaderMap) -> bool {
    headers
        .get_all(ACCEPT_ENCODING)
        .iter()
        .any(|value| value.to_str().is_ok_and(|text| text.contains("gzip")))
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    // Writing to memory does not fail; if it did, the reader would see a body that is not gzip.
    let written = encoder.write_all(bytes).and_then(|()| encoder.finish());
    written.unwrap_or_default()
}
