//! Following, unfollowing, and how a source fares.

use std::time::Duration;

use url::Url;

use super::SourceStatus;
use super::backend::{Kept, Transaction};
use crate::error::{Error, Result};
use crate::model::{Health, PollState, Source, SourceId};

pub(super) fn follow(store: &mut dyn Transaction, sources: Vec<Source>) -> Result<usize> {
    let mut added = 0;
    for source in sources {
        let (source, state) = match store.source(source.id())? {
            Some(kept) if kept.followed => (renewed(kept.status.source, source), kept.status.state),
            Some(kept) => {
                added += 1;
                (renewed(kept.status.source, source), PollState::default())
            }
            None => {
                added += 1;
                (source, PollState::default())
            }
        };
        store.put_source(&Kept {
            status: SourceStatus::new(source, state),
            followed: true,
        })?;
    }
    Ok(added)
}

/// A source that is followed again. What it has learnt since (a move, a title, a pinned interval) stays where the new one
/// does not say otherwise; a bare address says nothing at all.
fn renewed(stored: Source, new: Source) -> Source {
    let bare = Source::new(new.url().clone()).ok();
    if bare.as_ref() == Some(&new) {
        return stored;
    }
    // It names the address it was first followed at, so it does not know of a move.
    let first_address = bare.is_some_and(|bare| bare.id() == new.id());
    let new = match stored.title() {
        Some(title) if new.title().is_none() => new.with_title(title),
        _ => new,
    };
    // A catalog that is followed again knows nothing of the interval the host has pinned.
    let interval = new.interval().or(stored.interval());
    let new = new.with_interval(interval);
    if first_address {
        new.moved_to(stored.url().clone())
    } else {
        new
    }
}

pub(super) fn unfollow(store: &mut dyn Transaction, id: SourceId) -> Result<bool> {
    match store.source(id)? {
        Some(mut kept) if kept.followed => {
            kept.followed = false;
            store.put_source(&kept)?;
            Ok(true)
        }
        _ => Ok(false),
    }
}

/// Makes a source due now, whatever it rests for. False when it is not followed.
pub(super) fn retry(store: &mut dyn Transaction, id: SourceId) -> Result<bool> {
    match store.source(id)? {
        Some(mut kept) if kept.followed => {
            let state = &mut kept.status.state;
            state.next_due = None;
            state.rests_until = None;
            if state.health == Health::Gone {
                state.health = Health::Failing;
            }
            store.put_source(&kept)?;
            Ok(true)
        }
        _ => Ok(false),
    }
}

/// Pins a source's interval, or takes the pin away. False when it is not followed.
pub(super) fn pin(store: &mut dyn Transaction, id: SourceId, interval: Option<Duration>) -> Result<bool> {
    match store.source(id)? {
        Some(mut kept) if kept.followed => {
            kept.status.source = kept.status.source.with_interval(interval);
            store.put_source(&kept)?;
            Ok(true)
        }
        _ => Ok(false),
    }
}

/// Keeps a source's new state and address, unless it was unfollowed while it was being asked.
pub(super) fn record_move(store: &mut dyn Transaction, id: SourceId, state: PollState, moved_to: Url) -> Result<()> {
    let Some(kept) = followed(store, id)? else {
        return Ok(());
    };
    renew(store, kept, state, Some(moved_to), None)
}

/// A source that is followed; `None` when it is not any more.
pub(super) fn followed(store: &dyn Transaction, id: SourceId) -> Result<Option<Kept>> {
    match store.source(id)? {
        Some(kept) => Ok(Some(kept).filter(|kept| kept.followed)),
        None => Err(Error::invalid("that source was never followed")),
    }
}

/// Writes a source with its new state, its new address when it moved, and a title when it had none.
pub(super) fn renew(
    store: &mut dyn Transaction,
    mut kept: Kept,
    state: PollState,
    moved_to: Option<Url>,
    title: Option<&str>,
) -> Result<()> {
    let mut source = kept.status.source;
    if let Some(url) = moved_to {
        source = source.moved_to(url);
    }
    if let (None, Some(title)) = (source.title(), title) {
        source = source.with_title(title);
    }
    kept.status = SourceStatus::new(source, state);
    store.put_source(&kept)
}
