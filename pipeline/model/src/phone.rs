//! Phone numbers in E.164 form.
//!
//! Meta prepends the business number's own country code to a number without `+` (Meta: messages/send-messages), so a
//! number is only ever held, compared and sent with its `+`.

use std::fmt;

use crate::id::Contact;

/// Fewest digits that a number with its country code may have; shorter ones are service codes.
pub const DIGITS_MIN: usize = 7;
/// Most digits of an E.164 number (ITU-T E.164, section 6.1).
pub const DIGITS_MAX: usize = 15;

/// Why a text is not a phone number that can be sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhoneError {
    /// Nothing was given.
    Empty,
    /// The number does not begin with `+` and its country code.
    NoPlus,
    /// A character that is neither a digit nor a separator.
    NotDigits,
    /// Fewer than [`DIGITS_MIN`] or more than [`DIGITS_MAX`] digits, or a country code that begins with 0.
    Length,
}

impl PhoneError {
    /// A stable code for machines.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "missing_number",
            Self::NoPlus => "number_without_country_code",
            Self::NotDigits | Self::Length => "malformed_number",
        }
    }
}

impl fmt::Display for PhoneError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "the phone number is empty",
            Self::NoPlus => "the phone number must begin with + and its country code",
            Self::NotDigits => "the phone number holds a character that is neither a digit nor a separator",
            Self::Length => "the phone number must have 7 to 15 digits after the +, the first not 0",
        })
    }
}

impl std::error::Error for PhoneError {}

/// Parses a number as people write it (`+1 (631) 555-0101`) into its E.164 form (`+16315550101`).
pub fn parse(text: &str) -> Result<Contact, PhoneError> {
    let text = text.trim();
    let Some(rest) = text.strip_prefix('+') else {
        return Err(if text.is_empty() { PhoneError::Empty } else { PhoneError::NoPlus });
    };
    let mut number = String::with_capacity(DIGITS_MAX + 1);
    number.push('+');
    for c in rest.chars() {
        match c {
            '0'..='9' => number.push(c),
            ' ' | '-' | '.' | '(' | ')' => {}
            _ => return Err(PhoneError::NotDigits),
        }
    }
    let digits = number.len() - 1;
    if !(DIGITS_MIN..=DIGITS_MAX).contains(&digits) || number.as_bytes()[1] == b'0' {
        return Err(PhoneError::Length);
    }
    Ok(Contact::new(number))
}

/// The contact of a `wa_id`, `from` or `recipient_id` in a webhook: digits without `+` become E.164; anything else (a
/// business-scoped user id, a group id) is kept as it is.
pub fn from_wa_id(text: &str) -> Contact {
    let all_digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !all_digits {
        return Contact::new(text);
    }
    // Nearly every number is one of E.164, and every webhook has some: they are put together without a text in between.
    let mut number = [b'+'; DIGITS_MAX + 1];
    let Some(digits) = number.get_mut(1..=text.len()) else { return Contact::new(format!("+{text}")) };
    digits.copy_from_slice(text.as_bytes());
    Contact::new(std::str::from_utf8(&number[..=text.len()]).expect("digits are ASCII"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_are_dropped() {
        assert_eq!(parse(" +1 (631) 555-0101 ").map(|c| c.to_string()), Ok("+16315550101".into()));
    }

    #[test]
    fn what_cannot_be_sent_to_is_refused_with_its_reason() {
        assert_eq!(parse(""), Err(PhoneError::Empty));
        assert_eq!(parse("16315550101"), Err(PhoneError::NoPlus));
        assert_eq!(parse("+1631555o101"), Err(PhoneError::NotDigits));
        assert_eq!(parse("+12"), Err(PhoneError::Length));
        assert_eq!(parse("+0631555010"), Err(PhoneError::Length));
        assert_eq!(parse("+1234567890123456"), Err(PhoneError::Length));
    }

    #[test]
    fn a_number_from_a_webhook_equals_the_number_that_was_sent_to() {
        assert_eq!(from_wa_id("16315550101"), parse("+1 631 555 0101").expect("a number"));
        assert_eq!(from_wa_id("US.134912").as_str(), "US.134912");
    }
}
