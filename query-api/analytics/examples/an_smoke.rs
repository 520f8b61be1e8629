//! temporary
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use posthaste_analytics::*;
use posthaste_kafka::{Catalogue, KafkaPublisher};
use posthaste_model::*;
use posthaste_postgres::{ApiPool, WorkerPool};
use posthaste_runtime::config::*;
use posthaste_runtime::log::Publisher;
use posthaste_runtime::record::*;
use tokio_util::sync::CancellationToken;

fn record(tenant: TenantId, campaign: CampaignId, n: u32, status: &str, seq: i64) -> OutRecord {
    let now = Millis(chrono::Utc::now().timestamp_millis());
    let t = Transition { tenant_id: tenant, intent_id: IntentId::of_recipient(campaign, n), attempt: 1, status: Status::parse(status).unwrap(),
        at: now, accepted_at: now.plus(-1500), sender_id: SenderId::new("106540352242922"), contact: Contact::new(format!("+1631{n:07}")), class: Class::Campaign,
        campaign_id: Some(campaign), template: Some("offer".into()), wamid: Some(Wamid::new(format!("wamid.HBgLMTYzMTU1NTAxMDEVAgARGBI{n}"))), code: None, reason: None, pricing: None };
    let seq = Sequence { task: "senders".into(), partition: 0, seq };
    OutRecord { partition: None, topic: topic::DELIVERY.into(), key: Some(format!("106540352242922:{}", t.contact)),
        headers: vec![(header::CE_TYPE.into(), "delivery.transitioned.v1".into()), (header::PH_SEQ.into(), seq.to_string())],
        value: serde_json::to_vec(&t).unwrap().into() }
}

#[tokio::main]
async fn main() {
    let config = Config::load(None, std::env::vars().filter(|(k, _)| k.starts_with("POSTHASTE_") && k.contains("__"))).unwrap();
    println!("topics {:?}", Catalogue::built_in().unwrap().apply(&config.kafka).await.unwrap());
    let worker = WorkerPool::new(&config.postgres).unwrap();
    let api = ApiPool::new(&config.postgres).unwrap();
    let a = TenantId(std::env::var("SMOKE_A").unwrap().parse().unwrap());
    let b = TenantId(std::env::var("SMOKE_B").unwrap().parse().unwrap());
    let (ca, cb) = (CampaignId(uuid::Uuid::now_v7()), CampaignId(uuid::Uuid::now_v7()));
    let publisher = KafkaPublisher::new(&config.kafka).unwrap();
    let stop = CancellationToken::new();
    let lake = |stop: CancellationToken| { let (k, l, w) = (config.kafka.clone(), config.lake.clone(), worker.clone()); tokio::spawn(async move { let r = run_lake(&k, &l, w, stop).await; println!("lake ended {r:?}"); }) };
    let mut running = lake(stop.clone());
    let (tail, tail_task) = Tail::start(&config.kafka, worker.clone(), stop.clone());
    let engine = Engine::new(&config.lake, &config.sql, api, tail).unwrap();
    let mut seq = chrono::Utc::now().timestamp_millis() * 1000;
    let ask = async |t, sql: &str| { match engine.query(t, sql, Format::Json).await { Ok(x) => String::from_utf8_lossy(&x.body).into_owned(), Err(e) => format!("ERR {} {e}", e.code()) } };
    while ask(a, "SELECT 1").await.starts_with("ERR") { tokio::time::sleep(Duration::from_millis(50)).await; }
    // freshness
    let mut worst = Duration::ZERO;
    for n in 0..20u32 {
        seq += 1;
        publisher.publish(vec![record(a, ca, n, "queued", seq)]).await.unwrap();
        let t = Instant::now();
        let want = format!("[[{}]]", n + 1);
        let sql = format!("SELECT count(*) FROM transitions WHERE campaign_id = '{ca}'");
        loop { let got = ask(a, &sql).await; if got.contains(&want) { break; } assert!(t.elapsed() < Duration::from_secs(20), "{got}"); }
        worst = worst.max(t.elapsed());
    }
    println!("freshness worst of 20: {worst:?}");
    // bulk with duplicates, with two lake crashes
    let total = 10_000u32;
    let t = Instant::now();
    for (k, status) in ["queued", "armed", "accepted", "sent", "delivered", "read"].iter().enumerate() {
        for chunk in (0..total).collect::<Vec<_>>().chunks(1000) {
            let mut out = Vec::new();
            for n in chunk {
                if k == 0 && *n < 20 { continue; }
                seq += 1;
                out.push(record(a, ca, *n, status, seq));
                if n % 10 == 0 { out.push(out.last().unwrap().clone()); }
                if n % 4 == 0 { seq += 1; out.push(record(b, cb, *n, status, seq)); }
            }
            publisher.publish(out).await.unwrap();
        }
        println!("{status} published {:?}; {}", t.elapsed(), ask(a, "SELECT count(*) FROM transitions").await);
        if k == 1 || k == 3 { running.abort(); println!("lake aborted"); tokio::time::sleep(Duration::from_millis(1500)).await; running = lake(stop.clone()); }
    }
    let t = Instant::now();
    println!("{:?} {:?}", engine.funnel(a, ca).await, t.elapsed());
    println!("{:?}", engine.funnel(b, cb).await);
    println!("{:?}", engine.funnel(b, ca).await.map(|f| f.messages));
    for _ in 0..14 {
        let q = Instant::now();
        let x = ask(a, &format!("SELECT messages, accepted, sent, delivered, read FROM delivery_funnel WHERE campaign_id = '{ca}'")).await;
        println!("{:?} {} took {:?}", t.elapsed(), &x[x.find("rows").unwrap_or(0)..], q.elapsed());
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    for sql in ["SELECT * FROM time_to_deliver", "SELECT minute, sender_id, read FROM throughput_minute", "SELECT count(*), count(DISTINCT partition) FROM transitions", "SELECT count(*) FROM transitions GROUP BY intent_id, attempt, status HAVING count(*) > 1"] {
        let q = Instant::now();
        let x = ask(b, sql).await;
        println!("{sql}: {} {:?}", x, q.elapsed());
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    println!("{}", status.lines().filter(|l| l.starts_with("VmRSS") || l.starts_with("VmHWM")).collect::<Vec<_>>().join(" "));
    let t = Instant::now();
    stop.cancel();
    running.await.ok(); tail_task.await.ok();
    println!("stopped in {:?}", t.elapsed());
    let _ = BTreeMap::<i32, i32>::new();
}
