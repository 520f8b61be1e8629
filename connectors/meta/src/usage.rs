//! The headers with which Graph tells how much of its hourly limits an app has used up (Meta:
//! graph-api/overview/rate-limiting).
//!
//! `X-App-Usage: {"call_count":28,"total_time":25,"total_cputime":25}` is the app's own, in percent.
//! `X-Business-Use-Case-Usage: {"<business id>":[{"type":"whatsapp_business_management","call_count":…,"total_time":…,
//! "total_cputime":…,"estimated_time_to_regain_access":<minutes>}]}` is that of each use case.

use std::collections::HashMap;

use http::HeaderMap;
use posthaste_core::pacing::AppUsage;
use serde::Deserialize;

const APP: &str = "x-app-usage";
const USE_CASES: &str = "x-business-use-case-usage";
const MS_PER_MINUTE: i64 = 60_000;

#[derive(Deserialize)]
struct Limits {
    #[serde(default)]
    call_count: f64,
    #[serde(default)]
    total_time: f64,
    #[serde(default)]
    total_cputime: f64,
    #[serde(default)]
    estimated_time_to_regain_access: i64,
}

/// What the headers of an answer tell; `None` where they tell nothing, or nothing that can be read.
pub(crate) fn of_answer(headers: &HeaderMap) -> Option<AppUsage> {
    let app = headers.get(APP).and_then(|value| serde_json::from_slice::<Limits>(value.as_bytes()).ok());
    let use_cases = headers.get(USE_CASES).and_then(|value| serde_json::from_slice(value.as_bytes()).ok());
    let use_cases: HashMap<String, Vec<Limits>> = use_cases.unwrap_or_default();
    let all: Vec<Limits> = app.into_iter().chain(use_cases.into_values().flatten()).collect();
    let percents = all.iter().flat_map(|limits| [limits.call_count, limits.total_time, limits.total_cputime]);
    // A float becomes the nearest number there is, whatever it was.
    let percent = percents.map(|percent| percent.ceil() as u32).max()?;
    let minutes = all.iter().map(|limits| limits.estimated_time_to_regain_access).max().filter(|minutes| *minutes > 0);
    Some(AppUsage { percent, regain_ms: minutes.map(|minutes| minutes.saturating_mul(MS_PER_MINUTE)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(app: Option<&str>, use_cases: Option<&str>) -> Option<(u32, Option<i64>)> {
        let mut headers = HeaderMap::new();
        for (name, value) in [(APP, app), (USE_CASES, use_cases)] {
            if let Some(text) = value {
                headers.insert(name, text.parse().expect("a value"));
            }
        }
        of_answer(&headers).map(|usage| (usage.percent, usage.regain_ms))
    }

    #[test]
    fn the_highest_of_all_limits_counts_and_the_longest_wait() {
        let app = r#"{"call_count":28,"total_time":25,"total_cputime":31}"#;
        assert_eq!(usage(Some(app), None), Some((31, None)));
        let use_cases = r#"{"1":[{"type":"messenger","call_count":10,"total_cputime":2,"total_time":3,"estimated_time_to_regain_access":0}],
            "2":[{"type":"whatsapp_business_management","call_count":101,"total_time":7,"estimated_time_to_regain_access":5}]}"#
            .replace('\n', "");
        assert_eq!(usage(Some(app), Some(&use_cases)), Some((101, Some(300_000))));
        assert_eq!(usage(None, Some(&use_cases)), Some((101, Some(300_000))));
    }

    #[test]
    fn what_cannot_be_read_says_nothing() {
        assert_eq!(usage(None, None), None);
        assert_eq!(usage(Some("nonsense"), Some("[]")), None);
        assert_eq!(usage(Some(r#"{"call_count":-5}"#), None), Some((0, None)));
        assert_eq!(usage(Some(r#"{"call_count":1e300}"#), None), Some((u32::MAX, None)));
    }
}
