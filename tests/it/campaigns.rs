//! Campaigns from the upload to the funnel, with every count compared.

use crate::support::api::{phone, recipients};
use crate::support::truth::count;
use crate::support::{Plan, World};

#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_of_2000_ends_as_the_simulator_saw_it_message_by_message() {
    let mut world = World::start(Plan::default()).await;
    let contact = phone(9_000);
    world.site.operate(&["optout", "add", "--tenant", "it-0", "--contact", &contact]).await;
    let mut csv = recipients(0..2_000);
    csv.push_str(&format!(
        "{},again,A-0\n12345,Bob,A-1\n,Bob,A-2\n{contact},Bob,A-3\n{},Bob\n",
        phone(0),
        phone(9_001)
    ));
    let campaign = world.tenant.campaign(csv).await;
    let state = world.tenant.state(&campaign).await;
    assert_eq!((count(&state, "recipients"), count(&state, "rejected_lines")), (2_000, 5), "{state}");
    world.tenant.start(&campaign).await;

    let progress = world.settled(&campaign).await;
    assert_eq!(count(&progress, "accepted"), 2_000, "{progress}");
    world.assert_no_breach_and_no_duplicate();
}
