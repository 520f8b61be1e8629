//! Every type of message as data: `cases/outgoing.json`, and `cases/messenger.json` for Messenger and Instagram; the tables as the
//! second table of `docs/META_COVERAGE.md`.

mod limits;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::json;

use super::*;
use crate::messenger::outgoing as messenger;

const CASES: [&str; 2] = [include_str!("../../../cases/outgoing.json"), include_str!("../../../cases/messenger.json")];
/// Where the page stands.
const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/META_COVERAGE.md");
/// What stands around the generated part of the page.
const MARKS: [&str; 2] = ["<!-- what goes out: written by a test -->\n", "<!-- end of what goes out -->\n"];

fn cases() -> Vec<Value> {
    CASES.iter().flat_map(|cases| serde_json::from_str::<Vec<Value>>(cases).expect("a list of cases")).collect()
}

/// The types of all channels.
fn types() -> impl Iterator<Item = &'static (&'static str, Rule)> {
    TYPES.iter().chain(messenger::TYPES)
}

/// The faults of a case as it expects them: pointer and code.
fn found(case: &Value) -> Vec<Value> {
    let mut faults = Vec::new();
    match (case["type"].as_str(), case.get("components")) {
        (Some("sender_action"), _) => messenger::ACTION.check(&case["object"], "", &mut faults),
        (Some(kind), _) => {
            faults = check(kind, &case["object"], &format!("/{kind}"));
            faults.extend(messenger::check(kind, &case["object"], &format!("/{kind}")));
        }
        (None, Some(components)) => COMPONENTS.check(components, "/template/components", &mut faults),
        (None, None) => panic!("{case}"),
    }
    faults.iter().map(|fault| json!([fault.pointer, fault.code])).collect()
}

#[test]
fn every_case_has_the_faults_that_it_says_and_no_others() {
    for case in cases() {
        let expected = case["faults"].as_array().cloned().unwrap_or_default();
        assert_eq!(found(&case), expected, "{}", case["what"]);
    }
}

#[test]
fn the_words_name_the_limit_and_the_value() {
    let long = json!({ "body": "x".repeat(4_097) });
    assert_eq!(check("text", &long, "/text")[0].detail, "4097 characters: shorten it to 4096");
    let faults = check("location", &json!({"latitude": 91, "longitude": 1}), "/location");
    assert_eq!(faults[0].detail, "91: write degrees from -90 to 90");
    let faults = check("interactive", &json!({"type": "hologram"}), "/interactive");
    assert!(faults[0].detail.starts_with("\"hologram\": write button or list or cta_url"), "{}", faults[0].detail);
    let tag = json!({"messaging_type": "MESSAGE_TAG", "tag": "ACCOUNT_UPDATE", "message": {"text": "x"}});
    let words =
        "\"ACCOUNT_UPDATE\": write HUMAN_AGENT; Meta has refused every other tag with error 100 since 2026-04-27";
    assert_eq!(messenger::check("messenger", &tag, "/messenger")[0].detail, words);
    let umlauts = json!({"message": {"text": "ä".repeat(501)}});
    let faults = messenger::check("instagram", &umlauts, "/instagram");
    assert_eq!(faults[0].detail, "1002 bytes in UTF-8: shorten it to 1000");
    assert!(messenger::check("messenger", &umlauts, "/messenger").is_empty(), "there characters count");
    let secret = json!({"id": {"token": "s3cret"}});
    assert_eq!(check("sticker", &secret, "/sticker")[0].detail, "an object: write a text", "nothing of what it holds");
}

/// The words of the tags of a rule, as `interactive/button`.
fn variants(rule: &Rule, name: &str, all: &mut BTreeSet<String>) {
    match rule {
        Rule::Tagged(_, known) => known.iter().for_each(|(word, fields)| {
            all.insert(format!("{name}/{word}"));
            fields.iter().for_each(|field| variants(&field.rule, word, all));
        }),
        Rule::Object(fields) | Rule::OneOf(_, fields) => {
            fields.iter().for_each(|field| variants(&field.rule, field.name, all));
        }
        Rule::List(_, _, of) | Rule::Also(of, _) => variants(of, name, all),
        _ => {}
    }
}

/// The same of what the good cases hold.
fn shown_variants(value: &Value, name: &str, all: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            let tag = |tag: &str| members.get(tag).and_then(Value::as_str).map(str::to_lowercase);
            let word = tag("type");
            for word in [word.clone(), tag("template_type"), tag("content_type")].into_iter().flatten() {
                all.insert(format!("{name}/{word}"));
            }
            for (member, value) in members {
                let within =
                    if value.is_array() && member == "parameters" { word.as_deref().unwrap_or(name) } else { member };
                shown_variants(value, within, all);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| shown_variants(item, name, all)),
        _ => {}
    }
}

#[test]
fn every_type_and_every_kind_of_it_has_a_good_case() {
    let good: Vec<Value> = cases().into_iter().filter(|case| case.get("faults").is_none()).collect();
    let with_a_case: BTreeSet<&str> = good.iter().filter_map(|case| case["type"].as_str()).collect();
    for (name, _) in types() {
        assert!(with_a_case.contains(name), "{name}");
    }
    let (mut known, mut shown) = (BTreeSet::new(), BTreeSet::new());
    for (name, rule) in types() {
        variants(rule, name, &mut known);
    }
    variants(&COMPONENTS, "components", &mut known);
    for case in &good {
        let name = case["type"].as_str().unwrap_or("components");
        shown_variants(if name == "components" { &case["components"] } else { &case["object"] }, name, &mut shown);
    }
    // What stands in several places is shown in one of them.
    let words = |all: &BTreeSet<String>| -> BTreeSet<String> {
        all.iter().filter_map(|path| path.split('/').next_back()).map(str::to_owned).collect()
    };
    let missing: Vec<_> = words(&known).difference(&words(&shown)).cloned().collect();
    assert!(missing.is_empty(), "no good case shows {missing:?}");
}

/// What a value must be, in words.
fn limit(rule: &Rule) -> String {
    match rule {
        Rule::Text(min, max) => format!("text, {min} to {max} characters"),
        Rule::Bytes(min, max) => format!("text, {min} to {max} bytes in UTF-8"),
        Rule::Only(words, reason) => format!("{}: {reason}", limit(&Rule::Words(words))),
        Rule::Reserved(reason) => format!("not to be given: {reason}"),
        Rule::Parameter(max) => format!("text on one line, 1 to {max} characters"),
        Rule::Words(words) => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "),
        Rule::Flag => "true or false".to_owned(),
        Rule::Whole(i64::MIN, i64::MAX) => "whole number".to_owned(),
        Rule::Whole(min, i64::MAX) => format!("whole number from {min}"),
        Rule::Whole(min, max) => format!("whole number, {min} to {max}"),
        Rule::Degrees(max) => format!("degrees, -{max} to {max}"),
        Rule::Any | Rule::Object(_) => String::new(),
        Rule::OneOf(names, _) => format!("exactly one of `{}`", names.join("`, `")),
        Rule::Tagged(tag, _) => format!("by its `{tag}`"),
        Rule::List(min, max, of) => {
            let of = limit(of);
            format!("list of {min} to {max}{}", if of.is_empty() { of } else { format!(", each: {of}") })
        }
        Rule::Also(of, _) if limit(of).is_empty() => "as a whole, see the code".to_owned(),
        Rule::Also(of, _) => format!("{}; all of its lists together, see the code", limit(of)),
    }
}

/// Which tests show the limit of a row, by the short names that the page explains.
fn tests(path: &str, rule: &Rule) -> &'static str {
    match rule {
        Rule::Also(..) => "edges, cases",
        // A type, and what it is told from others by.
        Rule::Tagged(..) => "edges, kinds",
        _ if !path.contains('/') => "edges, kinds",
        _ => "edges",
    }
}

fn write_rows(path: &str, rule: &Rule, required: bool, page: &mut String) {
    let (words, must) = (limit(rule), if required { "yes" } else { "" });
    if !words.is_empty() {
        writeln!(page, "| `{path}` | {must} | {words} | {} |", tests(path, rule)).expect("a string takes everything");
    }
    let mut each = |prefix: &str, fields: &[Field]| {
        fields
            .iter()
            .for_each(|field| write_rows(&format!("{prefix}/{}", field.name), &field.rule, field.required, page));
    };
    match rule {
        Rule::Object(fields) | Rule::OneOf(_, fields) => each(path, fields),
        Rule::Tagged(_, variants) => variants.iter().for_each(|(word, fields)| each(&format!("{path}:{word}"), fields)),
        Rule::List(_, _, of) => write_inner(&format!("{path}/*"), of, page),
        Rule::Also(of, _) => write_inner(path, of, page),
        _ => {}
    }
}

/// The members of what is within: its own limit stands in the row before.
fn write_inner(path: &str, rule: &Rule, page: &mut String) {
    match rule {
        Rule::Object(fields) | Rule::OneOf(_, fields) => {
            fields
                .iter()
                .for_each(|field| write_rows(&format!("{path}/{}", field.name), &field.rule, field.required, page));
        }
        Rule::Tagged(_, variants) => variants.iter().for_each(|(word, fields)| {
            let prefix = format!("{path}:{word}");
            fields
                .iter()
                .for_each(|field| write_rows(&format!("{prefix}/{}", field.name), &field.rule, field.required, page));
        }),
        Rule::List(_, _, of) => write_inner(&format!("{path}/*"), of, page),
        Rule::Also(of, _) => write_inner(path, of, page),
        _ => {}
    }
}

fn table() -> String {
    let mut page = String::from("| member | must be there | limit | tests |\n|---|---|---|---|\n");
    for (name, rule) in types() {
        write_rows(name, rule, true, &mut page);
    }
    write_rows("sender_action", &messenger::ACTION, false, &mut page);
    write_rows("template/components", &COMPONENTS, false, &mut page);
    page
}

#[test]
fn the_page_says_what_the_tables_say() {
    let page = std::fs::read_to_string(PAGE).expect("docs/META_COVERAGE.md");
    let (before, rest) = page.split_once(MARKS[0]).expect("the page has the first mark");
    let (own, after) = rest.split_once(MARKS[1]).expect("the page has the second mark");
    if std::env::var_os("POSTHASTE_TEST_WRITE_DOCS").is_some() {
        let whole = [before, MARKS[0], &table(), MARKS[1], after].concat();
        return std::fs::write(PAGE, whole).expect("docs/META_COVERAGE.md can be written");
    }
    assert!(own == table(), "docs/META_COVERAGE.md is stale; run this test with POSTHASTE_TEST_WRITE_DOCS=1 once");
}
