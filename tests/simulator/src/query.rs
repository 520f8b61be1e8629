//! The query of a request.

use form_urlencoded::parse;

/// Parameters of a query, in their order.
#[derive(Debug, Default)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    pub(crate) fn parse(query: &str) -> Self {
        Self(parse(query.as_bytes()).into_owned().collect())
    }

    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The first value of a parameter.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_decoded_and_found_by_its_name() {
        let query = Query::parse("a=1&name=gr%C3%BC%C3%9Fe+dich&a=2");
        assert_eq!((query.get("name"), query.get("a"), query.get("b")), (Some("grüße dich"), Some("1"), None));
    }
}
