//! Files of messages: written down with the message, once.

use posthaste_core::sender::Effects;
use posthaste_model::whatsapp::Content;
use posthaste_model::whatsapp::content::Media;
use posthaste_model::{InboundReceived, Millis, SenderId, WabaId, Wamid};
use posthaste_runtime::store::{Lease, Store as _};

use crate::world::{SENDER, WABA, World, advance, in_world};

/// SHA-256 of nothing, as webhooks write it and as the table has it.
const BASE64: &str = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
const HEX: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

async fn commit(world: &World, lease: &mut Lease, inbound: Vec<InboundReceived>) {
    let step = advance(lease);
    let effects = Effects { inbound, ..Effects::default() };
    world.store.commit(lease, &step, &effects).await.expect("the batch is committed");
    lease.next_offset = step.new_offset;
    lease.commits += 1;
}

fn message(world: &World, wamid: &str, at: Millis, media: Media) -> InboundReceived {
    let mut message = InboundReceived::new(SenderId::new(SENDER), WabaId::new(WABA), Wamid::new(wamid), at, "{}");
    message.tenant_id = Some(world.tenant);
    message.content = Content::Document(media);
    message
}

fn media(id: &str) -> Media {
    Media {
        id: Some(id.into()),
        mime_type: Some("application/pdf".into()),
        sha256: Some(BASE64.into()),
        filename: Some("bill\u{0}.pdf".into()),
        ..Media::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_wanted_with_its_message_once_and_only_while_meta_has_it() {
    in_world(async |world| {
        let mut lease = world.lease().await;
        let now = world.sql.query_one("SELECT ms_of(now())", &[]).await.expect("a clock").get::<_, i64>(0);
        let old = Millis(now - 8 * 24 * 60 * 60 * 1_000);
        let now = Millis(now);
        let without_type = Media { mime_type: None, ..media("4") };
        let batch = vec![
            message(&world, "wamid.1", now, media("1")),
            message(&world, "wamid.2", now, media("1")),
            message(&world, "wamid.3", old, media("2")),
            message(&world, "wamid.4", now, media("../3")),
            message(&world, "wamid.5", now, without_type),
        ];
        commit(&world, &mut lease, batch).await;
        commit(&world, &mut lease, vec![message(&world, "wamid.6", now, media("1"))]).await;
        let sql = "SELECT media_id, state, direction, sha256, filename, expires_at BETWEEN now() + interval '6 days' \
                   AND now() + interval '7 days' FROM media ORDER BY media_id";
        let rows = world.sql.query(sql, &[]).await.expect("the files");
        assert_eq!(rows.len(), 1, "the others have no id, no type, or are gone at Meta");
        let texts: Vec<Option<String>> = (0..5).map(|column| rows[0].get(column)).collect();
        let texts: Vec<_> = texts.iter().map(Option::as_deref).collect();
        assert_eq!(texts, [Some("1"), Some("wanted"), Some("in"), Some(HEX), Some("bill.pdf")]);
        assert!(rows[0].get::<_, bool>(5));
        let messages: i64 = world.sql.query_one("SELECT count(*) FROM inbound_message", &[]).await.expect("it").get(0);
        assert_eq!(messages, 6, "whatever becomes of their files");
    })
    .await;
}
