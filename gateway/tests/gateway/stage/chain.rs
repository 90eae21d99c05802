//! The chain's tables, filled as the indexer would fill them.

use super::{PER_CALL, PER_TOKEN, Stage, key, payer_id};
use serde_json::{Value, json};
use std::fs;
use std::sync::atomic::Ordering;
use tributary_client::pda;
use tributary_core::content::{AssetKind, content_id};
use tributary_core::hash::sha256;
use tributary_core::id::{AssetId, FileHash, GatewayId};
use tributary_core::position::{AssetSeq, Slot};

impl Stage {
    pub(super) async fn chain(&self, mint: [u8; 32]) {
        sqlx::query("INSERT INTO chain.status (genesis, finalised_slot) VALUES ($1, 10)")
            .bind(&self.genesis.0[..])
            .execute(&self.pool)
            .await
            .unwrap();
        self.register_gateway(self.gateway, 0, "gateway").await;
        sqlx::query(
            "INSERT INTO chain.vaults (vault, mint, token_program, token_account, decimals, domain, challenge_slots,
                challenge_seconds, growth_per_slot, growth_burst, freezable, slot)
             VALUES ($1, $2, $2, $2, 6, $2, 20, 2, 1, 1, false, 1)",
        )
        .bind(&self.vault.0[..])
        .bind(&mint[..])
        .execute(&self.pool)
        .await
        .unwrap();
    }

    pub(super) async fn register_gateway(&self, gateway: GatewayId, index: i32, signer: &str) {
        sqlx::query("INSERT INTO chain.gateways (gateway, operator, index, slot) VALUES ($1, $2, $3, 1)")
            .bind(&gateway.0[..])
            .bind(&key("operator").verifying_key().to_bytes()[..])
            .bind(index)
            .execute(&self.pool)
            .await
            .unwrap();
        sqlx::query("INSERT INTO chain.gateway_keys (gateway, key, valid_from) VALUES ($1, $2, 1)")
            .bind(&gateway.0[..])
            .bind(&key(signer).verifying_key().to_bytes()[..])
            .execute(&self.pool)
            .await
            .unwrap();
    }

    /// A slot later than all before, not final yet.
    pub fn next_slot(&self) -> i64 {
        self.slot.fetch_add(1, Ordering::Relaxed) as i64 + 1
    }

    /// Everything so far is final.
    pub async fn finalise(&self) -> i64 {
        let slot = self.next_slot();
        sqlx::query("UPDATE chain.status SET finalised_slot = $1, finalised_at = now()")
            .bind(slot)
            .execute(&self.pool)
            .await
            .unwrap();
        slot
    }

    fn store(&self, bytes: &[u8]) -> [u8; 32] {
        let hash = sha256(&[bytes]);
        let name = FileHash(hash).to_string();
        let folder = self.folder.path().join("store").join(&name[..2]);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(name), bytes).unwrap();
        hash
    }

    async fn asset(&self, kind: AssetKind, bytes: &[u8], owner: &str, uses: u8, parents: &[AssetId]) -> AssetId {
        let hash = self.store(bytes);
        let asset = self.record(kind, hash, bytes.len() as u64, owner, uses, parents).await;
        self.finalise().await;
        asset
    }

    /// A registration as the indexer would write it, not final yet.
    pub async fn record(
        &self,
        kind: AssetKind,
        hash: [u8; 32],
        length: u64,
        owner: &str,
        uses: u8,
        parents: &[AssetId],
    ) -> AssetId {
        let content = content_id(kind, length, &hash);
        let asset = pda::asset(kind, &content);
        let slot = self.next_slot();
        let seq = AssetSeq::compose(Slot(slot as u64), 0, 0).unwrap();
        sqlx::query(
            "INSERT INTO chain.assets (asset, kind, content_id, content_hash, content_length, owner, metadata_hash,
                uri_hash, licence, uses, royalty_mode, mix_bps, asset_sequence, stack_bps, effective_slot, slot)
             VALUES ($1, $2, $3, $4, $5, $6, $3, $3, 'CC0-1.0', $7, 0, '{0,0,0,0,0}', $8, 0, $9, $9)",
        )
        .bind(&asset.0[..])
        .bind(kind as i16)
        .bind(&content.0[..])
        .bind(&hash[..])
        .bind(length as i64)
        .bind(&key(owner).verifying_key().to_bytes()[..])
        .bind(i16::from(uses))
        .bind(seq.0 as i64)
        .bind(slot)
        .execute(&self.pool)
        .await
        .unwrap();
        for (place, parent) in parents.iter().enumerate() {
            sqlx::query("INSERT INTO chain.parents (asset, place, parent, royalty_bps) VALUES ($1, $2, $3, 1000)")
                .bind(&asset.0[..])
                .bind(place as i16)
                .bind(&parent.0[..])
                .execute(&self.pool)
                .await
                .unwrap();
        }
        asset
    }

    pub async fn dataset(&self, owner: &str, text: &str, uses: u8) -> AssetId {
        self.asset(AssetKind::Dataset, text.as_bytes(), owner, uses, &[]).await
    }

    pub async fn model(&self, name: &str, datasets: &[AssetId]) -> AssetId {
        let manifest = json!({"kind": "infinigram", "version": 1, "name": name, "datasets": datasets});
        self.asset(AssetKind::Model, manifest.to_string().as_bytes(), "builder", 7, datasets).await
    }

    /// A model that answers elsewhere.
    pub async fn upstream_model(&self, name: &str, datasets: &[AssetId]) -> AssetId {
        let manifest = json!({"kind": "openai", "version": 1, "name": name, "datasets": datasets});
        self.asset(AssetKind::Model, manifest.to_string().as_bytes(), "builder", 7, datasets).await
    }

    pub async fn agent(&self, name: &str, model: AssetId) -> AssetId {
        self.agent_with(name, model, json!({}), &[model]).await
    }

    /// An agent that calls others, each for so many pieces at most.
    pub async fn agent_with_tools(&self, name: &str, model: AssetId, tools: &[(AssetId, u32)]) -> AssetId {
        let parents: Vec<AssetId> = std::iter::once(model).chain(tools.iter().map(|tool| tool.0)).collect();
        let tool = |(agent, max_tokens): &(AssetId, u32)| json!({"agent": agent, "max_tokens": max_tokens});
        let tools: Vec<Value> = tools.iter().map(tool).collect();
        self.agent_with(name, model, json!({"tools": tools}), &parents).await
    }

    /// An agent with more in its manifest, whose record names these parents.
    pub async fn agent_with(&self, name: &str, model: AssetId, more: Value, parents: &[AssetId]) -> AssetId {
        let mut manifest = json!({"name": name, "model": model, "price_per_call": PER_CALL.to_string(),
            "price_per_token": PER_TOKEN.to_string(), "prompt_prefix": ""});
        manifest.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.asset(AssetKind::Agent, manifest.to_string().as_bytes(), "operator", 7, parents).await
    }

    /// A deposit that is not final yet.
    pub async fn deposit(&self, payer: &str, amount: u64) {
        sqlx::query(
            "INSERT INTO chain.deposits (vault, sequence, payer, amount, payer_total, slot)
             VALUES ($1, $2, $3, $4::text::numeric, $4::text::numeric, $5)",
        )
        .bind(&self.vault.0[..])
        .bind(self.sequence.fetch_add(1, Ordering::Relaxed) as i64)
        .bind(&payer_id(payer).0[..])
        .bind(amount.to_string())
        .bind(self.next_slot())
        .execute(&self.pool)
        .await
        .unwrap();
    }

    pub async fn refund_request(&self, payer: &str, open: bool) {
        sqlx::query(
            "INSERT INTO chain.refund_requests (vault, sequence, payer, open, slot) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(&self.vault.0[..])
        .bind(self.sequence.fetch_add(1, Ordering::Relaxed) as i64)
        .bind(&payer_id(payer).0[..])
        .bind(open)
        .bind(self.next_slot())
        .execute(&self.pool)
        .await
        .unwrap();
    }
}
