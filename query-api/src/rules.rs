//! How fast and when the messages of a campaign may leave, where its tenant says more than Meta's limits do.

use posthaste_sql::queries::api::CampaignRow;
use serde_json::{Value, json};

use crate::fields::Object;

/// Names of the fields, for bodies that hold them among others.
pub(crate) const FIELDS: [&str; 1] = ["weight"];
/// Weights that the schema allows.
const WEIGHT_RANGE: std::ops::RangeInclusive<i32> = 1..=100;

/// The rules of a new campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rules {
    /// Messages of it that leave in one round of its sender's campaigns.
    pub(crate) weight: i32,
}

impl Rules {
    /// Reads the fields from a body; `None` where one of them is wrong.
    pub(crate) fn read(object: &Object<'_, '_>) -> Option<Self> {
        let weight = object.number_or("weight", 1, WEIGHT_RANGE);
        Some(Self { weight: weight? })
    }
}

/// The rules of a campaign as the API shows them.
pub(crate) fn describe(row: &CampaignRow) -> Vec<(&'static str, Value)> {
    vec![("weight", json!(row.weight))]
}
