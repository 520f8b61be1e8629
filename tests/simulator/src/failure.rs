//! Why messages fail after they were accepted (Meta: support/error-codes).

/// Why a message failed after it had been accepted.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) code: u32,
    pub(crate) title: &'static str,
    pub(crate) details: &'static str,
}

/// Asynchronous failures and how often each is drawn, in percent (Meta: support/error-codes).
pub(crate) static DRAWN: [(u32, Failure); 3] = [
    (60, Failure { code: 131_026, title: "Message undeliverable", details: "Message Undeliverable." }),
    (
        30,
        Failure {
            code: 131_049,
            title: "This message was not delivered to maintain healthy ecosystem engagement.",
            details: "In order to maintain a healthy ecosystem engagement, the message failed to be delivered.",
        },
    ),
    (
        10,
        Failure {
            code: 130_472,
            title: "User's number is part of an experiment",
            details: "Failed to send message because this user's phone number is part of an experiment",
        },
    ),
];

/// Other asynchronous failures, which come when they are ordered or when there is a reason.
static OTHERS: [Failure; 6] = [
    Failure {
        code: 131_042,
        title: "Business eligibility payment issue",
        details: "Message failed to send because there were one or more errors related to your payment method.",
    },
    Failure {
        code: 131_047,
        title: "Re-engagement message",
        details: "Message failed to send because more than 24 hours have passed since the customer last replied to this number.",
    },
    Failure {
        code: 131_050,
        title: "User stopped marketing messages",
        details: "The person has chosen to stop receiving marketing messages from this business.",
    },
    Failure { code: 131_052, title: "Media download error", details: "Failed to download the media of the message." },
    Failure { code: 131_053, title: "Media upload error", details: "The media of the message could not be processed." },
    Failure { code: 132_015, title: "Template is Paused", details: "The template was paused due to low quality." },
];

/// What templates fail with that are held (Meta: templates/template-pacing).
pub(crate) const PAUSED: u32 = 132_015;

/// What marketing fails with that goes to somebody who has stopped it (Meta: webhooks/reference/user_preferences).
pub(crate) const STOPPED: u32 = 131_050;

/// What a message outside the window fails with that was not refused (Meta: support/error-codes, "often async").
pub(crate) const LATE: u32 = 131_047;

impl Failure {
    /// The failure of a code; `None` when no webhook reports it.
    pub(crate) fn of(code: u32) -> Option<&'static Self> {
        let all = DRAWN.iter().map(|(_, failure)| failure).chain(&OTHERS);
        all.into_iter().find(|failure| failure.code == code)
    }
}
