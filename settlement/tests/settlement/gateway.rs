//! A gateway as far as settlement can see one: signed groups, mandates and a
//! credit log in Postgres.

use solana_sdk::signature::{Keypair, Signer};
use sqlx::PgPool;
use tributary_core::amount::BaseUnits;
use tributary_core::event::{EventPosition, Evidence, TOKEN_WEIGHT, UsageEvent, request_id};
use tributary_core::group::{Group, signed_message};
use tributary_core::id::{
    AssetId, Commitment, GatewayId, GatewayKey, Genesis, Head, MandateId, PayerId, ProgramId, VaultId,
};
use tributary_core::mandate::Mandate;
use tributary_core::position::{CreditSeq, EventSeq, Generation, Slot};

pub struct Gateway {
    pub id: GatewayId,
    pub key: Keypair,
    pub vault: VaultId,
    pub genesis: Genesis,
    pub pool: PgPool,
    next: u64,
    head: Head,
    nonce: u64,
}

/// What a call is about.
#[derive(Clone, Copy)]
pub struct Call {
    pub payer: PayerId,
    pub mandate: MandateId,
    pub lease: CreditSeq,
    pub agent: AssetId,
    pub model: AssetId,
    /// Whose text half of the answer was.
    pub source: AssetId,
}

impl Gateway {
    pub fn new(id: GatewayId, key: Keypair, vault: VaultId, genesis: Genesis, pool: PgPool) -> Self {
        Self { id, key, vault, genesis, pool, next: 0, head: Head::default(), nonce: 0 }
    }

    async fn log(&self) -> i64 {
        sqlx::query_scalar("SELECT coalesce(max(position), 0) + 1 FROM credit.log").fetch_one(&self.pool).await.unwrap()
    }

    /// Grants every finalised deposit that was not granted yet.
    pub async fn grant(&self) {
        sqlx::query(
            "INSERT INTO credit.log (position, kind, vault, payer, amount, deposit_sequence, chain_slot)
             SELECT (SELECT coalesce(max(position), 0) FROM credit.log) + row_number() OVER (ORDER BY sequence),
                'grant', vault, payer, amount, sequence, slot
             FROM chain.deposits d
             WHERE slot <= (SELECT finalised_slot FROM chain.status)
               AND NOT EXISTS (SELECT FROM credit.log l
                               WHERE l.vault = d.vault AND l.deposit_sequence = d.sequence)",
        )
        .execute(&self.pool)
        .await
        .unwrap();
    }

    /// Accepts a mandate; a forged one is signed by somebody else.
    pub async fn mandate(&mut self, payer: &Keypair, signer: &Keypair, maximum: u64) -> MandateId {
        self.nonce += 1;
        let mandate = Mandate {
            genesis: self.genesis,
            program: ProgramId(tributary_client::pda::REWARDS.to_bytes()),
            vault: self.vault,
            payer: PayerId(payer.pubkey().to_bytes()),
            gateway: self.id,
            maximum: BaseUnits(maximum),
            expires: Slot(1_000_000),
            nonce: self.nonce,
        };
        let signature: [u8; 64] = signer.sign_message(mandate.text().as_bytes()).into();
        sqlx::query(
            "INSERT INTO usage.mandates (mandate, vault, payer, gateway, maximum, expires_slot, nonce, signature)
             VALUES ($1, $2, $3, $4, $5::text::numeric, $6::text::numeric, $7::text::numeric, $8)",
        )
        .bind(&mandate.id().0[..])
        .bind(&mandate.vault.0[..])
        .bind(&mandate.payer.0[..])
        .bind(&mandate.gateway.0[..])
        .bind(mandate.maximum.to_string())
        .bind(mandate.expires.to_string())
        .bind(mandate.nonce.to_string())
        .bind(&signature[..])
        .execute(&self.pool)
        .await
        .unwrap();
        mandate.id()
    }

    pub async fn lease(&self, payer: PayerId, mandate: MandateId, amount: u64) -> CreditSeq {
        let position = self.log().await;
        sqlx::query(
            "INSERT INTO credit.log
                (position, kind, vault, payer, amount, chain_slot, gateway, generation, mandate)
             VALUES ($1, 'lease', $2, $3, $4::text::numeric, 0, $5, 0, $6)",
        )
        .bind(position)
        .bind(&self.vault.0[..])
        .bind(&payer.0[..])
        .bind(amount.to_string())
        .bind(&self.id.0[..])
        .bind(&mandate.0[..])
        .execute(&self.pool)
        .await
        .unwrap();
        CreditSeq(position as u64)
    }

    pub async fn close(&self, payer: PayerId, lease: CreditSeq, left: u64) {
        sqlx::query(
            "INSERT INTO credit.log (position, kind, vault, payer, amount, chain_slot, lease, gateway, generation)
             VALUES ($1, 'close', $2, $3, $4::text::numeric, 0, $5, $6, 0)",
        )
        .bind(self.log().await)
        .bind(&self.vault.0[..])
        .bind(&payer.0[..])
        .bind(left.to_string())
        .bind(lease.0 as i64)
        .bind(&self.id.0[..])
        .execute(&self.pool)
        .await
        .unwrap();
    }

    pub async fn refund(&self, payer: PayerId, amount: u64) {
        let slot = self.finalised().await;
        sqlx::query(
            "INSERT INTO credit.log (position, kind, vault, payer, amount, chain_slot)
             VALUES ($1, 'refund', $2, $3, $4::text::numeric, $5)",
        )
        .bind(self.log().await)
        .bind(&self.vault.0[..])
        .bind(&payer.0[..])
        .bind(amount.to_string())
        .bind(slot.0 as i64)
        .execute(&self.pool)
        .await
        .unwrap();
    }

    pub async fn finalised(&self) -> Slot {
        let slot: i64 =
            sqlx::query_scalar("SELECT finalised_slot FROM chain.status").fetch_one(&self.pool).await.unwrap();
        Slot(slot as u64)
    }

    /// Serves calls of these prices and drains them as one group.
    pub async fn serve(&mut self, call: &Call, prices: &[u64]) {
        let graph_slot = self.finalised().await;
        let events: Vec<UsageEvent> = prices
            .iter()
            .zip(self.next..)
            .map(|(price, sequence)| UsageEvent {
                position: EventPosition { gateway: self.id, generation: Generation(0), sequence: EventSeq(sequence) },
                vault: self.vault,
                payer: call.payer,
                mandate: call.mandate,
                lease: call.lease,
                request: request_id(&self.id, &call.payer, &sequence.to_le_bytes()),
                agent: call.agent,
                model: call.model,
                price: BaseUnits(*price),
                graph_slot,
                at_ms: 0,
                uses: tributary_core::content::uses::ALL,
                sidecar: Commitment::default(),
                evidence: Evidence::verbatim(10, vec![(call.source, 5 * TOKEN_WEIGHT)]),
            })
            .collect();
        let mut group = Group {
            gateway: self.id,
            generation: Generation(0),
            previous: self.head,
            events,
            key: GatewayKey(self.key.pubkey().to_bytes()),
            signature: [0; 64],
        };
        let head = group.head();
        group.signature = self.key.sign_message(&signed_message(&head)).into();
        let end = self.next + prices.len() as u64;
        let mut tx = self.pool.begin().await.unwrap();
        sqlx::query(
            "INSERT INTO usage.groups
                (gateway, generation, first_sequence, end_sequence, previous, head, signer, bytes)
             VALUES ($1, 0, $2, $3, $4, $5, $6, $7)",
        )
        .bind(&self.id.0[..])
        .bind(self.next as i64)
        .bind(end as i64)
        .bind(&self.head.0[..])
        .bind(&head.0[..])
        .bind(&group.key.0[..])
        .bind(group.encode())
        .execute(&mut *tx)
        .await
        .unwrap();
        sqlx::query(
            "INSERT INTO usage.heads VALUES ($1, 0, $2, $3)
             ON CONFLICT (gateway, generation) DO UPDATE SET next_sequence = $2, head = $3",
        )
        .bind(&self.id.0[..])
        .bind(end as i64)
        .bind(&head.0[..])
        .execute(&mut *tx)
        .await
        .unwrap();
        tx.commit().await.unwrap();
        (self.next, self.head) = (end, head);
    }
}
