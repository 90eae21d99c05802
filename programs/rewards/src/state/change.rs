//! A change of a role or a setting: what it may be, whether it only tightens,
//! and what it does. Who may make it and when stands in the instructions.

use super::{Config, Vault, WATCHERS_MAX};
use crate::error::RewardsError;
use crate::limits::{check_policy_set, check_timelock, check_window};
use anchor_lang::prelude::*;

/// One change. The last four are a vault's, the others the configuration's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AnchorSerialize, AnchorDeserialize, IdlType)]
pub enum Change {
    /// Somebody else posts roots.
    Poster(Address),
    /// Somebody else may pause; zeros for nobody.
    Guardian(Address),
    /// One more may attest and veto.
    AddWatcher(Address),
    /// One less.
    RemoveWatcher(Address),
    /// So many watchers must attest.
    Threshold(u8),
    /// Loosening changes wait so long.
    Timelock { slots: u64, seconds: u64 },
    /// A root can be challenged so long.
    Window { slots: u64, seconds: u64 },
    /// Totals may grow so fast, by leaf class.
    Growth { per_slot: [u64; 3], burst: [u64; 3] },
    /// So much may leave; a burst of all of u64 for no limit.
    Outflow { per_slot: u64, burst: u64 },
    /// Later epochs follow this policy set.
    PolicySet([u8; 32]),
}

impl Change {
    /// Whether it is a vault's.
    pub fn of_vault(&self) -> bool {
        matches!(self, Self::Window { .. } | Self::Growth { .. } | Self::Outflow { .. } | Self::PolicySet(_))
    }

    /// Refuses what makes no sense whatever the settings are now.
    pub fn check(&self) -> Result<()> {
        match self {
            Self::Poster(key) | Self::AddWatcher(key) => {
                require!(*key != Address::default(), RewardsError::ZeroRole);
            }
            Self::Threshold(threshold) => {
                require!((1..=WATCHERS_MAX).contains(&usize::from(*threshold)), RewardsError::BadThreshold);
            }
            Self::Timelock { slots, seconds } => check_timelock(*slots, *seconds)?,
            Self::Window { slots, seconds } => check_window(*slots, *seconds)?,
            // Without a burst no root could grow; a class with one but no growth would end for ever.
            Self::Growth { burst, .. } => {
                require!(burst.iter().all(|burst| *burst > 0), RewardsError::BadGrowth);
            }
            // A limit delays and never blocks.
            Self::Outflow { per_slot, burst } => {
                require!(*per_slot > 0 && *burst > 0, RewardsError::BadOutflow);
            }
            Self::PolicySet(hash) => check_policy_set(hash)?,
            Self::Guardian(_) | Self::RemoveWatcher(_) => {}
        }
        Ok(())
    }

    /// Whether it takes powers away and gives none, so that it need not wait.
    pub fn is_tightening(&self, config: &Config, vault: Option<&Vault>) -> bool {
        let longer = |new: (u64, u64), old: (u64, u64)| new.0 >= old.0 && new.1 >= old.1;
        match (self, vault) {
            (Self::Guardian(key), None) => *key == Address::default(),
            (Self::RemoveWatcher(_), None) => config.watcher_count > config.threshold,
            (Self::Threshold(threshold), None) => *threshold >= config.threshold,
            (Self::Timelock { slots, seconds }, None) => {
                longer((*slots, *seconds), (config.timelock_slots, config.timelock_seconds))
            }
            (Self::Window { slots, seconds }, Some(vault)) => {
                longer((*slots, *seconds), (vault.challenge_slots, vault.challenge_seconds))
            }
            (Self::Growth { per_slot, burst }, Some(vault)) => {
                let (slots, bursts) = vault.growth();
                per_slot.iter().zip(&slots).all(|(new, old)| new <= old)
                    && burst.iter().zip(&bursts).all(|(new, old)| new <= old)
            }
            (Self::Outflow { per_slot, burst }, Some(vault)) => {
                let unlimited = vault.outflow_burst == u64::MAX;
                unlimited || (*per_slot <= vault.outflow_per_slot && *burst <= vault.outflow_burst)
            }
            _ => false,
        }
    }

    /// Makes it, or refuses it when it does not fit the other settings.
    pub fn apply(&self, config: &mut Config, vault: Option<&mut Vault>, slot: u64) -> Result<()> {
        self.check()?;
        match vault {
            None => self.apply_to_config(config),
            Some(vault) => self.apply_to_vault(vault, slot),
        }
    }

    fn apply_to_config(&self, config: &mut Config) -> Result<()> {
        match *self {
            Self::Poster(key) => {
                require!(!config.watchers().contains(&key), RewardsError::PosterWatches);
                config.poster = key;
            }
            Self::Guardian(key) => config.guardian = key,
            Self::AddWatcher(key) => {
                require!(key != config.poster, RewardsError::PosterWatches);
                let count = config.watchers().len();
                require!(count < WATCHERS_MAX && !config.watchers().contains(&key), RewardsError::BadWatchers);
                config.watchers[count] = key;
                config.watcher_count = count as u8 + 1;
                config.change_list()?;
            }
            Self::RemoveWatcher(key) => {
                let place = config.watcher(&key)?;
                // Otherwise no root could be activated any more.
                require!(config.watcher_count > config.threshold, RewardsError::BadThreshold);
                let count = config.watchers().len();
                config.watchers.copy_within(place + 1..count, place);
                config.watchers[count - 1] = Address::default();
                config.watcher_count = count as u8 - 1;
                config.change_list()?;
            }
            Self::Threshold(threshold) => {
                require!(threshold <= config.watcher_count, RewardsError::BadThreshold);
                config.threshold = threshold;
            }
            Self::Timelock { slots, seconds } => {
                config.timelock_slots = slots;
                config.timelock_seconds = seconds;
            }
            _ => return Err(RewardsError::WrongTarget.into()),
        }
        Ok(())
    }

    fn apply_to_vault(&self, vault: &mut Vault, slot: u64) -> Result<()> {
        match *self {
            // Roots that are pending keep the window they were posted with.
            Self::Window { slots, seconds } => {
                vault.challenge_slots = slots;
                vault.challenge_seconds = seconds;
            }
            Self::Growth { per_slot, burst } => vault.set_growth(per_slot, burst, slot),
            Self::Outflow { per_slot, burst } => vault.set_outflow(per_slot, burst, slot),
            Self::PolicySet(hash) => vault.set_next_policy(hash, slot),
            _ => return Err(RewardsError::WrongTarget.into()),
        }
        Ok(())
    }
}
