//! Serves the files of a directory, for runs over feeds that were saved earlier.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{Response, StatusCode};
use tokio::net::TcpListener;

use super::server::{Running, finish, serve};

/// Tried first, for the same reason as the demo's own usual port.
pub(crate) const REPLAY_PORT: u16 = 47_418;

/// An HTTP server on the loopback interface with the files of one directory. Stops when dropped.
#[derive(Debug)]
pub(crate) struct ReplayServer {
    base: String,
    files: Arc<BTreeMap<String, PathBuf>>,
    _running: Running,
}

impl ReplayServer {
    /// Serves every regular file below `dir`, each as the bytes it has when asked for, with an `ETag` made of its
    /// size and time of change. Symbolic links are not followed.
    ///
    /// # Errors
    /// When the directory cannot be read, or no port on 127.0.0.1 can be listened on.
    pub(crate) async fn start(dir: &Path) -> std::io::Result<Self> {
        let mut files = BTreeMap::new();
        collect(dir, "", &mut files)?;
        let files = Arc::new(files);
        let listener = match TcpListener::bind((Ipv4Addr::LOCALHOST, REPLAY_PORT)).await {
            Err(_) => TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?,
            Ok(listener) => listener,
        };
        let base = format!("http://{}", listener.local_addr()?);
        let router = Router::new().fallback(answer).with_state(Arc::clone(&files));
        Ok(Self {
            base,
            files,
            _running: serve(listener, router),
        })
    }

    /// One address for each file, sorted by path.
    pub(crate) fn feed_urls(&self) -> Vec<String> {
        self.files.keys().map(|path| format!("{}{path}", self.base)).collect()
    }
}

fn collect(dir: &Path, prefix: &str, files: &mut BTreeMap<String, PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        let path = format!("{prefix}/{}", escape(entry.file_name().as_encoded_bytes()));
        let kind = entry.file_type()?;
        if kind.is_dir() {
            collect(&entry.path(), &path, files)?;
        } else if kind.is_file() {
            files.insert(path, entry.path());
        }
    }
    Ok(())
}

/// Percent-encodes all but the unreserved characters of RFC 3986, 2.3.
fn escape(name: &[u8]) -> String {
    name.iter().fold(String::with_capacity(name.len()), |mut out, &byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
        out
    })
}

async fn answer(State(files): State<Arc<BTreeMap<String, PathBuf>>>, request: Request) -> Response<Body> {
    match files.get(request.uri().path()) {
        Some(file) => respond(file, &request).unwrap_or_else(|_| failed(StatusCode::INTERNAL_SERVER_ERROR)),
        None => failed(StatusCode::NOT_FOUND),
    }
}

fn respond(file: &Path, request: &Request) -> std::io::Result<Response<Body>> {
    let metadata = std::fs::metadata(file)?;
    let changed = metadata
        .modified()?
        .duration_since(UNIX_EPOCH)
        .map_or(0, |age| age.as_nanos());
    let tag = format!("\"{:x}-{changed:x}\"", metadata.len());
    let head = Response::builder().header(ETAG, &tag);
    if request
        .headers()
        .get(IF_NONE_MATCH)
        .is_some_and(|sent| sent.as_bytes() == tag.as_bytes())
    {
        return Ok(finish(head.status(StatusCode::NOT_MODIFIED), Body::empty()));
    }
    let bytes = std::fs::read(file)?;
    Ok(finish(head.header(CONTENT_TYPE, content_type(file)), Body::from(bytes)))
}

fn content_type(file: &Path) -> &'static str {
    let extension = file
        .extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default();
    match extension.to_ascii_lowercase().as_str() {
        "xml" => "application/xml",
        "rss" => "application/rss+xml",
        "atom" => "application/atom+xml",
        "rdf" => "application/rdf+xml",
        "json" => "application/feed+json",
        "htm" | "html" => "text/html",
        _ => "application/octet-stream",
    }
}

fn failed(status: StatusCode) -> Response<Body> {
    finish(Response::builder().status(status), Body::empty())
}
