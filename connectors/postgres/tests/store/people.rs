//! What one id of a person says holds for the others: opt-outs, windows, calls; and owners that learn of the same people at once.

use std::slice;
use std::time::Duration;

use posthaste_core::identity::{Id, IdKind, Spelling, Told};
use posthaste_core::sender::{Effects, Keys, OptOut, OptOutScope, OptOutSource, Wanted};
use posthaste_model::whatsapp::Update;
use posthaste_model::whatsapp::account::Preference;
use posthaste_model::whatsapp::call::Call;
use posthaste_model::{Contact, InboundReceived, Millis, PortfolioId, SenderId, TenantId};
use posthaste_runtime::accounts::AccountStore as _;
use posthaste_runtime::store::{Lease, Store as _};

use crate::identities::{Report, commit, hear, updated};
use crate::world::{SENDER, WABA, World, in_world};

const NUMBER: &str = "+16315550101";
const USER: &str = "US.1";
const DAY_MS: i64 = 86_400_000;

fn known(at: i64) -> Report {
    Report { phone: Some(NUMBER), user_id: Some(USER), at, ..Report::default() }
}

async fn stop(world: &World, lease: &mut Lease, contact: &str, at: i64) {
    let opt_outs = vec![OptOut {
        tenant_id: world.tenant,
        contact: Contact::new(contact),
        source: OptOutSource::StopWord,
        reason: "wrote \"stop\"".into(),
        told_at: Millis(at),
    }];
    commit(world, lease, Effects { opt_outs, ..Effects::default() }).await;
}

async fn prefer(world: &World, contact: &str, value: &str, at: i64) {
    let number = contact.strip_prefix('+').map(str::to_owned);
    let preference = Preference {
        user_id: number.is_none().then(|| contact.to_owned()),
        wa_id: number,
        value: Some(value.into()),
        timestamp: Some(Millis(at)),
        ..Preference::default()
    };
    world.store.apply_account_updated(&updated(SENDER, Update::from(preference))).await.expect("it is applied");
}

/// Which of these contacts a batch that takes messages for them in finds to have opted out.
async fn opted_out(world: &World, contacts: &[&'static str]) -> Vec<&'static str> {
    let keys = contacts.iter().map(|contact| (world.tenant, Contact::new(*contact))).collect();
    let rows = world.store.load(&Keys { contacts: keys, ..Keys::default() }).await.expect("an answer");
    let noted = |contact: &&&'static str| rows.opted_out.contains_key(&(world.tenant, Contact::new(**contact)));
    contacts.iter().filter(noted).copied().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_no_under_one_id_says_it_under_all() {
    in_world(async |world| {
        let mut lease = world.lease().await;
        hear(&world, &mut lease, SENDER, &[known(1_000)]).await;
        let since = vec![(world.tenant, Millis(0))];
        stop(&world, &mut lease, USER, 2_000).await;
        assert_eq!(opted_out(&world, &[NUMBER, USER, "US.2"]).await, [NUMBER, USER]);
        // An owner whose messages wait for the number asks for what is new, and finds it.
        let news = world.store.load(&Keys { opt_outs: since, ..Keys::default() }).await.expect("an answer").opt_outs;
        let waiting = news.iter().find(|row| row.contact.as_str() == NUMBER).expect("a row of the number");
        assert_eq!(waiting.scope, Some(OptOutScope::Marketing));

        prefer(&world, NUMBER, "resume", 1_500).await;
        assert_eq!(opted_out(&world, &[NUMBER, USER]).await, [NUMBER, USER], "that was before");
        prefer(&world, NUMBER, "resume", 3_000).await;
        assert_eq!(opted_out(&world, &[NUMBER, USER]).await, [] as [&str; 0]);
        prefer(&world, USER, "stop", 4_000).await;
        assert_eq!(opted_out(&world, &[NUMBER, USER]).await, [NUMBER, USER]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_that_becomes_known_later_has_the_opt_outs_of_its_person() {
    in_world(async |world| {
        let mut lease = world.lease().await;
        stop(&world, &mut lease, NUMBER, 1_000).await;
        let newest = "SELECT ms_of(max(at)) + 1 FROM opt_out";
        let since: i64 = world.sql.query_one(newest, &[]).await.expect("a row").get(0);
        hear(&world, &mut lease, SENDER, &[known(2_000)]).await;
        assert_eq!(opted_out(&world, &[NUMBER, USER]).await, [NUMBER, USER]);
        let since = vec![(world.tenant, Millis(since))];
        let news = world.store.load(&Keys { opt_outs: since, ..Keys::default() }).await.expect("an answer").opt_outs;
        assert_eq!(
            news.iter().map(|row| row.contact.as_str()).collect::<Vec<_>>(),
            [USER],
            "whoever waits for it hears"
        );

        let change = Report {
            former_phone: Some(NUMBER),
            former_user_id: Some(USER),
            phone: Some("+16315550102"),
            user_id: Some("US.2"),
            at: 3_000,
            ..Report::default()
        };
        hear(&world, &mut lease, SENDER, &[change]).await;
        assert_eq!(opted_out(&world, &["+16315550102", "US.2"]).await, ["+16315550102", "US.2"]);

        // Somebody else gets the old number: what its row says is not theirs.
        let stranger = Report { phone: Some(NUMBER), user_id: Some("US.9"), at: 4_000, ..Report::default() };
        hear(&world, &mut lease, SENDER, &[stranger]).await;
        assert_eq!(opted_out(&world, &[NUMBER, "US.9"]).await, [NUMBER]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_tenant_has_noted_reaches_all_ids_and_no_preference_takes_it_back() {
    in_world(async |world| {
        let mut lease = world.lease().await;
        let statement = "SELECT opt_out_person($1, $2, 'a letter')";
        world.sql.execute(statement, &[&world.tenant.0, &USER]).await.expect("an opt-out");
        hear(&world, &mut lease, SENDER, &[known(1_000)]).await;
        prefer(&world, NUMBER, "resume", 5_000).await;
        let rows = "SELECT count(*) FROM opt_out WHERE scope = 'all' AND source = 'api' AND NOT withdrawn";
        assert_eq!(world.sql.query_one(rows, &[]).await.expect("rows").get::<_, i64>(0), 2);
        let statement = "SELECT withdraw_opt_out($1, $2)";
        let back = world.sql.query_one(statement, &[&world.tenant.0, &NUMBER]).await.expect("it is taken back");
        assert_eq!(back.get::<_, i64>(0), 2);
        assert_eq!(opted_out(&world, &[NUMBER, USER]).await, [] as [&str; 0]);
    })
    .await;
}

/// The person of `known` has another number and another id since.
const CHANGED: &str = "+16315550102";
const CHANGED_USER: &str = "US.2";
const PARENT: &str = "US.ENT.1";

fn change(at: i64) -> Report {
    Report {
        former_phone: Some(NUMBER),
        former_user_id: Some(USER),
        phone: Some(CHANGED),
        user_id: Some(CHANGED_USER),
        at,
        ..Report::default()
    }
}

/// One more id of the same person: what they said is written for it.
fn learned(at: i64) -> Report {
    Report { phone: Some(CHANGED), user_id: Some(CHANGED_USER), parent: Some(PARENT), at, ..Report::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_tenant_takes_back_stays_noted_under_the_number_that_the_person_has_given_up() {
    in_world(async |world| {
        let all = [NUMBER, USER, CHANGED, CHANGED_USER, PARENT];
        let mut lease = world.lease().await;
        hear(&world, &mut lease, SENDER, &[known(1_000)]).await;
        let statement = "SELECT opt_out_person($1, $2, 'a letter')";
        world.sql.execute(statement, &[&world.tenant.0, &USER]).await.expect("an opt-out");
        hear(&world, &mut lease, SENDER, &[change(2_000)]).await;
        assert_eq!(opted_out(&world, &all).await, [NUMBER, USER, CHANGED, CHANGED_USER]);
        let statement = "SELECT withdraw_opt_out($1, $2)";
        let back = world.sql.query_one(statement, &[&world.tenant.0, &CHANGED_USER]).await.expect("it is taken back");
        assert_eq!(back.get::<_, i64>(0), 3);
        assert_eq!(opted_out(&world, &all).await, [NUMBER], "it may be somebody else's by now");
        hear(&world, &mut lease, SENDER, &[learned(3_000)]).await;
        assert_eq!(opted_out(&world, &all).await, [NUMBER], "and does not come back from there");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_say_concerns_no_number_that_they_have_given_up_and_what_is_said_there_not_them() {
    in_world(async |world| {
        let all = [NUMBER, USER, CHANGED, CHANGED_USER, PARENT];
        let mut lease = world.lease().await;
        hear(&world, &mut lease, SENDER, &[known(1_000)]).await;
        stop(&world, &mut lease, NUMBER, 2_000).await;
        hear(&world, &mut lease, SENDER, &[change(3_000)]).await;
        prefer(&world, CHANGED, "resume", 4_000).await;
        assert_eq!(opted_out(&world, &all).await, [NUMBER]);
        stop(&world, &mut lease, CHANGED_USER, 5_000).await;
        prefer(&world, NUMBER, "resume", 6_000).await;
        assert_eq!(opted_out(&world, &all).await, [USER, CHANGED, CHANGED_USER]);
        hear(&world, &mut lease, SENDER, &[learned(7_000)]).await;
        assert_eq!(opted_out(&world, &all).await, [USER, CHANGED, CHANGED_USER, PARENT]);
    })
    .await;
}

/// Whom a portfolio that is used up lets be sent to: those whose window is open.
async fn answerable(world: &World, contacts: &[&str]) -> Vec<String> {
    let used_up = "INSERT INTO portfolio (tenant_id, portfolio_id, messaging_limit, used) VALUES ($1, $2, 1, 1) \
                   ON CONFLICT (tenant_id, portfolio_id) DO NOTHING";
    world.sql.execute(used_up, &[&world.tenant.0, &WABA]).await.expect("a portfolio");
    let wanted = Wanted {
        tenant_id: world.tenant,
        portfolio_id: PortfolioId::new(WABA),
        sender_id: SenderId::new(SENDER),
        contacts: contacts.iter().map(|contact| Contact::new(*contact)).collect(),
    };
    let reserved = world.store.reserve(&[wanted]).await.expect("an answer").pop().expect("one answer");
    reserved.granted.iter().map(ToString::to_string).collect()
}

async fn now(world: &World) -> i64 {
    world.sql.query_one("SELECT ms_of(now())", &[]).await.expect("a clock").get(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_opens_the_window_as_a_message_does() {
    in_world(async |world| {
        let now = now(&world).await;
        let call = async |sender: &str, number: &str, direction: &str, ago_ms: i64| {
            let call = Call {
                from: Some(number.into()),
                from_user_id: Some(USER.into()),
                event: Some("connect".into()),
                timestamp: Some(Millis(now - ago_ms)),
                direction: Some(direction.into()),
                ..Call::default()
            };
            world.store.apply_account_updated(&updated(sender, Update::from(call))).await.expect("it is applied");
        };
        call(SENDER, "16315550101", "USER_INITIATED", 1_000).await;
        call(SENDER, "16315550101", "USER_INITIATED", DAY_MS).await;
        call(SENDER, "16315550103", "BUSINESS_INITIATED", 1_000).await;
        // Of a number that is not registered there are no windows, and nothing stops.
        call("1", "16315550101", "USER_INITIATED", 1_000).await;
        let kept = "SELECT contact, ms_of(last_inbound) FROM service_window";
        let kept = world.sql.query(kept, &[]).await.expect("windows");
        let kept: Vec<(String, i64)> = kept.iter().map(|row| (row.get(0), row.get(1))).collect();
        assert_eq!(kept, [(NUMBER.to_owned(), now - 1_000)]);
        // The call named both ids of the person.
        assert_eq!(answerable(&world, &[NUMBER, USER, "+16315550103"]).await, [NUMBER, USER]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wrote_under_another_id_takes_no_place_in_a_portfolio() {
    in_world(async |world| {
        let mut lease = world.lease().await;
        let now = now(&world).await;
        let windows = vec![(world.tenant, SenderId::new(SENDER), Contact::new(NUMBER), Millis(now))];
        commit(&world, &mut lease, Effects { windows, ..Effects::default() }).await;
        assert_eq!(answerable(&world, &[NUMBER, USER]).await, [NUMBER], "nobody knows that they are one");
        hear(&world, &mut lease, SENDER, &[known(now)]).await;
        assert_eq!(answerable(&world, &[NUMBER, USER, "US.2"]).await, [NUMBER, USER]);
    })
    .await;
}

/// What statuses tell: numbers, each with a user id.
fn told(world: &World, people: &[(String, String)], at: i64) -> Effects {
    let id = |kind, value: &String| Id { kind, value: value.clone(), former: false };
    let report = |(number, user_id): &(String, String)| {
        let ids = vec![id(IdKind::Phone, number), id(IdKind::UserId, user_id)];
        (world.tenant, SenderId::new(SENDER), Told { ids, at: Millis(at) })
    };
    Effects { told: people.iter().map(report).collect(), ..Effects::default() }
}

fn pair(number: &str, user_id: &str) -> Vec<(String, String)> {
    vec![(number.to_owned(), user_id.to_owned())]
}

/// Meta writes the number `written` so.
fn respelled(world: &World, written: &str, number: &str, at: i64) -> Effects {
    let spelling = Spelling { written: Contact::new(written), number: Contact::new(number), at: Millis(at) };
    Effects { spellings: vec![(world.tenant, SenderId::new(SENDER), spelling)], ..Effects::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_opt_out_under_a_user_id_holds_for_the_number_that_a_status_names_with_it() {
    in_world(async |world| {
        let mut lease = world.lease().await;
        prefer(&world, USER, "stop", 1_000).await;
        assert_eq!(opted_out(&world, &[NUMBER, USER]).await, [USER], "nobody knows whose number it is");
        let since: i64 = now(&world).await;
        commit(&world, &mut lease, told(&world, &pair(NUMBER, USER), 2_000)).await;
        assert_eq!(opted_out(&world, &[NUMBER, USER]).await, [NUMBER, USER]);
        let since = vec![(world.tenant, Millis(since))];
        let news = world.store.load(&Keys { opt_outs: since, ..Keys::default() }).await.expect("an answer").opt_outs;
        assert!(news.iter().any(|row| row.contact.as_str() == NUMBER), "whoever waits for it hears: {news:?}");
        // Told before the opt-out, it holds as well; and for nobody else's number.
        let others = [("+16315550102", "US.2"), ("+16315550103", "US.3")].map(|(n, u)| (n.to_owned(), u.to_owned()));
        commit(&world, &mut lease, told(&world, &others, 2_000)).await;
        prefer(&world, "US.2", "stop", 3_000).await;
        let all = [NUMBER, "+16315550102", "+16315550103"];
        assert_eq!(opted_out(&world, &all).await, [NUMBER, "+16315550102"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_named_by_the_id_of_a_parent_portfolio_alone_is_heard() {
    in_world(async |world| {
        let mut lease = world.lease().await;
        let parent = Report { parent: Some("US.ENT.1"), ..known(1_000) };
        hear(&world, &mut lease, SENDER, &[parent]).await;
        let preference = Preference {
            parent_user_id: Some("US.ENT.1".into()),
            value: Some("stop".into()),
            timestamp: Some(Millis(2_000)),
            ..Preference::default()
        };
        world.store.apply_account_updated(&updated(SENDER, Update::from(preference))).await.expect("it is applied");
        assert_eq!(opted_out(&world, &[NUMBER, USER, "US.ENT.1"]).await, [NUMBER, USER, "US.ENT.1"]);
    })
    .await;
}

/// As a business writes a number of Brazil, and as Meta does.
const WRITTEN: &str = "+5511987654321";
const AS_META: &str = "+551187654321";

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_a_number_has_it_however_it_is_written() {
    in_world(async |world| {
        let mut lease = world.lease().await;
        commit(&world, &mut lease, respelled(&world, WRITTEN, AS_META, 5_000)).await;
        stop(&world, &mut lease, AS_META, 6_000).await;
        assert_eq!(opted_out(&world, &[WRITTEN, AS_META]).await, [WRITTEN, AS_META]);
        prefer(&world, AS_META, "resume", 7_000).await;
        assert_eq!(opted_out(&world, &[WRITTEN, AS_META]).await, [] as [&str; 0]);
        // Who has the number is told later, by a report of before.
        commit(&world, &mut lease, told(&world, &pair(AS_META, USER), 4_000)).await;
        prefer(&world, USER, "stop", 8_000).await;
        assert_eq!(opted_out(&world, &[WRITTEN, AS_META, USER]).await, [WRITTEN, AS_META, USER]);
        // The operator gives it to somebody else, who resumes: what was known of how it is written is true of them.
        commit(&world, &mut lease, told(&world, &pair(AS_META, "US.9"), 9_000)).await;
        prefer(&world, "US.9", "resume", 10_000).await;
        assert_eq!(opted_out(&world, &[WRITTEN, AS_META, USER, "US.9"]).await, [USER]);
        prefer(&world, USER, "stop", 11_000).await;
        assert_eq!(opted_out(&world, &[WRITTEN, AS_META]).await, [] as [&str; 0]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spelling_that_becomes_known_brings_opt_outs_and_windows_and_is_noted_once() {
    in_world(async |world| {
        let mut lease = world.lease().await;
        let now = now(&world).await;
        stop(&world, &mut lease, WRITTEN, 1_000).await;
        commit(&world, &mut lease, told(&world, &pair(AS_META, USER), 2_000)).await;
        let windows = vec![(world.tenant, SenderId::new(SENDER), Contact::new(USER), Millis(now))];
        commit(&world, &mut lease, Effects { windows, ..Effects::default() }).await;
        assert_eq!(answerable(&world, &[WRITTEN]).await, [] as [&str; 0]);
        commit(&world, &mut lease, respelled(&world, WRITTEN, AS_META, 3_000)).await;
        assert_eq!(opted_out(&world, &[WRITTEN, AS_META, USER]).await, [WRITTEN, AS_META, USER]);
        assert_eq!(answerable(&world, &[WRITTEN, AS_META]).await, [WRITTEN, AS_META]);
        // What is known waits for nobody.
        let hold = format!("BEGIN; SELECT lock_people('{{{}}}')", world.tenant.0);
        world.sql.batch_execute(&hold).await.expect("the lock");
        commit(&world, &mut lease, respelled(&world, WRITTEN, AS_META, 4_000)).await;
        world.sql.batch_execute("ROLLBACK").await.expect("the lock is given back");
        // Written so it is a number of somebody's own one day.
        commit(&world, &mut lease, told(&world, &pair(WRITTEN, "US.9"), 5_000)).await;
        stop(&world, &mut lease, USER, 6_000).await;
        prefer(&world, "US.9", "resume", 7_000).await;
        assert_eq!(opted_out(&world, &[WRITTEN, AS_META, USER, "US.9"]).await, [AS_META, USER]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn owners_that_meet_the_same_strangers_at_once_know_them_once_and_do_not_wait_for_each_other() {
    in_world(async |world| {
        // Somebody else adds people, and has not ended; not the first of the tenant's, who makes the row that is locked.
        let share = format!("SELECT share_people('{{{}}}')", world.tenant.0);
        world.sql.batch_execute(&share).await.expect("the row is made");
        world.sql.batch_execute(&format!("BEGIN; {share}")).await.expect("the lock");
        let strangers: Vec<_> = (0..400).map(|n| (format!("+1631555{n:04}"), format!("US.{n}"))).collect();
        let owner = async |partition: i32| {
            let ttl = Duration::from_secs(60);
            let taken = world.store.take_lease("senders", partition, ("test", &|_| false), ttl).await;
            let mut lease = taken.expect("a lease");
            for chunk in strangers.chunks(20) {
                let mut chunk = chunk.to_vec();
                if partition == 1 {
                    chunk.reverse();
                }
                commit(&world, &mut lease, told(&world, &chunk, 1_000)).await;
            }
            // A day later all of it is noted again.
            for chunk in strangers.chunks(50) {
                commit(&world, &mut lease, told(&world, chunk, 1_000 + DAY_MS)).await;
            }
        };
        let both = async { tokio::join!(owner(0), owner(1)) };
        tokio::time::timeout(PATIENCE, both).await.expect("nobody waits for ever");
        let rows = "SELECT count(*), count(DISTINCT person), min(ms_of(at)) FROM identity";
        let rows = world.sql.query_one(rows, &[]).await.expect("counts");
        let counts = (rows.get::<_, i64>(0), rows.get::<_, i64>(1), rows.get::<_, i64>(2));
        assert_eq!(counts, (800, 400, 1_000 + DAY_MS));
        world.sql.batch_execute("ROLLBACK").await.expect("the lock is given back");
    })
    .await;
}

/// Rounds of the owners below; each joins people whom the others know too, in another order.
const ROUNDS: usize = 24;
/// Far above what it takes, and below what the database waits for a statement.
const PATIENCE: Duration = Duration::from_secs(50);
/// Number, user id and former user id of people of whom a chain of changes makes one.
const PEOPLE: [(&str, &str, &str); 6] = [
    ("+16315550101", "US.1", "US.2"),
    ("+16315550102", "US.2", "US.3"),
    ("+16315550103", "US.3", "US.4"),
    ("+16315550104", "US.4", "US.5"),
    ("+16315550105", "US.5", "US.6"),
    ("+16315550106", "US.6", "US.1"),
];

/// What an owner commits in a round.
fn batch(world: &World, partition: i32, round: usize) -> Effects {
    let number = i64::try_from(round).expect("a small number");
    let report = |(phone, user_id, former): &(&'static str, &'static str, &'static str)| Report {
        phone: Some(phone),
        user_id: Some(user_id),
        former_user_id: (round % 3 == 2).then_some(former),
        at: 2 * DAY_MS * number,
        ..Report::default()
    };
    let mut reports: Vec<Report> = PEOPLE.iter().map(report).collect();
    reports.rotate_left(round % PEOPLE.len());
    if partition == 1 {
        reports.reverse();
    }
    let said = PEOPLE[(round * 5 + usize::from(partition == 1)) % PEOPLE.len()];
    let opt_outs = [said.0, said.1].map(|contact| OptOut {
        tenant_id: world.tenant,
        contact: Contact::new(contact),
        source: OptOutSource::StopWord,
        reason: "stop".into(),
        told_at: Millis(number),
    });
    let inbound = reports.iter().map(|report| report.message(world, SENDER)).collect();
    Effects { inbound, opt_outs: opt_outs.into(), ..Effects::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn owners_that_learn_of_the_same_people_at_once_do_not_wait_in_a_circle() {
    in_world(async |world| {
        let owner = async |partition: i32| {
            let ttl = Duration::from_secs(60);
            let taken = world.store.take_lease("senders", partition, ("test", &|_| false), ttl).await;
            let mut lease = taken.expect("a lease");
            for round in 0..ROUNDS {
                commit(&world, &mut lease, batch(&world, partition, round)).await;
            }
        };
        let both = async { tokio::join!(owner(0), owner(1)) };
        tokio::time::timeout(PATIENCE, both).await.expect("nobody waits for ever");
        let rows = "SELECT count(*), count(DISTINCT person) FROM identity";
        let rows = world.sql.query_one(rows, &[]).await.expect("counts");
        assert_eq!((rows.get::<_, i64>(0), rows.get::<_, i64>(1)), (12, 1), "a chain of changes joins all of them");
        let all: Vec<&str> = PEOPLE.iter().flat_map(|person| [person.0, person.1]).collect();
        assert_eq!(opted_out(&world, &all).await, all, "and whoever of them said no said it for all");
    })
    .await;
}

/// Notes, as another process does whose transaction is not over, that the number and the id are one person's, who wants nothing.
async fn join_and_wait(world: &World, user_id: &str) {
    let tenant = world.tenant.0;
    let statement = format!(
        "BEGIN;
         SELECT note_identities('{{}}', '{{0,0}}', '{{{tenant},{tenant}}}', '{{{SENDER},{SENDER}}}', '{{phone,user_id}}',
                                '{{{NUMBER},{user_id}}}', '{{f,f}}', '{{1000,1000}}');
         SELECT opt_out_person('{tenant}', '{user_id}', 'a letter')"
    );
    world.sql.batch_execute(&statement).await.expect("it is noted");
}

/// Waits until somebody waits for the transaction above.
async fn somebody_waits(world: &World) {
    let waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))";
    let until = tokio::time::Instant::now() + PATIENCE;
    while world.sql.query_one(waiting, &[]).await.expect("the locks").get::<_, i64>(0) == 0 {
        assert!(tokio::time::Instant::now() < until, "nobody waits");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_joins_people_waits_for_those_who_do_the_same_for_their_tenant_and_sees_what_they_joined() {
    in_world(async |world| {
        let other = add_neighbour(&world).await;
        let take = async |partition| {
            let taken =
                world.store.take_lease("senders", partition, ("test", &|_| false), Duration::from_secs(60)).await;
            taken.expect("a lease")
        };
        let (mut own, mut others) = (take(0).await, take(1).await);
        // Whichever of the two ids gives the person its name.
        for (first, second) in [(USER, CHANGED_USER), (CHANGED_USER, USER)] {
            world.sql.batch_execute("DELETE FROM identity; DELETE FROM opt_out").await.expect("nobody is known");
            join_and_wait(&world, first).await;
            let also = Report { user_id: Some(second), former_user_id: Some(first), at: 2_000, ..Report::default() };
            let meanwhile = async {
                somebody_waits(&world).await;
                let of_others = InboundReceived { tenant_id: Some(other), ..also.message(&world, NEIGHBOUR) };
                commit(&world, &mut others, Effects { inbound: vec![of_others], ..Effects::default() }).await;
                world.sql.batch_execute("COMMIT").await.expect("the first transaction ends");
            };
            let both = async { tokio::join!(hear(&world, &mut own, SENDER, slice::from_ref(&also)), meanwhile) };
            tokio::time::timeout(PATIENCE, both).await.expect("another tenant's people wait for nobody");
            let people = "SELECT count(*), count(DISTINCT person) FROM identity WHERE tenant_id = $1";
            let rows = world.sql.query_one(people, &[&world.tenant.0]).await.expect("counts");
            assert_eq!((rows.get::<_, i64>(0), rows.get::<_, i64>(1)), (3, 1), "{first}, {second}");
            let all = [NUMBER, first, second];
            assert_eq!(opted_out(&world, &all).await, all);
            let rows = world.sql.query_one(people, &[&other.0]).await.expect("counts");
            assert_eq!(rows.get::<_, i64>(0), 2);
        }
    })
    .await;
}

/// A number of another tenant.
const NEIGHBOUR: &str = "106540352242944";

async fn add_neighbour(world: &World) -> TenantId {
    let other = TenantId(uuid::Uuid::now_v7());
    let statement = "INSERT INTO tenant (tenant_id, name) VALUES ($1, 'other')";
    world.sql.execute(statement, &[&other.0]).await.expect("a tenant");
    let statement = "INSERT INTO sender (tenant_id, sender_id, waba_id, display_number) VALUES ($1, $2, '2', '+1')";
    world.sql.execute(statement, &[&other.0, &NEIGHBOUR]).await.expect("a sender");
    other
}
