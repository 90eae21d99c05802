//! What an operator must see of each vault: read from the ledger after every
//! round, said in the log when it changes, and shown by [`super::health`]. It
//! changes nothing and stops nothing.

use super::Settler;
use super::error::SettlerError;
use super::ledger::Ledger;
use super::snapshot::count;
use sqlx::Row;
use std::collections::BTreeMap;
use tributary_core::amount::{BaseUnits, SubUnits};
use tributary_core::id::VaultId;
use tributary_core::position::Epoch;

/// What is known of a vault.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Standing {
    /// Why posting is halted, if it is.
    pub(super) halted: Option<String>,
    /// What was overpaid and nobody has made good, by the newest root that was built and not struck down.
    pub(super) shortfall: BaseUnits,
    /// The epoch of the root that serves, and for how many seconds it has.
    pub(super) serving: Option<(Epoch, u64)>,
}

/// Of each vault.
pub(super) type Standings = BTreeMap<VaultId, Standing>;

impl Ledger {
    /// Where a vault stands.
    pub(super) async fn standing(&self, vault: &VaultId) -> Result<Standing, SettlerError> {
        let built = sqlx::query(
            "SELECT i.shortfall::text AS shortfall FROM ledger.epochs e JOIN ledger.identity i
                USING (vault, epoch, attempt)
             WHERE e.vault = $1 AND e.step IN ('built', 'published', 'posted', 'active')
             ORDER BY e.epoch DESC, e.attempt DESC LIMIT 1",
        )
        .bind(&vault.0[..])
        .fetch_optional(self.pool())
        .await?;
        let serving = sqlx::query(
            "SELECT epoch, greatest(extract(epoch FROM now() - changed_at), 0)::bigint AS age FROM ledger.epochs
             WHERE vault = $1 AND step = 'active' ORDER BY epoch DESC LIMIT 1",
        )
        .bind(&vault.0[..])
        .fetch_optional(self.pool())
        .await?;
        Ok(Standing {
            halted: self.halt_reason(vault).await?,
            shortfall: match built {
                Some(row) => base_units(row.try_get("shortfall")?)?,
                None => BaseUnits::ZERO,
            },
            serving: match serving {
                Some(row) => Some((Epoch(count(&row, "epoch")?), count(&row, "age")?)),
                None => None,
            },
        })
    }
}

/// A shortfall is claims beyond leaves less what was added: whole base units.
fn base_units(text: &str) -> Result<BaseUnits, SettlerError> {
    let sub_units = text.parse().map(SubUnits).map_err(|_| SettlerError::Row("shortfall"))?;
    match sub_units.floor() {
        Some((units, SubUnits::ZERO)) => Ok(units),
        _ => Err(SettlerError::Row("shortfall")),
    }
}

impl Settler {
    /// Looks where every vault stands, and says aloud what an operator has to act on.
    pub(super) async fn look(&mut self) -> Result<(), SettlerError> {
        let mut now = Standings::new();
        for scope in &self.scopes {
            let standing = self.ledger.standing(&scope.vault).await?;
            let before = self.standings.borrow().get(&scope.vault).map(|before| before.shortfall).unwrap_or_default();
            say(&scope.vault, before, standing.shortfall);
            now.insert(scope.vault, standing);
        }
        self.standings.send_replace(now);
        Ok(())
    }
}

/// Says that a shortfall has appeared, changed or gone.
fn say(vault: &VaultId, before: BaseUnits, now: BaseUnits) {
    if now == before {
        return;
    }
    if now > BaseUnits::ZERO {
        tracing::error!(
            %vault, shortfall_base_units = now.0,
            "ALARM shortfall: claims under disabled roots took more than true leaves say, out of others' money; \
             recapitalise the vault by that much (\"a bad root was claimed from\" in docs/settlement.md)"
        );
    } else {
        tracing::info!(%vault, was_base_units = before.0, "the shortfall is made good");
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_shortfall_that_is_not_whole_base_units_is_refused() {
        assert_eq!(base_units("12884901888").unwrap(), BaseUnits(3));
        assert!(base_units("12884901889").is_err());
        assert!(base_units("-1").is_err());
    }
}
