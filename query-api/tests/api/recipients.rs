//! Upload of recipients.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use http::Method;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::world::World;

/// So many recipients as CSV, numbered from `first`.
fn file(first: usize, count: usize) -> String {
    let mut text = String::from("to,1,2\r\n");
    for n in first..first + count {
        let _ = write!(text, "+1631555{n:05},Name {n},\"a, \"\"b\"\"\"\r\n");
    }
    text
}

#[tokio::test]
async fn lines_are_accepted_or_rejected_with_their_reason() {
    let world = World::new().await;
    let id = world.create_campaign().await;
    world.post("/v1/opt-outs", &json!({ "contact": "+1 631 555 0109" })).await;
    let csv = "to,1,2\n\
               +16315550101,Ann,x\n\
               +1 (631) 555-0101,Ann,x\n\
               16315550102,Bob,x\n\
               +16315550103,,x\n\
               +16315550109,Out,x\n\
               +16315550104,Zoë,x";
    let answer = world.upload(&id, 0, csv).await;
    let shown = |line: i64, code: &str, reason: &str| json!({ "line": line, "code": code, "reason": reason });
    let expected = json!({
        "chunk": 0,
        "accepted": 2,
        "rejected": 4,
        // The configuration of the tests shows three.
        "rejects": [
            shown(3, "duplicate_recipient", "the same number as in line 2"),
            shown(4, "number_without_country_code", "the phone number must begin with + and its country code"),
            shown(5, "parameter_missing", "parameter 1 is empty"),
        ],
        "recipients_total": 2,
    });
    assert_eq!(answer.json(), expected);
    let rejects = world.get(&format!("/v1/campaigns/{id}/rejects")).await;
    assert_eq!(rejects.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(
        rejects.text,
        "chunk,line,code,reason,raw\n\
         0,3,duplicate_recipient,the same number as in line 2,\"+1 (631) 555-0101,Ann,x\"\n\
         0,4,number_without_country_code,the phone number must begin with + and its country code,\"16315550102,Bob,x\"\n\
         0,5,parameter_missing,parameter 1 is empty,\"+16315550103,,x\"\n\
         0,6,opted_out,+16315550109 has opted out,\"+16315550109,Out,x\"\n"
    );
    let campaign = world.get(&format!("/v1/campaigns/{id}")).await.json();
    assert_eq!((&campaign["recipients"], &campaign["rejected_lines"]), (&json!(2), &json!(4)));
}

#[tokio::test]
async fn ordinals_are_contiguous_across_chunks_and_nobody_is_in_twice() {
    let world = World::new().await;
    let id = world.create_campaign().await;
    assert_eq!(world.upload(&id, 0, &file(0, 4321)).await.json()["accepted"], 4321);
    // The second chunk overlaps the first by 21.
    let answer = world.upload(&id, 7, &file(4300, 1000)).await.json();
    assert_eq!(
        (&answer["accepted"], &answer["rejected"], &answer["recipients_total"]),
        (&json!(979), &json!(21), &json!(5300))
    );
    assert_eq!(answer["rejects"][0]["reason"], "the same number as in line 4302 of chunk 0");
    let statement =
        "SELECT first_ordinal, count, recipients FROM campaign_chunk WHERE tenant_id = $1 ORDER BY first_ordinal";
    let mut contacts = Vec::new();
    for row in world.sql.query(statement, &[&world.tenant.0]).await.unwrap() {
        let (first, count, text): (i32, i32, String) = (row.get(0), row.get(1), row.get(2));
        assert_eq!(usize::try_from(first).unwrap(), contacts.len());
        assert!(count <= 500);
        let recipients: Vec<(String, Vec<String>)> = serde_json::from_str(&text).unwrap();
        assert_eq!(recipients.len(), usize::try_from(count).unwrap());
        assert!(recipients.iter().all(|(_, params)| params.len() == 2 && params[1] == "a, \"b\""));
        contacts.extend(recipients.into_iter().map(|(contact, _)| contact));
    }
    assert_eq!(contacts, (0..5300).map(|n| format!("+1631555{n:05}")).collect::<Vec<_>>());
}

#[tokio::test]
async fn repeating_a_chunk_gives_the_first_result_and_other_bytes_are_a_conflict() {
    let world = World::new().await;
    let id = world.create_campaign().await;
    let csv = "to,1,2\n+16315550101,a,b\nbad,a,b\n";
    let first = world.upload(&id, 0, csv).await;
    let again = world.upload(&id, 0, csv).await;
    assert_eq!((again.json(), again.header("idempotent-replayed")), (first.json(), "true"));
    world.upload(&id, 0, "to,1,2\n+16315550102,a,b\n").await.problem(409, "chunk_conflict");
    world.post_with_key(&format!("/v1/campaigns/{id}:start"), "s", &json!({})).await;
    // A client that missed the answer may still ask for it.
    assert_eq!(world.upload(&id, 0, csv).await.json(), first.json());
    let detail = world.upload(&id, 1, csv).await.problem(409, "campaign_not_draft");
    assert!(detail.contains("running"));
}

#[tokio::test]
async fn json_lines_are_taken_too() {
    let world = World::new().await;
    let id = world.create_campaign().await;
    let lines =
        "{\"to\":\"+16315550101\",\"params\":[\"a\",\"b\"]}\n\n{\"to\":\"+16315550102\",\"params\":[\"a\"]}\n{]\n";
    let path = format!("/v1/campaigns/{id}/recipients?chunk=0");
    let answer =
        world.send(Method::POST, &path, &[("content-type", "application/x-ndjson; charset=utf-8")], lines).await;
    let body = answer.json();
    assert_eq!(body["accepted"], 1);
    let codes: Vec<_> =
        body["rejects"].as_array().unwrap().iter().map(|reject| (&reject["line"], &reject["code"])).collect();
    assert_eq!(codes, [(&json!(3), &json!("parameter_count")), (&json!(4), &json!("line_malformed"))]);
}

#[tokio::test]
async fn an_upload_that_cannot_be_used_changes_nothing() {
    let world = World::new().await;
    let id = world.create_campaign().await;
    let path = format!("/v1/campaigns/{id}/recipients");
    let csv = [("content-type", "text/csv")];
    world.send(Method::POST, &path, &csv, "to,1,2\n").await.problem(400, "query_invalid");
    world.send(Method::POST, &format!("{path}?chunk=-1"), &csv, "to,1,2\n").await.problem(400, "query_invalid");
    let json = [("content-type", "application/json")];
    world.send(Method::POST, &format!("{path}?chunk=0"), &json, "[]").await.problem(415, "content_type_unsupported");
    let detail = world.upload(&id, 0, "+16315550101,a,b\n").await.problem(422, "upload_header_invalid");
    assert!(detail.ends_with("write to,1,2"), "{detail}");
    world.upload(&id, 0, &"x".repeat(1_100_000)).await.problem(413, "body_too_large");
    // A header line that fails after good ones were read in another chunk, and a template that is gone meanwhile.
    world.set_template("order", "deleted", None).await;
    world.upload(&id, 0, &file(0, 10)).await.problem(422, "template_not_approved");
    world.set_template("order", "approved", None).await;
    let campaign = world.get(&format!("/v1/campaigns/{id}")).await.json();
    assert_eq!((&campaign["recipients"], &campaign["rejected_lines"]), (&json!(0), &json!(0)));
    assert_eq!(world.upload(&id, 0, &file(0, 10)).await.json()["accepted"], 10);
}

/// A connection that has announced a long upload and sent only its beginning.
async fn half_upload(world: &World, campaign: &str, chunk: usize) -> TcpStream {
    let mut stream = TcpStream::connect(world.address).await.expect("a connection");
    let head = format!(
        "POST /v1/campaigns/{campaign}/recipients?chunk={chunk} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {}\r\n\
         content-type: text/csv\r\ncontent-length: 100000\r\n\r\nto,1,2\n",
        world.key
    );
    stream.write_all(head.as_bytes()).await.expect("a write");
    stream
}

#[tokio::test]
async fn too_many_uploads_at_once_are_refused_and_one_that_breaks_off_has_no_effect() {
    let world = World::new().await;
    let id = world.create_campaign().await;
    let mut halves = Vec::new();
    for chunk in 0..4 {
        halves.push(half_upload(&world, &id, chunk).await);
    }
    let deadline = Instant::now() + Duration::from_secs(20);
    let refused = loop {
        // Until the server has seen all four there is a place left.
        let answer = world.upload(&id, 100, "to,1,2\n").await;
        if answer.status == 429 {
            break answer;
        }
        assert!(Instant::now() < deadline, "{}", answer.text);
    };
    refused.problem(429, "too_many_uploads");
    assert_eq!(refused.header("retry-after"), "5");
    drop(halves);
    loop {
        let answer = world.upload(&id, 0, &file(0, 3)).await;
        if answer.status == 200 {
            assert_eq!(answer.json()["accepted"], 3);
            break;
        }
        assert!(Instant::now() < deadline, "{}", answer.text);
    }
}

#[tokio::test]
async fn a_download_of_rejects_has_every_line_however_many() {
    let world = World::new().await;
    let id = world.create_campaign().await;
    let csv = (0..2500).fold("to,1,2\n".to_owned(), |text, n| text + &format!("bad{n},a,b\n"));
    assert_eq!(world.upload(&id, 0, &csv).await.json()["rejected"], 2500);
    let text = world.get(&format!("/v1/campaigns/{id}/rejects")).await.text;
    let lines: Vec<&str> = text.lines().skip(1).collect();
    assert_eq!(lines.len(), 2500);
    assert!(
        lines.iter().enumerate().all(|(n, line)| line.ends_with(&format!("\"bad{n},a,b\""))),
        "in order and complete"
    );
}

#[tokio::test]
async fn the_funnel_comes_from_analytics() {
    let world = World::new().await;
    let id = world.create_campaign().await;
    let funnel: Value = world.get(&format!("/v1/campaigns/{id}/funnel")).await.json();
    assert_eq!(funnel, json!({ "campaign_id": id, "sent": 3 }));
}
