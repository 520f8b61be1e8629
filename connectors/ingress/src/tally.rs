//! What became of webhooks, app by app, for whoever asks why nothing arrives.
//!
//! The edge has no database, so it tells the log, and whoever has the store keeps it there. Anybody may post anything, so nothing here
//! grows with what is posted: each configured app has a place, all other names together have one, and a place holds a number
//! and a time for each outcome that there is. Nor does the log: a place is told when it has changed, and as often as its
//! reader comes by, however often it changes meanwhile.

use std::collections::{BTreeMap, HashMap};

use parking_lot::Mutex;
use posthaste_model::edge::{ACCEPTED, Counted, WebhooksCounted};
use posthaste_model::{AppKey, Millis};

use crate::problem::Refusal;

/// Longest name of an app that is not configured which is kept, in characters.
pub const NAME_CHARS_MAX: usize = 64;

/// Counts since the start of the process.
#[derive(Debug)]
pub struct Tally {
    edge: String,
    since: Millis,
    apps: HashMap<AppKey, Mutex<Place>>,
    others: Mutex<Place>,
}

#[derive(Debug, Default)]
struct Place {
    outcomes: BTreeMap<&'static str, Counted>,
    name: Option<String>,
    /// Whether it has changed since it was told.
    is_news: bool,
}

impl Place {
    fn note(&mut self, outcome: &'static str, at: Millis) {
        let counted = self.outcomes.entry(outcome).or_insert(Counted { times: 0, at });
        *counted = Counted { times: counted.times + 1, at: counted.at.max(at) };
        self.is_news = true;
    }
}

impl Tally {
    /// Nothing counted yet. `edge` names the process and no other one, before or beside it.
    pub fn new(edge: impl Into<String>, apps: impl IntoIterator<Item = AppKey>, since: Millis) -> Self {
        let apps = apps.into_iter().map(|app| (app, Mutex::default())).collect();
        Self { edge: edge.into(), since, apps, others: Mutex::default() }
    }

    /// Counts a webhook that was taken (`None`) or refused.
    pub(crate) fn note(&self, app: &AppKey, refusal: Option<Refusal>, at: Millis) {
        let outcome = refusal.map_or(ACCEPTED, Refusal::code);
        if let Some(place) = self.apps.get(app) {
            place.lock().note(outcome, at);
        } else {
            let mut others = self.others.lock();
            others.note(outcome, at);
            others.name = Some(name(app.as_str()));
        }
    }

    /// What has changed since it was told last: a record for each place at most.
    pub fn news(&self) -> Vec<WebhooksCounted> {
        let places = self.apps.iter().map(|(app, place)| (Some(app), place));
        let all = places.chain([(None, &self.others)]);
        all.filter_map(|(app, place)| self.tell(app, &mut place.lock())).collect()
    }

    fn tell(&self, app: Option<&AppKey>, place: &mut Place) -> Option<WebhooksCounted> {
        std::mem::take(&mut place.is_news).then(|| WebhooksCounted {
            edge: self.edge.clone(),
            app: app.cloned(),
            since: self.since,
            outcomes: place.outcomes.iter().map(|(outcome, counted)| ((*outcome).to_owned(), *counted)).collect(),
            name: place.name.clone(),
        })
    }

    /// What nobody got to hear is news still.
    pub fn untold(&self, counted: &WebhooksCounted) {
        let place = counted.app.as_ref().map_or(Some(&self.others), |app| self.apps.get(app));
        place.into_iter().for_each(|place| place.lock().is_news = true);
    }
}

/// A name that somebody gave, fit to be shown.
fn name(given: &str) -> String {
    let shown = |char: char| if char.is_ascii_alphanumeric() || "-_.".contains(char) { char } else { '?' };
    given.chars().take(NAME_CHARS_MAX).map(shown).collect()
}

#[cfg(test)]
mod tests {
    use posthaste_meta::SignatureError;

    use super::*;

    fn tally() -> Tally {
        Tally::new("edge-1", ["a", "b"].map(AppKey::new), Millis(1))
    }

    fn outcomes(told: &WebhooksCounted) -> Vec<(&str, i64, i64)> {
        told.outcomes.iter().map(|(outcome, counted)| (outcome.as_str(), counted.times, counted.at.0)).collect()
    }

    #[test]
    fn each_outcome_has_its_number_and_its_newest_time() {
        let tally = tally();
        let app = AppKey::new("a");
        tally.note(&app, None, Millis(10));
        tally.note(&app, Some(Refusal::Signature(SignatureError::Invalid)), Millis(30));
        tally.note(&app, Some(Refusal::Signature(SignatureError::Missing)), Millis(40));
        tally.note(&app, Some(Refusal::Signature(SignatureError::Invalid)), Millis(20));
        let news = tally.news();
        let [told] = &news[..] else { panic!("one app has news: {news:?}") };
        assert_eq!((told.edge.as_str(), &told.app, told.since, &told.name), ("edge-1", &Some(app), Millis(1), &None));
        assert_eq!(outcomes(told), [("accepted", 1, 10), ("signature_invalid", 2, 30), ("signature_missing", 1, 40)]);
    }

    #[test]
    fn what_is_told_is_told_once_unless_nobody_got_to_hear_it() {
        let tally = tally();
        tally.note(&AppKey::new("b"), None, Millis(10));
        let [told] = tally.news().try_into().expect("one record");
        assert_eq!(tally.news(), []);
        tally.untold(&told);
        assert_eq!(tally.news(), [told]);
        tally.note(&AppKey::new("b"), None, Millis(11));
        let [told] = tally.news().try_into().expect("one record");
        assert_eq!(outcomes(&told), [("accepted", 2, 11)], "numbers go on");
    }

    #[test]
    fn names_that_no_app_has_share_one_place_and_only_the_last_is_kept_cut_and_clean() {
        let tally = tally();
        let long = format!("{}\u{1b}[2J<x>\u{e9}", "n".repeat(10_000));
        for n in 0..10_000 {
            tally.note(&AppKey::new(format!("guess-{n}")), Some(Refusal::AppUnknown), Millis(n));
        }
        for (given, kept) in [(long.as_str(), "n".repeat(64)), ("a b\u{1b}%2F\u{e9}", "a?b??2F?".to_owned())] {
            tally.note(&AppKey::new(given), Some(Refusal::AppUnknown), Millis(10_000));
            let news = tally.news();
            let [told] = &news[..] else { panic!("one place for all: {} records", news.len()) };
            assert_eq!((&told.app, told.name.as_deref()), (&None, Some(kept.as_str())));
            assert_eq!(told.outcomes.keys().collect::<Vec<_>>(), ["app_unknown"]);
        }
    }

    #[test]
    fn a_flood_is_one_small_record() {
        let tally = tally();
        for n in 0..100_000 {
            for refusal in Refusal::ALL {
                tally.note(&AppKey::new("a"), Some(refusal), Millis(n));
            }
        }
        let [told] = tally.news().try_into().expect("one record");
        assert_eq!(told.outcomes.len(), Refusal::ALL.len());
        assert!(told.outcomes.values().all(|counted| counted.times == 100_000));
    }
}
