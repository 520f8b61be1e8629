//! What Meta forbids an account that has broken its rules (Meta: webhooks/reference/account_update).

use serde::{Deserialize, Serialize};

use crate::error::GraphError;
use crate::send::{Draft, PricingCategory};

/// Which messages are restricted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) enum Restriction {
    /// Templates to people who have not written within 24 hours.
    #[default]
    #[serde(rename = "RESTRICTED_BIZ_INITIATED_MESSAGING")]
    BusinessInitiated,
    /// Everything to people who have.
    #[serde(rename = "RESTRICTED_CUSTOMER_INITIATED_MESSAGING")]
    CustomerInitiated,
    #[serde(rename = "RESTRICTED_UTILITY_TEMPLATES")]
    UtilityTemplates,
}

/// What is in force against the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sanction {
    /// Nothing can be sent.
    Ban,
    Restricted {
        what: Restriction,
        /// When it ends by itself, in unix milliseconds.
        until_ms: u64,
    },
}

impl Sanction {
    /// Whether a message may go to a person who has written lately, or has not.
    ///
    /// # Errors
    /// 368 for restricted messaging, 131064 for restricted utility templates. Meta does not say which codes it answers then;
    /// these are the ones of its table that fit.
    pub(crate) fn admit(self, draft: &Draft, has_written: bool, now_ms: u64) -> Result<(), GraphError> {
        let Self::Restricted { what, until_ms } = self else { return Err(GraphError::locked()) };
        if now_ms >= until_ms {
            return Ok(());
        }
        match what {
            Restriction::BusinessInitiated if !has_written && draft.is_template() => Err(GraphError::restricted()),
            Restriction::CustomerInitiated if has_written => Err(GraphError::restricted()),
            Restriction::UtilityTemplates if draft.category == PricingCategory::Utility => {
                Err(GraphError::misclassified())
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wamid::Recipient;

    fn code(sanction: Sanction, category: PricingCategory, has_written: bool) -> Option<u32> {
        let recipient = Recipient::Phone(16_505_551_234);
        let draft = Draft { recipient, input: String::new(), token: None, category };
        sanction.admit(&draft, has_written, 99).err().map(|error| error.code)
    }

    #[test]
    fn a_restriction_stops_what_it_names_until_it_ends() {
        let restricted = |what| Sanction::Restricted { what, until_ms: 100 };
        let (first, replies, utility) = (
            restricted(Restriction::BusinessInitiated),
            restricted(Restriction::CustomerInitiated),
            restricted(Restriction::UtilityTemplates),
        );
        assert_eq!(code(first, PricingCategory::Marketing, false), Some(368));
        assert_eq!(code(first, PricingCategory::Marketing, true), None);
        assert_eq!(code(replies, PricingCategory::Service, true), Some(368));
        assert_eq!(code(replies, PricingCategory::Marketing, false), None);
        assert_eq!(code(utility, PricingCategory::Utility, true), Some(131_064));
        assert_eq!(code(utility, PricingCategory::Marketing, true), None);
        assert_eq!(code(Sanction::Ban, PricingCategory::Service, true), Some(131_031));
        let over = Sanction::Restricted { what: Restriction::UtilityTemplates, until_ms: 99 };
        assert_eq!(code(over, PricingCategory::Utility, true), None);
    }
}
