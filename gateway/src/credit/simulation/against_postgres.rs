//! The same random history through the SQL and through the model: every answer
//! and every balance agrees. The test writes what indexer and drain would write.

use super::model::{Log, Refused};
use crate::credit::book::Account;
use crate::credit::generations::begin_generation;
use crate::credit::leases::{LeaseRequest, close_lease, grant_lease};
use crate::credit::log::{self, CreditError};
use crate::database;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sqlx::{PgPool, Row};
use std::collections::BTreeMap;
use std::path::Path;
use tributary_core::amount::BaseUnits;
use tributary_core::id::{GatewayId, MandateId, PayerId, VaultId};
use tributary_core::position::{CreditSeq, EventSeq, Generation};
use tributary_postgres::PrivateCluster;

const STEPS: usize = 400;

struct Both {
    pool: PgPool,
    admin: PgPool,
    log: Log,
    dice: ChaCha8Rng,
    slot: i64,
    sequence: i64,
    ends: BTreeMap<(GatewayId, Generation), u64>,
}

fn payer(number: u8) -> PayerId {
    PayerId([number; 32])
}

fn account(payer_number: u8, gateway: u8) -> Account {
    let mut id = [7; 32];
    (id[0], id[1]) = (payer_number, gateway);
    Account { vault: VaultId([1; 32]), payer: payer(payer_number), mandate: MandateId(id) }
}

impl Both {
    async fn mandates(&mut self) {
        for (number, gateway) in (0..2).flat_map(|number| (0..2).map(move |gateway| (number, gateway))) {
            let account = account(number, gateway);
            self.log.mandates.insert(account.mandate, (account, BaseUnits(3_000)));
            sqlx::query(
                "INSERT INTO usage.mandates (mandate, vault, payer, gateway, maximum, expires_slot, nonce, signature)
                 VALUES ($1, $2, $3, $4, 3000, 1000000, 1, $5)",
            )
            .bind(&account.mandate.0[..])
            .bind(&account.vault.0[..])
            .bind(&account.payer.0[..])
            .bind(&[gateway; 32][..])
            .bind(&[0u8; 64][..])
            .execute(&self.pool)
            .await
            .unwrap();
        }
    }

    async fn deposit(&mut self) {
        let (number, amount) = (self.dice.random_range(0..2), self.dice.random_range(1..1_500u64));
        self.sequence += 1;
        sqlx::query(
            "INSERT INTO chain.deposits (vault, sequence, payer, amount, payer_total, slot) VALUES ($1, $2, $3, $4::text::numeric, 1, $5)",
        )
        .bind(&[1u8; 32][..])
        .bind(self.sequence)
        .bind(&payer(number).0[..])
        .bind(amount.to_string())
        .bind(self.slot)
        .execute(&self.admin)
        .await
        .unwrap();
        while log::grant(&self.pool).await.unwrap() > 0 {}
        self.log.grant(VaultId([1; 32]), payer(number), BaseUnits(amount));
    }

    async fn request(&mut self) {
        let (number, open) = (self.dice.random_range(0..2), self.dice.random_ratio(1, 3));
        self.sequence += 1;
        sqlx::query(
            "INSERT INTO chain.refund_requests (vault, sequence, payer, open, slot) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(&[1u8; 32][..])
        .bind(self.sequence)
        .bind(&payer(number).0[..])
        .bind(open)
        .bind(self.slot)
        .execute(&self.admin)
        .await
        .unwrap();
        let owner = (VaultId([1; 32]), payer(number));
        let _ = if open { self.log.stopped.insert(owner) } else { self.log.stopped.remove(&owner) };
        assert_eq!(log::refund_requests(&self.pool).await.unwrap(), self.log.stopped);
    }

    async fn lease(&mut self) {
        let gateway = self.dice.random_range(0..2);
        let account = account(self.dice.random_range(0..2), gateway);
        let newest = self.log.current[&GatewayId([gateway; 32])].0;
        let generation = Generation(newest.saturating_sub(u32::from(self.dice.random_ratio(1, 6))));
        let request = LeaseRequest {
            account,
            gateway: GatewayId([gateway; 32]),
            generation,
            needed: BaseUnits(self.dice.random_range(0..300)),
            wanted: BaseUnits(400),
        };
        let sql = grant_lease(&self.pool, request).await;
        let model = self.log.lease(account, request.gateway, generation, request.needed, request.wanted);
        match (sql, model) {
            (Ok(lease), Ok(expected)) => assert_eq!((lease.lease, lease.amount), expected),
            (
                Err(CreditError::Short { available, mandate_left, .. }),
                Err(Refused::Short { available: expected, mandate_left: left }),
            ) => assert_eq!((available, mandate_left), (expected, left)),
            (Err(CreditError::RefundRequested), Err(Refused::RefundRequested))
            | (Err(CreditError::Fenced(_)), Err(Refused::Fenced)) => {}
            (sql, model) => panic!("{sql:?} is not {model:?}"),
        }
    }

    /// Some open lease and what is left of it.
    fn some_open(&mut self) -> Option<(CreditSeq, BaseUnits)> {
        let open: Vec<_> = self.log.leases.iter().filter(|(_, row)| row.returned.is_none()).collect();
        let (lease, row) = open.get(self.dice.random_range(0..open.len().max(1)))?;
        Some((**lease, row.amount.checked_sub(row.spent)?))
    }

    async fn spend(&mut self) {
        let Some((lease, left)) = self.some_open() else { return };
        let row = self.log.leases[&lease].clone();
        let price = BaseUnits(self.dice.random_range(0..=left.0));
        let end = self.ends.entry((row.gateway, row.generation)).or_default();
        let sequence = *end;
        *end += 1;
        sqlx::query(
            "INSERT INTO usage.events (gateway, generation, sequence, vault, payer, mandate, lease, request, agent,
                model, price, graph_slot, at_ms, tokens, hash)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $8, $9::text::numeric, 1, 1, 1, $8)",
        )
        .bind(&row.gateway.0[..])
        .bind(i64::from(row.generation.0))
        .bind(sequence as i64)
        .bind(&row.account.vault.0[..])
        .bind(&row.account.payer.0[..])
        .bind(&row.account.mandate.0[..])
        .bind(lease.0 as i64)
        .bind(&self.dice.random::<[u8; 32]>()[..])
        .bind(price.to_string())
        .execute(&self.pool)
        .await
        .unwrap();
        self.log.drain(row.gateway, row.generation, EventSeq(sequence), &[(lease, price)]).unwrap();
    }

    async fn close(&mut self) {
        let Some((lease, left)) = self.some_open() else { return };
        let wrong = self.dice.random_ratio(1, 5);
        let expected = BaseUnits(left.0 + u64::from(wrong));
        let sql = close_lease(&self.pool, lease, expected).await;
        let model = self.log.close(lease, Some(expected));
        assert!(
            matches!((&sql, &model), (Ok(()), Ok(())) | (Err(CreditError::Mismatch { .. }), Err(Refused::Mismatch))),
            "{sql:?} is not {model:?}"
        );
        if !wrong {
            close_lease(&self.pool, lease, expected).await.unwrap();
        }
    }

    async fn agree(&self) {
        let rows = sqlx::query("SELECT payer, available::bigint, leased::bigint FROM credit.accounts")
            .fetch_all(&self.pool)
            .await
            .unwrap();
        let found: BTreeMap<Vec<u8>, (i64, i64)> =
            rows.iter().map(|row| (row.get(0), (row.get(1), row.get(2)))).collect();
        let expected: BTreeMap<Vec<u8>, (i64, i64)> = self
            .log
            .credit
            .iter()
            .map(|((_, payer), credit)| (payer.0.to_vec(), (credit.available.0 as i64, credit.leased.0 as i64)))
            .collect();
        assert_eq!(found, expected);
        let row = sqlx::query("SELECT coalesce(max(position), 0), count(*) FROM credit.log")
            .fetch_one(&self.pool)
            .await
            .unwrap();
        assert_eq!((row.get::<i64, _>(0), row.get::<i64, _>(1)), (self.log.position as i64, self.log.position as i64));
    }
}

#[tokio::test]
async fn the_sql_of_the_credit_log_and_its_rules_agree_on_every_history() {
    let seed: u64 = std::env::var("CREDIT_SEED").ok().map_or_else(rand::random, |seed| seed.parse().unwrap());
    println!("CREDIT_SEED={seed}");
    let cluster = PrivateCluster::start().await.unwrap();
    let admin = PgPool::connect(cluster.url()).await.unwrap();
    let migrations = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tools/tributary/migrations");
    sqlx::migrate::Migrator::new(migrations).await.unwrap().run(&admin).await.unwrap();
    sqlx::query("INSERT INTO chain.status (genesis, finalised_slot, finalised_at) VALUES ($1, 10, now())")
        .bind(&[3u8; 32][..])
        .execute(&admin)
        .await
        .unwrap();
    sqlx::query(
        "INSERT INTO chain.vaults (vault, mint, token_program, token_account, decimals, domain, challenge_slots,
            challenge_seconds, growth_per_slot, growth_burst, freezable, slot)
         VALUES ($1, $2, $2, $2, 6, $2, 20, 2, 1, 1, false, 1)",
    )
    .bind(&[1u8; 32][..])
    .bind(&[2u8; 32][..])
    .execute(&admin)
    .await
    .unwrap();
    let pool = database::pool(cluster.url()).unwrap();
    let mut both = Both {
        pool,
        admin,
        log: Log::default(),
        dice: ChaCha8Rng::seed_from_u64(seed),
        slot: 10,
        sequence: 0,
        ends: BTreeMap::new(),
    };
    both.mandates().await;
    for gateway in 0..2u8 {
        let gateway = GatewayId([gateway; 32]);
        assert_eq!(begin_generation(&both.pool, gateway).await.unwrap(), both.log.begin_generation(gateway));
    }
    for _ in 0..STEPS {
        match both.dice.random_range(0..20) {
            0..3 => both.deposit().await,
            3..4 => both.request().await,
            4..10 => both.lease().await,
            10..15 => both.spend().await,
            15..18 => both.close().await,
            18 => {
                log::refund(&both.pool).await.unwrap();
                let due = both.log.stopped.clone();
                both.log.refund(&due);
            }
            _ => {
                let gateway = GatewayId([both.dice.random_range(0..2); 32]);
                assert_eq!(begin_generation(&both.pool, gateway).await.unwrap(), both.log.begin_generation(gateway));
            }
        }
        both.agree().await;
    }
    both.pool.close().await;
    both.admin.close().await;
    cluster.stop().await.unwrap();
}
