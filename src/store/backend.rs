//! What a backend does: it runs jobs, each on one consistent state, and offers them primitives.

use tokio::sync::oneshot;

use super::{DueRange, Found, PollTimes, SourceStatus, StoreCounts};
use crate::cluster::Candidate;
use crate::error::{Error, Kind, Result};
use crate::model::{Item, ItemId, PollState, Relation, RelationKind, SourceId, StoryId};
use crate::query::{Cursor, Query};

/// Runs jobs. Neither call waits for long: the answer comes through the job.
pub(super) trait Backend: Send + Sync {
    /// What it is, for Debug.
    fn name(&self) -> String;

    /// Runs a job that only reads.
    fn read(&self, job: Box<dyn Job>);

    /// Runs a job in one transaction: all of it is kept, or, when it fails, nothing.
    fn write(&self, job: Box<dyn Job>);

    /// The right to update the sources, when nobody has it now, whatever process they are in. `None` when somebody has.
    fn try_turn(&self) -> Result<Option<Turn>>;
}

/// The right to update the sources. Given back when dropped, and by the system when the process dies.
pub(crate) struct Turn(#[allow(dead_code, reason = "held, not looked at")] Box<dyn Send + Sync>);

impl Turn {
    pub(super) fn new(held: impl Send + Sync + 'static) -> Self {
        Self(Box::new(held))
    }
}

/// Some work on the store. It answers only after what it did is kept.
pub(super) trait Job: Send {
    /// Whether nobody waits for it any more; then it need not begin.
    fn is_unwanted(&self) -> bool;

    /// Does the work. `Err` when the transaction must be rolled back; the reason stays in the job.
    fn run(&mut self, store: &mut dyn Transaction) -> Result<(), Failed>;

    /// Answers: what the work gave, or the error that kept it from being done or kept.
    fn finish(self: Box<Self>, kept: Result<()>);
}

/// The work failed; the job knows why.
#[derive(Debug)]
pub(super) struct Failed;

struct Task<W, T> {
    work: Option<W>,
    result: Option<Result<T>>,
    reply: oneshot::Sender<Result<T>>,
}

/// The answer to a job.
pub(super) struct Answer<T>(oneshot::Receiver<Result<T>>);

impl<T> Answer<T> {
    pub(super) async fn wait(self) -> Result<T> {
        self.0
            .await
            .unwrap_or_else(|_| Err(Error::new(Kind::Internal, "the store stopped before it answered")))
    }
}

/// A job of that work, and where its answer comes.
pub(super) fn job<T, W>(work: W) -> (Box<dyn Job>, Answer<T>)
where
    T: Send + 'static,
    W: FnOnce(&mut dyn Transaction) -> Result<T> + Send + 'static,
{
    let (reply, answer) = oneshot::channel();
    let task = Task {
        work: Some(work),
        result: None,
        reply,
    };
    (Box::new(task), Answer(answer))
}

impl<T, W> Job for Task<W, T>
where
    T: Send,
    W: FnOnce(&mut dyn Transaction) -> Result<T> + Send,
{
    fn is_unwanted(&self) -> bool {
        self.reply.is_closed()
    }

    fn run(&mut self, store: &mut dyn Transaction) -> Result<(), Failed> {
        let Some(work) = self.work.take() else {
            return Err(Failed);
        };
        // A host's decisions run inside: should they panic, that feed fails, not the store.
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| work(store)))
            .unwrap_or_else(|_| Err(Error::new(Kind::Internal, "a decision about an item panicked")));
        let done = if result.is_ok() { Ok(()) } else { Err(Failed) };
        self.result = Some(result);
        done
    }

    fn finish(self: Box<Self>, kept: Result<()>) {
        let result = match (kept, self.result) {
            // Its own failure says more than that of the transaction around it.
            (_, Some(Err(error))) | (Err(error), _) => Err(error),
            (Ok(()), Some(Ok(value))) => Ok(value),
            (Ok(()), None) => Err(Error::new(Kind::Internal, "the store did not do the work")),
        };
        // Nobody waits any more: that is their choice.
        let _ = self.reply.send(result);
    }
}

/// A source as kept: also when it is not followed any more, since its items stay.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub(super) status: SourceStatus,
    pub(super) followed: bool,
}

/// An item as it is put into the store.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) item: Item,
    pub(super) story: StoryId,
    /// What it is sorted by, in microseconds since 1970.
    pub(super) date: i64,
    /// What other items are found by.
    pub(super) keys: Vec<u64>,
}

/// Reading primitives.
pub(super) trait View {
    fn source(&self, id: SourceId) -> Result<Option<Kept>>;
    /// Followed ones, in the order in which they came.
    fn sources(&self) -> Result<Vec<SourceStatus>>;
    /// Followed ones that are not gone, the longest due first.
    fn due(&self, range: DueRange) -> Result<Vec<Found>>;
    fn item(&self, id: ItemId) -> Result<Option<Item>>;
    /// The latest first.
    fn items_of(&self, source: SourceId, limit: usize) -> Result<Vec<Item>>;
    fn story_of(&self, item: ItemId) -> Result<Option<StoryId>>;
    /// In the order in which they came. Empty when there is no such story.
    fn story_items(&self, story: StoryId) -> Result<Vec<Item>>;
    /// The relations from or to an item of the story, in the order of (from, to, kind).
    fn story_relations(&self, story: StoryId) -> Result<Vec<Relation>>;
    /// The next items after that number, in the order in which they came; `None` for one that this tagger has tagged.
    fn untagged(&self, after: i64, limit: usize, tagger: &str) -> Result<Vec<(i64, Option<Item>)>>;
    /// The first stories that match, in order, after the query's cursor.
    fn matching(&self, query: &Query, limit: usize) -> Result<Vec<Cursor>>;
    fn counts(&self) -> Result<StoreCounts>;
}

/// Writing primitives, and what is read in between.
pub(super) trait Transaction: View {
    /// Replaces or adds a source.
    fn put_source(&mut self, kept: &Kept) -> Result<()>;
    /// Replaces the state of a source that is followed, and leaves one alone that is not.
    fn put_state(&mut self, id: SourceId, state: &PollState) -> Result<()>;
    /// Replaces nothing but the times of a source's state. Its row, where it was found with one, is only a short cut.
    fn put_times(&mut self, id: SourceId, row: Option<i64>, times: PollTimes) -> Result<()>;
    /// Whatever shares a key, by the keys' order, of each key what came last first; never that item itself.
    fn candidates(&self, keys: &[u64], except: ItemId, limit: usize) -> Result<Vec<Candidate>>;
    /// When a story was founded, in microseconds since 1970.
    fn founded(&self, story: StoryId) -> Result<Option<i64>>;
    /// Founds a story; it must not be there yet.
    fn add_story(&mut self, story: StoryId, founded: i64) -> Result<()>;
    /// Adds an item, or replaces the one with its id. The story must be there.
    fn put_item(&mut self, record: Record, replaced: Option<&Item>) -> Result<()>;
    /// Replaces an item that differs from the one of this number by its tags (when they are `new`) and tagger only.
    fn put_tags(&mut self, number: i64, item: &Item, new: bool) -> Result<()>;
    /// Moves all items into another story and removes the empty one.
    fn merge_story(&mut self, from: StoryId, into: StoryId) -> Result<()>;
    fn has_relation(&self, kind: RelationKind, from: ItemId, to: ItemId) -> Result<bool>;
    /// Adds a relation; false when one of that kind is there already, which stays as it was.
    fn add_relation(&mut self, relation: &Relation) -> Result<bool>;
    /// Does what was put off; called once after items were put.
    fn settle(&mut self) -> Result<()>;
}
