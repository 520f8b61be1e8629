//! What is read is what serde_json reads, and nothing is read that it refuses.

use std::borrow::Cow;

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::lenient::{Elements, Object, Text};

/// Asserts that serde_json agrees with whatever is read, as a tree, as passed over, and as kept; and whether it was read.
fn agrees(text: &str) -> bool {
    let tree = read::<Value>(text);
    if let Ok(tree) = &tree {
        assert_eq!(serde_json::from_str::<Value>(text).ok().as_ref(), Some(tree), "{text}");
    }
    let theirs = serde_json::from_str::<&RawValue>(text).ok().map(RawValue::get);
    for ours in [read::<Raw<'_>>(text).map(|raw| raw.0), read::<Kept<'_, IgnoredAny>>(text).map(|kept| kept.raw)] {
        assert!(ours.is_err() || ours.ok() == theirs, "{text}");
    }
    assert_eq!(read::<IgnoredAny>(text).is_ok(), read::<Raw<'_>>(text).is_ok(), "{text}");
    if let Ok(lists) = read::<Elements<Kept<'_, Value>>>(text) {
        for kept in lists.into_vec() {
            assert_eq!(serde_json::from_str::<Value>(kept.raw).ok(), Some(kept.value), "{text}");
        }
    }
    tree.is_ok()
}

#[test]
fn what_is_plain_is_read() {
    for text in [
        "null",
        "true",
        " false\t",
        "0",
        "17",
        "-17",
        "-0",
        "1.5e3",
        "18446744073709551615",
        "18446744073709551616",
        "9999999999999999999",
        r#""""#,
        r#""a string that is longer than a chunk, äöü 😀""#,
        r#""\ud83d\udc4d \u0000 \" \\ \/ \b\f\n\r\t""#,
        "[]",
        "{}",
        "[ ]",
        "{ }",
        r#"[1, [2, []], {"a": {}, "b": [{}]}, "x"]"#,
        "{\r\n\"a\" : 1 ,\t\"a\":[true,null] }",
    ] {
        assert!(agrees(text), "{text}");
        assert!(read::<Raw<'_>>(text).is_ok(), "{text}");
    }
}

#[test]
fn what_is_no_json_is_odd() {
    for text in [
        "",
        " ",
        "nul",
        "nullx",
        "truefalse",
        "+1",
        "01",
        "1.",
        "-",
        "1e",
        ".5",
        "1 2",
        "\"",
        "\"a",
        "\"\\",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"a\nb\"",
        "\"\u{0}\"",
        "[",
        "]",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1}",
        "{",
        "}",
        "{]",
        "{1:2}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{,\"a\":1}",
        "{\"a\":1 \"b\":2}",
        "{\"a\" 1}",
        "{}}",
        "[]]",
        "\u{0}",
        "null\u{0}",
        "\u{feff}1",
    ] {
        assert!(!agrees(text), "{text}");
        assert!(read::<Raw<'_>>(text).is_err(), "{text}");
        let nested = format!("[{text}]");
        assert!(!agrees(&nested) || serde_json::from_str::<Value>(&nested).is_ok(), "{nested}");
    }
}

#[test]
fn what_is_doubtful_is_left_to_serde_json() {
    assert!(!agrees(r#""\ud83d""#) && read::<Raw<'_>>(r#""\ud83d""#).is_ok(), "half a pair, which may be passed over");
    assert!(!agrees("1e999") && read::<Raw<'_>>("1e999").is_ok(), "a number without end, which may be passed over");
    let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(agrees(&deep(64)) && read::<Raw<'_>>(&deep(64)).is_ok());
    assert!(!agrees(&deep(65)) && read::<Raw<'_>>(&deep(65)).is_err());
    let deep = format!("{}1{}", r#"{"a":"#.repeat(100_000), "}".repeat(100_000));
    assert!(!agrees(&deep));
}

#[test]
fn what_is_wanted_of_a_struct_is_an_object() {
    #[derive(Debug, Deserialize)]
    struct Own<'a> {
        #[serde(borrow, default)]
        id: Text<'a>,
        #[serde(borrow, default)]
        inner: Option<Raw<'a>>,
        #[serde(borrow, default)]
        list: Object<Kept<'a, Value>>,
    }
    let own: Own<'_> = read(r#"{"id": 7, "inner": [1, 2 ] , "novelty": {"id": []}}"#).expect("an object");
    assert_eq!((own.id.get(), own.inner.map(|raw| raw.0)), (Some("7"), Some("[1, 2 ]")));
    assert!(own.list.0.is_none());
    assert!(read::<Own<'_>>(r#"{"inner": null}"#).expect("an object").inner.is_none());
    for odd in [r#"["7"]"#, "null", r#"{"id": 1, "id": 2}"#, r#"{"id": "\ud83d"}"#] {
        assert_eq!(read::<Own<'_>>(odd).map(|_| ()), Err(Odd), "{odd}");
    }
}

#[test]
fn strings_are_borrowed_unless_they_have_escapes() {
    let text = |json| read::<Text<'_>>(json).expect("a text").into_inner();
    assert!(matches!(text(r#""plain""#), Some(Cow::Borrowed("plain"))));
    assert!(matches!(text(r#""\u0070lain""#), Some(Cow::Owned(own)) if own == "plain"));
}

/// Any JSON that is not too deep.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[a-z\\\\\"é😀\u{0}\u{1f}]{0,40}".prop_map(Value::from),
    ];
    leaf.prop_recursive(8, 64, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..5)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn all_that_serde_json_writes_is_read(json in any_json()) {
        prop_assert!(agrees(&json.to_string()));
        prop_assert!(agrees(&serde_json::to_string_pretty(&json).expect("JSON")));
    }

    #[test]
    fn of_what_is_broken_nothing_is_read_that_serde_json_refuses(
        json in any_json(), at in any::<prop::sample::Index>(), length in 0..3_usize,
        with in prop_oneof![Just(String::new()), r#"["\\\\\[\]{},:0-9eE+. tfnu\u{0}\n-]{1,3}"#, any::<String>()],
    ) {
        let mut text: Vec<char> = json.to_string().chars().collect();
        let begin = at.index(text.len());
        let end = (begin + length).min(text.len());
        text.splice(begin..end, with.chars());
        agrees(&text.into_iter().collect::<String>());
    }

    #[test]
    fn whatever_is_written_agrees(text in r#"["\\\[\]{},:0-9eE+. tfnu-]{0,12}"#) {
        agrees(&text);
    }
}
