//! An attempt and the one function through which its status moves.

use std::sync::Arc;

use posthaste_model::{AttemptNumber, Intent, Millis, Status, StatusObserved, Token, Wamid};

/// When each status was reached; what is not set here is unchanged in the store.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Times {
    /// Durably recorded as about to be POSTed.
    pub armed: Option<Millis>,
    /// Outcome unknown.
    pub unknown: Option<Millis>,
    /// Meta answered 200.
    pub accepted: Option<Millis>,
    /// Meta: sent.
    pub sent: Option<Millis>,
    /// Meta: delivered.
    pub delivered: Option<Millis>,
    /// Meta: read.
    pub read: Option<Millis>,
    /// Meta: played.
    pub played: Option<Millis>,
    /// Meta: failed.
    pub failed: Option<Millis>,
    /// Rejected, deferred, expired, cancelled or unconfirmed.
    pub ended: Option<Millis>,
}

impl Times {
    fn set(&mut self, status: Status, at: Millis) {
        let slot = match status {
            Status::Queued => return,
            Status::Armed => &mut self.armed,
            Status::Unknown => &mut self.unknown,
            Status::Accepted => &mut self.accepted,
            Status::Sent => &mut self.sent,
            Status::Delivered => &mut self.delivered,
            Status::Read => &mut self.read,
            Status::Played => &mut self.played,
            Status::Failed => &mut self.failed,
            Status::Unconfirmed | Status::Deferred | Status::Expired | Status::Cancelled | Status::Rejected => {
                &mut self.ended
            }
        };
        *slot = Some(at);
    }
}

/// What is reported with a status.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report<'a> {
    /// Meta's id of the message.
    pub wamid: Option<Wamid>,
    /// Meta's error code.
    pub code: Option<i64>,
    /// Why, for people; a stable code where it is ours.
    pub reason: Option<String>,
    /// The status webhook that it comes from, if one does: what else that told goes on with the transition.
    pub observed: Option<&'a StatusObserved>,
}

impl<'a> Report<'a> {
    /// A report with a reason alone.
    pub fn because(reason: impl Into<String>) -> Self {
        Self { reason: Some(reason.into()), ..Self::default() }
    }

    /// What a status webhook reports.
    pub fn of(observed: &'a StatusObserved) -> Self {
        Self {
            wamid: Some(observed.wamid.clone()),
            code: observed.code,
            reason: observed.reason.clone(),
            observed: Some(observed),
        }
    }
}

/// One try to send an intent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// What is sent.
    pub intent: Arc<Intent>,
    /// Which try, from 1.
    pub number: AttemptNumber,
    /// The maximum of all that was reported.
    pub status: Status,
    /// Every status that was ever reached, one bit each.
    pub marks: i32,
    /// Not to be armed before.
    pub due_at: Millis,
    /// Epoch of the owner that armed it.
    pub armed_epoch: Option<i64>,
    /// Times that were set since it was loaded, plus `armed` and `unknown` as loaded.
    pub times: Times,
    /// Meta's id, once known.
    pub wamid: Option<Wamid>,
    /// Meta's error code.
    pub code: Option<i64>,
    /// Why it is as it is.
    pub reason: Option<String>,
}

impl Attempt {
    /// A queued attempt.
    pub fn queued(intent: Arc<Intent>, number: AttemptNumber, due_at: Millis) -> Self {
        Self {
            intent,
            number,
            status: Status::Queued,
            marks: Status::Queued.bit(),
            due_at,
            armed_epoch: None,
            times: Times::default(),
            wamid: None,
            code: None,
            reason: None,
        }
    }

    /// The correlation token of this attempt.
    pub fn token(&self) -> Token {
        Token { intent_id: self.intent.intent_id, attempt: self.number }
    }

    /// Whether this status was ever reached, whatever came after it.
    pub fn has_reached(&self, status: Status) -> bool {
        self.marks & status.bit() != 0
    }

    /// Merges a report. `false` if this status was reached before: nothing changes then, whatever the report says.
    pub fn advance(&mut self, status: Status, at: Millis, report: &Report) -> bool {
        if self.has_reached(status) {
            return false;
        }
        self.marks |= status.bit();
        self.times.set(status, at);
        self.status = self.status.join(status);
        self.wamid = self.wamid.take().or_else(|| report.wamid.clone());
        self.code = report.code.or(self.code);
        if report.reason.is_some() {
            self.reason.clone_from(&report.reason);
        }
        true
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use posthaste_model::{Class, Contact, IntentId, Message, SenderId, TenantId, TextMessage, UnknownPolicy};
    use proptest::prelude::*;

    use super::*;

    pub(crate) fn intent(id: u128) -> Intent {
        Intent {
            intent_id: IntentId(uuid::Uuid::from_u128(id)),
            tenant_id: TenantId(uuid::Uuid::from_u128(1)),
            sender_id: SenderId::new("106540352242922"),
            contact: Contact::new(format!("+1631555{:04}", id % 10_000)),
            class: Class::Transactional,
            campaign: None,
            message: Message::Text(TextMessage { body: "hello".into(), preview_url: false, reply_to: None }),
            callback_data: None,
            unknown_policy: UnknownPolicy::AtMostOnce,
            accepted_at: Millis(0),
            expires_at: Millis(1_000_000_000),
        }
    }

    proptest! {
        /// Duplicated and reordered reports end in the same status with the same set of marks.
        #[test]
        fn the_order_of_reports_does_not_matter(
            reports in prop::collection::vec(prop::sample::select(Status::ALL), 1..12),
            seed in any::<u64>(),
        ) {
            let run = |order: &[Status]| {
                let mut attempt = Attempt::queued(Arc::new(intent(1)), 1, Millis(0));
                for status in order {
                    attempt.advance(*status, Millis(5), &Report::default());
                }
                (attempt.status, attempt.marks)
            };
            let mut shuffled = reports.clone();
            shuffled.extend(&reports);
            let len = shuffled.len();
            for i in 0..len {
                shuffled.swap(i, (seed as usize).wrapping_mul(i + 7) % len);
            }
            prop_assert_eq!(run(&reports), run(&shuffled));
        }
    }

    #[test]
    fn a_status_counts_once_and_its_first_time_stays() {
        let mut attempt = Attempt::queued(Arc::new(intent(1)), 1, Millis(0));
        assert!(attempt.advance(Status::Sent, Millis(5), &Report::default()));
        assert!(!attempt.advance(Status::Sent, Millis(9), &Report::default()));
        assert_eq!(attempt.times.sent, Some(Millis(5)));
    }
}
