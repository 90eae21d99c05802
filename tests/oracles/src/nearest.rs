//! Which of many registered vectors stand nearest to a query, and how long the
//! search takes. Measures; the caller compares.

use anyhow::{Context, ensure};
use std::path::PathBuf;
use std::time::Instant;
use tributary_attribution::neighbours::{DIMENSIONS, Neighbours, Vector};
use tributary_core::id::AssetId;
use tributary_core::position::{AssetSeq, Slot};

/// Two files of vectors, a signed byte a number, one vector after the other.
#[derive(clap::Args)]
pub struct Nearest {
    vectors: PathBuf,
    queries: PathBuf,
    /// How many to find.
    #[arg(long, default_value_t = 65)]
    most: usize,
}

fn read(file: &PathBuf) -> anyhow::Result<Vec<[i8; DIMENSIONS]>> {
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let (vectors, rest) = bytes.as_chunks::<DIMENSIONS>();
    ensure!(rest.is_empty(), "{} does not hold whole vectors", file.display());
    Ok(vectors.iter().map(|vector| vector.map(u8::cast_signed)).collect())
}

/// Each vector is a cluster of its own, which is the most work.
pub fn run(asked: &Nearest) -> anyhow::Result<()> {
    let mut neighbours = Neighbours::default();
    for (n, numbers) in (0u32..).zip(read(&asked.vectors)?) {
        let mut asset = [0; 32];
        asset[..4].copy_from_slice(&n.to_be_bytes());
        let seq = AssetSeq::compose(Slot(n.into()), 0, 0).context("too many vectors")?;
        neighbours.add(&Vector { asset: AssetId(asset), seq, cluster: n, numbers: Box::new(numbers) })?;
    }
    let (mut nanoseconds, mut found) = (Vec::new(), Vec::new());
    for query in read(&asked.queries)? {
        let started = Instant::now();
        let nearest = neighbours.nearest(&query, asked.most, Slot(u64::MAX));
        nanoseconds.push(started.elapsed().as_nanos() as u64);
        found.push(nearest.iter().map(|neighbour| (neighbour.cluster, neighbour.distance)).collect::<Vec<_>>());
    }
    println!("{}", serde_json::json!({ "nanoseconds": nanoseconds, "found": found }));
    Ok(())
}
