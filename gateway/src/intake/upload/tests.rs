//! Files sent whole, in parts, twice at once, too long, broken off and changed.
#![allow(clippy::unwrap_used)]

use super::*;
use futures::stream;
use tributary_core::hash::sha256;

const DATASET: [u8; 32] = [1; 32];

fn content() -> Vec<u8> {
    (0..300_000u32).flat_map(|number| number.to_le_bytes()).collect()
}

fn declared(content: &[u8]) -> (FileHash, u64) {
    (FileHash(sha256(&[content])), content.len() as u64)
}

async fn send(uploads: &Uploads, content: &[u8], from: u64, part: &[u8]) -> Result<Progress, UploadError> {
    let pieces: Vec<Result<Bytes, ()>> = part.chunks(10_000).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
    uploads.take(&DATASET, declared(content), from, stream::iter(pieces)).await
}

#[tokio::test]
async fn a_file_goes_on_where_it_broke_off_even_in_another_process() {
    let folder = tempfile::tempdir().unwrap();
    let content = content();
    let uploads = Uploads::new(folder.path());
    let broken: Vec<Result<Bytes, ()>> = vec![Ok(Bytes::copy_from_slice(&content[..70_000])), Err(())];
    let error = uploads.take(&DATASET, declared(&content), 0, stream::iter(broken)).await.unwrap_err();
    assert!(matches!(error, UploadError::Broken));
    assert_eq!(uploads.offset(&DATASET).await.unwrap(), 70_000);
    let progress = send(&uploads, &content, 70_000, &content[70_000..500_000]).await.unwrap();
    assert_eq!(progress, Progress { bytes: 500_000, whole: false });
    // The hash so far went with the process.
    let uploads = Uploads::new(folder.path());
    let progress = send(&uploads, &content, 500_000, &content[500_000..]).await.unwrap();
    assert!(progress.whole);
    assert_eq!(std::fs::read(uploads.file(&DATASET)).unwrap(), content);
}

#[tokio::test]
async fn parts_that_do_not_fit_or_exceed_what_was_declared_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let content = content();
    let uploads = Uploads::new(folder.path());
    send(&uploads, &content, 0, &content[..1_000]).await.unwrap();
    let error = send(&uploads, &content, 900, &content[900..]).await.unwrap_err();
    assert!(matches!(error, UploadError::Offset { have: 1_000, asked: 900 }));
    let mut longer = content[1_000..].to_vec();
    longer.extend_from_slice(b"more");
    assert!(matches!(send(&uploads, &content, 1_000, &longer).await, Err(UploadError::TooLong(_))));
}

#[tokio::test]
async fn a_changed_file_is_thrown_away_and_can_be_sent_anew() {
    let folder = tempfile::tempdir().unwrap();
    let content = content();
    let uploads = Uploads::new(folder.path());
    let mut changed = content.clone();
    changed[123_456] ^= 1;
    assert!(matches!(send(&uploads, &content, 0, &changed).await, Err(UploadError::Other { .. })));
    assert_eq!(uploads.offset(&DATASET).await.unwrap(), 0);
    assert!(send(&uploads, &content, 0, &content).await.unwrap().whole);
    uploads.forget(&DATASET).await.unwrap();
    assert_eq!(uploads.offset(&DATASET).await.unwrap(), 0);
}

#[tokio::test]
async fn a_file_has_one_sender_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let content = content();
    let uploads = Uploads::new(folder.path());
    let first = stream::once(async { Ok::<_, ()>(Bytes::from_static(b"abc")) }).chain(stream::pending());
    let mut first = Box::pin(uploads.take(&DATASET, declared(&content), 0, Box::pin(first)));
    assert!(futures::poll!(&mut first).is_pending());
    tokio::time::timeout(std::time::Duration::from_millis(300), &mut first).await.unwrap_err();
    assert!(matches!(send(&uploads, &content, 3, b"d").await, Err(UploadError::Busy)));
}
