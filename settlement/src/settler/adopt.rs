//! Roots that serve and that this ledger does not know: its database was
//! restored from a backup, or is a new one. Each is judged like a stranger's,
//! from what was published and from our own chain events, before it is booked.

use super::Settler;
use super::error::SettlerError;
use super::ledger::{AttemptId, AttemptRow};
use super::snapshot::{chain_rows, signature};
use crate::compute::Scope;
use crate::judge::{Judged, Posted, Verdict, disabled_between, judge, manifest_of};
use crate::verify::header;
use sqlx::{PgConnection, Row};
use std::collections::BTreeMap;
use tributary_client::rewards::{RewardsEvent, RootPosted, Vault};
use tributary_core::id::{FileHash, MintId, RootId, VaultId};
use tributary_core::position::{Epoch, Slot};

/// A posting as the indexer stored it.
struct Known {
    posted: RootPosted,
    signature: [u8; 64],
}

impl Settler {
    /// Books the roots between the ledger's newest and the one that serves. Whether it could.
    pub(super) async fn adopt(
        &mut self,
        scope: &Scope,
        vault: &Vault,
        ours: Option<AttemptRow>,
    ) -> Result<bool, SettlerError> {
        let mut connection = self.pool.acquire().await?;
        let known = postings(&mut connection, &scope.vault).await?;
        let newest = ours.as_ref().and_then(|row| row.root).unwrap_or_default();
        // From the head back to what the ledger has; each posting names an older one, so this ends.
        let (mut missing, mut wanted) = (Vec::new(), vault.head_root);
        while wanted != newest {
            let Some(posting) = known.get(&wanted) else {
                if known.contains_key(&vault.head_root) {
                    let (on_chain, in_ledger) = (vault.head_root, newest);
                    return Err(SettlerError::ForeignRoot { vault: scope.vault, on_chain, in_ledger });
                }
                self.say_wait(&scope.vault, "the indexer has not seen the root that serves yet".into());
                return Ok(false);
            };
            wanted = RootId(posting.posted.parent);
            missing.push(posting);
        }
        let mut opening = self.opening(&scope.vault).await?.hash;
        for posting in missing.into_iter().rev() {
            let judged = self.judge_known(&mut connection, scope, vault, posting, opening).await?;
            let (epoch, attempt) = (Epoch(posting.posted.epoch), posting.posted.attempt);
            let id = AttemptId { vault: scope.vault, epoch, attempt };
            self.ledger.record_adopted(&id, RootId(posting.posted.root_id), &posting.signature, &judged).await?;
            tracing::warn!(vault = %scope.vault, %epoch, attempt, "a root that the ledger did not know is right; booked");
            opening = judged.manifest.closing_state;
        }
        self.work.remove(&scope.vault);
        Ok(true)
    }

    async fn judge_known(
        &self,
        db: &mut PgConnection,
        scope: &Scope,
        vault: &Vault,
        known: &Known,
        parent_closing: FileHash,
    ) -> Result<Judged, SettlerError> {
        let posted = &known.posted;
        let (slot, posted_slot) = (Slot(posted.finalised_slot), Slot(posted.slot));
        let later = chain_rows(db, slot, posted_slot).await?;
        let claimed = Posted {
            scope: *scope,
            mint: MintId(vault.mint.to_bytes()),
            header: header(scope, posted),
            parent_closing,
            overpaid: posted.overpaid,
            disabled_after: disabled_between(&later, &scope.vault, slot, posted_slot)?,
        };
        let verdict = match manifest_of(&self.store, &claimed).await? {
            Ok(manifest) => {
                let opening = crate::bundle::load_state(&self.store, &manifest.opening_state).await?;
                let rows = chain_rows(db, opening.finalised_slot, slot).await?;
                judge(&self.store, &claimed, manifest, &rows).await?
            }
            Err(verdict) => verdict,
        };
        match verdict {
            Verdict::Right(judged) => Ok(*judged),
            Verdict::Wrong(why) | Verdict::Unavailable(why) => {
                Err(SettlerError::WrongHead { vault: scope.vault, root: RootId(posted.root_id), why })
            }
        }
    }
}

/// All final postings of a vault, by the root's id.
async fn postings(db: &mut PgConnection, vault: &VaultId) -> Result<BTreeMap<RootId, Known>, SettlerError> {
    let rows = sqlx::query(
        "SELECT data, signature FROM chain.events
         WHERE stream = $1 AND name = 'RootPosted' AND slot <= (SELECT finalised_slot FROM chain.status)",
    )
    .bind(&vault.0[..])
    .fetch_all(db)
    .await?;
    let mut known = BTreeMap::new();
    for row in &rows {
        if let RewardsEvent::RootPosted(posted) = RewardsEvent::decode(row.try_get("data")?)? {
            let signature = signature(row, "signature")?;
            known.insert(RootId(posted.root_id), Known { posted: *posted, signature });
        }
    }
    Ok(known)
}
