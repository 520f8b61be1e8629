//! Meta's error codes and what they mean for a message and for its neighbours.
//!
//! One table serves the four places where a code appears: the answer to a send, a status, an inbound message and a webhook
//! of its own. The code decides. The HTTP status is poor evidence (throttles come as 400 and as 429), the subcode is
//! deprecated, and titles change (Meta: support/error-codes). Messenger and Instagram are older than these rules: a few of their
//! subcodes say that one person cannot be written to, where the code alone says that the token is no good
//! ([`SUBCODES`]; Meta: messenger-platform/error-codes).

use posthaste_core::verdict::Scope::{App, Campaign, Pair, Sender, Template, Token, Waba};
use posthaste_core::verdict::Verdict::{self, Pause, Permanent, Retry, Throttle, Unknown};

/// How long a number stays unusable during a throughput upgrade, in milliseconds (Meta: throughput, at most one minute).
const MAINTENANCE_MS: i64 = 60_000;
/// How long nothing is sent after a limit of the app or of the account was hit, in milliseconds: these limits are by the hour
/// (Meta: graph-api/overview/rate-limiting), and a minute is soon enough to see whether there is room again.
const HOURLY_MS: i64 = 60_000;
/// First wait of a (number, person) pair: 4^0 seconds, in milliseconds (Meta: throughput, pair rate limits).
const PAIR_MS: i64 = 1_000;
/// Wait before a registration that is still in progress has ended, in milliseconds (Meta: error 133015, "a few minutes").
const REGISTRATION_MS: i64 = 300_000;
/// Wait until a template is known to the marketing API, in milliseconds (Meta: error 134101, about ten minutes).
const TEMPLATE_SYNC_MS: i64 = 600_000;
/// A throttled flow passes ten messages an hour, in milliseconds per message (Meta: error 132069).
const FLOW_MS: i64 = 360_000;
/// Wait after a server that says it is unavailable for a moment, in milliseconds.
const UNAVAILABLE_MS: i64 = 5_000;

/// One line of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MetaError {
    /// Meta's code.
    pub code: i64,
    /// Meta's title, shortened.
    pub title: &'static str,
    /// What follows.
    pub verdict: Verdict,
    /// How long to wait before the next try where the answer does not say, in milliseconds.
    pub wait_ms: Option<i64>,
    /// What a person can do about it.
    pub advice: &'static str,
}

const fn row(code: i64, verdict: Verdict, title: &'static str, advice: &'static str) -> MetaError {
    let wait_ms = if let Retry { after_ms } = verdict { Some(after_ms) } else { None };
    MetaError { code, title, verdict, wait_ms, advice }
}

impl MetaError {
    const fn wait(self, wait_ms: i64) -> Self {
        Self { wait_ms: Some(wait_ms), ..self }
    }
}

/// The API permission errors, which are a range.
const PERMISSION_CODES: std::ops::RangeInclusive<i64> = 200..=299;
const PERMISSION: MetaError =
    row(200, Pause(Token), "API permission", "grant the token the messaging permissions, or replace it");

/// Every code that is known to come from messaging, ascending. Codes that are not here are [`Verdict::Unknown`]: nothing
/// says that the message was not processed.
#[rustfmt::skip] // one line per code
pub const TABLE: &[MetaError] = &[
    row(0, Pause(Token), "Authentication", "replace the access token"),
    row(1, Unknown, "API unknown", "wait for a status; if it persists, check the request"),
    row(2, Unknown, "API service", "wait for a status"),
    row(3, Pause(Token), "API method", "give the app the capability"),
    row(4, Throttle(App), "API too many calls", "the app's hourly limit is used up; it recovers by itself").wait(HOURLY_MS),
    row(10, Pause(Token), "Permission denied", "give the app the permission"),
    row(17, Throttle(App), "User rate limit", "it recovers by itself").wait(HOURLY_MS),
    row(32, Throttle(App), "Page rate limit", "it recovers by itself").wait(HOURLY_MS),
    row(33, Pause(Sender), "Parameter value not valid", "the number was deleted, or the token cannot reach it"),
    row(100, Permanent, "Invalid parameter", "correct the request"),
    row(190, Pause(Token), "Access token expired", "replace the access token"),
    PERMISSION,
    row(368, Pause(Waba), "Temporarily blocked for policy violations", "see the account's quality page"),
    row(551, Permanent, "Person not available", "Messenger, Instagram: the person takes no messages from the page now"),
    row(613, Throttle(App), "Custom rate limit", "it recovers by itself").wait(HOURLY_MS),
    row(80_007, Throttle(Waba), "Account rate limit", "it recovers by itself").wait(HOURLY_MS),
    row(130_403, Permanent, "Recipient blocked by the business", "unblock the person first"),
    row(130_429, Throttle(Sender), "Rate limit hit", "the number's throughput is used up; it recovers by itself"),
    row(130_472, Permanent, "User in an experiment", "none: Meta withholds marketing from about 1 % of people"),
    row(130_497, Permanent, "Restricted in this country", "do not send to this country"),
    row(131_000, Unknown, "Something went wrong", "wait for a status"),
    row(131_005, Pause(Token), "Access denied", "grant the permission, or replace the token"),
    row(131_008, Permanent, "Required parameter missing", "correct the request"),
    row(131_009, Permanent, "Parameter value invalid", "correct the request"),
    row(131_016, Unknown, "Service unavailable", "wait for a status"),
    row(131_021, Permanent, "Recipient is the sender", "send to another number"),
    row(131_026, Permanent, "Message undeliverable", "the person has no WhatsApp, an old client, or has blocked the business"),
    row(131_030, Permanent, "Recipient not in the allowed list", "add the number to the test number's list"),
    row(131_031, Pause(Waba), "Account locked", "see the account's quality page"),
    row(131_037, Pause(Sender), "Display name not approved", "have the number's display name approved"),
    row(131_042, Pause(Waba), "Payment problem", "correct the account's payment method"),
    row(131_045, Pause(Sender), "Registration or certificate", "register the number again"),
    row(131_047, Permanent, "More than 24 hours since the last message", "send a template"),
    row(131_048, Pause(Sender), "Spam rate limit hit", "improve the number's quality before sending again"),
    row(131_049, Permanent, "Withheld for a healthy ecosystem", "wait a day at least before the next marketing message"),
    row(131_050, Permanent, "Person stopped marketing", "do not send marketing to this person"),
    row(131_051, Permanent, "Unsupported message type", "send another type"),
    row(131_052, Permanent, "Media download", "check that the link can be fetched"),
    row(131_053, Permanent, "Media upload", "check type, codec and size"),
    row(131_055, Pause(Campaign), "Method not allowed", "send marketing templates only this way"),
    row(131_056, Throttle(Pair), "Pair rate limit hit", "too much to one person; it recovers by itself").wait(PAIR_MS),
    row(131_057, Throttle(Sender), "Account in maintenance", "the number is being upgraded; it recovers by itself").wait(MAINTENANCE_MS),
    row(131_060, Permanent, "Message unavailable", "none"),
    row(131_062, Permanent, "Recipient needs a phone number", "send this kind of message to a phone number"),
    row(131_063, Pause(Campaign), "Marketing disabled on this API", "send marketing through the marketing messages API"),
    row(131_064, Pause(Waba), "Template classification violations", "correct the templates' categories"),
    row(132_000, Pause(Campaign), "Parameter count mismatch", "give as many parameters as the template has"),
    row(132_001, Pause(Campaign), "Template does not exist", "check name and language, and that it is approved"),
    row(132_005, Permanent, "Filled-in text too long", "shorten the parameters"),
    row(132_007, Pause(Campaign), "Format or policy violated", "correct the template"),
    row(132_008, Permanent, "Parameter value mismatch", "correct the parameters"),
    row(132_012, Permanent, "Parameter format mismatch", "correct the parameters"),
    row(132_015, Pause(Template), "Template paused", "wait until it is released, or use another"),
    row(132_016, Pause(Template), "Template disabled", "use another template"),
    row(132_018, Permanent, "Parameter validation", "correct the parameters"),
    row(132_068, Pause(Template), "Flow blocked", "correct the flow"),
    row(132_069, Retry { after_ms: FLOW_MS }, "Flow throttled", "ten messages an hour pass until the flow is corrected"),
    row(133_000, Retry { after_ms: MAINTENANCE_MS }, "Incomplete deregistration", "deregister the number again"),
    row(133_004, Retry { after_ms: UNAVAILABLE_MS }, "Server temporarily unavailable", "it recovers by itself"),
    row(133_005, Permanent, "PIN mismatch", "use the number's PIN"),
    row(133_006, Permanent, "Number needs verification", "verify the number again"),
    row(133_008, Permanent, "Too many PIN guesses", "wait as long as the answer says"),
    row(133_009, Permanent, "PIN guessed too fast", "wait as long as the answer says"),
    row(133_010, Pause(Sender), "Number not registered", "register the number"),
    row(133_015, Retry { after_ms: REGISTRATION_MS }, "Number recently deleted", "it recovers by itself"),
    row(133_016, Permanent, "Too many registrations", "wait 72 hours"),
    row(134_011, Pause(Campaign), "Payment terms not accepted", "accept the payment terms"),
    row(134_100, Pause(Campaign), "Template is not marketing", "use a marketing template"),
    row(134_101, Retry { after_ms: TEMPLATE_SYNC_MS }, "Template is being synchronized", "it recovers by itself"),
    row(134_102, Pause(Campaign), "Template unavailable", "use another template"),
    row(135_000, Permanent, "Generic user error", "read the details, correct the request"),
    row(136_024, Permanent, "Verification code problem", "request another code"),
    row(147_001, Permanent, "Username", "choose another username"),
    row(147_002, Permanent, "Username", "choose another username"),
    row(147_003, Permanent, "Username", "choose another username"),
    row(147_004, Permanent, "Username", "choose another username"),
    row(1_752_041, Permanent, "Duplicate onboarding", "none: the number is already on board"),
    row(2_388_019, Permanent, "Template limit exceeded", "delete templates that are not used"),
    row(2_388_023, Permanent, "Template is being deleted", "use another name"),
    row(2_388_024, Permanent, "Template exists", "use another name or language"),
    row(2_388_039, Permanent, "Template text", "shorten the template"),
    row(2_388_040, Permanent, "Template text", "shorten the template"),
    row(2_388_047, Permanent, "Template header", "correct the header"),
    row(2_388_072, Permanent, "Template body", "correct the body"),
    row(2_388_073, Permanent, "Template footer", "correct the footer"),
    row(2_388_293, Permanent, "Template parameters", "use fewer parameters, or more text"),
    row(2_388_299, Permanent, "Template parameters", "do not begin or end with a parameter"),
    row(2_494_100, Throttle(Sender), "Number in maintenance", "it recovers by itself").wait(MAINTENANCE_MS),
    row(2_593_107, Permanent, "History requested too often", "none"),
    row(2_593_108, Permanent, "History requested too late", "none"),
    row(2_593_109, Permanent, "History declined by the business", "none"),
];

/// What a code means together with a subcode, ascending by both.
#[rustfmt::skip] // one line per subcode
pub const SUBCODES: &[(i64, MetaError)] = &[
    (2_018_065, row(10, Permanent, "Outside the allowed window", "answer within 24 hours, or as a human agent within 7 days")),
    (2_018_278, row(10, Permanent, "Outside the allowed window", "answer within 24 hours, or as a human agent within 7 days")),
    (2_534_022, row(10, Permanent, "Outside the allowed window", "answer within 24 hours, or as a human agent within 7 days")),
    (2_018_001, row(100, Permanent, "No matching user", "the id is not of this page or account, or the person is gone")),
    (1_545_041, row(200, Permanent, "Person not available", "the person takes no messages from the page now")),
    (2_018_108, row(200, Permanent, "Person receives no messages", "the person takes no messages from the page now")),
];

/// The line of a code, or of its subcode where that says more.
pub fn known(code: i64, subcode: Option<i64>) -> Option<MetaError> {
    let exact = SUBCODES.iter().find(|(own, row)| Some(*own) == subcode && row.code == code);
    if let Some((_, row)) = exact {
        return Some(*row);
    }
    if PERMISSION_CODES.contains(&code) {
        return Some(MetaError { code, ..PERMISSION });
    }
    TABLE.binary_search_by_key(&code, |row| row.code).ok().map(|at| TABLE[at])
}

/// What a code means where a webhook reports it: what was accepted and failed later.
pub fn verdict_of(code: i64) -> Verdict {
    known(code, None).map_or(Unknown, |row| row.verdict)
}

/// The table for people: `docs/META-ERRORS.md`.
pub fn markdown() -> String {
    let mut page = String::from(INTRODUCTION);
    for row in TABLE {
        let codes = if row.code == *PERMISSION_CODES.start() { "200–299".to_owned() } else { row.code.to_string() };
        page.push_str(&line(&codes, row));
        for (subcode, row) in SUBCODES.iter().filter(|(_, own)| own.code == row.code) {
            page.push_str(&line(&format!("{} with {subcode}", row.code), row));
        }
    }
    page
}

fn line(codes: &str, row: &MetaError) -> String {
    let wait = row.wait_ms.map_or_else(|| "–".to_owned(), |ms| format!("{} s", ms / 1_000));
    let verdict = match row.verdict {
        Permanent => "permanent".to_owned(),
        Throttle(scope) => format!("throttle ({})", scope.as_str()),
        Retry { .. } => "retry".to_owned(),
        Pause(scope) => format!("pause ({})", scope.as_str()),
        Unknown => "unknown".to_owned(),
    };
    format!("| {codes} | {} | {verdict} | {wait} | {} |\n", row.title, row.advice)
}

const INTRODUCTION: &str = "\
# Meta's error codes

What each code means for the message that it came with and for everything that shares its fate. This page is written from
the table in `connectors/meta/src/errors.rs`; a test fails when the two differ. The code decides: the HTTP status of a
refusal is poor evidence, and so is the subcode, but for those of Messenger and Instagram that are listed as `code with subcode`.

| verdict | what happens |
|---|---|
| permanent | the message is `rejected`; nothing else changes |
| throttle (scope) | refused before it was processed: the message is `deferred` and sent again, and the scope slows down. A number's rate falls to 70 % and recovers by 1 % a second; a person waits 1, 4, 16 … seconds alone |
| retry | refused before it was processed: `deferred` and sent again after the wait |
| pause (scope) | `deferred` until the scope works again. After 5 such refusals without a success nothing of the scope is sent but a probe after 10, 20, 40 s … half an hour; its messages wait in `queued` until their life ends. Of a campaign, the refused message is `rejected`, and 20 of them hold the rest |
| unknown | the message may have been processed: `unknown` until a status webhook tells, or grace is over |

No connection, no answer and 5xx: ten in a row hold the account, with probes after 5, 10 … 60 s, until any answer comes.

What is held, and why, is in `GET /v1/holds`, in `posthaste holds list`, in the metric `posthaste_holds` and in the log. A token that is
replaced is released at once. A wait doubles with each attempt and is moved by up to a fifth; a wait that is named below is
the shortest. `Retry-After` is believed between that wait and twice it. When `pipeline.attempts_max` attempts are spent, or the
next would come after the message's life, the message is `expired`.

Codes that are not listed are *unknown*. Without a code, HTTP 429 is a throttle of the number, 413, 414 and 431 are permanent,
and everything else is unknown.

| code | title | verdict | shortest wait | what to do |
|---|---|---|---|---|
";

/// What an answer means.
///
/// Without a code that is listed, only statuses by which an HTTP server says that it has not looked at the request count
/// as refusals; everything else is [`Verdict::Unknown`], because Meta has no idempotency key and a repeated send may
/// arrive twice.
pub fn verdict(http_status: u16, code: Option<i64>, subcode: Option<i64>) -> Verdict {
    if let Some(row) = code.and_then(|code| known(code, subcode)) {
        return row.verdict;
    }
    match http_status {
        // Graph reports rate limits as 429, sometimes with a code that no table has. The number is the usual culprit.
        429 => Throttle(Sender),
        // Content too large, URI too long, header fields too large.
        413 | 414 | 431 => Permanent,
        _ => Unknown,
    }
}

#[cfg(test)]
mod tests {
    use posthaste_core::Scope;

    use super::*;

    #[test]
    fn the_table_is_ascending_so_that_every_code_is_found() {
        assert!(TABLE.windows(2).all(|pair| pair[0].code < pair[1].code));
        for row in TABLE {
            assert_eq!(verdict(400, Some(row.code), None), row.verdict, "{}", row.code);
            assert_eq!(verdict(500, Some(row.code), None), row.verdict, "the code decides, not the HTTP status");
        }
    }

    #[test]
    fn limits_slow_down_their_own_scope() {
        for (code, scope) in [(4, App), (80_007, Waba), (130_429, Sender), (131_056, Pair), (131_057, Sender)] {
            for http_status in [400, 429] {
                assert_eq!(verdict(http_status, Some(code), None), Throttle(scope), "{code}");
            }
        }
        assert_eq!(known(131_057, None).and_then(|row| row.wait_ms), Some(60_000));
        assert_eq!(known(131_056, None).and_then(|row| row.wait_ms), Some(1_000));
    }

    #[test]
    fn what_may_have_been_processed_is_unknown() {
        for (http_status, code) in [
            (500, Some(131_000)),
            (503, Some(2)),
            (400, Some(1)),
            (400, Some(999_999)),
            (400, None),
            (500, None),
            (302, None),
            (200, None),
        ] {
            assert_eq!(verdict(http_status, code, None), Unknown, "{http_status} {code:?}");
        }
    }

    #[test]
    fn an_unlisted_throttle_is_a_throttle() {
        assert_eq!(verdict(429, None, None), Throttle(Sender));
        assert_eq!(verdict(429, Some(999_999), None), Throttle(Sender));
        assert_eq!(verdict(413, None, None), Permanent);
    }

    #[test]
    fn the_page_is_the_table() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/META-ERRORS.md");
        if std::env::var_os("POSTHASTE_TEST_WRITE_DOCS").is_some() {
            std::fs::write(path, markdown()).expect("docs/META-ERRORS.md can be written");
        }
        let page = std::fs::read_to_string(path).expect("docs/META-ERRORS.md");
        assert!(
            page == markdown(),
            "docs/META-ERRORS.md is stale; run this test with POSTHASTE_TEST_WRITE_DOCS=1 once"
        );
    }

    /// Meta's documentation of its codes by what it asks the caller to do, written down apart from the table.
    #[test]
    fn what_metas_documentation_says_of_a_code_is_its_verdict() {
        let stop: [(&[i64], Scope); 5] = [
            (&[0, 3, 10, 190, 200, 299, 131_005], Token),
            (&[368, 131_031, 131_042, 131_064], Waba),
            (&[33, 131_037, 131_045, 131_048, 133_010], Sender),
            (&[132_015, 132_016, 132_068], Template),
            (&[131_055, 131_063, 132_000, 132_001, 132_007, 134_011, 134_100, 134_102], Campaign),
        ];
        for (codes, scope) in stop {
            codes.iter().for_each(|code| assert_eq!(verdict_of(*code), Pause(scope), "{code}"));
        }
        for code in [1, 2, 131_000, 131_016, 999_999, -1] {
            assert_eq!(verdict_of(code), Unknown, "{code}");
        }
        for code in [132_069, 133_000, 133_004, 133_015, 134_101] {
            assert!(matches!(verdict_of(code), Retry { .. }), "{code}");
        }
        let stopped = TABLE.iter().filter(|row| matches!(row.verdict, Pause(_))).count();
        // The range of permissions is one row.
        assert_eq!(stopped, stop.iter().map(|(codes, _)| codes.len()).sum::<usize>() - 1, "and no others");
    }

    #[test]
    fn permissions_are_a_range() {
        for code in [200, 230, 299] {
            assert_eq!(verdict(403, Some(code), None), Pause(Token));
        }
        assert_eq!(verdict(403, Some(300), None), Unknown);
    }

    #[test]
    fn a_subcode_says_more_than_its_own_code_and_nothing_of_others() {
        assert!(SUBCODES.windows(2).all(|pair| (pair[0].1.code, pair[0].0) < (pair[1].1.code, pair[1].0)));
        for (code, subcode) in [(10, 2_018_278), (100, 2_018_001), (200, 1_545_041), (200, 2_018_108)] {
            assert_eq!(verdict(400, Some(code), Some(subcode)), Permanent, "{code} {subcode}");
        }
        assert_eq!(verdict(400, Some(10), Some(2_018_001)), Pause(Token), "the subcode of another code");
        assert_eq!(verdict(400, Some(230), Some(2_018_108)), Pause(Token), "of the range only the code itself");
        assert_eq!(verdict(400, None, Some(2_018_278)), Unknown, "no error of Meta's");
        assert_eq!(verdict(400, Some(551), Some(1_545_041)), Permanent);
        for (code, scope) in [(4, App), (32, App), (613, App)] {
            assert_eq!(verdict(400, Some(code), Some(7)), Throttle(scope), "{code}");
        }
    }
}
