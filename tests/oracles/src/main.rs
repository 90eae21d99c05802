//! Our answers to questions that programs of others answer too. Reads and prints
//! JSON for `tests/oracles/*.py`, which compare. It judges nothing itself.

mod events;
mod nearest;

use anyhow::Context;
use clap::Parser;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Instant;
use tributary_attribution::neighbours::labelled;
use tributary_attribution::{Clusters, Document, SpanIndex};
use tributary_core::id::AssetId;
use tributary_core::policy::{PolicySet, Similarity};
use tributary_core::position::{AssetSeq, Slot};
use tributary_span_store::SpanStore;

#[derive(Parser)]
enum Command {
    /// Write the different licence texts of the `spdx` crate, a file each.
    Licences { folder: PathBuf },
    /// Index a folder of texts, in the order of their names, then answer.
    Spans(Spans),
    /// The values of labelled points (KNN-Shapley) for a file of integers.
    Knn { file: PathBuf },
    /// The cluster of near-duplicates of each text of a folder, as the number of
    /// the text that founded it.
    Clusters { texts: PathBuf },
    /// The nearest of many vectors to each of some queries.
    Nearest(nearest::Nearest),
    /// Declared attribution on a graph of 10,000 assets, five deep.
    Events {
        #[arg(long, default_value_t = 1_000_000)]
        count: u64,
    },
}

#[derive(clap::Args)]
struct Spans {
    texts: PathBuf,
    /// Where the index's files go.
    store: PathBuf,
    /// JSON: a list of answers, and a list of patterns to count.
    questions: PathBuf,
    #[arg(long)]
    least: u16,
    /// Bytes of text a segment has at most.
    #[arg(long, default_value_t = tributary_span_store::SEGMENT_TEXT_MAX)]
    segment: usize,
    /// In how many parts the texts arrive.
    #[arg(long, default_value_t = 1)]
    parts: usize,
}

#[derive(Deserialize)]
struct Questions {
    outputs: Vec<Vec<u8>>,
    patterns: Vec<Vec<u8>>,
}

#[derive(Serialize)]
struct Found {
    /// Start, end and occurrences of each maximal span.
    spans: Vec<Vec<(usize, usize, usize)>>,
    /// Occurrences and documents of each pattern.
    counts: Vec<(usize, usize)>,
    /// What evidence took, spans, owners and clusters, each answer once.
    nanoseconds: Vec<u64>,
    build_s: f64,
    segments: usize,
    text_bytes: usize,
    index_bytes: usize,
    /// Resident at most while building, and now, in bytes.
    build_peak_bytes: u64,
}

#[derive(Deserialize)]
struct Points {
    columns: usize,
    neighbours: usize,
    points: Vec<i32>,
    labels: Vec<u16>,
    queries: Vec<i32>,
    query_labels: Vec<u16>,
}

fn main() -> anyhow::Result<()> {
    match Command::parse() {
        Command::Licences { folder } => licences(&folder),
        Command::Spans(spans) => print(&answer(&spans)?),
        Command::Knn { file } => knn(&file),
        Command::Clusters { texts } => clusters(&texts),
        Command::Nearest(asked) => nearest::run(&asked),
        Command::Events { count } => events::run(count),
    }
}

fn print(value: &impl Serialize) -> anyhow::Result<()> {
    println!("{}", serde_json::to_string(value)?);
    Ok(())
}

fn licences(folder: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)?;
    let mut seen = BTreeSet::new();
    let texts = spdx::text::LICENSE_TEXTS.iter().filter(|(_, text)| seen.insert(*text));
    for (n, (_, text)) in texts.enumerate() {
        std::fs::write(folder.join(format!("{n:04}.txt")), text)?;
    }
    Ok(())
}

fn read_texts(folder: &Path) -> anyhow::Result<Vec<String>> {
    let files = std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut files = files.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
    files.sort();
    files.iter().map(|file| Ok(std::fs::read_to_string(file)?)).collect()
}

fn clusters(texts: &Path) -> anyhow::Result<()> {
    let texts = read_texts(texts)?;
    let found = Clusters::of(Similarity::STANDARD, texts.iter().map(String::as_str));
    print(&found.founder_of())
}

fn answer(spans: &Spans) -> anyhow::Result<Found> {
    let texts = read_texts(&spans.texts)?;
    let mut documents = Vec::with_capacity(texts.len());
    for (n, text) in (0u32..).zip(&texts) {
        let mut asset = [0; 32];
        asset[..4].copy_from_slice(&n.to_be_bytes());
        let seq = AssetSeq::compose(Slot(n.into()), 0, 0).context("too many texts")?;
        documents.push(Document { asset: AssetId(asset), seq, cluster: n, text });
    }
    let started = Instant::now();
    let mut store = SpanStore::open(&spans.store, spans.segment)?;
    if store.index().segments().is_empty() {
        for part in documents.chunks(documents.len().div_ceil(spans.parts.max(1))) {
            store.add(part)?;
        }
    }
    let (build_s, build_peak_bytes) = (started.elapsed().as_secs_f64(), resident("VmHWM:")?);
    let index = store.index();

    let questions: Questions = serde_json::from_slice(&std::fs::read(&spans.questions)?)?;
    let policy = policy(spans.least)?;
    let mut nanoseconds = Vec::new();
    for output in &questions.outputs {
        let started = Instant::now();
        std::hint::black_box(index.evidence(output, &policy, Slot(u64::MAX))?);
        nanoseconds.push(started.elapsed().as_nanos() as u64);
    }
    Ok(Found {
        spans: questions.outputs.iter().map(|output| counted(index, output, spans.least)).collect::<Result<_, _>>()?,
        counts: questions
            .patterns
            .iter()
            .map(|pattern| index.count(pattern))
            .map(|count| (count.occurrences, count.clusters))
            .collect(),
        nanoseconds,
        build_s,
        segments: index.segments().len(),
        text_bytes: index.text_len(),
        index_bytes: index.bytes(),
        build_peak_bytes,
    })
}

fn counted(index: &SpanIndex, output: &[u8], least: u16) -> anyhow::Result<Vec<(usize, usize, usize)>> {
    let spans = index.maximal_spans(output, least.into(), Slot(u64::MAX))?;
    Ok(spans.into_iter().map(|span| (span.start, span.end, index.count(&output[span.clone()]).occurrences)).collect())
}

fn knn(file: &Path) -> anyhow::Result<()> {
    let given: Points = serde_json::from_slice(&std::fs::read(file)?)?;
    let started = Instant::now();
    let sums = labelled::sum_values(
        &given.points,
        &given.labels,
        &given.queries,
        &given.query_labels,
        given.columns,
        given.neighbours,
    );
    let seconds = started.elapsed().as_secs_f64();
    // As text: a sum has more digits than a JSON number keeps.
    let sums: Vec<String> = sums.iter().map(i128::to_string).collect();
    print(&serde_json::json!({ "seconds": seconds, "sums": sums }))
}

/// The same weight for every token.
fn policy(span_min: u16) -> anyhow::Result<PolicySet> {
    let mut policy = events::policy()?;
    policy.span_min = span_min;
    Ok(policy)
}

/// A line of this process's status, in bytes.
fn resident(line: &str) -> anyhow::Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let found = status.lines().find_map(|text| text.strip_prefix(line)).context("no such line in the status")?;
    Ok(found.trim().trim_end_matches(" kB").parse::<u64>()? * 1024)
}
