//! The placeholders in the feed files, filled in when a feed is served so that nothing in the demo goes stale.
//!
//! | written | becomes |
//! |---|---|
//! | `{{rfc822 -3h}}` | `Fri, 02 Jan 2026 06:00:00 +0000` |
//! | `{{iso -2d}}` | `2025-12-31T09:00:00Z` |
//! | `{{date -5d}}`, `{{month -5d}}` | `2025-12-28`, `2025-12` |
//! | `{{day -5d}}`, `{{tag -5d}}` | `28 December 2025`, `28.12.2025` |
//! | `{{fda -1d}}` | `Thu, 01/01/2026 - 09:00` |
//! | `{{herald -1d}}` | `Thu, 1 Jan 2026 04:00:00  EST`, with both spaces |
//! | `{{stamp}}` | `20260102090000`, one second later with each request |
//! | `{{base}}` | the server's own address, without a slash at its end |
//! | `{{poll}}` | how often this path was asked for, from 1 |
//! | `{{first}} … {{end}}` | the text, until [`advance`](super::DemoServer::advance) |
//! | `{{second}} … {{end}}` | the text, from then on |
//!
//! Offsets are a signed number of minutes (`m`), hours (`h`) or days (`d`) from the server's `now`. What is not
//! understood is left as it stands, where a test finds it.

use jiff::{SignedDuration, Timestamp};

/// What the placeholders are filled from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct World<'a> {
    /// The moment the offsets count from.
    pub(crate) now: Timestamp,
    /// The server's address, such as `http://127.0.0.1:47417`.
    pub(crate) base: &'a str,
    /// False for the first poll's world, true for the second's.
    pub(crate) advanced: bool,
    /// The number of this request for this path, from 1.
    pub(crate) poll: usize,
}

/// The template with its placeholders filled in.
pub(crate) fn render(template: &str, world: &World<'_>) -> String {
    let mut out = String::with_capacity(template.len() + 1024);
    let mut rest = template;
    let mut shown = true;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((placeholder, tail)) = after.split_once("}}") else {
            break;
        };
        if shown {
            out.push_str(before);
        }
        match placeholder {
            "first" => shown = !world.advanced,
            "second" => shown = world.advanced,
            "end" => shown = true,
            _ if !shown => {}
            _ => match value(placeholder, world) {
                Some(value) => out.push_str(&value),
                None => out.extend(["{{", placeholder, "}}"]),
            },
        }
        rest = tail;
    }
    if shown {
        out.push_str(rest);
    }
    out
}

/// Whether the two worlds see different text.
pub(crate) fn differs(template: &str) -> bool {
    template.contains("{{first}}") || template.contains("{{second}}")
}

fn value(placeholder: &str, world: &World<'_>) -> Option<String> {
    let (name, offset) = match placeholder.split_once(' ') {
        Some((name, offset)) => (name, parse_offset(offset)?),
        None => (placeholder, SignedDuration::ZERO),
    };
    let moment = world.now.checked_add(offset).ok()?;
    let format = match name {
        "base" => return Some(world.base.to_owned()),
        "poll" => return Some(world.poll.to_string()),
        "stamp" => {
            let later = SignedDuration::from_secs(i64::try_from(world.poll).ok()?);
            return Some(moment.checked_add(later).ok()?.strftime("%Y%m%d%H%M%S").to_string());
        }
        "herald" => {
            let eastern = moment.checked_sub(SignedDuration::from_hours(5)).ok()?;
            return Some(eastern.strftime("%a, %-d %b %Y %H:%M:%S  EST").to_string());
        }
        "rfc822" => "%a, %d %b %Y %H:%M:%S +0000",
        "iso" => "%Y-%m-%dT%H:%M:%SZ",
        "date" => "%Y-%m-%d",
        "month" => "%Y-%m",
        "day" => "%-d %B %Y",
        "tag" => "%d.%m.%Y",
        "fda" => "%a, %m/%d/%Y - %H:%M",
        _ => return None,
    };
    Some(moment.strftime(format).to_string())
}

fn parse_offset(offset: &str) -> Option<SignedDuration> {
    let unit = offset.chars().last()?;
    let number: i64 = offset.strip_suffix(unit)?.parse().ok()?;
    let seconds = match unit {
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return None,
    };
    number.checked_mul(seconds).map(SignedDuration::from_secs)
}
