//! Every limit of the tables, read off them: the most that it allows, and one beyond.

use serde_json::{Map, Value, json};

use super::*;

/// A word that stands in no table.
const NO_WORD: &str = "xyzzy";

/// A value that has, or has not, a fault at one place.
struct Probe {
    value: Value,
    /// Within the value.
    pointer: String,
    /// Of the fault; `None` where there must be none.
    code: Option<&'static str>,
}

fn beyond(value: Value, code: &'static str) -> Probe {
    Probe { value, pointer: String::new(), code: Some(code) }
}

fn edge(value: Value) -> Probe {
    Probe { value, pointer: String::new(), code: None }
}

/// The least that a rule takes.
fn good(rule: &Rule) -> Value {
    match rule {
        Rule::Text(min, _) | Rule::Bytes(min, _) => Value::from("x".repeat(*min)),
        Rule::Parameter(_) | Rule::Any | Rule::Reserved(_) => json!("x"),
        Rule::Words(words) | Rule::Only(words, _) => json!(words[0]),
        Rule::Flag => json!(true),
        Rule::Whole(min, max) => json!(0.clamp(*min, *max)),
        Rule::Degrees(_) => json!(0),
        Rule::Object(fields) => Value::Object(members(fields)),
        Rule::OneOf(names, fields) => Value::Object(with_one(names, fields, names[0])),
        Rule::Tagged(tag, variants) => tagged_with(tag, variants[0].0, members(variants[0].1)),
        Rule::List(min, _, of) => Value::Array(vec![good(of); *min]),
        Rule::Also(of, _) => good(of),
    }
}

/// The members that must be there.
fn members(fields: &[Field]) -> Map<String, Value> {
    fields.iter().filter(|field| field.required).map(|field| (field.name.to_owned(), good(&field.rule))).collect()
}

/// The same, and one of those that exclude each other.
fn with_one(names: &[&str], fields: &[Field], name: &str) -> Map<String, Value> {
    let mut object = members(fields);
    object.retain(|member, _| !names.contains(&member.as_str()));
    let rule = fields.iter().find(|field| field.name == name).map_or(&Rule::Any, |field| &field.rule);
    object.insert(name.to_owned(), good(rule));
    object
}

fn tagged_with(tag: &str, word: &str, mut object: Map<String, Value>) -> Value {
    object.insert(tag.to_owned(), json!(word));
    Value::Object(object)
}

/// Every limit of a rule, within the least that it takes.
fn probes(rule: &Rule) -> Vec<Probe> {
    match rule {
        Rule::Text(min, max) => texts(*min, *max, "x"),
        // Two bytes each: what counts are not the characters.
        Rule::Bytes(_, max) => {
            vec![edge(json!("ä".repeat(max / 2))), beyond(json!("ä".repeat(max / 2 + 1)), "too_long")]
        }
        Rule::Parameter(max) => {
            let mut all = texts(1, *max, "x");
            all.push(beyond(json!("a\nb"), "forbidden_character"));
            all.push(beyond(json!(format!("a{}b", " ".repeat(SPACES_MAX + 1))), "too_many_spaces"));
            all.push(edge(json!(format!("a{}b", " ".repeat(SPACES_MAX)))));
            all
        }
        Rule::Words(words) | Rule::Only(words, _) => {
            let mut all = vec![beyond(json!(NO_WORD), "not_one_of")];
            all.extend(words.iter().map(|word| edge(json!(word))));
            all
        }
        Rule::Reserved(_) => vec![beyond(json!("x"), "reserved")],
        Rule::Flag => vec![beyond(json!("true"), "wrong_type")],
        Rule::Whole(min, max) => {
            let out = [min.checked_sub(1), max.checked_add(1)].into_iter().flatten();
            let mut all: Vec<Probe> = out.map(|number| beyond(json!(number), "out_of_range")).collect();
            all.extend([edge(json!(min)), edge(json!(max))]);
            all
        }
        Rule::Degrees(max) => vec![edge(json!(-max)), beyond(json!(max + 0.5), "out_of_range")],
        Rule::Any => Vec::new(),
        Rule::Object(fields) => of_members(&members(fields), fields),
        Rule::OneOf(names, fields) => of_one(names, fields),
        Rule::Tagged(tag, variants) => of_variants(tag, variants),
        Rule::List(min, max, of) => of_list(*min, *max, of),
        Rule::Also(of, _) => probes(of),
    }
}

fn texts(min: usize, max: usize, filler: &str) -> Vec<Probe> {
    let mut all = vec![edge(json!(filler.repeat(max))), beyond(json!(filler.repeat(max + 1)), "too_long")];
    all.push(beyond(json!(7), "wrong_type"));
    if min > 0 {
        all.push(beyond(json!(filler.repeat(min - 1)), "too_short"));
    }
    all
}

/// The probes of each member, put into an object that is good but for them.
fn of_members(base: &Map<String, Value>, fields: &[Field]) -> Vec<Probe> {
    let mut all = vec![beyond(json!("x"), "wrong_type")];
    for field in fields {
        let within = |value: Option<Value>| {
            let mut object = base.clone();
            object.remove(field.name);
            object.extend(value.map(|value| (field.name.to_owned(), value)));
            Value::Object(object)
        };
        if field.required {
            all.push(Probe { value: within(None), pointer: format!("/{}", field.name), code: Some("missing") });
        }
        all.extend(probes(&field.rule).into_iter().map(|probe| Probe {
            value: within(Some(probe.value)),
            pointer: format!("/{}{}", field.name, probe.pointer),
            code: probe.code,
        }));
    }
    all
}

fn of_one(names: &[&'static str], fields: &'static [Field]) -> Vec<Probe> {
    let mut none = with_one(names, fields, names[0]);
    none.remove(names[0]);
    let mut two = with_one(names, fields, names[0]);
    two.extend(with_one(names, fields, names[1]));
    let mut all = vec![beyond(Value::Object(none.clone()), "missing"), beyond(Value::Object(two), "too_many")];
    for field in fields {
        let base = if names.contains(&field.name) { &none } else { &with_one(names, fields, names[0]) };
        all.extend(of_members(base, std::slice::from_ref(field)));
    }
    all
}

fn of_variants(tag: &'static str, variants: &[(&'static str, &'static [Field])]) -> Vec<Probe> {
    let at_tag = |value: Value, code| Probe { value, pointer: format!("/{tag}"), code: Some(code) };
    let mut all = vec![at_tag(json!({}), "missing"), at_tag(tagged_with(tag, NO_WORD, Map::new()), "not_one_of")];
    for (word, fields) in variants {
        let mut base = members(fields);
        base.insert(tag.to_owned(), json!(word));
        all.extend(of_members(&base, fields));
    }
    all
}

fn of_list(min: usize, max: usize, of: &Rule) -> Vec<Probe> {
    let many = |count: usize| Value::Array(vec![good(of); count]);
    let mut all = vec![edge(many(max)), beyond(many(max + 1), "too_many"), beyond(json!("x"), "wrong_type")];
    if min > 0 {
        all.push(beyond(many(min - 1), "too_few"));
    }
    all.extend(probes(of).into_iter().map(|probe| {
        let mut items = vec![good(of); min.max(1)];
        items[0] = probe.value;
        Probe { value: Value::Array(items), pointer: format!("/0{}", probe.pointer), code: probe.code }
    }));
    all
}

/// Every table with its name.
fn tables() -> impl Iterator<Item = (&'static str, &'static Rule)> {
    let own = [("sender_action", &messenger::ACTION), ("template/components", &COMPONENTS)];
    types().map(|(name, rule)| (*name, rule)).chain(own)
}

#[test]
fn every_limit_takes_its_most_and_refuses_one_beyond() {
    let mut tried = 0;
    for (name, rule) in tables() {
        for probe in probes(rule) {
            let mut faults = Vec::new();
            rule.check(&probe.value, "", &mut faults);
            let mut found = faults.iter().filter(|fault| fault.pointer == probe.pointer).map(|fault| fault.code);
            let is_right = match probe.code {
                Some(code) => found.any(|found| found == code),
                None => found.next().is_none(),
            };
            assert!(is_right, "{name}{}: {:?} expected, {faults:?}", probe.pointer, probe.code);
            tried += 1;
        }
    }
    assert!(tried > 1_000, "{tried} probes: the tables have more limits");
}

#[test]
fn the_least_that_a_table_takes_has_no_faults() {
    for (name, rule) in tables() {
        let mut faults = Vec::new();
        rule.check(&good(rule), "", &mut faults);
        assert_eq!(faults, [], "{name}");
    }
}

#[test]
fn the_limits_are_those_of_metas_pages() {
    let text = |max: usize| json!("x".repeat(max));
    let interactive = |kind: &str, action: Value| json!({"type": kind, "body": {"text": "b"}, "action": action});
    let row = |id: usize, title: usize, description: usize| {
        let row = json!({"id": text(id), "title": text(title), "description": text(description)});
        interactive("list", json!({"button": "b", "sections": [{"title": "s", "rows": [row]}]}))
    };
    let list = |button: usize, section: usize| {
        let sections = json!([{"title": text(section), "rows": [{"id": "1", "title": "t"}]}]);
        interactive("list", json!({"button": text(button), "sections": sections}))
    };
    let site = |words: usize| {
        interactive(
            "cta_url",
            json!({"name": "cta_url", "parameters": {"display_text": text(words), "url": "https://a"}}),
        )
    };
    let country = |code: &str| {
        interactive("address_message", json!({"name": "address_message", "parameters": {"country": code}}))
    };
    let products = |counts: &[usize]| {
        let section =
            |count: &usize| json!({"title": "s", "product_items": vec![json!({"product_retailer_id": "1"}); *count]});
        let sections: Vec<Value> = counts.iter().map(section).collect();
        interactive("product_list", json!({"catalog_id": "1", "sections": sections}))
    };
    let headed = |words: usize| {
        let mut message = site(1);
        message["header"] = json!({"type": "text", "text": text(words)});
        message
    };
    for (kind, most, beyond, place) in [
        ("text", json!({"body": text(4_096)}), json!({"body": text(4_097)}), "/body"),
        ("image", json!({"id": "1", "caption": text(1_024)}), json!({"id": "1", "caption": text(1_025)}), "/caption"),
        ("video", json!({"id": "1", "caption": text(1_024)}), json!({"id": "1", "caption": text(1_025)}), "/caption"),
        (
            "document",
            json!({"id": "1", "caption": text(1_024)}),
            json!({"id": "1", "caption": text(1_025)}),
            "/caption",
        ),
        ("interactive", headed(60), headed(61), "/header/text"),
        ("interactive", row(200, 1, 0), row(201, 1, 0), "/action/sections/0/rows/0/id"),
        ("interactive", row(1, 24, 0), row(1, 25, 0), "/action/sections/0/rows/0/title"),
        ("interactive", row(1, 1, 72), row(1, 1, 73), "/action/sections/0/rows/0/description"),
        ("interactive", list(20, 1), list(21, 1), "/action/button"),
        ("interactive", list(1, 24), list(1, 25), "/action/sections/0/title"),
        ("interactive", site(20), site(21), "/action/parameters/display_text"),
        ("interactive", country("SG"), country("DE"), "/action/parameters/country"),
        ("interactive", products(&[15, 15]), products(&[15, 16]), "/action/sections"),
    ] {
        assert_eq!(check(kind, &most, ""), [], "{kind}{place}");
        let places: Vec<_> = check(kind, &beyond, "").into_iter().map(|fault| fault.pointer).collect();
        assert_eq!(places, [place], "{kind}");
    }
}
