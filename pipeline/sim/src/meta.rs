//! Meta: takes POSTs, answers or not, and reports by webhook, in its own time and order, sometimes twice.

use std::fmt::Write as _;

use posthaste_core::{Scope, SendOutcome, Verdict};
use posthaste_model::{Status, Token, Wamid};

use crate::edge::{Element, Webhook};
use crate::queue::{Event, PostId};
use crate::scenario::{Fault, Scenario};
use crate::worker::Post;
use crate::world::World;

/// People who write to and are written by the senders.
const PEOPLE: usize = 40;

/// Something that the next webhook of a sender will say.
#[derive(Debug)]
struct Report {
    due: i64,
    element: Element,
    text: String,
    is_message: bool,
}

/// See the module's documentation.
#[derive(Debug)]
pub(crate) struct Meta {
    pub(crate) posts: Vec<Post>,
    reports: Vec<Vec<Report>>,
    wamids: u64,
    /// Until when everything of a sender's account is refused.
    pub(crate) refusing_until: Vec<i64>,
    /// Until when the servers of a sender's account fail.
    pub(crate) failing_until: Vec<i64>,
}

impl Meta {
    pub(crate) fn new(scenario: &Scenario) -> Self {
        let reports = scenario.senders.iter().map(|_| Vec::new()).collect();
        let never = || vec![0; scenario.senders.len()];
        Self { posts: Vec::new(), reports, wamids: 0, refusing_until: never(), failing_until: never() }
    }

    /// Whether everything that happened was told.
    pub(crate) fn has_told_all(&self) -> bool {
        self.reports.iter().all(Vec::is_empty)
    }

    fn wamid(&mut self) -> Wamid {
        self.wamids += 1;
        Wamid::new(format!("wamid.{}", self.wamids))
    }
}

/// The number of a person.
pub(crate) fn person(n: usize) -> String {
    format!("1631555{n:04}")
}

impl World {
    /// A POST arrives.
    pub(crate) fn arrive(&mut self, id: PostId) {
        if self.roll(Fault::RequestLost, 40) {
            return;
        }
        let sender = self.meta.posts[id].sender;
        let spec = &self.scenario.senders[sender];
        self.oracle.arrived(sender, spec.limit, &spec.id, self.now);
        let down = self.latency.between(15, 300);
        if let Some(outcome) = self.refusal(self.meta.posts[id].sender) {
            return self.at(down, Event::Answered(id, outcome));
        }
        let gateway = self.roll(Fault::GatewayError, 40) || self.servers_fail(self.meta.posts[id].sender);
        if gateway && self.latency.chance(500) {
            return self.at(down, Event::Answered(id, unknown("502 without a body", Some(502))));
        }
        let wamid = self.take_over(id);
        if gateway {
            self.at(down, Event::Answered(id, unknown("502 without a body", Some(502))));
        } else if self.roll(Fault::AcceptedReset, 40) {
            self.at(down, Event::Answered(id, unknown("connection reset", None)));
        } else if !self.roll(Fault::ResponseLost, 50) {
            self.at(down, Event::Answered(id, SendOutcome::Accepted { wamid, held: false, number: None }));
        }
    }

    /// Whether the servers of a sender's account fail now.
    fn servers_fail(&mut self, sender: usize) -> bool {
        if self.roll(Fault::ServerStorm, 5) {
            self.meta.failing_until[sender] = self.now + self.latency.between(2_000, 20_000);
        }
        self.meta.failing_until[sender] > self.now
    }

    /// Whether a POST finds nobody to connect to: half of them, while the servers of its account fail.
    pub(crate) fn servers_fail_to_connect(&mut self, id: PostId) -> bool {
        let failing = self.meta.failing_until[self.meta.posts[id].sender] > self.now;
        failing && self.latency.chance(500)
    }

    /// What Meta does not take over.
    fn refusal(&mut self, sender: usize) -> Option<SendOutcome> {
        let refused = |verdict, http_status, code, retry_after_ms| {
            let reason = "refused by the simulation".to_owned();
            Some(SendOutcome::Refused { verdict, http_status, code: Some(code), reason, retry_after_ms, wait_ms: None })
        };
        if self.roll(Fault::Throttle, 50) {
            return refused(Verdict::Throttle(Scope::Sender), 429, 130_429, None);
        }
        if self.roll(Fault::ThrottlePair, 40) {
            return refused(Verdict::Throttle(Scope::Pair), 429, 131_056, Some(4_000));
        }
        if self.roll(Fault::AccountPause, 5) {
            self.meta.refusing_until[sender] = self.now + self.latency.between(1_000, 20_000);
        }
        if self.meta.refusing_until[sender] > self.now {
            return refused(Verdict::Pause(Scope::Waba), 400, 131_042, None);
        }
        if self.roll(Fault::Refusal, 40) {
            let verdict =
                if self.latency.chance(500) { Verdict::Permanent } else { Verdict::Retry { after_ms: 2_000 } };
            return refused(verdict, 400, 131_000, None);
        }
        None
    }

    /// Meta has the message now, whoever hears of it.
    fn take_over(&mut self, id: PostId) -> Wamid {
        let wamid = self.meta.wamid();
        let post = &self.meta.posts[id];
        let token = Token { intent_id: post.attempt.intent.intent_id, attempt: post.token };
        let (sender, policy) = (post.sender, post.attempt.intent.unknown_policy);
        let contact = post.attempt.intent.contact.clone();
        self.oracle.accepted(token, policy);
        if self.meta.posts[id].attempt.intent.message.is_receipt() {
            return wamid;
        }
        if self.roll(Fault::WebhookMute, 40) {
            return wamid;
        }
        let mut at = self.latency.between(20, 400);
        let failed = self.latency.chance(50);
        let last = self.latency.below(3);
        let story: &[Status] = if failed {
            &[Status::Sent, Status::Failed]
        } else {
            &[Status::Sent, Status::Delivered, Status::Read][..=last]
        };
        for status in story {
            let text = status_element(&wamid, *status, token, contact.as_str(), self.now + at);
            let element = Element::Status { intent: token.intent_id, attempt: token.attempt, status: *status };
            self.report(sender, at, element, text, false);
            at += self.latency.between(50, 2_500);
        }
        wamid
    }

    fn report(&mut self, sender: usize, delay_ms: i64, element: Element, text: String, is_message: bool) {
        let due = self.now + delay_ms;
        self.meta.reports[sender].push(Report { due, element, text, is_message });
        let gathering = self.latency.between(0, 150);
        self.at(delay_ms + gathering, Event::Flush(sender));
    }

    /// All that is due for a sender goes into one webhook.
    pub(crate) fn flush(&mut self, sender: usize) {
        let now = self.now;
        let (due, later): (Vec<Report>, Vec<Report>) =
            std::mem::take(&mut self.meta.reports[sender]).into_iter().partition(|report| report.due <= now);
        self.meta.reports[sender] = later;
        if due.is_empty() {
            return;
        }
        let spec = &self.scenario.senders[sender];
        let list = |messages: bool| {
            let texts: Vec<&str> = due.iter().filter(|r| r.is_message == messages).map(|r| r.text.as_str()).collect();
            texts.join(",")
        };
        let body = format!(
            r#"{{"object":"whatsapp_business_account","entry":[{{"id":"{}","changes":[{{"field":"messages","value":{{"messaging_product":"whatsapp","metadata":{{"phone_number_id":"{}"}},"messages":[{}],"statuses":[{}]}}}}]}}]}}"#,
            spec.waba,
            spec.id,
            list(true),
            list(false)
        );
        let elements = due.into_iter().map(|report| report.element).collect();
        self.send_webhook(Webhook { body: body.into(), elements });
    }

    /// A person writes to a sender.
    pub(crate) fn person(&mut self) {
        if self.stage != crate::world::Stage::Chaos {
            return;
        }
        let mean = self.scenario.inbound_every_ms;
        let next = self.load.between(1, mean * 2);
        self.at(next, Event::Person);
        let sender = self.load.below(self.scenario.senders.len());
        let from = person(self.load.below(PEOPLE));
        let wamid = self.meta.wamid();
        let element = Element::Inbound { sender, wamid: wamid.clone() };
        let text = format!(
            r#"{{"from":"{from}","id":"{wamid}","timestamp":"{}","type":"text","text":{{"body":"hello"}}}}"#,
            self.now / 1_000
        );
        self.report(sender, 0, element, text, true);
        if self.roll(Fault::WebhookMalformed, 200) {
            let text = r#"{"status":"sent"}"#.to_owned();
            self.report(sender, 0, Element::Malformed, text, false);
            // Of a message that was not sent from here, and by a name that nobody knows.
            for word in ["delivered", "warning"] {
                let text = format!(r#"{{"id":"{wamid}","status":"{word}","timestamp":"{}"}}"#, self.now / 1_000);
                self.report(sender, 0, Element::Reported { wamid: wamid.clone(), word }, text, false);
            }
        }
    }

    /// A person of the campaigns' and the clients' lists.
    pub(crate) fn any_person(&mut self) -> String {
        person(self.load.below(PEOPLE))
    }
}

fn unknown(reason: &str, http_status: Option<u16>) -> SendOutcome {
    SendOutcome::Unknown { reason: reason.to_owned(), http_status }
}

fn status_element(wamid: &Wamid, status: Status, token: Token, contact: &str, at: i64) -> String {
    let mut text = format!(
        r#"{{"id":"{wamid}","status":"{status}","timestamp":"{}","recipient_id":"{}","biz_opaque_callback_data":"{token}""#,
        at / 1_000,
        contact.trim_start_matches('+')
    );
    if status == Status::Failed {
        let _ = write!(text, r#","errors":[{{"code":131026,"title":"Message undeliverable"}}]"#);
    }
    text.push('}');
    text
}
