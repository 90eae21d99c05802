//! What must hold in the database, whatever happened.

use super::{Stage, key};
use ed25519_dalek::{Signature, VerifyingKey};
use sqlx::Row;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use tributary_core::group::{Group, signed_message};
use tributary_core::id::{GatewayId, Head};

impl Stage {
    /// One number from the database.
    pub async fn number(&self, sql: &'static str) -> i64 {
        sqlx::query(sql).fetch_one(&self.pool).await.unwrap().try_get(0).unwrap()
    }

    /// Waits until a number from the database is as expected.
    pub async fn until_number(&self, sql: &'static str, expected: i64) {
        let start = Instant::now();
        while self.number(sql).await != expected {
            assert!(start.elapsed() < Duration::from_secs(20), "{sql}: {}", self.number(sql).await);
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
    }

    /// Every generation's groups of a gateway follow one another and are signed;
    /// returns all request identities, each once.
    pub async fn verify_chain_of(&self, gateway: GatewayId, signer: &str) -> BTreeSet<String> {
        let rows = sqlx::query(
            "SELECT generation, bytes FROM usage.groups WHERE gateway = $1 ORDER BY generation, first_sequence",
        )
        .bind(&gateway.0[..])
        .fetch_all(&self.pool)
        .await
        .unwrap();
        let signer = VerifyingKey::from_bytes(&key(signer).verifying_key().to_bytes()).unwrap();
        let mut requests = BTreeSet::new();
        let (mut generation, mut head, mut next) = (-1, Head::default(), 0);
        for row in &rows {
            if row.get::<i64, _>(0) != generation {
                (generation, head, next) = (row.get(0), Head::default(), 0);
            }
            let group = Group::decode(row.get(1)).unwrap();
            assert_eq!((group.previous, group.first().0), (head, next));
            head = group.head();
            signer.verify_strict(&signed_message(&head), &Signature::from_bytes(&group.signature)).unwrap();
            for event in &group.events {
                assert!(requests.insert(event.request.to_string()), "a request was counted twice");
                next += 1;
            }
        }
        let events: i64 = sqlx::query("SELECT count(*) FROM usage.events WHERE gateway = $1")
            .bind(&gateway.0[..])
            .fetch_one(&self.pool)
            .await
            .unwrap()
            .get(0);
        assert_eq!(requests.len() as i64, events);
        requests
    }

    /// What was granted is available, in open leases, spent or refunded: to the unit.
    pub async fn check_identity(&self) {
        let row = sqlx::query(
            "SELECT (SELECT coalesce(sum(amount), 0) FROM credit.log WHERE kind = 'grant')::bigint AS granted,
                    (SELECT coalesce(sum(available), 0) FROM credit.accounts)::bigint AS available,
                    (SELECT coalesce(sum(leased), 0) FROM credit.accounts)::bigint AS leased,
                    (SELECT coalesce(sum(amount), 0) FROM credit.leases WHERE closed_at IS NULL)::bigint AS open,
                    (SELECT coalesce(sum(e.price), 0) FROM usage.events e
                        JOIN credit.leases l ON l.lease = e.lease WHERE l.closed_at IS NOT NULL)::bigint AS spent,
                    (SELECT coalesce(sum(amount), 0) FROM credit.log WHERE kind = 'refund')::bigint AS refunded,
                    (SELECT count(*) FROM credit.leases l WHERE l.amount < (
                        SELECT coalesce(sum(price), 0) FROM usage.events e WHERE e.lease = l.lease)) AS overspent,
                    (SELECT count(*) - coalesce(max(position), 0) FROM credit.log) AS holes",
        )
        .fetch_one(&self.pool)
        .await
        .unwrap();
        let n = |name: &str| row.try_get::<i64, _>(name).unwrap();
        assert_eq!(n("leased"), n("open"));
        assert_eq!(n("granted"), n("available") + n("leased") + n("spent") + n("refunded"));
        assert_eq!((n("overspent"), n("holes")), (0, 0));
    }
}
