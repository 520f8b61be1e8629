//! Deliberate bugs: proof that the simulation can fail.
//!
//! None of them is compiled into the pipeline. Each is a seam between core and world: an event, a row, an answer or an
//! effect that is altered on its way, or a step of the shell that is left out.

macro_rules! bugs {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)+) => {
        /// A deliberate bug.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Bug { $($(#[$doc])* $name),+ }

        impl Bug {
            /// Every bug.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// Name on the command line.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }

            /// The inverse of [`Bug::name`].
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|bug| bug.name() == text)
            }
        }
    };
}

bugs! {
    /// The commit does not look at the epoch: a zombie commits.
    NoEpochCheck = "no-epoch-check";
    /// The commit does not look at the offset: a commit is applied twice.
    NoOffsetCheck = "no-offset-check";
    /// Commits are told apart by offset and outbox alone: one that moves neither happens again when its answer is lost.
    NoCommitCount = "no-commit-count";
    /// Records are published before they are committed.
    PublishBeforeCommit = "publish-before-commit";
    /// Messages are POSTed before they are committed as armed.
    PostBeforeCommit = "post-before-commit";
    /// A new owner starts with a second's worth of messages.
    FullBucket = "full-bucket-after-takeover";
    /// A new owner does not wait for the end of its predecessor's lease.
    NoWaitAfterTakeover = "no-wait-after-takeover";
    /// The stored status is the last one reported instead of the highest.
    LastWriteWins = "last-write-wins";
    /// A POST without an answer counts as not sent.
    ResendOnLostResponse = "resend-on-lost-response";
    /// A new owner takes the journal of POSTs for empty.
    ForgetJournal = "forget-journal";
    /// A sink takes every record for news.
    NoHighWater = "no-high-water";
    /// POSTs leave although the lease is over.
    PostAfterLease = "post-after-lease";
    /// A second attempt carries the token of the first.
    ReuseToken = "reuse-token";
    /// A repeated webhook changes the counters again.
    CountDuplicates = "count-duplicates";
    /// A new owner does not publish what its predecessor had committed and not published.
    LoseOutboxTail = "lose-outbox-tail";
    /// A paused campaign is loaded as running.
    IgnorePause = "ignore-pause";
    /// A new owner starts where the log is, not where the lease is.
    SkipToEnd = "skip-to-end";
    /// The edge answers 200 before the log has the webhook.
    AckBeforeAppend = "ack-before-append";
    /// A normalizer numbers its output from where it started instead of by its input.
    CountingNormalizer = "counting-normalizer";
    /// A publisher gives a record up when the log's leader changes.
    PublisherGivesUp = "publisher-gives-up";
    /// After an owner that gave its lease back, or ended, before it could POST, its successor does not wait for those before.
    ForgetEarlierOwners = "forget-earlier-owners";
    /// An owner never hears of opt-outs that are newer than the messages that wait.
    ForgetOptOuts = "forget-opt-outs";
    /// Who is refused a place in the limit of a portfolio is told that they have one.
    GrantAll = "grant-all-places";
}
