use std::io::Write as _;

use clap::{CommandFactory as _, Parser as _};
use http::StatusCode;
use proptest::prelude::*;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::*;

#[derive(Debug, clap::Parser)]
struct Bare {
    #[command(flatten)]
    args: SimulatorArgs,
}

/// A command among others, as a program has it.
#[derive(Debug, clap::Parser)]
struct Program {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Simulate(Box<SimulatorArgs>),
}

#[test]
fn the_arguments_are_a_command_among_others_and_explain_themselves() {
    Program::command().debug_assert();
    let Command::Simulate(args) = Program::try_parse_from(["x", "simulate", "--seed=9"]).unwrap().command;
    assert_eq!((args.options.seed, args.exit_when_done), (9, false));
    let help = Program::try_parse_from(["x", "simulate", "--help"]).unwrap_err().to_string();
    assert!(help.contains("--scenario <FILE>") && help.contains("--exit-when-done"), "{help}");
    let missing = Program::try_parse_from(["x", "simulate", "--scenario", "no/such.toml"]).unwrap_err().to_string();
    assert!(missing.contains("--scenario") && missing.contains("no/such.toml"), "{missing}");
}

/// The command line with a scenario of this text.
fn parsed(text: &str, words: &[&str]) -> Result<SimulatorArgs, String> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let words = ["simulate", "--scenario", file.path().to_str().unwrap()].into_iter().chain(words.iter().copied());
    Bare::try_parse_from(words).map(|bare| bare.args).map_err(|error| error.to_string())
}

fn refusal(text: &str) -> String {
    Scenario::parse(text, "s.toml").unwrap_err().to_string()
}

#[test]
fn a_world_has_the_options_of_the_command_line_which_replaces_them() {
    let text =
        "[world]\nnumber = [\"7:10\", \"8:20\"]\nseed = 3\nlatency-ms = \"1..2\"\nhttp429 = true\nread-share = 0.5\n";
    let args = parsed(text, &["--number", "9:30", "--read-share=0.25", "--enforce-window"]).unwrap();
    let numbers: Vec<&str> = args.options.numbers.iter().map(|number| number.id.as_str()).collect();
    assert_eq!((numbers, args.options.seed, args.options.enforce_window), (vec!["9"], 3, true));
    assert_eq!((args.options.faults.read_share.get(), args.options.faults.http429), (0.25, true));
    assert_eq!((args.options.latency_ms.max, args.options.batch_max), (2, 20));
    let file_alone = parsed(text, &["--exit-when-done"]).unwrap();
    assert_eq!((file_alone.options.numbers.len(), file_alone.exit_when_done), (2, true));
    let without = Bare::try_parse_from(["simulate", "--seed", "5"]).unwrap().args;
    assert_eq!((without.options.seed, without.scenario.is_none()), (5, true));
    assert!(Bare::try_parse_from(["simulate", "--exit-when-done"]).is_err(), "when what is done?");
}

#[test]
fn what_is_wrong_is_told_with_its_line_and_key() {
    let step = |rest: &str| format!("[world]\nseed = 1\n\n[[step]]\n{rest}\n");
    for (text, line, hint) in [
        ("[world]\nsped = 1".to_owned(), 2, "`sped` is not an option"),
        ("[world]\nseed = \"x\"".to_owned(), 2, "--seed"),
        ("[world]\nseed = 1\nhttp429 = 1".to_owned(), 3, "true or false"),
        ("[world]\nread-share = 2".to_owned(), 2, "0 to 1"),
        ("[word]".to_owned(), 1, "word"),
        (step("at = \"2 moons\"\naction.refuse = { code = 1 }"), 5, "2 moons"),
        (step("at = \"2s\"\naction.explode = {}"), 6, "explode"),
        (step("at = \"2s\"\naction.refuse = { cod = 1 }"), 6, "cod"),
        (step("action.refuse = { code = 1 }"), 4, "`at` or `when`"),
        (step("at = \"1s\"\nwhen = { accepted = 1 }\naction.refuse = { code = 1 }"), 4, "`at` or `when`"),
        (step("when = { acepted = 1 }\naction.refuse = { code = 1 }"), 5, "`acepted` is not counted"),
        (
            step(
                "at = \"1s\"\nfor = \"1s\"\naction.opt-out = { number = \"106540352242922\", from = \"+16505551234\" }",
            ),
            4,
            "`for`",
        ),
        (step("at = \"1s\"\naction.faults = { nonsense = 1 }"), 4, "`nonsense` is not a fault"),
        (step("at = \"1s\"\naction.inbound = { number = \"7\", from = \"1\", text = \"x\" }"), 4, "7 is not simulated"),
        ("[expect]\naccepted = -1".to_owned(), 2, "below 0"),
        ("[expect]\nby_final_status.lost = 1".to_owned(), 2, "`by_final_status.lost` is not counted"),
        ("[expect]\naccepted = { min = 1, most = 2 }".to_owned(), 2, "most"),
        (step("when = {}\naction.refuse = { code = 1 }"), 5, "`when` waits for nothing"),
        (step("when = { accepted = {} }\naction.refuse = { code = 1 }"), 5, "accepted: an empty table"),
        ("[expect]\nbreaches = 0\naccepted = {}".to_owned(), 3, "accepted: an empty table"),
        ("[expect]\nrejected_by_code = {}".to_owned(), 2, "rejected_by_code: an empty table"),
        ("[expect]\naccepted = { min = 5, max = 1 }".to_owned(), 2, "accepted: min 5 exceeds max 1"),
        ("[expect]\nrejected_by_code.template = 0".to_owned(), 2, "rejected_by_code.template: `template` is not"),
        ("[expect]\nrejected_by_code.0190 = 0".to_owned(), 2, "`0190` is not a code"),
        ("[expect]\npages.rejected_by_code.x = 0".to_owned(), 2, "`x` is not a code"),
        ("[expect]\nbreaches = 0\nsend_rate_max.7 = 80".to_owned(), 3, "send_rate_max.7: 7 is not simulated"),
        (step("when = { send_rate_max_at_ms.7 = 1 }\naction.refuse = { code = 1 }"), 5, "7 is not simulated"),
        ("[expect]\npages.send_rate_max.2093 = 1".to_owned(), 2, "give it with --page"),
        (step("at = \"1s\"\naction.latency = { min = 2, max = 1 }"), 4, "latency: min"),
        (step("at = \"1s\"\naction.number = { number = \"106540352242922\", limit = 0 }"), 4, "number: limit"),
    ] {
        let told = refusal(&text);
        assert!(told.contains(hint) && told.starts_with(&format!("s.toml, line {line}: ")), "{text}\n{told}");
    }
    let told = parsed(
        "[world]\nnumber = [\"7:1\"]\n[[step]]\nat = \"1s\"\naction.number = { number = \"7\", limit = 9 }",
        &["--number=8:1"],
    );
    assert!(told.unwrap_err().contains("line 3: number: 7 is not simulated"), "the number was replaced");
    let counted = "[world]\nnumber = [\"7:1\"]\npage = [\"messenger:2093\"]\n\
                   [expect]\nsend_rate_max.7 = 1\npages.send_rate_max.2093 = 1";
    Scenario::parse(counted, "s.toml").unwrap();
    let told = parsed(counted, &["--number=8:1"]).unwrap_err();
    assert!(told.contains("line 5: send_rate_max.7: 7 is not simulated"), "the number was replaced: {told}");
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_with_a_line(
        text in prop_oneof![".{0,200}", "(\\[\\[?(step|world|end|expect)\\]?\\]|at = \"1s\"|seed = [0-9x]|accepted = -?[0-9]|\n){0,12}"],
    ) {
        if let Err(error) = Scenario::parse(&text, "s.toml") {
            prop_assert!(error.to_string().starts_with("s.toml, line "), "{error}");
        }
    }
}

#[test]
fn every_shipped_scenario_is_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.len() >= 6, "{files:?}");
    for file in files {
        let scenario = Scenario::load(&file).unwrap();
        assert!(!scenario.steps.is_empty() && !scenario.expected.is_empty(), "{file:?}");
    }
}

#[test]
fn bounds_are_exact_where_something_is_expected_and_least_where_it_is_awaited() {
    let scenario = Scenario::parse(
        "[[step]]\nwhen = { accepted = 2, rejected_by_code.190 = 1 }\naction.refuse = { code = 1 }\n\
         [expect]\naccepted = 2\nrejected_by_code.190 = { max = 3 }\n",
        "s.toml",
    )
    .unwrap();
    let ledger =
        |accepted: u64, rejected: u64| serde_json::json!({"accepted": accepted, "rejected_by_code": {"190": rejected}});
    let Trigger::When(awaited) = &scenario.steps[0].trigger else { panic!("a condition") };
    let holds = |bounds: &[Bound], ledger: &serde_json::Value| bounds.iter().all(|bound| bound.holds(ledger));
    assert!(holds(awaited, &ledger(3, 9)) && !holds(awaited, &ledger(3, 0)) && !holds(awaited, &ledger(1, 1)));
    assert!(holds(&scenario.expected, &ledger(2, 0)) && !holds(&scenario.expected, &ledger(3, 0)));
    let told: Vec<String> = scenario.expected.iter().map(|bound| bound.told(&ledger(3, 4))).collect();
    assert_eq!(told, ["accepted is 3, 2 expected", "rejected_by_code.190 is 4, 0 to 3 expected"]);
    let is_lost = |ledger: serde_json::Value| scenario.expected.iter().any(|bound| bound.is_lost(&ledger));
    assert!(is_lost(ledger(3, 0)) && is_lost(ledger(0, 4)) && !is_lost(ledger(1, 3)));
}

#[tokio::test]
async fn what_does_not_come_and_what_cannot_be_done_is_told_at_the_deadline() {
    let scenario = Scenario::parse(
        "[[step]]\nat = \"0s\"\naction.template-status = { name = \"nothing\", language = \"en\", event = \"PAUSED\" }\n\
         [[step]]\nwhen = { accepted = 1 }\naction.refuse = { code = 1 }\n\
         [end]\nquiet = \"10ms\"\ndeadline = \"100ms\"\n[expect]\nbreaches = 0\ninbound_generated = 1\n",
        "s.toml",
    )
    .unwrap();
    let simulator = crate::start(scenario.options().unwrap()).await.unwrap();
    let told = simulator.play(&scenario).await.unwrap_err().to_string();
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines.len(), 3, "{told}");
    assert!(lines[0].contains("line 1: template nothing in en does not exist"), "{told}");
    assert!(lines[1].contains("line 4: the step did not come: accepted is 0, at least 1 expected"), "{told}");
    assert_eq!(lines[2], "s.toml: inbound_generated is 0, 1 expected");
}

#[tokio::test]
async fn a_callback_is_verified_once_and_no_longer_than_the_scenario_lasts() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let absent = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    for (callback, hint) in [(absent, "is not verified"), (silent.local_addr().unwrap(), "not over at the deadline")] {
        let text = format!(
            "[[step]]\nat = \"0s\"\naction.callback = {{ url = \"http://{callback}/hook\", verify = true }}\n\
             [end]\nquiet = \"1ms\"\ndeadline = \"1s\""
        );
        let scenario = Scenario::parse(&text, "s.toml").unwrap();
        let simulator = crate::start(scenario.options().unwrap()).await.unwrap();
        let told = simulator.play(&scenario).await.unwrap_err().to_string();
        assert!(told.starts_with("s.toml: line 1: ") && told.contains(hint), "{told}");
    }
}

/// What comes of something that a good simulator does soon.
async fn within<T>(what: &str, outcome: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), outcome).await.unwrap_or_else(|_| panic!("it did not come: {what}"))
}

/// Reads a request up to the end of its head.
async fn head(stream: &mut TcpStream) -> String {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        head.push(char::from(stream.read_u8().await.unwrap()));
    }
    head
}

/// Answers the handshake of a callback.
async fn confirm(mut stream: TcpStream) {
    let head = head(&mut stream).await;
    let (_, challenge) = head.split_once("hub.challenge=").expect("a handshake");
    let challenge = challenge.split('&').next().unwrap();
    let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{challenge}", challenge.len());
    stream.write_all(answer.as_bytes()).await.unwrap();
}

#[tokio::test]
async fn steps_that_a_send_was_taking_when_its_client_hung_up_are_still_taken() {
    let callback = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let text = format!(
        "[[step]]\nwhen = {{ requests = 1 }}\naction.latency = {{ min = 7, max = 7 }}\n\
         [[step]]\nwhen = {{ requests = 1 }}\naction.callback = {{ url = \"http://{}/hook\", verify = true }}\n\
         [[step]]\nwhen = {{ requests = 1 }}\naction.refuse = {{ code = 131031 }}\n[end]\nquiet = \"1ms\"",
        callback.local_addr().unwrap()
    );
    let scenario = Scenario::parse(&text, "s.toml").unwrap();
    let simulator = crate::start(scenario.options().unwrap()).await.unwrap();
    let world = &simulator.world;
    let play = std::sync::Arc::new(Play::new(&scenario));
    *world.play.write() = Some(play.clone());

    // The callback does not answer, the client does not wait.
    let mut client = TcpStream::connect(simulator.addr()).await.unwrap();
    client.write_all(b"POST /v23.0/1/messages HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}").await.unwrap();
    let (mut handshake, _) = callback.accept().await.unwrap();
    head(&mut handshake).await;
    drop(client);
    let mut rest = [0];
    let read = within("the handshake is given up with the send that waited for it", handshake.read(&mut rest)).await;
    assert_eq!(read.unwrap(), 0);
    assert_eq!((world.latency.read().max, world.callback.read().is_none(), *world.refusing.read()), (7, true, None));

    let answering = async { confirm(callback.accept().await.unwrap().0).await };
    let (ended, ()) =
        tokio::join!(play.run(world, &simulator.poster), within("the handshake is made again", answering));
    ended.unwrap();
    assert!(world.callback.read().is_some());
    assert_eq!(*world.refusing.read(), Some(131_031));
}

#[tokio::test]
async fn what_a_step_changes_is_set_back_after_its_time() {
    let scenario = Scenario::parse(
        "[[step]]\nat = \"0s\"\nfor = \"20ms\"\naction.refuse = { code = 131031 }\n\
         [[step]]\nat = \"0s\"\nfor = \"20ms\"\naction.number = { number = \"106540352242922\", limit = 5, fields = { quality_rating = \"RED\" } }\n\
         [[step]]\nat = \"0s\"\nfor = \"20ms\"\naction.latency = { min = 1, max = 1 }\n\
         [[step]]\nat = \"0s\"\nfor = \"20ms\"\naction.messaging-limit = { people = 250 }\n\
         [[step]]\nat = \"0s\"\nfor = \"20ms\"\naction.account = { event = \"restrict\", silent = true }\n\
         [[step]]\nat = \"0s\"\nfor = \"20ms\"\naction.faults = { http429 = true }\n[end]\nquiet = \"1ms\"",
        "s.toml",
    )
    .unwrap();
    let simulator = crate::start(scenario.options().unwrap()).await.unwrap();
    let world = &simulator.world;
    let state = || {
        let number = (world.limits[0].lock().window.limit(), world.number_fields[0].read().clone());
        (*world.refusing.read(), number, *world.latency.read(), world.messaging_limit(), *world.faults.read())
    };
    let before = state();
    let play = Play::new(&scenario);
    play.advance(world, &simulator.poster).await;
    let during = state();
    assert_eq!((during.0, during.1.0, during.2.max, during.3, during.4.http429), (Some(131_031), 5, 1, 250, true));
    assert_eq!(during.1.1["quality_rating"], "RED");
    assert!(world.sanction.read().is_some());
    simulator.play(&Scenario { steps: Vec::new(), ..scenario.clone() }).await.unwrap();
    assert!(play.run(world, &simulator.poster).await.is_ok());
    assert_eq!(state(), before);
    assert!(world.sanction.read().is_none());
    assert_eq!(crate::error::GraphError::locked().http, StatusCode::FORBIDDEN);
}
