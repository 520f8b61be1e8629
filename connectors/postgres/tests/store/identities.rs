//! Who is who: ids that webhooks tell of one person are joined, and nothing else is.

use std::collections::{BTreeMap, BTreeSet};

use posthaste_core::sender::Effects;
use posthaste_model::whatsapp::account::{IdChange, UserIdUpdate};
use posthaste_model::whatsapp::content::SystemChange;
use posthaste_model::whatsapp::{Content, Identity, Update};
use posthaste_model::{AccountUpdated, Channel, InboundReceived, Millis, SenderId, WabaId, Wamid};
use posthaste_runtime::accounts::AccountStore as _;
use posthaste_runtime::store::{Lease, Store as _};
use proptest::prelude::*;
use proptest::sample::{Index, subsequence};
use proptest::test_runner::{Config, TestRunner};
use uuid::Uuid;

use crate::world::{SENDER, WABA, World, advance, in_world};

/// A number of the same account in another portfolio.
const ELSEWHERE: &str = "106540352242933";
const DAY_MS: i64 = 86_400_000;
/// Reports of the laws lie this far apart: what is told again is noted once a day.
const STEP_MS: i64 = 2 * DAY_MS;

/// What one webhook tells of one person.
#[derive(Debug, Clone, Default)]
pub(crate) struct Report {
    pub(crate) phone: Option<&'static str>,
    pub(crate) user_id: Option<&'static str>,
    pub(crate) parent: Option<&'static str>,
    pub(crate) username: Option<&'static str>,
    pub(crate) former_phone: Option<&'static str>,
    pub(crate) former_user_id: Option<&'static str>,
    pub(crate) at: i64,
}

fn text(id: Option<&str>) -> Option<String> {
    id.map(|id| id.trim_start_matches('+').to_owned())
}

impl Report {
    /// As a message of the person, or a message of the system about them.
    pub(crate) fn message(&self, world: &World, sender: &str) -> InboundReceived {
        let changes = self.former_phone.is_some() || self.former_user_id.is_some();
        let (phone, user_id) =
            if changes { (self.former_phone, self.former_user_id) } else { (self.phone, self.user_id) };
        let content = SystemChange {
            r#type: Some("user_changed_number".into()),
            wa_id: text(self.phone),
            user_id: text(self.user_id),
            ..SystemChange::default()
        };
        let wamid = Wamid::new(format!("wamid.{}", Uuid::now_v7().simple()));
        let new = InboundReceived::new(SenderId::new(sender), WabaId::new(WABA), wamid, Millis(self.at), "{}");
        InboundReceived {
            tenant_id: Some(world.tenant),
            identity: Identity {
                wa_id: text(phone),
                user_id: text(user_id),
                parent_user_id: text(self.parent),
                username: text(self.username),
                identity_key_hash: None,
            },
            content: if changes { Content::System(content) } else { Content::Unknown },
            ..new
        }
    }

    /// As the field `user_id_update`.
    fn update(&self, sender: &str) -> AccountUpdated {
        let change = IdChange { previous: text(self.former_user_id), current: text(self.user_id) };
        let update = UserIdUpdate {
            wa_id: text(self.phone),
            user_id: Some(Box::new(change)),
            timestamp: Some(Millis(self.at)),
            ..UserIdUpdate::default()
        };
        updated(sender, Update::from(update))
    }

    /// The ids that last, and those that are used again; and which are former.
    fn ids(&self) -> (BTreeSet<&'static str>, BTreeSet<&'static str>) {
        let lasting = [self.user_id, self.former_user_id, self.parent].into_iter().flatten().collect();
        let passing = [self.phone, self.former_phone, self.username].into_iter().flatten().collect();
        (lasting, passing)
    }
}

pub(crate) fn updated(sender: &str, update: Update) -> AccountUpdated {
    AccountUpdated {
        channel: Channel::Whatsapp,
        waba_id: WabaId::new(WABA),
        sender_id: Some(SenderId::new(sender)),
        field: update.kind().into(),
        update,
        at: Millis(1),
        raw: "{}".into(),
    }
}

pub(crate) async fn commit(world: &World, lease: &mut Lease, effects: Effects) {
    let step = advance(lease);
    world.store.commit(lease, &step, &effects).await.expect("the batch is committed");
    lease.next_offset = step.new_offset;
    lease.commits += 1;
}

/// Commits reports as messages, all in one batch.
pub(crate) async fn hear(world: &World, lease: &mut Lease, sender: &str, reports: &[Report]) {
    let inbound = reports.iter().map(|report| report.message(world, sender)).collect();
    commit(world, lease, Effects { inbound, ..Effects::default() }).await;
}

pub(crate) async fn add_sender(world: &World, sender: &str, portfolio: &str) {
    let statement = "INSERT INTO sender (tenant_id, sender_id, waba_id, display_number, portfolio_id) \
                     VALUES ($1, $2, $3, '+1 631 555 0199', $4)";
    world.sql.execute(statement, &[&world.tenant.0, &sender, &WABA, &portfolio]).await.expect("a sender");
}

/// All that is known: portfolio, person, id, whether it is former, and when it was told.
async fn table(world: &World) -> Vec<(String, Uuid, String, bool, i64)> {
    let rows = "SELECT portfolio_id, person, value, former, ms_of(at) FROM identity ORDER BY 1, 2, 3";
    let rows = world.sql.query(rows, &[]).await.expect("the identities");
    rows.iter().map(|row| (row.get(0), row.get(1), row.get(2), row.get(3), row.get(4))).collect()
}

/// The people of a portfolio: the ids of each.
async fn people(world: &World, portfolio: &str) -> BTreeSet<BTreeSet<String>> {
    let mut people = BTreeMap::<Uuid, BTreeSet<String>>::new();
    for (own, person, value, ..) in table(world).await {
        if own == portfolio {
            people.entry(person).or_default().insert(value);
        }
    }
    people.into_values().collect()
}

fn sets(people: &[&[&str]]) -> BTreeSet<BTreeSet<String>> {
    people.iter().map(|ids| ids.iter().map(|id| (*id).to_owned()).collect()).collect()
}

/// What the reports of more than one id say: ids that last are one person's if a chain of reports joins them, and the others belong to whom their newest
/// report names.
fn said(reports: &[Report]) -> BTreeSet<BTreeSet<String>> {
    let ids_of = |report: &Report| report.ids().0.len() + report.ids().1.len();
    let reports: Vec<&Report> = reports.iter().filter(|report| ids_of(report) > 1).collect();
    let mut people: Vec<BTreeSet<&str>> = Vec::new();
    for report in &reports {
        let mut own = report.ids().0;
        people.retain(|person| {
            let joined = !person.is_disjoint(&own);
            if joined {
                own.extend(person);
            }
            !joined
        });
        people.push(own);
    }
    let mut newest = BTreeMap::<&str, &Report>::new();
    for report in &reports {
        for id in report.ids().1 {
            let known = newest.entry(id).or_insert(report);
            *known = if known.at < report.at { report } else { known };
        }
    }
    let mut all = people.clone();
    for (id, report) in newest {
        let own =
            people.iter().position(|person| !person.is_disjoint(&report.ids().0)).expect("every report names one");
        all[own].insert(id);
    }
    all.into_iter().map(|ids| ids.into_iter().map(str::to_owned).collect()).collect()
}

/// Reports that name an id which lasts, each at a time of its own.
fn reports() -> impl Strategy<Value = Vec<Report>> {
    let phone = prop::option::of(prop::sample::select(vec!["+16315550101", "+16315550102", "+16315550103"]));
    let user = || prop::sample::select(vec!["US.1", "US.2", "US.3", "US.4", "US.5"]);
    let parent = prop::option::weighted(0.2, prop::sample::select(vec!["US.ENT.1", "US.ENT.2"]));
    let username = prop::option::weighted(0.3, prop::sample::select(vec!["ann", "bob"]));
    let former_user = prop::option::weighted(0.3, user());
    let former_phone = prop::option::weighted(0.2, prop::sample::select(vec!["+16315550101", "+16315550104"]));
    let report = (phone, user(), parent, username, former_user, former_phone).prop_map(
        |(phone, user_id, parent, username, former_user_id, former_phone)| Report {
            phone,
            user_id: Some(user_id),
            parent,
            username,
            // What was is something else than what is; a change without its former user id would depend on the order.
            former_user_id: former_user_id.filter(|former| *former != user_id),
            former_phone: former_phone.filter(|former| {
                former_user_id.is_some_and(|user| user != user_id) && phone.is_some_and(|phone| phone != *former)
            }),
            at: 0,
        },
    );
    prop::collection::vec(report, 1..14).prop_map(|mut reports| {
        for (n, report) in (1..).zip(&mut reports) {
            report.at = n * STEP_MS;
        }
        reports
    })
}

/// The same reports in another order, some of them twice.
fn shuffled() -> impl Strategy<Value = (Vec<Report>, Vec<Report>, Index)> {
    let twice = |reports: Vec<Report>| {
        let count = reports.len();
        (Just(reports.clone()), subsequence(reports, 0..=count))
    };
    let order = |(reports, again): (Vec<Report>, Vec<Report>)| {
        (Just(reports.clone()), Just([reports, again].concat()).prop_shuffle(), any::<Index>())
    };
    reports().prop_flat_map(twice).prop_flat_map(order)
}

/// Whether a report can be told by the field that tells of changes alone.
fn is_update(report: &Report) -> bool {
    report.former_user_id.is_some()
        && report.former_phone.is_none()
        && report.parent.is_none()
        && report.username.is_none()
}

async fn tell(world: &World, lease: &mut Lease, sender: &str, reports: &[Report]) {
    let (updates, messages): (Vec<_>, Vec<_>) = reports.iter().cloned().partition(is_update);
    hear(world, lease, sender, &messages).await;
    for report in updates {
        world.store.apply_account_updated(&report.update(sender)).await.expect("it is applied");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_who_depends_on_what_was_told_and_not_on_its_order_nor_on_how_often() {
    in_world(async |world| {
        add_sender(&world, ELSEWHERE, "elsewhere").await;
        let lease = tokio::sync::Mutex::new(world.lease().await);
        let runner = &mut TestRunner::new(Config { cases: 192, failure_persistence: None, ..Config::default() });
        let case = async |reports: Vec<Report>, order: Vec<Report>, cut: Index| {
            let lease = &mut *lease.lock().await;
            world.sql.execute("DELETE FROM identity", &[]).await.expect("nobody is known");
            for report in &reports {
                tell(&world, lease, SENDER, std::slice::from_ref(report)).await;
            }
            let in_order = table(&world).await;
            prop_assert_eq!(people(&world, WABA).await, said(&reports));
            world.sql.execute("DELETE FROM identity", &[]).await.expect("nobody is known");
            let (first, second) = order.split_at(cut.index(order.len()));
            tell(&world, lease, SENDER, first).await;
            // Another portfolio hears the half of it.
            tell(&world, lease, ELSEWHERE, second).await;
            tell(&world, lease, SENDER, second).await;
            let own: Vec<_> = table(&world).await.into_iter().filter(|row| row.0 == WABA).collect();
            prop_assert_eq!(in_order, own);
            Ok(())
        };
        let outcome = runner.run(&shuffled(), |(reports, order, cut)| {
            tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(case(reports, order, cut)))
        });
        outcome.unwrap_or_else(|error| panic!("{error}"));
    })
    .await;
}

/// The people that are known after these messages, one after the other.
async fn known_after(reports: &[Report]) -> BTreeSet<BTreeSet<String>> {
    let mut known = BTreeSet::new();
    in_world(async |world| {
        let mut lease = world.lease().await;
        for report in reports {
            hear(&world, &mut lease, SENDER, std::slice::from_ref(report)).await;
        }
        known = people(&world, WABA).await;
    })
    .await;
    known
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_an_operator_gave_to_somebody_else_is_theirs() {
    let told = |user_id, at| Report { phone: Some("+16315550101"), user_id: Some(user_id), at, ..Report::default() };
    let known = known_after(&[told("US.1", 1_000), told("US.2", 3_000), told("US.1", 2_000)]).await;
    assert_eq!(known, sets(&[&["US.1"], &["US.2", "+16315550101"]]), "the last report is older than the second");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_names_numbers_alone_is_followed_and_frees_the_old_one() {
    let change =
        Report { former_phone: Some("+16315550101"), phone: Some("+16315550102"), at: 5_000, ..Report::default() };
    let has = |phone, user_id, at| Report { phone: Some(phone), user_id: Some(user_id), at, ..Report::default() };
    // Nobody was known before: the user id comes to the new number, and a stranger gets the old one.
    let later = [change.clone(), has("+16315550102", "US.1", 6_000), has("+16315550101", "US.9", 7_000)];
    assert_eq!(known_after(&later).await, sets(&[&["+16315550102", "US.1"], &["+16315550101", "US.9"]]));
    // Whose number it was is known, and the change told twice.
    let before = [has("+16315550101", "US.1", 1_000), change.clone(), change.clone()];
    assert_eq!(known_after(&before).await, sets(&[&["+16315550101", "+16315550102", "US.1"]]));
    // The person of the new number had it from somebody else.
    let had = [has("+16315550102", "US.7", 1_000), change];
    assert_eq!(known_after(&had).await, sets(&[&["US.7"], &["+16315550101", "+16315550102"]]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_names_the_former_user_id_is_not_laid_to_whoever_has_the_number() {
    let holder = Report { phone: Some("+16315550101"), user_id: Some("US.4"), at: 1_000, ..Report::default() };
    let change = Report {
        former_phone: Some("+16315550101"),
        former_user_id: Some("US.1"),
        phone: Some("+16315550102"),
        user_id: Some("US.2"),
        at: 2_000,
        ..Report::default()
    };
    let expected = sets(&[&["US.4"], &["+16315550101", "+16315550102", "US.1", "US.2"]]);
    assert_eq!(known_after(&[holder.clone(), change.clone()]).await, expected);
    assert_eq!(known_after(&[change, holder]).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_known_is_told_again_without_writing_or_waiting() {
    in_world(async |world| {
        let mut lease = world.lease().await;
        let (phone, user_id, username) = (Some("+16315550101"), Some("US.1"), Some("ann"));
        let report = |at| Report { phone, user_id, username, at, ..Report::default() };
        hear(&world, &mut lease, SENDER, &[report(STEP_MS)]).await;
        let rows = async || {
            let rows = world.sql.query("SELECT value, xmin::text, ms_of(at) FROM identity ORDER BY 1", &[]).await;
            let row = |row: &tokio_postgres::Row| (row.get(0), row.get(1), row.get(2));
            rows.expect("the rows").iter().map(row).collect::<Vec<(String, String, i64)>>()
        };
        let before = rows().await;
        // Somebody else holds the people of this tenant: what is told again waits for nobody, older or newer.
        let hold = format!("BEGIN; SELECT lock_people('{{{}}}')", world.tenant.0);
        world.sql.batch_execute(&hold).await.expect("the lock");
        hear(&world, &mut lease, SENDER, &[report(STEP_MS), report(STEP_MS + DAY_MS - 1), report(1)]).await;
        assert_eq!(rows().await, before);
        world.sql.batch_execute("COMMIT").await.expect("the lock is given back");
        hear(&world, &mut lease, SENDER, &[report(STEP_MS + DAY_MS)]).await;
        assert!(rows().await.iter().all(|row| row.2 == STEP_MS + DAY_MS), "once a day it is noted");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tenants_of_one_account_know_their_own_people_alone() {
    in_world(async |world| {
        let other = Uuid::now_v7();
        let statement = "INSERT INTO tenant (tenant_id, name) VALUES ($1, 'other')";
        world.sql.execute(statement, &[&other]).await.expect("a tenant");
        let statement = "INSERT INTO sender (tenant_id, sender_id, waba_id, display_number) VALUES ($1, $2, $3, '+1')";
        world.sql.execute(statement, &[&other, &ELSEWHERE, &WABA]).await.expect("a sender");
        let mut lease = world.lease().await;
        let report = Report { phone: Some("+16315550101"), user_id: Some("US.1"), at: 1_000, ..Report::default() };
        hear(&world, &mut lease, SENDER, std::slice::from_ref(&report)).await;
        let ids = async || {
            let rows = world.sql.query("SELECT tenant_id, person, value FROM identity ORDER BY value", &[]).await;
            let row = |row: &tokio_postgres::Row| (row.get(0), row.get(1), row.get(2));
            rows.expect("the rows").iter().map(row).collect::<Vec<(Uuid, Uuid, String)>>()
        };
        assert!(ids().await.iter().all(|row| row.0 == world.tenant.0), "what came to a number is its tenant's");
        // An event of the account is both tenants'.
        let change = Report { user_id: Some("US.2"), former_user_id: Some("US.1"), phone: None, ..report };
        world.store.apply_account_updated(&change.update(SENDER)).await.expect("it is applied");
        let (own, others): (Vec<_>, Vec<_>) = ids().await.into_iter().partition(|row| row.0 == world.tenant.0);
        assert_eq!(own.iter().map(|row| row.2.as_str()).collect::<Vec<_>>(), ["+16315550101", "US.1", "US.2"]);
        assert_eq!(others.iter().map(|row| row.2.as_str()).collect::<Vec<_>>(), ["US.1", "US.2"]);
        assert_ne!(own[0].1, others[0].1);
    })
    .await;
}
