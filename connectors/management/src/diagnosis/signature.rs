//! Whether the edge believes that the webhooks are Meta's: what it has told of them.

use posthaste_model::Millis;
use posthaste_model::edge::ACCEPTED;
use posthaste_sql::queries::webhook_tally::{Outcome, outcomes_of_app};

use super::{Edge, Found, State};
use crate::desk::{Desk, DeskError};

/// Stands in the table for all names that no app has.
const NO_APP: &str = "";
/// A refusal that a wrong secret makes, or a forger.
const INVALID: &str = "signature_invalid";
/// Meta repeats what is refused, so that a wrong secret goes on being refused; where webhooks were accepted until shortly before a
/// refusal it may as well be somebody else who posts, and once.
const QUIET_MS: i64 = 600_000;
/// Refusals that concern the signature (docs/ERRORS.md).
const SIGNATURES: [&str; 3] = [INVALID, "signature_missing", "signature_malformed"];

/// What the edge has told of the webhooks of an app.
#[derive(Debug)]
pub(super) struct Seen {
    app: String,
    outcomes: Vec<Outcome>,
    /// When this name was refused last, if it is the newest of those that no app has.
    unknown: Option<Millis>,
}

impl Seen {
    pub(super) async fn of(desk: &Desk, app: &str) -> Result<Self, DeskError> {
        let (outcomes, others) = (outcomes(desk, app).await?, outcomes(desk, NO_APP).await?);
        let unknown = others.iter().find(|own| own.name.as_deref() == Some(app)).map(|own| Millis(own.at_ms));
        Ok(Self { app: app.to_owned(), outcomes, unknown })
    }
}

async fn outcomes(desk: &Desk, app: &str) -> Result<Vec<Outcome>, DeskError> {
    let tx = desk.pool.tenants_tx([]).await?;
    let outcomes = outcomes_of_app().bind(&*tx, &app).all().await?;
    tx.rollback().await?;
    Ok(outcomes)
}

/// What came under names that no app has, for an operator; `None` where nothing did.
pub async fn strangers(desk: &Desk) -> Result<Option<String>, DeskError> {
    let outcomes = outcomes(desk, NO_APP).await?;
    Ok(outcomes.first().map(|own| {
        let name = own.name.as_deref().unwrap_or_default();
        let (times, since, at) = (own.times, Millis(own.since_ms), Millis(own.at_ms));
        format!("{times} webhooks since {since} named an app that is not under edge.apps, the last at {at}: \"{name}\"")
    }))
}

/// `seen` is what was told of the app that the webhooks go to, if they go to one.
pub(super) fn of_signature(seen: Option<&Seen>, edge: &Edge) -> Found {
    let Some(seen) = seen else {
        return (State::Unsure, "nobody can tell under which app of the edge webhooks would come".into());
    };
    let app = &seen.app;
    if !edge.apps.contains_key(app) {
        let refused = seen.unknown.map(|at| format!("; the edge refused one at {at}")).unwrap_or_default();
        return (
            State::Unsure,
            format!("the edge has no app {app}, so it takes no webhook{refused}: configure edge.apps.{app}"),
        );
    }
    let accepted = seen.outcomes.iter().find(|own| own.outcome == ACCEPTED);
    let since = accepted.map_or(i64::MIN, |own| own.at_ms);
    let refused = seen.outcomes.iter().filter(|own| own.outcome != ACCEPTED);
    let (newer, older): (Vec<&Outcome>, Vec<&Outcome>) = refused.partition(|own| own.at_ms > since);
    let taken = accepted.map_or_else(
        || "no webhook was accepted".to_owned(),
        |own| format!("last accepted at {} ({} since {})", Millis(own.at_ms), own.times, Millis(own.since_ms)),
    );
    let signatures = newer.iter().filter(|own| SIGNATURES.contains(&own.outcome.as_str()));
    if let Some(refused_at) = signatures.map(|own| own.at_ms).max() {
        let is_secret = newer.iter().any(|own| own.outcome == INVALID);
        let detail = format!("app {app}: refused: {}; {taken}; {}", listed(&newer), advice(app, is_secret));
        if accepted.is_none_or(|own| refused_at - own.at_ms >= QUIET_MS) {
            return (State::Bad, detail);
        }
        let minutes = QUIET_MS / 60_000;
        return (State::Unsure, format!("{detail}; bad if refusals go on and none is accepted for {minutes} minutes"));
    }
    match (newer.is_empty(), accepted) {
        (false, _) => {
            let refused = listed(&newer);
            (State::Unsure, format!("app {app}: refused, though not for a signature: {refused}; {taken}"))
        }
        (true, Some(_)) if older.is_empty() => (State::Good, format!("app {app}: {taken}, none refused")),
        (true, Some(_)) => (State::Good, format!("app {app}: {taken}, none refused since; before: {}", listed(&older))),
        (true, None) => {
            let when = "within 30 days; the edge tells of one some seconds after it came";
            (State::Unsure, format!("app {app}: no webhook came {when}"))
        }
    }
}

/// Refusals: why, when last, and how often.
fn listed(refusals: &[&Outcome]) -> String {
    let one = |own: &&Outcome| format!("{} at {} ({})", own.outcome, Millis(own.at_ms), own.times);
    refusals.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// What to do about signatures that are refused.
fn advice(app: &str, is_secret: bool) -> String {
    if is_secret {
        format!(
            "no secret in edge.apps.{app}.secrets is that of the Meta app that signs: take it from the dashboard of the app that is \
             subscribed (App settings, Basic), add it there, and start the edge anew. Where webhooks are accepted otherwise somebody else \
             than Meta posts to the edge"
        )
    } else {
        "Meta signs everything: something in front of the edge takes the header X-Hub-Signature-256 away or changes it, or somebody else \
         than Meta posts to the edge"
            .to_owned()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn found(app: &str, outcomes: &[(&str, i64)], unknown: Option<i64>) -> Found {
        let one = |(outcome, at_ms): &(&str, i64)| Outcome {
            outcome: (*outcome).to_owned(),
            times: 3,
            since_ms: 0,
            at_ms: *at_ms,
            name: None,
        };
        let seen =
            Seen { app: app.to_owned(), outcomes: outcomes.iter().map(one).collect(), unknown: unknown.map(Millis) };
        of_signature(Some(&seen), &edge())
    }

    fn edge() -> Edge {
        Edge { public_url: None, apps: BTreeMap::from([("main".to_owned(), None)]) }
    }

    #[test]
    fn what_was_refused_since_the_last_that_was_accepted_decides() {
        for (outcomes, state, words) in [
            (&[][..], State::Unsure, "no webhook came"),
            (&[(ACCEPTED, 5)], State::Good, "none refused"),
            (&[(ACCEPTED, 5), (INVALID, 4)], State::Good, "none refused since; before: signature_invalid"),
            (&[(ACCEPTED, 5), (INVALID, 5 + QUIET_MS)], State::Bad, "edge.apps.main.secrets"),
            (&[(ACCEPTED, 5), (INVALID, 4 + QUIET_MS)], State::Unsure, "none is accepted for 10 minutes"),
            (&[(INVALID, 6)], State::Bad, "no webhook was accepted"),
            (&[(INVALID, 6), ("signature_missing", 7)], State::Bad, "edge.apps.main.secrets"),
            (&[(ACCEPTED, 5), ("signature_missing", 5 + QUIET_MS)], State::Bad, "X-Hub-Signature-256"),
            (&[("signature_malformed", 7)], State::Bad, "X-Hub-Signature-256"),
            (&[(ACCEPTED, 5), ("log_unavailable", 7)], State::Unsure, "not for a signature: log_unavailable"),
            (&[(ACCEPTED, 5), ("log_unavailable", 7), (INVALID, 6)], State::Unsure, "log_unavailable"),
            (&[(ACCEPTED, 5), ("log_unavailable", QUIET_MS), (INVALID, 6)], State::Unsure, "log_unavailable"),
            (&[("log_unavailable", 7), (INVALID, 6)], State::Bad, "log_unavailable"),
        ] {
            let (found, detail) = found("main", outcomes, None);
            assert!(found == state && detail.contains(words), "{outcomes:?}: {found:?} {detail}");
        }
    }

    #[test]
    fn an_app_that_the_edge_has_not_is_told_with_what_it_refused_of_it() {
        let (state, detail) = found("nobodys", &[], Some(1_000));
        assert!(state == State::Unsure && detail.contains("refused one at 1970-01-01T00:00:01.000Z"), "{detail}");
        assert_eq!(of_signature(None, &edge()).0, State::Unsure);
    }
}
