//! Numbers that are written without their `+` (Meta: messages/send-messages, "phone number formatting").
//!
//! Meta puts the calling code of the sender in front of such a number. Most integrations write whole numbers all the same, and
//! webhooks name people by such numbers. What begins with the sender's code, and has as many digits after it as numbers of that
//! country have, is taken for whole. All else gets the code; but where there are no numbers of that length, a long one can only be
//! meant as a whole one, and a short one is refused.

use std::ops::RangeInclusive;

/// Fewest digits of a number that is taken for a whole one where it cannot be one of the sender's country, or where the operator
/// says that all long ones are.
const WHOLE_DIGITS_MIN: usize = 11;
/// Digits after the calling code, where the table below does not say.
const NATIONAL_DIGITS: RangeInclusive<usize> = 7..=12;
/// Digits after the calling code of countries whose own numbers may begin with the digits of it, or are as long as whole numbers of
/// others (ITU-T E.164, national numbering plans). An old form that is still written counts too: Brazil without its 9, Mexico and
/// Argentina with their 1 and 9.
const NATIONAL: [(u16, RangeInclusive<usize>); 12] = [
    (1, 10..=10),
    (7, 10..=10),
    (27, 9..=9),
    (33, 9..=9),
    (39, 9..=11),
    (44, 9..=10),
    (52, 10..=11),
    (54, 10..=11),
    (55, 10..=11),
    (86, 11..=11),
    (91, 10..=10),
    (92, 9..=10),
];

/// How numbers without their `+` are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PlainNumbers {
    /// Calling code of the number that sends; `None` where it is not known.
    pub(super) country: Option<u16>,
    /// Whether long ones are whole, whatever they begin with (`api.long_numbers_are_whole`).
    pub(super) long_are_whole: bool,
}

impl PlainNumbers {
    /// The number with its `+`, or why nobody can tell which one is meant.
    pub(super) fn with_plus(self, to: &str) -> Result<String, String> {
        let to = to.trim();
        let Some(country) = self.country.filter(|_| !to.starts_with('+')) else {
            return Ok(if to.starts_with('+') { to.to_owned() } else { format!("+{to}") });
        };
        let digits: String = to.chars().filter(char::is_ascii_digit).collect();
        let national =
            NATIONAL.iter().find(|(code, _)| *code == country).map_or(NATIONAL_DIGITS, |(_, range)| range.clone());
        let own = digits.strip_prefix(&country.to_string()).is_some_and(|rest| national.contains(&rest.len()));
        if own || self.long_are_whole && digits.len() >= WHOLE_DIGITS_MIN {
            return Ok(format!("+{to}"));
        }
        if self.long_are_whole || national.contains(&digits.len()) {
            return Ok(format!("+{country}{to}"));
        }
        if digits.len() >= WHOLE_DIGITS_MIN {
            return Ok(format!("+{to}"));
        }
        let (fewest, most) = (national.start(), national.end());
        let expected = if fewest == most { fewest.to_string() } else { format!("{fewest} to {most}") };
        Err(format!(
            "it has no + and {} digits: Meta would put +{country} of the sender in front, after which there are {expected}; write \
             the whole number with its +",
            digits.len()
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(country: u16, to: &str) -> Result<String, String> {
        PlainNumbers { country: Some(country), long_are_whole: false }.with_plus(to)
    }

    #[test]
    fn a_number_of_the_senders_country_gets_its_code_once() {
        for (country, to, whole) in [
            (55, "11987654321", "+5511987654321"),
            (55, "5511987654321", "+5511987654321"),
            // An area of Brazil has the digits of its calling code.
            (55, "55987654321", "+5555987654321"),
            (86, "13812345678", "+8613812345678"),
            (86, "8613812345678", "+8613812345678"),
            (91, "9123456789", "+919123456789"),
            (91, "919123456789", "+919123456789"),
            (1, "(631) 555-0101", "+1(631) 555-0101"),
            (1, "1 (631) 555-0101", "+1 (631) 555-0101"),
            (39, "3931234567", "+393931234567"),
            (45, "4512345678", "+4512345678"),
            (1, " +49 170 1234567", "+49 170 1234567"),
            // As webhooks name people of other countries: no number of the sender's country has as many digits.
            (1, "4917012345678", "+4917012345678"),
            (91, "16315550101", "+16315550101"),
        ] {
            assert_eq!(read(country, to), Ok(whole.to_owned()), "{country} {to}");
        }
    }

    #[test]
    fn what_is_no_number_of_the_senders_country_is_refused() {
        for (country, to) in [(1, "5550101"), (91, "631555010"), (55, "987654321")] {
            let detail = read(country, to).expect_err(to);
            assert!(detail.contains(&format!("+{country} of the sender")), "{detail}");
        }
    }

    #[test]
    fn an_operator_may_say_that_long_numbers_are_whole() {
        let whole = PlainNumbers { country: Some(55), long_are_whole: true };
        assert_eq!(whole.with_plus("16315550101"), Ok("+16315550101".to_owned()));
        assert_eq!(whole.with_plus("1133334444"), Ok("+551133334444".to_owned()));
        let unknown = PlainNumbers { country: None, long_are_whole: false };
        assert_eq!(unknown.with_plus("6315550101"), Ok("+6315550101".to_owned()));
    }
}
