//! What is to be read, and its bytes.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use medfeed::{Limits, redacted};
use url::Url;

use super::arguments::Arguments;
use super::reading::{Failure, Reason};

/// One document that somebody named, or that lies in a directory somebody named.
#[derive(Debug)]
pub(crate) enum Document {
    StandardInput,
    Url(Url),
    File(PathBuf),
    /// A directory or file that could not even be looked at.
    Lost(PathBuf, io::ErrorKind),
}

impl Document {
    /// What the output calls it.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::StandardInput => "-".to_owned(),
            Self::Url(url) => redacted(url),
            Self::File(path) | Self::Lost(path, _) => path.to_string_lossy().into_owned(),
        }
    }
}

/// The documents that a word of the command line stands for. A directory stands for all regular files under it, sorted by
/// path; links, pipes and devices inside it are passed over, but what is named itself is opened whatever it is.
pub(crate) fn documents_of(named: &Path) -> Vec<Document> {
    if named.as_os_str() == "-" {
        return vec![Document::StandardInput];
    }
    if let Some(url) = named.to_str().and_then(web_address) {
        return vec![Document::Url(url)];
    }
    match named.metadata() {
        Ok(metadata) if metadata.is_dir() => files_under(named),
        Ok(_) => vec![Document::File(named.to_owned())],
        Err(cause) => vec![Document::Lost(named.to_owned(), cause.kind())],
    }
}

fn web_address(text: &str) -> Option<Url> {
    let (scheme, _) = text.split_once("://")?;
    let is_web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    is_web.then(|| Url::parse(text).ok()).flatten()
}

fn files_under(root: &Path) -> Vec<Document> {
    let mut found: Vec<(PathBuf, Option<io::ErrorKind>)> = Vec::new();
    let mut directories = vec![root.to_owned()];
    while let Some(directory) = directories.pop() {
        let entries = match std::fs::read_dir(&directory) {
            Ok(entries) => entries,
            Err(cause) => {
                found.push((directory, Some(cause.kind())));
                continue;
            }
        };
        for entry in entries {
            // The type of the entry itself: a link is neither a directory nor a regular file.
            match entry.and_then(|entry| Ok((entry.path(), entry.file_type()?))) {
                Ok((path, kind)) if kind.is_dir() => directories.push(path),
                Ok((path, kind)) if kind.is_file() => found.push((path, None)),
                Ok(_) => {}
                Err(cause) => found.push((directory.clone(), Some(cause.kind()))),
            }
        }
    }
    found.sort();
    let document = |(path, lost): (PathBuf, Option<io::ErrorKind>)| match lost {
        None => Document::File(path),
        Some(cause) => Document::Lost(path, cause),
    };
    found.into_iter().map(document).collect()
}

/// The bytes of a document, and what came with them.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) bytes: Vec<u8>,
    pub(crate) base: Url,
    pub(crate) content_type: Option<String>,
}

/// Gets the bytes of documents, never more than a feed may have.
pub(crate) struct Loader<'a> {
    base: &'a Url,
    content_type: Option<&'a str>,
    limits: &'a Limits,
    input: &'a mut dyn Read,
    #[cfg(feature = "fetch")]
    network: Option<network::Network>,
}

impl<'a> Loader<'a> {
    pub(crate) fn new(arguments: &'a Arguments, limits: &'a Limits, input: &'a mut dyn Read) -> Self {
        Self {
            base: &arguments.base,
            content_type: arguments.content_type.as_deref(),
            limits,
            input,
            #[cfg(feature = "fetch")]
            network: None,
        }
    }

    pub(crate) fn load(&mut self, document: Document) -> Result<Loaded, Failure> {
        let bytes = match document {
            Document::Lost(_, cause) => return Err(unreadable(cause)),
            Document::Url(url) => return self.fetch(url),
            Document::StandardInput => bounded(&mut *self.input, self.limits)?,
            Document::File(path) => {
                let mut file = File::open(path).map_err(|cause| unreadable(cause.kind()))?;
                bounded(&mut file, self.limits)?
            }
        };
        Ok(Loaded {
            bytes,
            base: self.base.clone(),
            content_type: self.content_type.map(str::to_owned),
        })
    }

    #[cfg(feature = "fetch")]
    fn fetch(&mut self, url: Url) -> Result<Loaded, Failure> {
        // One for the whole run: it spaces the requests to one host.
        let network = match &mut self.network {
            Some(network) => network,
            none => none.insert(network::Network::new(self.limits)?),
        };
        network.fetch(url)
    }

    #[cfg(not(feature = "fetch"))]
    fn fetch(&mut self, _url: Url) -> Result<Loaded, Failure> {
        Err(Failure::new(
            Reason::Unreadable,
            "fetching is not built in: build with the feature fetch, or save the document and name the file",
        ))
    }
}

/// Everything there is to read, up to one byte more than a feed may have: that byte says that there was more.
fn bounded(from: &mut dyn Read, limits: &Limits) -> Result<Vec<u8>, Failure> {
    let most = limits.max_body_bytes;
    let mut bytes = Vec::new();
    from.take(u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|cause| unreadable(cause.kind()))?;
    if bytes.len() > most {
        let message = format!("it has more than {most} bytes; the rest was not read");
        return Err(Failure::new(Reason::TooLarge, message));
    }
    Ok(bytes)
}

fn unreadable(cause: io::ErrorKind) -> Failure {
    Failure::new(Reason::Unreadable, format!("cannot be read: {cause}"))
}

#[cfg(feature = "fetch")]
mod network {
    //! The aggregator's own client: the same address guard, pacing and bounds.

    use medfeed::{Fetch as _, FetchRequest, HttpFetcher, Limits};
    use tokio::runtime::{Builder, Runtime};
    use url::Url;

    use super::{Failure, Loaded, Reason, unreadable};

    pub(super) struct Network {
        runtime: Runtime,
        fetcher: HttpFetcher,
    }

    impl Network {
        pub(super) fn new(limits: &Limits) -> Result<Self, Failure> {
            let runtime = Builder::new_current_thread().enable_all().build();
            Ok(Self {
                runtime: runtime.map_err(|cause| unreadable(cause.kind()))?,
                fetcher: HttpFetcher::builder()
                    .limits(limits.clone())
                    .build()
                    .map_err(|error| Failure::of(&error))?,
            })
        }

        pub(super) fn fetch(&self, url: Url) -> Result<Loaded, Failure> {
            let response = self
                .runtime
                .block_on(self.fetcher.fetch(FetchRequest::new(url)))
                .map_err(|error| Failure::of(&error))?;
            if !response.is_success() {
                let guard = if response.is_bot_challenge() {
                    ", a page that keeps programs out"
                } else {
                    ""
                };
                let message = format!("the server answered with the status {}{guard}", response.status);
                return Err(Failure::new(Reason::Unreadable, message));
            }
            Ok(Loaded {
                content_type: response.content_type().map(str::to_owned),
                base: response.final_url,
                bytes: response.body,
            })
        }
    }
}
