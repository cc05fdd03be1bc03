//! What is asked for besides feeds: the feeds of a page, and what an episode links. All of it goes the feeds' way: the same
//! client, so the same address guard, limits and pacing; there is no other way out.

use url::Url;

use super::Aggregator;
use crate::error::{Error, Kind, Result};
use crate::fetch::{Discovery, FetchRequest, FetchResponse};
use crate::model::{Chapter, Transcript};
use crate::podcast::{TranscriptText, parse_chapters};

const ACCEPT_TRANSCRIPTS: &str = "text/vtt, application/x-subrip, application/srt, application/json, text/html;q=0.8, \
     text/plain;q=0.7, */*;q=0.3";

const ACCEPT_CHAPTERS: &str = "application/json+chapters, application/json, */*;q=0.3";

impl Aggregator {
    /// Looks for the feeds that a page offers, or that a platform's documented rule gives; an address of a feed finds
    /// that. Nothing is followed yet: see [`Discovery`].
    ///
    /// # Errors
    /// When the address is none, or the page itself cannot be had.
    pub async fn discover(&self, address: &str) -> Result<Discovery> {
        Discovery::of(address, &*self.parts.fetcher, &self.parts.limits).await
    }

    /// Fetches and reads a transcript that an episode links (`podcast:transcript`). It is not stored.
    ///
    /// # Errors
    /// When it cannot be fetched, its address is refused, or it cannot be read.
    pub async fn transcript(&self, transcript: &Transcript) -> Result<TranscriptText> {
        let answer = self.attachment(&transcript.url, ACCEPT_TRANSCRIPTS).await?;
        // The feed's word counts: servers send transcripts as plain text or as bytes.
        let kind = transcript.mime_type.as_deref().or(answer.content_type());
        TranscriptText::parse(&answer.body, kind, &self.parts.limits)
            .map_err(|error| error.with_url(transcript.url.clone()))
    }

    /// Fetches and reads a chapters file that an episode links (`podcast:chapters`). It is not stored.
    ///
    /// # Errors
    /// When it cannot be fetched, its address is refused, or it cannot be read.
    pub async fn chapters(&self, address: &Url) -> Result<Vec<Chapter>> {
        let answer = self.attachment(address, ACCEPT_CHAPTERS).await?;
        parse_chapters(&answer.body, &self.parts.limits).map_err(|error| error.with_url(address.clone()))
    }

    async fn attachment(&self, address: &Url, accept: &str) -> Result<FetchResponse> {
        let limits = &self.parts.limits;
        let request = FetchRequest::new(address.clone())
            .with_accept(accept)
            .with_limits(limits);
        let answer = self.parts.fetcher.fetch(request).await?;
        let refused = |kind, message: String| Err(Error::new(kind, message).with_url(address.clone()));
        if !answer.is_success() {
            return refused(
                Kind::Status(answer.status),
                format!("the server did not send it (HTTP {})", answer.status),
            );
        }
        if answer.body.len() > limits.max_body_bytes {
            return refused(
                Kind::TooLarge,
                format!("the body is larger than {} bytes", limits.max_body_bytes),
            );
        }
        Ok(answer)
    }
}
