//! Business-scoped user ids: who a person is where their number is not told (Meta: business-scoped-user-ids).
//!
//! A user id means a person within one business portfolio, and another one follows it when the person changes their number. That of
//! a parent portfolio is valid across the portfolios of a managed business.

/// Most letters and digits behind the country.
pub const LETTERS_MAX: usize = 128;
/// What stands between the country and the letters of a parent portfolio's id.
const PARENT: &str = "ENT.";
/// Letters of a country (ISO 3166-1 alpha-2).
const COUNTRY_LETTERS: usize = 2;

/// The form of a user id, for people.
pub const FORM: &str = "a user id is a country of two capital letters, a full stop, and up to 128 letters and digits, like US.13491208655302741918; that of a parent portfolio has ENT. before them";

/// For whom a user id means a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// For the business portfolio that was told.
    Portfolio,
    /// For all portfolios of a managed business.
    Parent,
}

/// What a text is, if it has the form of a user id.
pub fn scope_of(text: &str) -> Option<Scope> {
    let (country, rest) = text.split_once('.')?;
    let is_country = country.len() == COUNTRY_LETTERS && country.bytes().all(|b| b.is_ascii_uppercase());
    let (letters, scope) = match rest.strip_prefix(PARENT) {
        Some(letters) => (letters, Scope::Parent),
        None => (rest, Scope::Portfolio),
    };
    let is_id = (1..=LETTERS_MAX).contains(&letters.len()) && letters.bytes().all(|b| b.is_ascii_alphanumeric());
    (is_country && is_id).then_some(scope)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_id_is_told_from_a_number_and_from_that_of_a_parent_portfolio() {
        let longest = "x".repeat(LETTERS_MAX);
        for (text, scope) in [
            ("US.13491208655302741918".to_owned(), Some(Scope::Portfolio)),
            ("BR.ENTerprise1".to_owned(), Some(Scope::Portfolio)),
            ("US.ENT.118157992128868448".to_owned(), Some(Scope::Parent)),
            (format!("US.{longest}"), Some(Scope::Portfolio)),
            (format!("US.ENT.{longest}"), Some(Scope::Parent)),
            (format!("US.{longest}x"), None),
            (format!("US.ENT.{longest}x"), None),
            ("US.".to_owned(), None),
            ("US.ENT.".to_owned(), None),
            ("us.1".to_owned(), None),
            ("USA.1".to_owned(), None),
            ("US.1 2".to_owned(), None),
            ("US.1.2".to_owned(), None),
            ("US1".to_owned(), None),
            ("+16315550101".to_owned(), None),
            (String::new(), None),
        ] {
            assert_eq!(scope_of(&text), scope, "{text}");
        }
    }
}
