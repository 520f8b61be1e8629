//! The messaging limit of a portfolio, on a real database.

use std::collections::BTreeSet;

use posthaste_core::sender::{Effects, Reserved, Wanted};
use posthaste_model::{Contact, Millis, PortfolioId, SenderId};
use posthaste_runtime::store::Store as _;

use crate::world::{SENDER, WABA, World, advance, in_world};

const LIMIT: i32 = 50;

async fn limited(world: &World) {
    let statement = "INSERT INTO portfolio (tenant_id, portfolio_id, messaging_limit) VALUES ($1, $2, $3)";
    world.sql.execute(statement, &[&world.tenant.0, &WABA, &LIMIT]).await.expect("a portfolio");
}

fn contact(n: usize) -> Contact {
    Contact::new(format!("+1631555{n:04}"))
}

fn wanted(world: &World, people: impl IntoIterator<Item = usize>) -> Vec<Wanted> {
    vec![Wanted {
        tenant_id: world.tenant,
        portfolio_id: PortfolioId::new(WABA),
        sender_id: SenderId::new(SENDER),
        contacts: people.into_iter().map(contact).collect(),
    }]
}

async fn reserve(world: &World, people: impl IntoIterator<Item = usize>) -> Reserved {
    let mut reserved = world.store.reserve(&wanted(world, people)).await.expect("an answer");
    reserved.pop().expect("one for each question")
}

async fn counted(world: &World) -> (i64, i32) {
    let statement = "SELECT count(c.contact), max(p.used) FROM portfolio p LEFT JOIN portfolio_contact c USING (tenant_id, portfolio_id)";
    let row = world.sql.query_one(statement, &[]).await.expect("a count");
    (row.get(0), row.get(1))
}

/// Owners that know nothing of each other, all at once and each for people of its own and for people of all.
#[tokio::test(flavor = "multi_thread")]
async fn owners_that_reserve_at_once_never_exceed_the_limit_together() {
    in_world(async |world| {
        limited(&world).await;
        let owner = async |n: usize| {
            let mut granted = Vec::new();
            for from in (0..60).step_by(6) {
                let own = (0..6).map(|k| 1_000 * n + from + k);
                granted.extend(reserve(&world, own.chain([from])).await.granted);
            }
            granted
        };
        let (a, b, c, d) = tokio::join!(owner(1), owner(2), owner(3), owner(4));
        let people: BTreeSet<Contact> = [a, b, c, d].into_iter().flatten().collect();
        assert_eq!(people.len(), LIMIT as usize);
        assert_eq!(counted(&world).await, (i64::from(LIMIT), LIMIT));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_counts_already_has_a_place_and_the_others_hear_when_one_is_free() {
    in_world(async |world| {
        limited(&world).await;
        assert_eq!(reserve(&world, 0..49).await.refused, []);
        let answer = reserve(&world, [60, 3, 61, 62]).await;
        assert_eq!((answer.granted, answer.refused), (vec![contact(60), contact(3)], vec![contact(61), contact(62)]));
        let day_ms = 86_400_000;
        assert!((day_ms..day_ms + 1_000_000).contains(&answer.free_in_ms), "{} ms", answer.free_in_ms);
        let held = "SELECT count(*) FROM portfolio WHERE used_up_until > now() + interval '24 hours'";
        assert_eq!(world.sql.query_one(held, &[]).await.expect("a row").get::<_, i64>(0), 1);
        // Somebody who has a place does not make room for the others.
        let answer = reserve(&world, [3]).await;
        assert!(answer.refused.is_empty() && answer.free_in_ms >= day_ms, "{answer:?}");
        assert_eq!(world.sql.query_one(held, &[]).await.expect("a row").get::<_, i64>(0), 1);

        // A day later all but one place are free.
        let earlier = "UPDATE portfolio_contact SET at = at - interval '25 hours' WHERE contact <> $1";
        world.sql.execute(earlier, &[&contact(3).as_str()]).await.expect("time passes");
        assert_eq!(reserve(&world, 100..149).await.refused, []);
        assert_eq!(reserve(&world, [200]).await.refused, [contact(200)]);
        assert_eq!(counted(&world).await, (50, 50));
        world.sql.execute("UPDATE portfolio SET messaging_limit = NULL", &[]).await.expect("the limit is lifted");
        assert_eq!(reserve(&world, [200]).await.granted, [contact(200)]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wrote_within_a_day_takes_no_place() {
    in_world(async |world| {
        limited(&world).await;
        reserve(&world, 0..50).await;
        let lease = world.lease().await;
        let now: i64 = world.sql.query_one("SELECT ms_of(now())", &[]).await.expect("the time").get(0);
        let wrote =
            |n: usize, ago_ms: i64| (world.tenant, SenderId::new(SENDER), contact(n), Millis(now).plus(-ago_ms));
        // Of two messages the newer one counts, in whatever order they come.
        let windows = vec![wrote(100, 1_000), wrote(100, 90_000_000), wrote(101, 90_000_000)];
        let effects = Effects { windows, ..Effects::default() };
        world.store.commit(&lease, &advance(&lease), &effects).await.expect("a commit");
        let answer = reserve(&world, [100, 101]).await;
        assert_eq!((answer.granted, answer.refused), (vec![contact(100)], vec![contact(101)]));
        assert_eq!(counted(&world).await, (50, 50));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn windows_are_kept_for_as_long_as_somebody_may_answer_in_them() {
    in_world(async |world| {
        limited(&world).await;
        let kept = async |channel: &str| {
            let become_of = "UPDATE sender SET channel = $1";
            world.sql.execute(become_of, &[&channel]).await.expect("a channel");
            let wrote = "INSERT INTO service_window (tenant_id, sender_id, contact, last_inbound)
                         SELECT $1, $2, h::text, now() - make_interval(hours => h) FROM unnest('{1,26,168,170}'::int[]) AS h
                         ON CONFLICT DO NOTHING";
            world.sql.execute(wrote, &[&world.tenant.0, &SENDER]).await.expect("windows");
            reserve(&world, [1]).await;
            let rows = world.sql.query("SELECT contact FROM service_window ORDER BY contact::int", &[]).await;
            rows.expect("windows").iter().map(|row| row.get(0)).collect::<Vec<String>>()
        };
        assert_eq!(kept("whatsapp").await, ["1"]);
        assert_eq!(kept("messenger").await, ["1", "26", "168"], "a human agent has a week");
    })
    .await;
}
