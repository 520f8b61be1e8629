//! Message templates: which exist, what they take, and whether they may be used.

mod catalogue;
mod definition;
pub(crate) mod edge;

use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub(crate) use catalogue::{Catalogue, Entry, Quality, Rated, Spans, Told};
pub(crate) use definition::{Header, Places};

/// What a template is for; its price follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[allow(missing_docs, reason = "the values are Meta's words")]
pub enum Category {
    Marketing,
    Utility,
    Authentication,
}

impl Category {
    /// The category by Meta's word for it, in any case.
    pub(crate) fn named(text: &str) -> Option<Self> {
        match text.to_ascii_uppercase().as_str() {
            "MARKETING" => Some(Self::Marketing),
            "UTILITY" => Some(Self::Utility),
            "AUTHENTICATION" => Some(Self::Authentication),
            _ => None,
        }
    }
}

/// A template; written `NAME:LANG:PARAMS`, with `:NAMED=a,b` when its body parameters have names, and with
/// `:CATEGORY=MARKETING` when it is not of category utility.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateSpec {
    /// Name: lower-case letters, digits and `_`.
    pub name: String,
    /// Language code as the send API writes it, such as `en_US`.
    pub language: String,
    /// Number of parameters of the body.
    pub params: usize,
    /// Names of the body parameters; empty for a positional template.
    pub named: Vec<String>,
    /// What it is for.
    pub category: Category,
}

impl TemplateSpec {
    /// A template of category utility with `params` positional body parameters.
    #[must_use]
    pub fn new(name: impl Into<String>, language: impl Into<String>, params: usize) -> Self {
        Self { name: name.into(), language: language.into(), params, named: Vec::new(), category: Category::Utility }
    }
}

impl FromStr for TemplateSpec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            |reason: &str| format!("`{text}`: {reason}; write NAME:LANG:PARAMS[:NAMED=a,b][:CATEGORY=MARKETING]");
        let mut parts = text.split(':');
        let (Some(name), Some(language), Some(params)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(wrong("name, language and number of parameters are needed"));
        };
        if name.is_empty() || !name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_')) {
            return Err(wrong("the name must be of a-z, 0-9 and _"));
        }
        if language.is_empty() {
            return Err(wrong("the language is empty"));
        }
        let mut template =
            Self::new(name, language, params.parse().map_err(|_| wrong("the number of parameters is not a number"))?);
        for part in parts {
            match part.split_once('=') {
                Some(("NAMED", names)) => template.named = names.split(',').map(str::to_owned).collect(),
                Some(("CATEGORY", name)) => {
                    template.category = Category::named(name)
                        .ok_or_else(|| wrong("the category is none of MARKETING, UTILITY, AUTHENTICATION"))?;
                }
                _ => return Err(wrong("what follows the number must begin with NAMED= or CATEGORY=")),
            }
        }
        let is_named = !template.named.is_empty();
        if is_named && (template.named.len() != template.params || template.named.iter().any(String::is_empty)) {
            return Err(wrong("give as many names as parameters"));
        }
        Ok(template)
    }
}

/// What happened to a template (Meta: webhooks/reference/message_template_status_update).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs, reason = "the values are Meta's words")]
pub(crate) enum TemplateEvent {
    Approved,
    Rejected,
    Pending,
    Paused,
    Disabled,
    Flagged,
    Reinstated,
    InAppeal,
    LimitExceeded,
    Locked,
    Deleted,
    PendingDeletion,
    Archived,
    Unarchived,
}

/// Whether a template may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Usable,
    Paused,
    Disabled,
    Absent,
}

impl TemplateEvent {
    /// What the event makes of the template; `None` leaves it as it is.
    pub(crate) fn standing(self) -> Option<Standing> {
        match self {
            Self::Approved | Self::Reinstated | Self::Unarchived => Some(Standing::Usable),
            Self::Paused => Some(Standing::Paused),
            Self::Disabled | Self::Locked => Some(Standing::Disabled),
            Self::Rejected | Self::Pending | Self::Deleted | Self::Archived => Some(Standing::Absent),
            Self::Flagged | Self::InAppeal | Self::LimitExceeded | Self::PendingDeletion => None,
        }
    }

    /// The `status` of a template after the event.
    pub(crate) fn status(self) -> &'static str {
        match self {
            Self::Approved | Self::Reinstated | Self::Unarchived => "APPROVED",
            Self::Rejected => "REJECTED",
            Self::Pending => "PENDING",
            Self::Paused => "PAUSED",
            Self::Disabled | Self::Locked => "DISABLED",
            Self::Flagged => "FLAGGED",
            Self::InAppeal => "IN_APPEAL",
            Self::LimitExceeded => "LIMIT_EXCEEDED",
            Self::Deleted => "DELETED",
            Self::PendingDeletion => "PENDING_DELETION",
            Self::Archived => "ARCHIVED",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_template_is_read() {
        let named: TemplateSpec = "welcome:pt_BR:2:NAMED=first,city".parse().unwrap();
        assert_eq!((named.named, named.category), (vec!["first".to_owned(), "city".to_owned()], Category::Utility));
        let named: TemplateSpec = "sale:en:1:CATEGORY=MARKETING:NAMED=x".parse().unwrap();
        assert_eq!((named.named.len(), named.category), (1, Category::Marketing));
        for (text, hint) in [
            ("a", "needed"),
            ("A:en:1", "a-z"),
            ("a:en:x", "not a number"),
            ("a:en:2:NAMED=x", "as many"),
            ("a:en:1:x", "NAMED="),
            ("a:en:1:CATEGORY=x", "MARKETING"),
        ] {
            let error = text.parse::<TemplateSpec>().unwrap_err();
            assert!(error.contains(hint), "{text}: {error}");
        }
    }
}
