//! Dead letters: what the pipeline keeps of them, what is done about them, and the operator's view of all.

use std::fmt;
use std::str::FromStr;

use posthaste_model::{Millis, TenantId};
use posthaste_runtime::store::StoreError;
use posthaste_sql::queries::{letters, replay};
use tokio_postgres::Client;
use uuid::Uuid;

use crate::admin::{self, AdminError};
use crate::pool::{Tx, WorkerPool};
use crate::store::{from_database, from_pool};

/// Days that a letter is kept in the store: three times as long as its topic keeps it.
const KEPT_DAYS: i32 = 90;
/// Whose a letter is where nobody knows: of no tenant, because none has this id.
const NOBODY: TenantId = TenantId(Uuid::nil());
/// What the public form of a letter's id begins with.
const PREFIX: &str = "let_";

/// Stands after the newest letter: the end of the year 9999, in milliseconds, and the greatest id.
const NEWEST: (i64, Uuid) = (253_402_300_799_999, Uuid::max());

/// One letter: `let_` and the 32 hex digits of its event's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LetterId(pub Uuid);

impl fmt::Display for LetterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}", self.0.simple())
    }
}

impl FromStr for LetterId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let digits = text.strip_prefix(PREFIX).filter(|digits| digits.len() == 32);
        let id = digits.and_then(|digits| Uuid::try_parse(digits).ok()).map(Self);
        id.ok_or_else(|| format!("\"{text}\" is no letter's id; it is {PREFIX} and 32 hex digits"))
    }
}

/// What was done about a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LetterState {
    /// Nothing yet, or a replay that was not possible.
    Buried,
    /// Nothing is wrong with the record: it waits for a version that knows its type.
    Parked,
    /// The pipeline is asked to publish its record again.
    Replaying,
    /// Its record was published again.
    Replayed,
    /// Somebody has seen it and leaves it as it is.
    Discarded,
}

impl LetterState {
    /// Every state.
    pub const ALL: [Self; 5] = [Self::Buried, Self::Parked, Self::Replaying, Self::Replayed, Self::Discarded];

    /// The name in the store and in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Buried => "buried",
            Self::Parked => "parked",
            Self::Replaying => "replaying",
            Self::Replayed => "replayed",
            Self::Discarded => "discarded",
        }
    }

    /// Whether somebody may ask for `wanted` ([`LetterState::Replaying`] or [`LetterState::Discarded`]); `Err` says what is in the
    /// way. Asking for what is there already is allowed and changes nothing.
    pub fn asked(current: &str, wanted: Self) -> Result<(), String> {
        match (wanted, current) {
            (Self::Replaying, "discarded") => {
                Err("the letter is discarded; nothing more can be done with it".to_owned())
            }
            (Self::Discarded, "replaying") => {
                Err("the letter is replaying; it can be discarded when that is done".to_owned())
            }
            _ => Ok(()),
        }
    }
}

/// A letter as it was read from its topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLetter {
    /// The id of its event.
    pub id: LetterId,
    /// Whose it is, where known.
    pub tenant: Option<TenantId>,
    /// Whether it is parked, not buried.
    pub parked: bool,
    /// When it was buried, or when its webhook arrived.
    pub at: Millis,
    /// Stable code of the reason.
    pub code: String,
    /// The reason, for people.
    pub reason: String,
    /// `<topic>/<partition>/<offset>/<index>` of the record that holds it.
    pub origin: String,
    /// The buried bytes.
    pub value: Vec<u8>,
}

/// The pipeline's view of the letters.
#[derive(Debug, Clone)]
pub struct LetterStore(WorkerPool);

/// A letter that is being replayed by this process and by no other.
#[derive(Debug)]
pub struct Taken {
    tx: Tx,
    id: Uuid,
    parked: bool,
    /// The record that holds it.
    pub origin: String,
}

impl LetterStore {
    /// A store on these connections.
    pub fn new(pool: WorkerPool) -> Self {
        Self(pool)
    }

    /// Keeps letters; those that are kept already stay as they are.
    pub async fn keep(&self, new: &[NewLetter]) -> Result<(), StoreError> {
        let owner = |letter: &NewLetter| letter.tenant.unwrap_or(NOBODY);
        let mut tenants: Vec<TenantId> = new.iter().map(owner).collect();
        let tenant_ids: Vec<Uuid> = tenants.iter().map(|tenant| tenant.0).collect();
        tenants.sort_unstable();
        tenants.dedup();
        let ids: Vec<Uuid> = new.iter().map(|letter| letter.id.0).collect();
        let ats: Vec<i64> = new.iter().map(|letter| letter.at.0).collect();
        let texts = |of: fn(&NewLetter) -> &str| new.iter().map(of).collect::<Vec<&str>>();
        let state = |letter: &NewLetter| if letter.parked { LetterState::Parked } else { LetterState::Buried };
        let states: Vec<&str> = new.iter().map(|letter| state(letter).as_str()).collect();
        let (codes, reasons, origins) = (texts(|l| &l.code), texts(|l| &l.reason), texts(|l| &l.origin));
        let values: Vec<&[u8]> = new.iter().map(|letter| letter.value.as_slice()).collect();
        let tx = self.0.tenants_tx(tenants).await.map_err(|error| from_pool(&error))?;
        let written = letters::keep_letters()
            .bind(&*tx, &tenant_ids, &ids, &ats, &codes, &reasons, &origins, &values, &states)
            .await;
        written.map_err(|error| from_database(&error))?;
        letters::forget_letters().bind(&*tx, &KEPT_DAYS).await.map_err(|error| from_database(&error))?;
        tx.commit().await.map_err(|error| from_pool(&error))
    }

    /// Letters that are to be replayed, some of them if there are many: whose, and which.
    pub async fn replaying(&self) -> Result<Vec<(TenantId, LetterId)>, StoreError> {
        let tx = self.0.tenants_tx([]).await.map_err(|error| from_pool(&error))?;
        let rows = letters::replaying_letters().bind(&*tx).all().await.map_err(|error| from_database(&error))?;
        tx.commit().await.map_err(|error| from_pool(&error))?;
        Ok(rows.into_iter().map(|row| (TenantId(row.tenant_id), LetterId(row.letter_id))).collect())
    }

    /// Takes a letter that is to be replayed; `None` when another process has it, or had it.
    pub async fn take(&self, tenant: TenantId, id: LetterId) -> Result<Option<Taken>, StoreError> {
        let tx = self.0.tenants_tx([tenant]).await.map_err(|error| from_pool(&error))?;
        match letters::take_letter().bind(&*tx, &id.0).opt().await.map_err(|error| from_database(&error))? {
            Some(row) => Ok(Some(Taken { tx, id: id.0, parked: row.parked, origin: row.origin })),
            None => {
                tx.rollback().await.map_err(|error| from_pool(&error))?;
                Ok(None)
            }
        }
    }
}

impl Taken {
    /// Says what became of it: it was replayed, or it cannot be and is as it was.
    pub async fn settle(self, replayed: bool, note: &str) -> Result<(), StoreError> {
        let as_it_was = if self.parked { LetterState::Parked } else { LetterState::Buried };
        let state = if replayed { LetterState::Replayed } else { as_it_was };
        let written = letters::set_letter_state().bind(&*self.tx, &state.as_str(), &Some(note), &self.id).await;
        written.map_err(|error| from_database(&error))?;
        self.tx.commit().await.map_err(|error| from_pool(&error))
    }
}

/// The operator's view: the letters of all tenants, and of none.
pub struct LetterDesk {
    client: Client,
}

impl LetterDesk {
    /// Connects as the administrator.
    pub async fn connect(url: &str) -> Result<Self, AdminError> {
        Ok(Self { client: admin::connect(url).await? })
    }

    /// The newest letters in these states.
    pub async fn list(&self, states: &[LetterState], limit: i64) -> Result<Vec<letters::LetterRow>, AdminError> {
        let states: Vec<&str> = states.iter().map(|state| state.as_str()).collect();
        let query = letters::list_letters();
        Ok(query.bind(&self.client, &NEWEST.0, &NEWEST.1, &states, &limit).all().await?)
    }

    /// One letter with its bytes.
    pub async fn get(&self, id: LetterId) -> Result<Option<letters::Letter>, AdminError> {
        Ok(letters::get_letter().bind(&self.client, &id.0).opt().await?)
    }

    /// Asks for a replay or for nothing more to be done.
    pub async fn ask(&mut self, id: LetterId, wanted: LetterState) -> Result<(), AdminError> {
        let tx = self.client.transaction().await?;
        let current = letters::lock_letter().bind(&tx, &id.0).opt().await?;
        let current = current.ok_or_else(|| AdminError::Invalid(format!("there is no letter {id}")))?;
        LetterState::asked(&current, wanted).map_err(AdminError::Invalid)?;
        if current != wanted.as_str() {
            letters::set_letter_state().bind(&tx, &wanted.as_str(), &None::<&str>, &id.0).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Asks for a replay of every parked letter; gives which they are.
    pub async fn ask_parked(&mut self) -> Result<Vec<LetterId>, AdminError> {
        let ids = letters::replay_parked_letters().bind(&self.client).all().await?;
        Ok(ids.into_iter().map(LetterId).collect())
    }

    /// How many letters there are in each state.
    pub async fn count(&self) -> Result<Vec<(String, i64)>, AdminError> {
        let rows = letters::count_letters().bind(&self.client).all().await?;
        Ok(rows.into_iter().map(|row| (row.state, row.letters)).collect())
    }

    /// How many of these inbound messages (sender, wamid) the store has.
    pub async fn known_inbound(&self, senders: &[&str], wamids: &[&str]) -> Result<i64, AdminError> {
        Ok(replay::known_inbound().bind(&self.client, &senders, &wamids).one().await?)
    }

    /// Of these statuses (sender, intent, attempt, bit): how many are of an attempt that there is, and how many it has.
    pub async fn known_statuses(
        &self,
        senders: &[&str],
        intents: &[Uuid],
        attempts: &[i16],
        bits: &[i32],
    ) -> Result<(i64, i64), AdminError> {
        let query = replay::known_statuses();
        let row = query.bind(&self.client, &senders, &intents, &attempts, &bits).one().await?;
        Ok((row.found, row.known))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_as_written_and_another_kind_is_refused() {
        let id = LetterId(Uuid::from_u128(7));
        assert_eq!(id.to_string().parse(), Ok(id));
        assert!("msg_00000000000000000000000000000007".parse::<LetterId>().is_err());
        assert!("let_7".parse::<LetterId>().is_err());
    }

    #[test]
    fn a_letter_is_not_discarded_while_it_is_replayed_nor_replayed_after_it_was_discarded() {
        let refused: Vec<_> = LetterState::ALL
            .iter()
            .flat_map(|current| [LetterState::Replaying, LetterState::Discarded].map(|wanted| (*current, wanted)))
            .filter(|(current, wanted)| LetterState::asked(current.as_str(), *wanted).is_err())
            .collect();
        let expected =
            [(LetterState::Replaying, LetterState::Discarded), (LetterState::Discarded, LetterState::Replaying)];
        assert_eq!(refused, expected);
    }
}
