//! The index in files, through growth, reopening, crashes and damage.
#![allow(clippy::unwrap_used)]

use std::fs;
use tributary_attribution::{Count, Document, SpanIndex};
use tributary_core::id::AssetId;
use tributary_core::position::{AssetSeq, Slot};
use tributary_span_store::{SEGMENT_TEXT_MAX, SpanStore, StoreError};

fn document(n: u8, text: &str) -> Document<'_> {
    let seq = AssetSeq::compose(Slot(n.into()), 0, 0).unwrap();
    Document { asset: AssetId([n; 32]), seq, cluster: n.into(), text }
}

fn texts() -> Vec<String> {
    (0..20).map(|n| format!("text {n} says that the river rises in the hills {}", "and falls ".repeat(n))).collect()
}

fn filled(folder: &std::path::Path) -> SpanStore {
    let mut store = SpanStore::open(folder, SEGMENT_TEXT_MAX).unwrap();
    for (n, text) in (0..).zip(&texts()) {
        store.add(&[document(n, text)]).unwrap();
    }
    store
}

#[test]
fn what_was_added_is_there_after_opening_again_in_few_files() {
    let folder = tempfile::tempdir().unwrap();
    drop(filled(folder.path()));
    let store = SpanStore::open(folder.path(), SEGMENT_TEXT_MAX).unwrap();
    store.check().unwrap();
    let texts = texts();
    let all: Vec<_> = (0..).zip(&texts).map(|(n, text)| document(n, text)).collect();
    let whole = SpanIndex::build(&all).unwrap();
    for pattern in ["river", "and falls and falls", "text 7", "nowhere"] {
        assert_eq!(store.index().count(pattern.as_bytes()), whole.count(pattern.as_bytes()));
    }
    assert!(store.index().segments().len() <= 6);
    // One file a segment, the list and the lock.
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), store.index().segments().len() + 2);
}

#[test]
fn an_index_that_someone_reads_outlives_the_merge_of_its_files() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = SpanStore::open(folder.path(), SEGMENT_TEXT_MAX).unwrap();
    store.add(&[document(0, "the first text")]).unwrap();
    let before = store.index().clone();
    store.add(&[document(1, "the second text, longer than the first text")]).unwrap();
    assert_eq!(before.count(b"first"), Count { occurrences: 1, clusters: 1 });
    assert_eq!(store.index().count(b"first"), Count { occurrences: 2, clusters: 2 });
}

#[test]
fn what_a_crash_left_unnamed_is_deleted_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    drop(filled(folder.path()));
    for name in ["00000000000000000099.segment", "segments.part", "00000000000000000100.part"] {
        fs::write(folder.path().join(name), b"half a file").unwrap();
    }
    fs::write(folder.path().join("notes.txt"), b"not ours").unwrap();
    let store = SpanStore::open(folder.path(), SEGMENT_TEXT_MAX).unwrap();
    assert_eq!(store.index().count(b"river").clusters, 20);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), store.index().segments().len() + 3);
}

#[test]
fn a_damaged_file_is_an_error_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    drop(filled(folder.path()));
    let files = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
    let segment = files.filter(|path| path.extension().is_some_and(|end| end == "segment")).min().unwrap();
    let whole = fs::read(&segment).unwrap();
    fs::write(&segment, &whole[..whole.len() - 1]).unwrap();
    let refused = SpanStore::open(folder.path(), SEGMENT_TEXT_MAX).unwrap_err();
    assert!(matches!(&refused, StoreError::Segment { path, .. } if *path == segment), "{refused}");
    // Deep inside, only reading it whole finds it.
    let mut changed = whole.clone();
    *changed.last_mut().unwrap() ^= 1;
    fs::write(&segment, &changed).unwrap();
    let store = SpanStore::open(folder.path(), SEGMENT_TEXT_MAX).unwrap();
    assert!(matches!(store.check(), Err(StoreError::Segment { .. })));
}

#[test]
fn a_folder_has_one_writer_and_its_list_no_foreign_names() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(folder.path());
    assert!(matches!(SpanStore::open(folder.path(), SEGMENT_TEXT_MAX), Err(StoreError::Locked(_))));
    drop(store);
    fs::write(folder.path().join("segments"), "tributary span index 1\n../../elsewhere.segment\n").unwrap();
    assert!(matches!(SpanStore::open(folder.path(), SEGMENT_TEXT_MAX), Err(StoreError::List(_))));
}

#[test]
fn texts_that_are_refused_leave_the_index_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = filled(folder.path());
    assert!(store.add(&[document(3, "a place that is taken")]).is_err());
    assert_eq!(store.index().count(b"taken"), Count::default());
    drop(store);
    let store = SpanStore::open(folder.path(), SEGMENT_TEXT_MAX).unwrap();
    assert_eq!(store.index().count(b"river").clusters, 20);
}
