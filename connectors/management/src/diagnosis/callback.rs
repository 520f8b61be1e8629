//! Whose app is subscribed, and where Meta's webhooks go.

use http::Uri;
use posthaste_meta::Answer;
use serde_json::Value;

use super::{EDGE_PATH, Edge, Found, State, refusal};

/// Where Meta's webhooks go: an override of the number, else one of the account, else the app's own address.
#[derive(Debug)]
pub(super) struct Callback {
    /// What says so, and where; `None` where Meta does not tell.
    told: Option<(&'static str, String)>,
}

impl Callback {
    pub(super) fn of(number: &Result<Answer, String>, subscribed: &Result<Answer, String>, edge: &Edge) -> Self {
        let json = |answer: &Result<Answer, String>| answer.as_ref().map(Answer::json).unwrap_or_default();
        let (number, subscribed) = (json(number), json(subscribed));
        let own = &number["webhook_configuration"];
        // Several apps may be subscribed; the edge's is the one that counts, where its id is known.
        let apps = subscribed["data"].as_array().map(Vec::as_slice).unwrap_or_default();
        let is_ours = |app: &&Value| edge.apps.values().flatten().any(|known| id(app).as_ref() == Some(known));
        let account = &apps.iter().find(is_ours).or(apps.first()).unwrap_or(&Value::Null)["override_callback_uri"];
        let places = [
            ("override of the number", &own["phone_number"]),
            ("override of the account", &own["whatsapp_business_account"]),
            ("override of the account", account),
            ("address of the app", &own["application"]),
        ];
        let given = |(what, url): (_, &Value)| Some((what, url.as_str().filter(|url| !url.is_empty())?.to_owned()));
        Self { told: places.into_iter().find_map(given) }
    }

    /// The name of an app that the webhooks go to, whether or not the edge knows it. Where Meta does not tell it is the edge's only
    /// one.
    pub(super) fn name<'a>(&'a self, edge: &'a Edge) -> Option<&'a str> {
        match &self.told {
            Some((_, url)) => {
                let name = url.split_once(EDGE_PATH)?.1.split(['?', '#']).next()?.trim_end_matches('/');
                Some(name).filter(|name| !name.is_empty() && !name.contains('/'))
            }
            None => edge.apps.keys().next().filter(|_| edge.apps.len() == 1).map(String::as_str),
        }
    }

    /// That name, if the edge knows it.
    fn app<'a>(&'a self, edge: &'a Edge) -> Option<&'a str> {
        self.name(edge).filter(|name| edge.apps.contains_key(*name))
    }

    /// That name, unless the webhooks certainly go to another host: a tenant is told of apps that its own numbers use.
    pub(super) fn name_here<'a>(&'a self, edge: &'a Edge) -> Option<&'a str> {
        let name = self.name(edge)?;
        let is_here = |(_, url): &(_, String)| edge.own(name).is_none_or(|own| leads_to(url, &own));
        self.told.as_ref().is_none_or(is_here).then_some(name)
    }
}

/// The id of a subscribed app.
fn id(app: &Value) -> Option<String> {
    let id = &app["whatsapp_business_api_data"]["id"];
    id.as_str().map(str::to_owned).or_else(|| id.as_u64().map(|id| id.to_string()))
}

/// A subscribed app, for people.
fn shown(app: &Value) -> String {
    let name = app["whatsapp_business_api_data"]["name"].as_str().unwrap_or("an app");
    id(app).map_or_else(|| name.to_owned(), |id| format!("{name} ({id})"))
}

pub(super) fn of_subscription(
    subscribed: &Result<Answer, String>,
    waba_id: &str,
    edge: &Edge,
    callback: &Callback,
) -> Found {
    let answer = match subscribed {
        Ok(answer) if answer.is_success() => answer.json(),
        Ok(answer) => return (State::Unsure, format!("Meta does not tell: {}", refusal(answer))),
        Err(error) => return (State::Unsure, format!("Meta was not reached: {error}")),
    };
    let apps = answer["data"].as_array().map(Vec::as_slice).unwrap_or_default();
    if apps.is_empty() {
        let detail = format!(
            "no app is subscribed to account {waba_id}: POST /{waba_id}/subscribed_apps at Meta, with the app's token"
        );
        return (State::Bad, detail);
    }
    let names: Vec<String> = apps.iter().map(shown).collect();
    let detail = format!("subscribed to account {waba_id}: {}", names.join(", "));
    let (state, compared) = compared(apps, waba_id, edge, callback);
    (state, format!("{detail}; {compared}"))
}

/// Whether the edge's app is among those that are subscribed: the one that the webhooks go to, else any that is known.
fn compared(apps: &[Value], waba_id: &str, edge: &Edge, callback: &Callback) -> Found {
    let of_callback = callback.app(edge);
    let known = edge.apps.iter().filter(|(name, _)| of_callback.is_none_or(|own| own == name.as_str()));
    let known: Vec<(&str, &str)> = known.filter_map(|(name, id)| Some((name.as_str(), id.as_deref()?))).collect();
    if known.is_empty() {
        let key = of_callback.unwrap_or("<app>");
        return (State::Good, format!("whose that is was not compared, for edge.apps.{key}.id is not set"));
    }
    let ids: Vec<String> = apps.iter().filter_map(id).collect();
    if let Some((name, _)) = known.iter().find(|(_, known)| ids.iter().any(|id| id == known)) {
        return (State::Good, format!("that is the edge's app {name}"));
    }
    if ids.len() < apps.len() {
        return (State::Unsure, "Meta does not tell its id, so whose that is cannot be compared".to_owned());
    }
    let wanted: Vec<String> = known.iter().map(|(name, id)| format!("{name} ({id})")).collect();
    let (wanted, keys) = (wanted.join(", "), known.iter().map(|(name, _)| format!("edge.apps.{name}.id")));
    let keys = keys.collect::<Vec<_>>().join(", ");
    let detail = format!(
        "the edge's app {wanted} is not: POST /{waba_id}/subscribed_apps at Meta with a token of that app, or correct {keys}"
    );
    (State::Bad, detail)
}

pub(super) fn of_callback(callback: &Callback, edge: &Edge) -> Found {
    let Some((what, url)) = &callback.told else {
        return (State::Unsure, "Meta does not tell where its webhooks go: look into the app's dashboard".into());
    };
    let Some(app) = callback.app(edge) else {
        let detail = format!(
            "webhooks go to {url} ({what}), which is no address of the edge: those end in {EDGE_PATH} and an app's name"
        );
        return (State::Bad, detail);
    };
    let Some(own) = edge.own(app) else {
        let detail = format!("webhooks go to {url} ({what}); edge.public_url is not set, so the host was not compared");
        return (State::Good, detail);
    };
    if leads_to(url, &own) {
        return (State::Good, format!("webhooks go to {url} ({what}), the edge's own address"));
    }
    let detail = format!(
        "webhooks go to {url} ({what}), and the edge is at {own}: correct the callback at Meta, or edge.public_url"
    );
    (State::Bad, detail)
}

fn leads_to(url: &str, own: &str) -> bool {
    place(url).is_some_and(|told| Some(told) == place(own))
}

/// What of a URL says where it leads: host, port and path.
fn place(url: &str) -> Option<(String, u16, String)> {
    let uri: Uri = url.parse().ok()?;
    let port = uri.port_u16().or(match uri.scheme_str()? {
        "https" => Some(443),
        "http" => Some(80),
        _ => None,
    })?;
    Some((uri.host()?.to_ascii_lowercase(), port, uri.path().trim_end_matches('/').to_owned()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::{answer, refused};
    use super::*;

    const OURS: &str = "https://hooks.example.org/webhooks/meta/main";

    fn edge(public_url: Option<&str>, apps: &[(&str, Option<&str>)]) -> Edge {
        let apps = apps.iter().map(|(name, id)| ((*name).to_owned(), id.map(str::to_owned))).collect();
        Edge { public_url: public_url.map(str::to_owned), apps }
    }

    fn goes_to(url: &str, edge: &Edge) -> Callback {
        let number = answer(200, &json!({ "webhook_configuration": { "application": url } }));
        Callback::of(&number, &answer(200, &json!({ "data": [] })), edge)
    }

    fn subscribed(apps: &[Value]) -> Result<Answer, String> {
        let data: Vec<Value> = apps.iter().map(|app| json!({ "whatsapp_business_api_data": app })).collect();
        answer(200, &json!({ "data": data }))
    }

    #[test]
    fn an_account_without_an_app_gets_nothing() {
        let edge = edge(None, &[("main", None)]);
        let found = |subscribed: &_| of_subscription(subscribed, "102", &edge, &goes_to(OURS, &edge));
        let (state, detail) = found(&subscribed(&[json!({ "name": "Ours", "id": "1" })]));
        assert!(
            state == State::Good && detail.contains("Ours (1)") && detail.contains("edge.apps.main.id"),
            "{detail}"
        );
        let (state, detail) = found(&subscribed(&[]));
        assert!(state == State::Bad && detail.contains("/102/subscribed_apps"), "{detail}");
        assert_eq!(found(&refused(403, 200)).0, State::Unsure);
    }

    #[test]
    fn the_app_that_is_subscribed_is_the_one_that_the_webhooks_go_to() {
        let edge = edge(None, &[("main", Some("1")), ("second", Some("2")), ("third", None)]);
        let found = |url: &str, apps: &[Value]| {
            let (state, detail) = of_subscription(&subscribed(apps), "102", &edge, &goes_to(url, &edge));
            assert!(apps.iter().all(|app| detail.contains(app["name"].as_str().expect("a name"))), "{detail}");
            (state, detail)
        };
        let [first, second, number, other] = [
            json!({ "name": "First", "id": "1" }),
            json!({ "name": "Second", "id": "2" }),
            json!({ "name": "First", "id": 1 }),
            json!({ "name": "Other", "id": "9" }),
        ];
        for apps in [vec![first.clone()], vec![other.clone(), first], vec![number]] {
            let (state, detail) = found(OURS, &apps);
            assert!(state == State::Good && detail.contains("the edge's app main"), "{detail}");
        }
        for apps in [vec![second.clone()], vec![other.clone()]] {
            let (state, detail) = found(OURS, &apps);
            assert!(
                state == State::Bad && detail.contains("main (1)") && detail.contains("edge.apps.main.id"),
                "{detail}"
            );
        }
        let third = OURS.replace("main", "third");
        let (state, detail) = found(&third, std::slice::from_ref(&other));
        assert!(state == State::Good && detail.contains("edge.apps.third.id is not set"), "{detail}");
        // Where the webhooks go elsewhere any app of the edge will do, and the callback says what is wrong.
        assert_eq!(found("https://elsewhere.example.org/in", &[second]).0, State::Good);
        assert_eq!(found("https://elsewhere.example.org/in", &[other]).0, State::Bad);
        assert_eq!(found(OURS, &[json!({ "name": "Nameless" })]).0, State::Unsure);
    }

    #[test]
    fn the_innermost_override_decides_and_must_lead_to_the_edge() {
        let edge = edge(None, &[("main", Some("1"))]);
        let other = "https://elsewhere.example.org/in";
        let nothing = answer(200, &json!({ "data": [] }));
        let found = |own: Value, subscribed: &Result<Answer, String>| {
            let number = answer(200, &json!({ "webhook_configuration": own }));
            of_callback(&Callback::of(&number, subscribed, &edge), &edge)
        };
        assert_eq!(found(json!({ "application": OURS }), &nothing).0, State::Good);
        let (state, detail) = found(json!({ "phone_number": other, "application": OURS }), &nothing);
        assert!(state == State::Bad && detail.contains("override of the number"), "{detail}");
        let of_other = json!({ "whatsapp_business_api_data": { "id": "9" }, "override_callback_uri": other });
        let account = answer(200, &json!({ "data": [of_other] }));
        assert_eq!(found(json!({ "application": OURS }), &account).0, State::Bad);
        assert_eq!(found(json!({ "phone_number": OURS, "application": other }), &account).0, State::Good);
        let of_ours = json!({ "whatsapp_business_api_data": { "id": "1" } });
        let both = answer(200, &json!({ "data": [of_other, of_ours] }));
        assert_eq!(found(json!({ "application": OURS }), &both).0, State::Good, "another app's override is not ours");
        assert_eq!(found(json!({}), &nothing).0, State::Unsure);
        let unknown = OURS.replace("main", "nobodys");
        assert_eq!(found(json!({ "application": unknown }), &nothing).0, State::Bad);
    }

    #[test]
    fn host_port_and_path_are_those_of_the_public_url() {
        let told = |public_url, url: &str| {
            let edge = edge(public_url, &[("main", None)]);
            of_callback(&goes_to(url, &edge), &edge)
        };
        let (state, detail) = told(None, OURS);
        assert!(state == State::Good && detail.contains("edge.public_url is not set"), "{detail}");
        let root = Some("https://hooks.example.org");
        for same in [
            OURS,
            "https://HOOKS.example.org:443/webhooks/meta/main/",
            "https://hooks.example.org/webhooks/meta/main?x=1",
        ] {
            let (state, detail) = told(root, same);
            assert!(state == State::Good && detail.contains("own address"), "{detail}");
        }
        for other in [
            "https://old.example.org/webhooks/meta/main",
            "https://hooks.example.org:8443/webhooks/meta/main",
            "http://hooks.example.org/webhooks/meta/main",
            "https://hooks.example.org/old/webhooks/meta/main",
        ] {
            let (state, detail) = told(root, other);
            assert!(state == State::Bad && detail.contains(OURS) && detail.contains("edge.public_url"), "{detail}");
        }
        assert_eq!(told(Some("https://example.org/wa"), "https://example.org/wa/webhooks/meta/main").0, State::Good);
        assert_eq!(told(Some("https://example.org/wa"), "https://example.org/webhooks/meta/main").0, State::Bad);
    }

    #[test]
    fn an_app_is_only_told_of_where_the_webhooks_may_go_to_it() {
        let name = |public_url, url: &str| {
            let edge = edge(public_url, &[("main", None)]);
            goes_to(url, &edge).name_here(&edge).map(str::to_owned)
        };
        let root = Some("https://hooks.example.org");
        assert_eq!(name(root, OURS).as_deref(), Some("main"));
        assert_eq!(name(root, &OURS.replace("main", "nobodys")).as_deref(), Some("nobodys"));
        assert_eq!(name(root, "https://elsewhere.example.org/webhooks/meta/main"), None);
        assert_eq!(name(None, "https://elsewhere.example.org/webhooks/meta/main").as_deref(), Some("main"));
        assert_eq!(name(None, "https://elsewhere.example.org/in"), None);
        assert_eq!(name(None, "").as_deref(), Some("main"), "Meta does not tell, and there is no other");
        let two = edge(None, &[("main", None), ("second", None)]);
        assert_eq!(goes_to("", &two).name_here(&two), None);
    }
}
