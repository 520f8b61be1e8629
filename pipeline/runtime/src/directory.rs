//! What the store says of senders and campaigns, kept in memory and refreshed: events name their sender, never a tenant.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::RwLock;
use posthaste_core::hours::Zone;
use posthaste_core::pacing::PerMinute;
use posthaste_core::sender::Profile;
use posthaste_model::{CampaignId, SenderId, TenantId};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::partition;
use crate::store::{DirectoryEntry, Store, StoreError};

/// A new or changed sender is known after this time.
const SENDERS_EVERY: Duration = Duration::from_secs(2);
/// A campaign that was started is seen after this time.
const CAMPAIGNS_EVERY: Duration = Duration::from_millis(200);

/// Campaigns of each partition.
type Campaigns = HashMap<i32, Vec<(TenantId, CampaignId)>>;

/// One state of the directory.
#[derive(Debug, Default)]
pub struct Senders {
    /// For the core.
    pub profiles: Arc<HashMap<SenderId, Profile>>,
    /// For the dispatcher.
    pub entries: HashMap<SenderId, DirectoryEntry>,
    /// Every tenant that has a sender.
    pub tenants: Vec<TenantId>,
}

/// The directory of this process.
#[derive(Debug)]
pub struct Directory {
    partitions: i32,
    senders: RwLock<Arc<Senders>>,
    campaigns: RwLock<Arc<Campaigns>>,
    changed: Notify,
}

impl Directory {
    /// Reads the directory once and keeps it fresh until `stop`. `partitions` is the count of `senders.v1`.
    pub async fn start(
        store: Arc<dyn Store>,
        partitions: i32,
        stop: CancellationToken,
    ) -> Result<Arc<Self>, StoreError> {
        let directory = Arc::new(Self {
            partitions,
            senders: RwLock::default(),
            campaigns: RwLock::default(),
            changed: Notify::new(),
        });
        directory.read_senders(store.as_ref()).await?;
        directory.read_campaigns(store.as_ref()).await?;
        let refreshed = Arc::clone(&directory);
        tokio::spawn(async move {
            let mut senders = tokio::time::interval(SENDERS_EVERY);
            let mut campaigns = tokio::time::interval(CAMPAIGNS_EVERY);
            loop {
                let read = tokio::select! {
                    () = stop.cancelled() => return,
                    _ = senders.tick() => refreshed.read_senders(store.as_ref()).await,
                    _ = campaigns.tick() => refreshed.read_campaigns(store.as_ref()).await,
                };
                if let Err(error) = read {
                    tracing::warn!(%error, "the directory could not be refreshed and stays as it was");
                }
            }
        });
        Ok(directory)
    }

    /// The senders as last read.
    pub fn senders(&self) -> Arc<Senders> {
        Arc::clone(&self.senders.read())
    }

    /// The senders of a partition, as last read.
    pub fn senders_of(&self, partition: i32) -> Vec<(TenantId, SenderId)> {
        let senders = self.senders();
        let entries = senders.entries.values();
        let of_partition =
            entries.filter(|entry| partition::of_key(entry.sender_id.as_str(), self.partitions) == partition);
        of_partition.map(|entry| (entry.tenant_id, entry.sender_id.clone())).collect()
    }

    /// The campaigns of a partition that are not completed, as last read.
    pub fn campaigns(&self, partition: i32) -> Vec<(TenantId, CampaignId)> {
        self.campaigns.read().get(&partition).cloned().unwrap_or_default()
    }

    /// Waits until campaigns or senders were read again with another result.
    pub async fn changed(&self) {
        self.changed.notified().await;
    }

    async fn read_senders(&self, store: &dyn Store) -> Result<(), StoreError> {
        let entries = store.directory().await?;
        let profiles = profiles(&entries);
        let mut tenants: Vec<_> = entries.iter().map(|entry| entry.tenant_id).collect();
        tenants.sort_unstable();
        tenants.dedup();
        let entries: HashMap<_, _> = entries.into_iter().map(|entry| (entry.sender_id.clone(), entry)).collect();
        let current = self.senders();
        if current.entries != entries {
            *self.senders.write() = Arc::new(Senders { profiles: Arc::new(profiles), entries, tenants });
            self.changed.notify_waiters();
        }
        Ok(())
    }

    async fn read_campaigns(&self, store: &dyn Store) -> Result<(), StoreError> {
        let mut by_partition = Campaigns::new();
        for (tenant, campaign, sender) in store.active_campaigns().await? {
            let partition = partition::of_key(sender.as_str(), self.partitions);
            by_partition.entry(partition).or_default().push((tenant, campaign));
        }
        by_partition.values_mut().for_each(|campaigns| campaigns.sort_unstable());
        if **self.campaigns.read() != by_partition {
            *self.campaigns.write() = Arc::new(by_partition);
            self.changed.notify_waiters();
        }
        Ok(())
    }
}

/// What the core is told of the senders. A tenant's cap is split evenly among them, for each may have another owner.
fn profiles(entries: &[DirectoryEntry]) -> HashMap<SenderId, Profile> {
    let mut senders: HashMap<TenantId, u32> = HashMap::new();
    entries.iter().for_each(|entry| *senders.entry(entry.tenant_id).or_default() += 1);
    let profile = |entry: &DirectoryEntry| Profile {
        tenant_id: entry.tenant_id,
        limit_per_second: entry.limit_per_second,
        waba_id: entry.waba_id.clone(),
        credential: fingerprint(&entry.access_token),
        cap: entry.tenant_max_per_minute.map(|messages| PerMinute { messages, shared_by: senders[&entry.tenant_id] }),
        zone: Zone::parse(&entry.tenant_time_zone).unwrap_or(Zone::UTC),
        portfolio: entry.messaging_limit.map(|_| entry.portfolio_id.clone()),
        blocked_until: entry.blocked_until,
        restrictions: entry.restrictions.clone(),
        is_flagged: entry.is_flagged,
        stop_words: entry.stop_words.clone(),
    };
    entries.iter().map(|entry| (entry.sender_id.clone(), profile(entry))).collect()
}

/// Tells tokens apart where the token itself must not be seen: a hash of many bits of entropy cannot be turned round.
fn fingerprint(access_token: &str) -> String {
    uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, access_token.as_bytes()).simple().to_string()
}

#[cfg(test)]
mod tests {
    use posthaste_model::{PortfolioId, WabaId};

    use super::*;

    fn entry(tenant: u128, sender: &str, tenant_max_per_minute: Option<u32>) -> DirectoryEntry {
        DirectoryEntry {
            tenant_id: TenantId(uuid::Uuid::from_u128(tenant)),
            sender_id: SenderId::new(sender),
            waba_id: WabaId::new("1"),
            limit_per_second: 80,
            access_token: "token".to_owned(),
            graph_version: None,
            tenant_weight: 1,
            tenant_max_per_minute,
            tenant_time_zone: "Europe/Berlin".to_owned(),
            portfolio_id: PortfolioId::new("1"),
            messaging_limit: None,
            blocked_until: None,
            restrictions: Vec::new(),
            is_flagged: false,
            stop_words: Vec::new(),
        }
    }

    #[test]
    fn the_senders_of_a_tenant_share_its_cap() {
        let entries = [entry(1, "a", Some(100)), entry(1, "b", Some(100)), entry(2, "c", Some(7)), entry(3, "d", None)];
        let profiles = profiles(&entries);
        let cap = |sender: &str| profiles[&SenderId::new(sender)].cap;
        assert_eq!(cap("a"), Some(PerMinute { messages: 100, shared_by: 2 }));
        assert_eq!((cap("b"), cap("c"), cap("d")), (cap("a"), Some(PerMinute::alone(7)), None));
    }

    #[test]
    fn a_fingerprint_tells_tokens_apart_and_shows_none_of_them() {
        assert_eq!(fingerprint("EAAG-one"), fingerprint("EAAG-one"));
        assert_ne!(fingerprint("EAAG-one"), fingerprint("EAAG-two"));
        assert!(!fingerprint("EAAG-one").contains("EAAG"));
    }
}
