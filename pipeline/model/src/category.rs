//! Categories of templates, as Meta writes them (Meta: message_templates). Meta may add others, and takes them in any case: an event,
//! a row or a request holds its text.

/// Advertising: what the narrower opt-out concerns.
pub const MARKETING: &str = "MARKETING";
/// About something that a person has agreed to or asked for.
pub const UTILITY: &str = "UTILITY";
/// One-time passwords.
pub const AUTHENTICATION: &str = "AUTHENTICATION";
/// All of them.
pub const CATEGORIES: [&str; 3] = [MARKETING, UTILITY, AUTHENTICATION];
