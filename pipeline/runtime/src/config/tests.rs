use super::*;

fn load(text: &str, environment: &[(&str, &str)]) -> Result<Config, ConfigErrors> {
    let layer = Layer { name: "test.toml".to_owned(), text: text.to_owned() };
    Config::load(Some(&layer), environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())))
}

fn problems(result: Result<Config, ConfigErrors>) -> Vec<String> {
    result.expect_err("the configuration is wrong").0.iter().map(ToString::to_string).collect()
}

#[test]
fn the_default_is_valid() {
    let config = Config::load(None, []).expect("the default configuration");
    assert_eq!(config.graph.version, "v26.0");
    assert!(config.edge.apps.is_empty());
}

#[test]
fn the_environment_overrides_the_file_and_the_file_the_default() {
    let config = load(
        "[api]\nlisten = \"127.0.0.1:1\"\n[pipeline]\nheadroom = 0.9\n",
        &[("POSTHASTE_API__LISTEN", "127.0.0.1:2"), ("POSTHASTE_PIPELINE__ATTEMPTS_MAX", "3"), ("HOME", "/")],
    )
    .expect("a good configuration");
    assert_eq!(config.api.listen, "127.0.0.1:2");
    assert!((config.pipeline.headroom - 0.9).abs() < 1e-9);
    assert_eq!(config.pipeline.attempts_max, 3);
}

#[test]
fn apps_are_the_operators_own_keys() {
    let config = load(
        "[edge.apps.demo]\nverify_tokens = [\"t\"]\nsecrets = [\"new\", \"old\"]\n",
        &[
            ("POSTHASTE_EDGE__APPS__OTHER__SECRETS", "[\"s\"]"),
            ("POSTHASTE_EDGE__APPS__OTHER__VERIFY_TOKENS", "[\"v\"]"),
        ],
    )
    .expect("a good configuration");
    assert_eq!(config.edge.apps["demo"].secrets, ["new", "old"]);
    assert_eq!(config.edge.apps["other"].secrets, ["s"]);
}

#[test]
fn unknown_keys_and_wrong_types_are_all_named_with_their_origin() {
    let wrong = problems(load(
        "[kafka]\nbootstrap_server = \"x\"\n[api]\nlisten = 5\n[nonsense]\na = 1\n",
        &[("POSTHASTE_PIPELINE__ATTEMPTS_MAX", "many")],
    ));
    assert_eq!(wrong.len(), 4, "{wrong:?}");
    assert!(
        wrong.iter().any(|w| w.contains("kafka.bootstrap_server (set by test.toml)")
            && w.contains("did you mean bootstrap_servers?"))
    );
    assert!(wrong.iter().any(|w| w.contains("api.listen") && w.contains("string is expected")));
    assert!(wrong.iter().any(|w| w.contains("nonsense") && w.contains("known here")));
    assert!(wrong.iter().any(|w| w.contains("POSTHASTE_PIPELINE__ATTEMPTS_MAX")));
}

#[test]
fn values_out_of_range_are_all_named() {
    let wrong = problems(load(
        "[pipeline]\nheadroom = 2.0\nlease_ttl_ms = 1\n[graph]\nbase_url = \"graph\"\n[edge]\nlisten = \"here\"\n[edge.apps.a]\nverify_tokens = [\"t\"]\nsecrets = [\"s\"]\n",
        &[],
    ));
    for key in ["pipeline.headroom", "pipeline.lease_ttl_ms", "graph.base_url", "edge.listen"] {
        assert!(wrong.iter().any(|w| w.starts_with(key)), "{key} is missing in {wrong:?}");
    }
}

#[test]
fn an_app_without_secret_is_refused() {
    let wrong = problems(load("[edge.apps.demo]\nverify_tokens = []\nsecret = \"x\"\n", &[]));
    for key in ["edge.apps.demo.verify_tokens", "edge.apps.demo.secrets", "edge.apps.demo.secret "] {
        assert!(wrong.iter().any(|w| w.starts_with(key)), "{key} is missing in {wrong:?}");
    }
}

#[test]
fn the_edges_address_and_the_ids_of_its_apps_are_optional_and_have_a_form() {
    let app = "[edge.apps.demo]\nverify_tokens = [\"t\"]\nsecrets = [\"s\"]\n";
    let config = load(app, &[]).expect("neither is needed");
    assert_eq!((config.edge.public_url.as_str(), &config.edge.apps["demo"].id), ("", &None));
    let text = format!("[edge]\npublic_url = \"https://hooks.example.com/wa\"\n{app}id = \"634974688087057\"\n");
    let config = load(&text, &[]).expect("a good configuration");
    assert_eq!(config.edge.public_url, "https://hooks.example.com/wa");
    assert_eq!(config.edge.apps["demo"].id.as_deref(), Some("634974688087057"));
    let config = load(app, &[("POSTHASTE_EDGE__APPS__DEMO__ID", "634974688087057")]).expect("a good configuration");
    assert_eq!(config.edge.apps["demo"].id.as_deref(), Some("634974688087057"));
    for id in ["\"\"", "\"app-1\"", "[1]", "-1"] {
        assert!(problems(load(&format!("{app}id = {id}\n"), &[]))[0].starts_with("edge.apps.demo.id"), "{id}");
    }
    for url in ["hooks.example.com", "https://hooks.example.com/", "https://", "https://hooks.example.com?x"] {
        let wrong = problems(load(&format!("[edge]\npublic_url = \"{url}\"\n{app}"), &[]));
        assert!(wrong[0].starts_with("edge.public_url"), "{url}: {wrong:?}");
    }
}

#[test]
fn a_file_that_is_not_toml_is_named() {
    assert!(problems(load("[kafka", &[]))[0].contains("not valid TOML"));
}
