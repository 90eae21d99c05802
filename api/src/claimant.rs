//! What the database knows of a claimant in the vaults: what was paid, what is
//! booked, what is held, and the roots that matter. One statement reads all of it:
//! it is a snapshot in itself, and one way there and back.

use crate::amounts::Token;
use crate::problem::ReadError;
use crate::readers::Readers;
use crate::roots::{Root, RootStatus, root_columns};
use crate::rows::Columns;
use sqlx::Row;
use sqlx::postgres::PgRow;
use tributary_core::amount::{BaseUnits, SubUnits};
use tributary_core::id::{Claimant, VaultId};
use tributary_core::leaf::{CLASSES, LeafClass};

/// The most vaults read: there is one a mint.
const VAULTS_MAX: i64 = 100;

/// A claimant in all vaults, or in one.
pub struct Known {
    /// Everything on-chain up to this slot is in it.
    pub as_of_slot: u64,
    /// By the vault's address.
    pub vaults: Vec<KnownVault>,
}

/// A claimant in a vault.
pub struct KnownVault {
    /// The vault's token.
    pub token: Token,
    /// The root that serves claims.
    pub active: Option<Root>,
    /// The root that waits.
    pub pending: Option<Root>,
    /// By class, in the order of [`LeafClass::ALL`].
    pub classes: [KnownClass; CLASSES],
    /// What open disputes hold back of what was earned, in sub-units.
    pub held: SubUnits,
}

/// A claimant in a vault's class.
#[derive(Clone, Copy, Default)]
pub struct KnownClass {
    /// Paid so far, in base units.
    pub paid: BaseUnits,
    /// Of that, in final slots.
    pub paid_finally: BaseUnits,
    /// Credited so far, as the ledger has it for the newest settled epoch.
    pub booked: SubUnits,
    /// Of that, in leaves.
    pub published: BaseUnits,
}

// One row a vault and status of a root. What belongs to the claimant is worked out
// once a vault. A claim says what was paid in all up to it: the largest is the newest.
const STATEMENT: &str = concat!(
    "SELECT t.confirmed_slot, w.vault AS of_vault, w.mint AS of_mint, w.decimals AS of_decimals,
            c.paid_classes, c.paid, c.paid_finally, b.booked_classes, b.booked, b.published, h.held, ",
    root_columns!(),
    " FROM chain.status t
      LEFT JOIN (SELECT * FROM chain.vaults WHERE $2::bytea IS NULL OR vault = $2 ORDER BY vault LIMIT $3) w ON true
      LEFT JOIN LATERAL (
          SELECT array_agg(k.class) AS paid_classes, array_agg(k.paid::text) AS paid,
                 array_agg(k.paid_finally::text) AS paid_finally
          FROM (SELECT class, max(claimed) AS paid,
                       coalesce(max(claimed) FILTER (WHERE slot <= t.finalised_slot), 0) AS paid_finally
                FROM chain.claims WHERE claimant = $1 AND vault = w.vault GROUP BY class) k) c ON true
      LEFT JOIN LATERAL (
          SELECT array_agg(class) AS booked_classes, array_agg(cumulative::text) AS booked,
                 array_agg(published::text) AS published
          FROM ledger.entitlements WHERE vault = w.vault AND claimant = $1) b ON true
      LEFT JOIN LATERAL (
          SELECT sum(amount)::text AS held FROM ledger.held WHERE vault = w.vault AND claimant = $1) h ON true
      CROSS JOIN (VALUES ('active'), ('pending')) AS s (status)
      LEFT JOIN LATERAL (
          SELECT * FROM chain.roots WHERE vault = w.vault AND status = s.status
          ORDER BY epoch DESC, attempt DESC LIMIT 1) r ON true
      LEFT JOIN chain.vaults v ON v.vault = r.vault
      ORDER BY w.vault"
);

/// Reads a claimant in a vault, or in all when it is `None`.
pub async fn known(readers: &Readers, claimant: &Claimant, vault: Option<&VaultId>) -> Result<Known, ReadError> {
    let query = || {
        sqlx::query(STATEMENT).bind(claimant.0.as_slice()).bind(vault.map(|vault| vault.0.as_slice())).bind(VAULTS_MAX)
    };
    let rows = readers.rows(query).await?;
    let as_of_slot = rows.first().ok_or(ReadError::NotIndexed)?.count("confirmed_slot")?;
    let mut vaults: Vec<KnownVault> = Vec::with_capacity(rows.len() / 2);
    for row in &rows {
        let Some(vault) = row.id_or_null::<VaultId>("of_vault")? else { continue };
        if vaults.last().is_none_or(|last| last.token.vault != vault) {
            vaults.push(KnownVault::of(row, vault)?);
        }
        let Some(into) = vaults.last_mut() else { continue };
        if row.try_get::<Option<Vec<u8>>, _>("root_id")?.is_some() {
            let root = Root::of(row)?;
            match root.status {
                RootStatus::Active => into.active = Some(root),
                RootStatus::Pending => into.pending = Some(root),
                RootStatus::Vetoed | RootStatus::Disabled => return Err(ReadError::Row("status")),
            }
        }
    }
    Ok(Known { as_of_slot, vaults })
}

impl KnownVault {
    fn of(row: &PgRow, vault: VaultId) -> Result<Self, ReadError> {
        let token = Token { vault, mint: row.id("of_mint")?, decimals: row.small("of_decimals")? };
        let mut classes = [KnownClass::default(); CLASSES];
        let paid = texts(row, "paid")?.into_iter().zip(texts(row, "paid_finally")?);
        for (class, (paid, finally)) in of_classes(row, "paid_classes")?.into_iter().zip(paid) {
            let known = &mut classes[class as usize];
            known.paid = BaseUnits(number(&paid, "paid")?);
            known.paid_finally = BaseUnits(number(&finally, "paid_finally")?);
        }
        let booked = texts(row, "booked")?.into_iter().zip(texts(row, "published")?);
        for (class, (booked, published)) in of_classes(row, "booked_classes")?.into_iter().zip(booked) {
            let known = &mut classes[class as usize];
            known.booked = SubUnits(number(&booked, "booked")?);
            known.published = BaseUnits(number(&published, "published")?);
        }
        let held: Option<String> = row.try_get("held")?;
        let held = held.map_or(Ok(SubUnits::default()), |text| number(&text, "held").map(SubUnits))?;
        Ok(Self { token, active: None, pending: None, classes, held })
    }
}

fn of_classes(row: &PgRow, column: &'static str) -> Result<Vec<LeafClass>, ReadError> {
    let codes = row.try_get::<Option<Vec<i16>>, _>(column)?.unwrap_or_default();
    let class = |code: i16| u8::try_from(code).ok().and_then(LeafClass::from_code).ok_or(ReadError::Row(column));
    codes.into_iter().map(class).collect()
}

fn texts(row: &PgRow, column: &'static str) -> Result<Vec<String>, ReadError> {
    Ok(row.try_get::<Option<Vec<String>>, _>(column)?.unwrap_or_default())
}

fn number<T: std::str::FromStr>(text: &str, column: &'static str) -> Result<T, ReadError> {
    text.parse().map_err(|_| ReadError::Row(column))
}
