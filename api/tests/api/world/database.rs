//! The rows that indexer, gateway and settlement would have written.

use super::history::{
    CLOSES, GENERATION, Made, asset, bytes, claimant, gateway, mandate, mandate_signature, mint, payer, records, scope,
    vault,
};
use sqlx::PgConnection;
use tributary_core::hash::sha256;
use tributary_settlement::compute::Account;

/// Claims and deposits of strangers, so that lists have pages.
pub const STRANGERS: i64 = 60;
/// What each root's status is, in the order of [`super::history::epochs`].
const STATUS: [&str; 3] = ["active", "vetoed", "pending"];
/// Ada has claimed so much of the first epoch.
pub const ADA_CLAIMED: i64 = 100;

/// Writes everything, in one transaction.
pub async fn fill(connection: &mut PgConnection, epochs: &[Made; 3]) -> sqlx::Result<()> {
    let mut tx = sqlx::Connection::begin(connection).await?;
    let db = &mut *tx;
    chain(db).await?;
    assets(db).await?;
    registry(db).await?;
    money(db).await?;
    usage(db, epochs).await?;
    for (made, status) in epochs.iter().zip(STATUS) {
        settled(db, made, status).await?;
    }
    entitlements(db, &epochs[0]).await?;
    tx.commit().await
}

async fn chain(db: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO chain.status (genesis, seen_slot, confirmed_slot, finalised_slot) VALUES ($1, 77, 75, 70)",
    )
    .bind(&scope().genesis.0[..])
    .execute(&mut *db)
    .await?;
    sqlx::query("INSERT INTO chain.vaults VALUES ($1, $2, $3, $4, 6, $5, 20, 30, 1000, 1000000, false, 9)")
        .bind(&vault().0[..])
        .bind(&mint().0[..])
        .bind(&bytes("token program")[..])
        .bind(&bytes("token account")[..])
        .bind(&scope().domain().0[..])
        .execute(&mut *db)
        .await?;
    sqlx::query("INSERT INTO chain.gateways VALUES ($1, $2, 0, 10)")
        .bind(&gateway().0[..])
        .bind(&bytes("dora")[..])
        .execute(db)
        .await?;
    Ok(())
}

async fn assets(db: &mut PgConnection) -> sqlx::Result<()> {
    for record in records() {
        sqlx::query(
            "INSERT INTO chain.assets VALUES
                ($1, $2, $1, $3, $4, $5, $6, $7, 'CC-BY-4.0', $8, 0, '{0,0,0,0,0}', $9, 0, 10, 10)",
        )
        .bind(&bytes(record.name)[..])
        .bind(record.kind as i16)
        .bind(&sha256(&[&record.content])[..])
        .bind(record.content.len() as i64)
        .bind(&bytes(record.co_owners[0].0)[..])
        .bind(&sha256(&[&record.metadata()])[..])
        .bind(&[0u8; 32][..])
        .bind(i16::from(record.uses))
        .bind(record.sequence.0 as i64)
        .execute(&mut *db)
        .await?;
        for ((name, bps), place) in record.parents.iter().zip(0i16..) {
            sqlx::query("INSERT INTO chain.parents VALUES ($1, $2, $3, $4)")
                .bind(&bytes(record.name)[..])
                .bind(place)
                .bind(&asset(name).0[..])
                .bind(i32::from(*bps))
                .execute(&mut *db)
                .await?;
        }
        sqlx::query("INSERT INTO chain.terms VALUES ($1, $2, $3, $4, $5, '{0,0,0,0,0}', 10, 10)")
            .bind(&bytes("shard")[..])
            .bind(record.sequence.0 as i64)
            .bind(&bytes(record.name)[..])
            .bind(record.co_owners.iter().map(|(name, _)| claimant(name).0.to_vec()).collect::<Vec<_>>())
            .bind(record.co_owners.iter().map(|(_, bps)| i32::from(*bps)).collect::<Vec<_>>())
            .execute(&mut *db)
            .await?;
        for ((name, bps), place) in record.co_owners.iter().zip(0i16..) {
            sqlx::query("INSERT INTO chain.co_owners VALUES ($1, $2, $3, $4)")
                .bind(&bytes(record.name)[..])
                .bind(place)
                .bind(&claimant(name).0[..])
                .bind(i32::from(*bps))
                .execute(&mut *db)
                .await?;
        }
    }
    Ok(())
}

/// A collection that rain stayed in and rivers left; two disputes, one of them
/// open; the policy set in force and one that waits.
async fn registry(db: &mut PgConnection) -> sqlx::Result<()> {
    let policy_set = super::history::policy().hash();
    let waters = super::history::waters_hash();
    for statement in [
        "INSERT INTO chain.collections VALUES (sha256('shard'), 20, sha256('Waters'), sha256('eve'), 0, 1000, $1, 12)",
        "INSERT INTO chain.memberships VALUES
            (sha256('shard'), 21, sha256('Rain'), sha256('Waters'), sha256('eve'), 1000, 20, 13),
            (sha256('shard'), 22, sha256('Rivers'), sha256('Waters'), sha256('eve'), 1000, 21, 13),
            (sha256('shard'), 23, sha256('Rivers'), sha256('Waters'), NULL, NULL, 30, 14)",
        "INSERT INTO chain.disputes VALUES
            (sha256('shard'), 30, sha256('Rivers'), 'opened', sha256('mallory'), sha256('proof'), 5000, 900, 40),
            (sha256('shard'), 31, sha256('Rivers'), 'rejected', sha256('mallory'), NULL, 5000, NULL, 50),
            (sha256('shard'), 32, sha256('Rain'), 'opened', sha256('mallory'), sha256('more'), 6000, 950, 60)",
    ] {
        let query = sqlx::query(statement);
        let query = if statement.contains("$1") { query.bind(&waters[..]) } else { query };
        query.execute(&mut *db).await?;
    }
    sqlx::query("INSERT INTO chain.policy_sets VALUES ($1, 0, sha256('older'), 9), ($1, 5, $2, 15)")
        .bind(&vault().0[..])
        .bind(&policy_set.0[..])
        .execute(&mut *db)
        .await?;
    sqlx::query(
        "INSERT INTO chain.changes VALUES ($1, 6, 'proposed', 1, 'policy_set', sha256('next'), '{}', 500, 1000, NULL, 60)",
    )
    .bind(&vault().0[..])
    .execute(&mut *db)
    .await?;
    Ok(())
}

async fn money(db: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO chain.deposits VALUES ($1, 0, $2, 500000, 500000, 11)")
        .bind(&vault().0[..])
        .bind(&payer().0[..])
        .execute(&mut *db)
        .await?;
    sqlx::query(
        "INSERT INTO chain.deposits SELECT $1, n, sha256(n::text::bytea), n, n, 20 + n / 7 FROM generate_series(1, $2) n",
    )
    .bind(&vault().0[..])
    .bind(STRANGERS)
    .execute(&mut *db)
    .await?;
    sqlx::query(
        "INSERT INTO chain.claims SELECT $1, 1000 + n, 1, n % 3, sha256(n::text::bytea), sha256('d'), n, n,
            sha512(n::text::bytea), 50 + n / 9 FROM generate_series(1, $2) n",
    )
    .bind(&vault().0[..])
    .bind(STRANGERS)
    .execute(&mut *db)
    .await?;
    for (n, amount) in [(1i64, ADA_CLAIMED / 4), (2, ADA_CLAIMED - ADA_CLAIMED / 4)] {
        sqlx::query("INSERT INTO chain.claims VALUES ($1, $2, 1, 0, $3, $4, $5, $6, sha512($7), 60)")
            .bind(&vault().0[..])
            .bind(2_000 + n)
            .bind(&claimant("ada").0[..])
            .bind(&bytes("ada's tokens")[..])
            .bind(sqlx::types::BigDecimal::from(amount))
            .bind(sqlx::types::BigDecimal::from(if n == 1 { amount } else { ADA_CLAIMED }))
            .bind(n.to_le_bytes().to_vec())
            .execute(&mut *db)
            .await?;
    }
    sqlx::query("INSERT INTO usage.mandates VALUES ($1, $2, $3, $4, 1000000, 1000, 7, $5)")
        .bind(&mandate().id().0[..])
        .bind(&vault().0[..])
        .bind(&payer().0[..])
        .bind(&gateway().0[..])
        .bind(&mandate_signature()[..])
        .execute(&mut *db)
        .await?;
    sqlx::query(
        "INSERT INTO credit.log (position, kind, vault, payer, amount, deposit_sequence, chain_slot, gateway, generation, mandate)
         VALUES (1, 'grant', $1, $2, 500000, 0, 11, NULL, NULL, NULL), (2, 'lease', $1, $2, 400000, NULL, 11, $3, 0, $4)",
    )
    .bind(&vault().0[..])
    .bind(&payer().0[..])
    .bind(&gateway().0[..])
    .bind(&mandate().id().0[..])
    .execute(&mut *db)
    .await?;
    sqlx::query("INSERT INTO credit.accounts VALUES ($1, $2, 100000, 400000)")
        .bind(&vault().0[..])
        .bind(&payer().0[..])
        .execute(&mut *db)
        .await?;
    sqlx::query("INSERT INTO credit.leases VALUES (2, $1, $2, $3, $4, 0, 400000, NULL)")
        .bind(&vault().0[..])
        .bind(&payer().0[..])
        .bind(&mandate().id().0[..])
        .bind(&gateway().0[..])
        .execute(db)
        .await?;
    Ok(())
}

async fn usage(db: &mut PgConnection, epochs: &[Made; 3]) -> sqlx::Result<()> {
    for made in [&epochs[0], &epochs[2]] {
        for event in made.groups.iter().flat_map(|group| &group.events).filter(|event| event.mandate == mandate().id())
        {
            sqlx::query("INSERT INTO usage.events VALUES ($1, 0, $2, $3, $4, $5, 2, $6, $7, $8, $9, $10, $11, 0, $12)")
                .bind(&gateway().0[..])
                .bind(event.position.sequence.0 as i64)
                .bind(&vault().0[..])
                .bind(&payer().0[..])
                .bind(&event.mandate.0[..])
                .bind(&event.request.0[..])
                .bind(&event.agent.0[..])
                .bind(&event.model.0[..])
                .bind(sqlx::types::BigDecimal::from(event.price.0))
                .bind(event.graph_slot.0 as i64)
                .bind(event.at_ms as i64)
                .bind(&event.hash().0[..])
                .execute(&mut *db)
                .await?;
        }
        for group in &made.groups {
            let first = group.first().0 as i64;
            sqlx::query("INSERT INTO usage.groups VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
                .bind(&gateway().0[..])
                .bind(i64::from(GENERATION.0))
                .bind(first)
                .bind(first + group.events.len() as i64)
                .bind(&group.previous.0[..])
                .bind(&group.head().0[..])
                .bind(&group.key.0[..])
                .bind(group.encode())
                .execute(&mut *db)
                .await?;
        }
        for sidecar in &made.sidecars {
            // Those of the second epoch have expired.
            let days = if made.bundle.manifest.epoch.0 == 1 { 30 } else { -1 };
            sqlx::query("INSERT INTO usage.sidecars VALUES ($1, 0, $2, $3, $4, now() + make_interval(days => $5))")
                .bind(&gateway().0[..])
                .bind(sidecar.sequence as i64)
                .bind(&sidecar.salt[..])
                .bind(&sidecar.body)
                .bind(days)
                .execute(&mut *db)
                .await?;
        }
    }
    Ok(())
}

async fn settled(db: &mut PgConnection, made: &Made, status: &str) -> sqlx::Result<()> {
    let manifest = &made.bundle.manifest;
    let (epoch, attempt) = (manifest.epoch.0 as i64, i32::from(manifest.attempt));
    let [earned, refund, fee] = made.bundle.header.class_totals.map(sqlx::types::BigDecimal::from);
    sqlx::query(
        "INSERT INTO chain.roots VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
            floor(extract(epoch FROM now()))::bigint + 30, $16, 1, $17, sha512($2), $17)",
    )
    .bind(&vault().0[..])
    .bind(&made.bundle.root_id().0[..])
    .bind(epoch as i16 + attempt as i16)
    .bind(epoch)
    .bind(attempt)
    .bind(&manifest.parent.0[..])
    .bind(CLOSES[epoch as usize - 1] as i64)
    .bind(&manifest.tree_hash.0[..])
    .bind(earned)
    .bind(refund)
    .bind(fee)
    .bind(i64::from(manifest.leaf_count))
    .bind(&made.bundle.header.manifest.0[..])
    .bind(&manifest.policy_set.0[..])
    .bind(CLOSES[epoch as usize - 1] as i64 + 60)
    .bind(status)
    .bind(CLOSES[epoch as usize - 1] as i64 + 33 + i64::from(attempt))
    .execute(&mut *db)
    .await?;
    let step = if status == "pending" { "posted" } else { status };
    sqlx::query(
        "INSERT INTO ledger.epochs (vault, epoch, attempt, step, parent, finalised_slot, credit_end, opening_state,
            manifest, leaf_file, root_id, tree_hash, leaf_count, events, void_events)
         VALUES ($1, $2, $3, $4, $5, $6, 2, $7, $8, $9, $10, $11, $12, $13, $14)",
    )
    .bind(&vault().0[..])
    .bind(epoch)
    .bind(attempt)
    .bind(step)
    .bind(&manifest.parent.0[..])
    .bind(CLOSES[epoch as usize - 1] as i64)
    .bind(&manifest.opening_state.0[..])
    .bind(&made.bundle.header.manifest.0[..])
    .bind(&manifest.leaf_file.0[..])
    .bind(&made.bundle.root_id().0[..])
    .bind(&manifest.tree_hash.0[..])
    .bind(i64::from(manifest.leaf_count))
    .bind(made.output.events as i64)
    .bind(made.output.voids.len() as i64)
    .execute(&mut *db)
    .await?;
    sqlx::query("INSERT INTO ledger.waterfalls VALUES ($1, $2, $3, $4, $5)")
        .bind(&vault().0[..])
        .bind(epoch)
        .bind(attempt)
        .bind(&made.bundle.root_id().0[..])
        .bind(&tributary_core::leaf_file::file_hash(&made.waterfall).0[..])
        .execute(&mut *db)
        .await?;
    let segment = &manifest.usage[0];
    sqlx::query("INSERT INTO ledger.epoch_positions VALUES ($1, $2, $3, $4, 0, $5, $6)")
        .bind(&vault().0[..])
        .bind(epoch)
        .bind(attempt)
        .bind(&gateway().0[..])
        .bind(segment.first.0 as i64)
        .bind(segment.end.0 as i64)
        .execute(&mut *db)
        .await?;
    for ((claimant, asset, policy), amount) in &made.output.credits {
        sqlx::query("INSERT INTO ledger.credits VALUES ($1, $2, $3, $4, $5, $6, $7::text::numeric)")
            .bind(&vault().0[..])
            .bind(epoch)
            .bind(attempt)
            .bind(&claimant.0[..])
            .bind(&asset.0[..])
            .bind(policy.as_str())
            .bind(amount.to_string())
            .execute(&mut *db)
            .await?;
    }
    let accounts: Vec<String> = Account::ALL.map(|account| made.output.identity.get(account).to_string()).to_vec();
    sqlx::query(
        "INSERT INTO ledger.identity (vault, epoch, attempt, deposited, recapitalised, shortfall, entitled_earned,
            entitled_refund, entitled_fee, available, leased, refunds_pending, unsettled, held, residue, overpaid,
            reserve)
         SELECT $1, $2, $3, a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10], a[11], a[12], a[13], a[14]
         FROM (SELECT $4::text[]::numeric[] AS a) AS amounts",
    )
    .bind(&vault().0[..])
    .bind(epoch)
    .bind(attempt)
    .bind(accounts)
    .execute(db)
    .await?;
    Ok(())
}

async fn entitlements(db: &mut PgConnection, made: &Made) -> sqlx::Result<()> {
    for ((class, claimant), entitlement) in &made.output.closing.entitlements {
        sqlx::query("INSERT INTO ledger.entitlements VALUES ($1, $2, $3, 1, $4::text::numeric, $5::text::numeric)")
            .bind(&vault().0[..])
            .bind(*class as i16)
            .bind(&claimant.0[..])
            .bind(entitlement.cumulative.to_string())
            .bind(entitlement.published.to_string())
            .execute(&mut *db)
            .await?;
    }
    Ok(())
}
