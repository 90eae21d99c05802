//! What is measured on: assets with parents and owners, a root with many leaves,
//! and an API over both.

use sqlx::{Connection, PgConnection};
use std::net::SocketAddr;
use std::path::Path;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;
use tributary_api::{Config, Limits};
use tributary_core::amount::BaseUnits;
use tributary_core::domain::Domain;
use tributary_core::hash::sha256;
use tributary_core::id::*;
use tributary_core::leaf::{Leaf, LeafClass};
use tributary_core::leaf_file::{LeafFile, file_hash};
use tributary_core::manifest::Manifest;
use tributary_core::position::{CreditSeq, Epoch, Slot};
use tributary_postgres::PrivateCluster;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../tools/tributary/migrations");
const DOMAIN: Domain = Domain([3; 32]);

/// Database and store.
pub struct Stage {
    pub url: String,
    pub assets: u32,
    store: tempfile::TempDir,
    _cluster: PrivateCluster,
}

/// A served API; ends when dropped.
pub struct Served {
    pub address: SocketAddr,
    shutdown: CancellationToken,
    _runtime: Runtime,
}

impl Drop for Served {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

pub fn vault() -> VaultId {
    VaultId(sha256(&[b"vault"]))
}

/// The address of an asset's page.
pub fn asset_path(n: u64) -> String {
    format!("/v1/assets/{}", AssetId(sha256(&[format!("asset {n}").as_bytes()])))
}

pub fn claimant(n: u64) -> Claimant {
    Claimant(sha256(&[format!("claimant {n}").as_bytes()]))
}

impl Stage {
    /// Fills a database and a store; no time of it is measured.
    pub fn start(assets: u32, claimants: u32) -> Self {
        let runtime = Runtime::new().unwrap();
        let store = tempfile::tempdir().unwrap();
        let cluster = runtime.block_on(async {
            let cluster = PrivateCluster::start().await.unwrap();
            let mut db = PgConnection::connect(cluster.url()).await.unwrap();
            MIGRATIONS.run(&mut db).await.unwrap();
            fill_assets(&mut db, assets).await;
            fill_claims(&mut db, claimants).await;
            fill_root(&mut db, store.path(), claimants).await;
            sqlx::raw_sql("ANALYZE; CHECKPOINT").execute(&mut db).await.unwrap();
            cluster
        });
        for n in 0..assets {
            keep(store.path(), format!("{{\"name\":\"Asset {n}\",\"license\":\"CC-BY-4.0\"}}").as_bytes());
        }
        Self { url: cluster.url().to_owned(), assets, store, _cluster: cluster }
    }

    /// An API with so many connections to the database, in threads of its own.
    pub fn serve(&self, connections: u32, redis_url: Option<String>) -> Served {
        let most = 1_000_000_000;
        let limits = Limits { burst: most, per_second: most, connections, ..Limits::default() };
        let config = Config {
            database_url: self.url.clone(),
            listen: ([127, 0, 0, 1], 0).into(),
            store: self.store.path().into(),
            rpc_url: "http://127.0.0.1:8899".into(),
            gateway_url: None,
            lookup_tables: Vec::new(),
            cors_origins: Vec::new(),
            sign_in_origins: Vec::new(),
            private_webhooks: false,
            page_dir: None,
            redis_url,
            limits,
        };
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let shutdown = CancellationToken::new();
        let listener = runtime.block_on(tokio::net::TcpListener::bind(config.listen)).unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(tributary_api::serve(config, listener, shutdown.clone()));
        Served { address, shutdown, _runtime: runtime }
    }
}

/// Each asset has up to three parents and two owners.
async fn fill_assets(db: &mut PgConnection, assets: u32) {
    for statement in [
        "INSERT INTO chain.status (genesis, seen_slot, confirmed_slot, finalised_slot) VALUES (sha256('genesis'), 77, 75, 70)",
        "CREATE FUNCTION pg_temp.asset(n bigint) RETURNS bytea LANGUAGE sql IMMUTABLE AS
            $$ SELECT sha256(convert_to('asset ' || n, 'UTF8')) $$",
        "INSERT INTO chain.assets SELECT pg_temp.asset(n), 1 + n % 3, pg_temp.asset(n), sha256(n::text::bytea), n, sha256('owner'),
            sha256(convert_to('{\"name\":\"Asset ' || n || '\",\"license\":\"CC-BY-4.0\"}', 'UTF8')), sha256(''),
            'CC-BY-4.0', 7, 0, '{0,0,0,0,0}', n, 0, 10, 10 FROM generate_series(0, $1::int8 - 1) n",
        "INSERT INTO chain.terms SELECT sha256('shard'), n, pg_temp.asset(n), ARRAY[sha256('owner 0'), sha256('owner 1')],
            '{5000,5000}', '{0,0,0,0,0}', 10, 10 FROM generate_series(0, $1::int8 - 1) n",
        "INSERT INTO chain.parents SELECT pg_temp.asset(n), p, pg_temp.asset((n * (p + 1) / 4)), 500
            FROM generate_series(3, $1::int8 - 1) n, generate_series(0, 2) p",
        "INSERT INTO chain.co_owners SELECT pg_temp.asset(n), o, sha256(('owner ' || o)::bytea), 5000
            FROM generate_series(0, $1::int8 - 1) n, generate_series(0, 1) o",
    ] {
        let query = sqlx::query(statement);
        let query = if statement.contains("$1") { query.bind(i64::from(assets)) } else { query };
        query.execute(&mut *db).await.unwrap();
    }
}

/// Every claimant has an entitlement, every tenth has claimed some of it.
async fn fill_claims(db: &mut PgConnection, claimants: u32) {
    sqlx::query("INSERT INTO chain.vaults VALUES ($1, sha256('mint'), sha256('tp'), sha256('ta'), 6, $2, 20, 30, 1, 1, false, 9)")
        .bind(&vault().0[..])
        .bind(&DOMAIN.0[..])
        .execute(&mut *db)
        .await
        .unwrap();
    for statement in [
        "INSERT INTO ledger.entitlements SELECT $1, 0, sha256(convert_to('claimant ' || n, 'UTF8')), 1,
            (n + 1000)::numeric * 4294967296 + 5, n + 1000 FROM generate_series(0, $2::int8 - 1) n",
        "INSERT INTO chain.claims SELECT $1, n, 1, 0, sha256(convert_to('claimant ' || n, 'UTF8')), sha256('d'), 7, 7,
            sha512(n::text::bytea), 50 FROM generate_series(0, $2::int8 - 1, 10) n",
    ] {
        sqlx::query(statement).bind(&vault().0[..]).bind(i64::from(claimants)).execute(&mut *db).await.unwrap();
    }
}

/// The root that serves, with its leaf file and manifest.
async fn fill_root(db: &mut PgConnection, store: &Path, claimants: u32) {
    let leaf = |n: u32| Leaf {
        class: LeafClass::Earned,
        claimant: claimant(n.into()),
        cumulative: BaseUnits(u64::from(n) + 1_000),
    };
    let mut leaves: Vec<Leaf> = (0..claimants).map(leaf).collect();
    leaves.sort_by_key(|leaf| leaf.claimant);
    let file = LeafFile::new(DOMAIN, Epoch(1), 0, leaves).unwrap();
    let tree = file.tree().unwrap();
    let leaf_file = keep(store, &file.encode(&tree));
    let none = FileHash([0; 32]);
    let manifest = Manifest {
        version: 1,
        genesis: Genesis(sha256(&[b"genesis"])),
        registry: ProgramId([1; 32]),
        rewards: ProgramId([2; 32]),
        vault: vault(),
        mint: MintId(sha256(&[b"mint"])),
        epoch: Epoch(1),
        attempt: 0,
        parent: RootId([0; 32]),
        finalised_slot: Slot(20),
        terms_slot: Slot(20),
        engine: "none".into(),
        policy_set: none,
        opening_state: none,
        chain: none,
        chain_digest: none,
        graph: none,
        mandates: none,
        credit: none,
        credit_end: CreditSeq(1),
        usage: Vec::new(),
        closing_state: none,
        leaf_file,
        tree_hash: FileHash(tree.root().hash),
        total: tree.root().sum.to_string(),
        leaf_count: claimants,
    };
    sqlx::query(
        "INSERT INTO chain.roots VALUES ($1, sha256('root'), 1, 1, 0, sha256('parent'), 20, $2, $3::text::numeric, 0, 0, $4, $5,
            sha256('policy'), 60, 60, 'active', 1, 53, sha512('root'), 53)",
    )
    .bind(&vault().0[..])
    .bind(&tree.root().hash[..])
    .bind(tree.root().sum.to_string())
    .bind(i64::from(claimants))
    .bind(&keep(store, &manifest.encode()).0[..])
    .execute(db)
    .await
    .unwrap();
}

/// Keeps bytes in a store's folder.
fn keep(store: &Path, bytes: &[u8]) -> FileHash {
    let hash = file_hash(bytes);
    let name = hash.to_string();
    let folder = store.join(&name[..2]);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(&name), bytes).unwrap();
    hash
}
