//! An HTTP server that does exactly what its script says, byte for byte, and remembers what it was asked.
//!
//! One request per connection. When dropped it checks that none of its own tasks panicked: a broken server must not
//! look like a well-behaved client.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use url::Url;

/// One thing the server does on a connection.
#[derive(Clone)]
pub enum Step {
    /// Sends these bytes.
    Send(Vec<u8>),
    /// Sends these bytes one by one, that far apart.
    Drip(Vec<u8>, Duration),
    /// Sends these bytes again and again until the client goes away.
    Endless(Vec<u8>),
    /// Does nothing for that long.
    Wait(Duration),
    /// Does nothing until the client goes away.
    Hang,
    /// Resets the connection (RST), where the end of the script would close it properly.
    Reset,
}

/// What the server does when asked for a path.
#[derive(Clone, Default)]
pub struct Script(Vec<Step>);

impl Script {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn then(mut self, step: Step) -> Self {
        self.0.push(step);
        self
    }

    /// Sends these bytes as they are.
    pub fn send(self, bytes: impl AsRef<[u8]>) -> Self {
        self.then(Step::Send(bytes.as_ref().to_vec()))
    }

    /// A status line and headers, each on a line of its own, without `Content-Length`: it lies with the caller.
    pub fn head(status: u16, headers: &[(&str, &[u8])]) -> Self {
        let mut bytes = format!("HTTP/1.1 {status} Scripted\r\nconnection: close\r\n").into_bytes();
        for (name, value) in headers {
            bytes.extend_from_slice(name.as_bytes());
            bytes.extend_from_slice(b": ");
            bytes.extend_from_slice(value);
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(b"\r\n");
        Self::new().send(bytes)
    }

    /// A proper answer.
    pub fn answer(status: u16, headers: &[(&str, &[u8])], body: impl AsRef<[u8]>) -> Self {
        let length = body.as_ref().len().to_string();
        let mut headers = headers.to_vec();
        headers.push(("content-length", length.as_bytes()));
        Self::head(status, &headers).send(body)
    }

    /// A proper redirect.
    pub fn redirect(status: u16, location: &str) -> Self {
        Self::answer(status, &[("location", location.as_bytes())], "")
    }
}

/// A request as it arrived.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// Path and query.
    pub target: String,
    pub method: String,
    headers: Vec<(String, Vec<u8>)>,
    pub at: Instant,
}

impl Recorded {
    /// The value of that header, byte for byte; it fails when there are two.
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        let mut found = self.headers.iter().filter(|(own, _)| own.eq_ignore_ascii_case(name));
        let first = found.next();
        assert!(found.next().is_none(), "{name} was sent twice");
        first.map(|(_, value)| value.as_slice())
    }

    pub fn header_text(&self, name: &str) -> Option<String> {
        self.header(name)
            .map(|value| String::from_utf8(value.to_vec()).unwrap())
    }

    pub fn header_names(&self) -> Vec<String> {
        self.headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect()
    }
}

#[derive(Default)]
struct Shared {
    scripts: Mutex<HashMap<String, Script>>,
    requests: Mutex<Vec<Recorded>>,
    broken: AtomicBool,
    open: AtomicUsize,
    most_open: AtomicUsize,
}

pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

impl Server {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared::default());
        let for_task = Arc::clone(&shared);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&for_task)));
            }
        });
        Self { address, shared, task }
    }

    /// What to do when asked for this path and query; anything else is a plain 404.
    pub fn on(&self, target: &str, script: Script) -> &Self {
        self.shared.scripts.lock().unwrap().insert(target.to_owned(), script);
        self
    }

    pub fn url(&self, target: &str) -> Url {
        format!("http://{}{target}", self.address).parse().unwrap()
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Everything asked so far, in order of arrival.
    pub fn requests(&self) -> Vec<Recorded> {
        self.shared.requests.lock().unwrap().clone()
    }

    /// The only request there was.
    pub fn only_request(&self) -> Recorded {
        let mut requests = self.requests();
        assert_eq!(requests.len(), 1, "{requests:?}");
        requests.remove(0)
    }

    /// The most requests that were being served at once.
    pub fn most_at_once(&self) -> usize {
        self.shared.most_open.load(Ordering::SeqCst)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
        if !std::thread::panicking() {
            assert!(
                !self.shared.broken.load(Ordering::SeqCst),
                "the test server itself panicked"
            );
        }
    }
}

/// Notes in its `Drop` that a connection is over, and whether its task panicked.
struct Serving(Arc<Shared>);

impl Drop for Serving {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::SeqCst);
        if std::thread::panicking() {
            self.0.broken.store(true, Ordering::SeqCst);
        }
    }
}

async fn serve(mut stream: TcpStream, shared: Arc<Shared>) {
    let Some(request) = read_request(&mut stream).await else {
        return;
    };
    let open = shared.open.fetch_add(1, Ordering::SeqCst) + 1;
    shared.most_open.fetch_max(open, Ordering::SeqCst);
    let serving = Serving(Arc::clone(&shared));
    let script = shared.scripts.lock().unwrap().get(&request.target).cloned();
    shared.requests.lock().unwrap().push(request);
    let script = script.unwrap_or_else(|| Script::answer(404, &[], "nothing here"));
    for step in script.0 {
        if perform(&mut stream, step).await.is_none() {
            break;
        }
    }
    drop(serving);
    // A polite end: closing with unread bytes would reset the connection.
    let _ = stream.shutdown().await;
}

/// `None` when the connection is over.
async fn perform(stream: &mut TcpStream, step: Step) -> Option<()> {
    match step {
        Step::Send(bytes) => stream.write_all(&bytes).await.ok(),
        Step::Drip(bytes, every) => {
            for byte in bytes {
                stream.write_all(&[byte]).await.ok()?;
                tokio::time::sleep(every).await;
            }
            Some(())
        }
        Step::Endless(bytes) => loop {
            stream.write_all(&bytes).await.ok()?;
        },
        Step::Wait(time) => {
            tokio::time::sleep(time).await;
            Some(())
        }
        Step::Hang => {
            let _ = stream.read(&mut [0; 64]).await;
            None
        }
        Step::Reset => {
            stream.set_zero_linger().unwrap();
            None
        }
    }
}

async fn read_request(stream: &mut TcpStream) -> Option<Recorded> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        if stream.read(&mut byte).await.ok()? == 0 {
            return None;
        }
        head.push(byte[0]);
    }
    let mut lines = head
        .split(|byte| *byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let first = String::from_utf8(lines.next()?.to_vec()).expect("the request line is text");
    let mut words = first.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let headers = lines
        .filter(|line| !line.is_empty())
        .map(|line| {
            let colon = line
                .iter()
                .position(|byte| *byte == b':')
                .expect("a header has a colon");
            let name = String::from_utf8(line[..colon].to_vec()).expect("a header name is text");
            (name, line[colon + 1..].trim_ascii().to_vec())
        })
        .collect();
    Some(Recorded {
        target,
        method,
        headers,
        at: Instant::now(),
    })
}
