//! The funnel of one campaign, as the view `delivery_funnel` defines it.

use datafusion::arrow::array::{AsArray as _, RecordBatch};
use datafusion::arrow::datatypes::Int64Type;
use posthaste_model::CampaignId;
use serde::Serialize;

macro_rules! funnel {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {
        /// Counts of a campaign's messages. The steps from `accepted` to `read` include all that went further; `waiting`
        /// to `failed` are where messages stand, each in one of them or on its way at Meta.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
        pub struct Funnel {
            /// The campaign.
            pub campaign_id: CampaignId,
            $($(#[$doc])* pub $name: u64),+
        }

        impl Funnel {
            /// The question, without its condition.
            pub(super) const SELECT: &'static str =
                concat!("SELECT campaign_id" $(, ", ", stringify!($name))+, " FROM delivery_funnel");

            /// Reads the one row; no row means that no message has moved yet.
            pub(super) fn read(campaign_id: CampaignId, batches: &[RecordBatch]) -> Self {
                let count = |name: &str| {
                    let column = batches.iter().find(|batch| batch.num_rows() > 0)?.column_by_name(name)?;
                    u64::try_from(column.as_primitive_opt::<Int64Type>()?.value(0)).ok()
                };
                Self { campaign_id $(, $name: count(stringify!($name)).unwrap_or(0))+ }
            }
        }
    };
}

funnel! {
    /// Messages that were tried, refused or ended.
    messages,
    /// Meta took them.
    accepted,
    /// They left Meta's servers.
    sent,
    /// They are on the person's device.
    delivered,
    /// They were shown, or played.
    read,
    /// Put off, to be tried again.
    waiting,
    /// The outcome of the send is not known yet.
    unknown,
    /// It will never be known.
    unconfirmed,
    /// Not sent in time.
    expired,
    /// Taken back before they were sent.
    cancelled,
    /// Refused, by us or by Meta.
    rejected,
    /// Reported as failed by Meta after it took them.
    failed,
}
