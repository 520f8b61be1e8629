//! The messaging limit of a business portfolio: distinct people per moving 24 h outside service windows (Meta: messaging
//! limits), shared by numbers that may have different owners.
//!
//! So nothing is armed for a person before the store has reserved a place for them, under the lock of the portfolio's row.
//! The task says whom it is about to arm for, the shell asks the store, and the answer is believed for a while. Senders
//! whose portfolio has no limit never ask.

use posthaste_model::{Contact, Intent, IntentId, Millis, PortfolioId, SenderId, Status, TenantId};

use super::{Sender, SenderTask};

/// How long after a reservation something may be armed for the person, in milliseconds; later it is asked for again.
pub const GRANT_MS: i64 = 300_000;
/// A reservation counts for this much longer than Meta's 24 h, in milliseconds: what is armed at the end of
/// [`GRANT_MS`] may leave a while later, and Meta counts from then.
pub const MARGIN_MS: i64 = 900_000;
/// Meta's window, in milliseconds: that of the limit, and that in which people may be answered freely.
pub const DAY_MS: i64 = 86_400_000;
/// People who are asked for at once, at most.
const ASK_MAX: usize = 500;
/// Fewest people who are asked for, for slow numbers.
const ASK_MIN: usize = 8;
/// Who was refused is asked for again after this time at the latest, in milliseconds: they may have written meanwhile, or
/// the limit may have been raised.
const ASK_AGAIN_MS: i64 = 30_000;
/// Answers that are kept whether they are believed or not.
const ANSWERS_MIN: usize = 1_024;
/// Shortest wait after a refusal, in milliseconds.
const REFUSED_MIN_MS: i64 = 1_000;

/// People of one sender for whom something is about to be armed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Whose it is.
    pub tenant_id: TenantId,
    /// The portfolio with the limit.
    pub portfolio_id: PortfolioId,
    /// The sender: a service window is open with one number.
    pub sender_id: SenderId,
    /// Each once, in the order in which they wait.
    pub contacts: Vec<Contact>,
}

/// What became of [`Wanted`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reserved {
    /// The sender.
    pub sender_id: SenderId,
    /// People who may be sent to.
    pub granted: Vec<Contact>,
    /// People for whom there is no place.
    pub refused: Vec<Contact>,
    /// When the first place becomes free, in milliseconds from now; 0 or less if there is room.
    pub free_in_ms: i64,
}

/// What the store has said of a person, and until when that is believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Granted(Millis),
    Refused(Millis),
}

impl Answer {
    fn until(self) -> Millis {
        match self {
            Self::Granted(until) | Self::Refused(until) => until,
        }
    }
}

/// Why a message of a limited portfolio cannot be armed now.
pub(super) enum Unreserved {
    /// There is no place for its person; look again then.
    Refused(Millis),
    /// Nobody has asked yet.
    Unasked,
}

impl Sender {
    /// Forgets what is not believed any more, seldom enough that it costs nothing.
    fn forget_answers(&mut self, now: Millis) {
        if self.answers.len() >= self.forget_at.max(ANSWERS_MIN) {
            self.answers.retain(|_, answer| answer.until() > now);
            self.forget_at = 2 * self.answers.len();
        }
    }

    /// A person has written: they may be answered freely for a day from `at`, Meta's time.
    pub(super) fn may_answer(&mut self, contact: &Contact, at: Millis, now: Millis) {
        if at.plus(DAY_MS - MARGIN_MS) > now {
            self.answers.insert(contact.clone(), Answer::Granted(now.plus(GRANT_MS)));
        }
    }
}

impl SenderTask {
    /// For whom a place must be reserved before the next [`SenderTask::plan`]. Costs a look at each sender's profile where
    /// no portfolio has a limit.
    pub fn reservations_wanted(&mut self, now: Millis) -> Vec<Wanted> {
        let limited = |(_, sender): &(&SenderId, &Sender)| sender.profile.portfolio.is_some();
        let mut ids: Vec<SenderId> = self.senders.iter().filter(limited).map(|(id, _)| id.clone()).collect();
        ids.sort_unstable();
        ids.into_iter().filter_map(|id| self.wanted_of(&id, now)).collect()
    }

    fn wanted_of(&mut self, id: &SenderId, now: Millis) -> Option<Wanted> {
        if now < self.may_post_at || self.sender_held_until(id, now).is_some() {
            return None;
        }
        let window_ms = f64::from(self.settings.arm_window_ms);
        let sender = self.senders.get_mut(id)?;
        let portfolio_id = sender.profile.portfolio.clone()?;
        sender.forget_answers(now);
        sender.lanes.wake(now);
        let sender = self.senders.get(id)?;
        let most = ((2.0 * sender.bucket.rate() * window_ms / 1_000.0) as usize).clamp(ASK_MIN, ASK_MAX);
        let slot = sender.slot(now).plus(i64::from(self.settings.arm_window_ms));
        let front = sender.lanes.front(most, |lane| self.access(lane, slot, now));
        let mut contacts: Vec<Contact> = Vec::new();
        for contact in front.into_iter().filter_map(|id| self.may_arm(id, now)) {
            let known = sender.answers.get(contact).is_some_and(|answer| answer.until() > now);
            if !known && !contacts.contains(contact) {
                contacts.push(contact.clone());
            }
        }
        contacts.truncate(ASK_MAX);
        let tenant_id = sender.profile.tenant_id;
        (!contacts.is_empty()).then(|| Wanted { tenant_id, portfolio_id, sender_id: id.clone(), contacts })
    }

    /// The person of a message that nothing but its portfolio holds back.
    fn may_arm(&self, id: IntentId, now: Millis) -> Option<&Contact> {
        let attempt = self.open.get(&id).filter(|attempt| attempt.status == Status::Queued)?;
        let intent = &attempt.intent;
        let held = intent.message.is_receipt()
            || intent.expires_at <= now
            || self.held_until(intent, now).is_some()
            || self.restricted_until(intent, now).is_some()
            || self.withheld_until(intent, now).is_some()
            || self.hours_closed_until(intent, now).is_some();
        (!held).then_some(&intent.contact)
    }

    /// Takes over what the store has said.
    pub(super) fn learn_reservations(&mut self, reserved: Vec<Reserved>, now: Millis) {
        for answer in reserved {
            let Some(sender) = self.senders.get_mut(&answer.sender_id) else { continue };
            let again = now.plus(answer.free_in_ms.clamp(REFUSED_MIN_MS, ASK_AGAIN_MS));
            sender.refused_until = (answer.free_in_ms > 0 || !answer.refused.is_empty()).then_some(again);
            let granted = answer.granted.into_iter().map(|contact| (contact, Answer::Granted(now.plus(GRANT_MS))));
            let refused = answer.refused.into_iter().map(|contact| (contact, Answer::Refused(again)));
            sender.answers.extend(granted.chain(refused));
        }
    }

    /// Why this message of a limited portfolio may not be armed as far as that is concerned; `None` if it may.
    pub(super) fn unreserved(&self, intent: &Intent, now: Millis) -> Option<Unreserved> {
        let sender = self.senders.get(&intent.sender_id)?;
        match sender.answers.get(&intent.contact).filter(|answer| answer.until() > now) {
            Some(Answer::Granted(_)) => None,
            Some(Answer::Refused(until)) => Some(Unreserved::Refused((*until).min(intent.expires_at))),
            None => Some(Unreserved::Unasked),
        }
    }

    /// Whether the limit of this sender's portfolio is used up, as far as is known: then nothing more is released.
    pub(super) fn is_used_up(&self, id: &SenderId, now: Millis) -> bool {
        self.senders.get(id).is_some_and(|sender| sender.refused_until.is_some_and(|until| until > now))
    }
}
