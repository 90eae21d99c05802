//! Tests of the spool: what a crash may leave, what damage looks like, and what
//! may be deleted.
#![allow(clippy::unwrap_used)]

use super::SpoolError;
use super::queue;
use super::reader::SpoolReader;
use super::record::{Attachment, Record};
use super::segment;
use super::writer::{SpoolLock, SpoolWriter, lock};
use ed25519_dalek::SigningKey;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tributary_core::amount::BaseUnits;
use tributary_core::event::{EventPosition, Evidence, UsageEvent};
use tributary_core::id::{AssetId, Commitment, GatewayId, MandateId, PayerId, RequestId, VaultId};
use tributary_core::position::{CreditSeq, EventSeq, Generation, Slot};

const GATEWAY: GatewayId = GatewayId([5; 32]);

fn event(number: u64) -> (UsageEvent, Attachment) {
    let mut request = [0; 32];
    request[..8].copy_from_slice(&number.to_le_bytes());
    let event = UsageEvent {
        position: EventPosition { gateway: GATEWAY, generation: Generation(0), sequence: EventSeq(0) },
        vault: VaultId([1; 32]),
        payer: PayerId([2; 32]),
        mandate: MandateId([3; 32]),
        lease: CreditSeq(7),
        request: RequestId(request),
        agent: AssetId([4; 32]),
        model: AssetId([6; 32]),
        price: BaseUnits(number),
        graph_slot: Slot(9),
        at_ms: 1_000 + number,
        uses: 5,
        sidecar: Commitment([8; 32]),
        evidence: Evidence::none(3),
    };
    let attachment = Attachment {
        salt: [number as u8; 32],
        body_hash: [1; 32],
        sidecar: b"{}".to_vec(),
        answer: format!("answer {number}").into_bytes(),
    };
    (event, attachment)
}

struct Folder {
    _temp: tempfile::TempDir,
    path: PathBuf,
    lock: Arc<SpoolLock>,
}

impl Folder {
    fn new() -> Self {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("spool");
        let lock = Arc::new(lock(&path).unwrap());
        Self { _temp: temp, path, lock }
    }

    fn open_with(&self, pending_max: u64) -> Result<(SpoolWriter, Vec<Record>), SpoolError> {
        let mut records = Vec::new();
        let key = SigningKey::from_bytes(&[9; 32]);
        let writer = SpoolWriter::open(
            &self.path,
            GATEWAY,
            Generation(0),
            key,
            pending_max,
            self.lock.clone(),
            &mut |record| records.push(record.clone()),
        )?;
        Ok((writer, records))
    }

    fn open(&self) -> Result<(SpoolWriter, Vec<Record>), SpoolError> {
        self.open_with(u64::MAX)
    }

    fn only_segment(&self) -> PathBuf {
        segment::list(&self.path).unwrap().remove(0).1
    }
}

fn prices(records: &[Record]) -> Vec<u64> {
    records.iter().flat_map(|record| &record.group.events).map(|event| event.price.0).collect()
}

#[test]
fn what_was_appended_is_read_back_in_order_and_continues() {
    let folder = Folder::new();
    let (mut writer, _) = folder.open().unwrap();
    writer.append(vec![event(1), event(2)]).unwrap();
    let head = writer.head();
    drop(writer);
    let (mut writer, records) = folder.open().unwrap();
    assert_eq!((prices(&records), writer.head(), writer.next()), (vec![1, 2], head, EventSeq(2)));
    assert_eq!(writer.append(vec![event(3)]).unwrap(), EventSeq(2));
    let (third, attachment) = writer.reader().event(EventSeq(2)).unwrap();
    assert_eq!((third.price, attachment.answer.as_slice()), (BaseUnits(3), &b"answer 3"[..]));
}

#[test]
fn a_tail_torn_at_any_byte_is_cut_and_loses_no_earlier_record() {
    let folder = Folder::new();
    let (mut writer, _) = folder.open().unwrap();
    writer.append(vec![event(1), event(2)]).unwrap();
    let path = folder.only_segment();
    let kept = records_of(&path);
    writer.append(vec![event(3)]).unwrap();
    drop(writer);
    let whole = fs::read(&path).unwrap();
    for cut in kept.len()..whole.len() {
        fs::write(&path, &whole[..cut]).unwrap();
        let (writer, records) = folder.open().unwrap();
        assert_eq!((prices(&records), writer.next()), (vec![1, 2], EventSeq(2)), "torn at byte {cut}");
        assert_eq!(fs::read(&path).unwrap(), kept);
    }
    fs::write(&path, &whole).unwrap();
    assert_eq!(prices(&folder.open().unwrap().1), [1, 2, 3]);
}

/// The records of a file, without the room behind them.
fn records_of(path: &Path) -> Vec<u8> {
    let bytes = fs::read(path).unwrap();
    let mut end = 0;
    while let Some(read) = Record::read(&bytes[end..]) {
        end += read.unwrap().1;
    }
    bytes[..end].to_vec()
}

#[test]
fn room_that_a_crash_left_behind_the_records_is_used_and_torn_records_in_it_are_cut() {
    let folder = Folder::new();
    let (mut writer, _) = folder.open().unwrap();
    writer.append(vec![event(1)]).unwrap();
    let path = folder.only_segment();
    let crashed = fs::read(&path).unwrap();
    let kept = records_of(&path).len();
    assert!(crashed.len() > kept && crashed[kept..].iter().all(|byte| *byte == 0));
    writer.append(vec![event(2)]).unwrap();
    let whole = fs::read(&path).unwrap();
    assert_eq!(whole.len(), crashed.len(), "the file need not grow");
    let end = records_of(&path).len();
    drop(writer);
    assert_eq!(fs::read(&path).unwrap().len(), end, "an orderly end leaves no room");
    fs::write(&path, &crashed).unwrap();
    let (mut writer, records) = folder.open().unwrap();
    assert_eq!(prices(&records), [1]);
    writer.append(vec![event(7)]).unwrap();
    assert_eq!(fs::read(&path).unwrap().len(), crashed.len());
    drop(writer);
    assert_eq!(prices(&folder.open().unwrap().1), [1, 7]);
    // Wherever the second record was torn, zeros stand behind it.
    for torn in (kept + 1..end).step_by(17) {
        let mut bytes = crashed.clone();
        bytes[kept..torn].copy_from_slice(&whole[kept..torn]);
        fs::write(&path, &bytes).unwrap();
        let (writer, records) = folder.open().unwrap();
        assert_eq!((prices(&records), writer.next()), (vec![1], EventSeq(1)), "torn at byte {torn}");
    }
}

#[test]
fn a_tail_whose_blocks_arrived_out_of_order_is_cut() {
    let folder = Folder::new();
    let (mut writer, _) = folder.open().unwrap();
    writer.append(vec![event(1)]).unwrap();
    let path = folder.only_segment();
    let kept = records_of(&path).len();
    writer.append(vec![event(2)]).unwrap();
    drop(writer);
    let mut bytes = fs::read(&path).unwrap();
    bytes[kept..kept + 64].fill(0);
    fs::write(&path, &bytes).unwrap();
    assert_eq!(prices(&folder.open().unwrap().1), [1]);
}

#[test]
fn damage_before_the_last_record_is_refused_at_every_byte() {
    let folder = Folder::new();
    let (mut writer, _) = folder.open().unwrap();
    writer.append(vec![event(1)]).unwrap();
    let path = folder.only_segment();
    let first = records_of(&path).len();
    writer.append(vec![event(2)]).unwrap();
    drop(writer);
    let whole = fs::read(&path).unwrap();
    for at in 0..first {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x40;
        fs::write(&path, &bytes).unwrap();
        assert!(matches!(folder.open(), Err(SpoolError::Damaged { offset: 0, .. })), "byte {at}");
    }
}

#[test]
fn a_group_of_another_chain_is_refused() {
    let folder = Folder::new();
    let (mut writer, _) = folder.open().unwrap();
    writer.append(vec![event(1)]).unwrap();
    drop(writer);
    let path = folder.only_segment();
    let bytes = fs::read(&path).unwrap();
    // The same group a second time has a right digest and signature.
    OpenOptions::new().append(true).open(&path).unwrap().write_all(&bytes).unwrap();
    assert!(matches!(folder.open(), Err(SpoolError::Chain(EventSeq(0), _))));
}

#[test]
fn a_group_with_a_wrong_signature_is_refused() {
    let folder = Folder::new();
    let (mut writer, _) = folder.open().unwrap();
    writer.append(vec![event(1)]).unwrap();
    let mut record = writer.reader().record(EventSeq(0)).unwrap();
    drop(writer);
    record.group.signature[10] ^= 1;
    fs::write(folder.only_segment(), record.encode()).unwrap();
    assert!(matches!(folder.open(), Err(SpoolError::Chain(_, "its signature is wrong"))));
}

#[test]
fn a_full_spool_refuses_until_postgres_caught_up() {
    let folder = Folder::new();
    let (mut writer, _) = folder.open_with(1_000).unwrap();
    let mut written = 0;
    let refused = loop {
        match writer.append(vec![event(written)]) {
            Ok(_) => written += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(refused, SpoolError::Full(bytes) if bytes >= 1_000));
    writer.reader().drained(writer.next());
    assert_eq!(writer.append(vec![event(written)]).unwrap(), EventSeq(written));
}

#[test]
fn a_spool_in_use_is_not_opened_twice() {
    let folder = Folder::new();
    assert!(matches!(lock(&folder.path), Err(SpoolError::InUse(_))));
    let path = folder.path.clone();
    let Folder { _temp, lock: held, .. } = folder;
    drop(held);
    lock(&path).unwrap();
}

#[test]
fn only_drained_old_segments_but_the_newest_are_deleted() {
    let folder = Folder::new();
    let (mut writer, _) = folder.open().unwrap();
    writer.append(vec![event(1), event(2)]).unwrap();
    drop(writer);
    // Segments are 64 MiB long; a record moved into a file of its own is one too.
    let first = folder.only_segment();
    let (mut writer, _) = folder.open().unwrap();
    writer.append(vec![event(3)]).unwrap();
    drop(writer);
    split_last_record(&first, &folder.path, EventSeq(2));
    let (mut writer, records) = folder.open().unwrap();
    assert_eq!(prices(&records), [1, 2, 3]);
    let reader: SpoolReader = writer.reader();
    assert_eq!(reader.prune(u64::MAX).unwrap(), 0, "not drained");
    reader.drained(EventSeq(3));
    assert_eq!(reader.prune(1_001).unwrap(), 0, "too young");
    assert_eq!(reader.prune(u64::MAX).unwrap(), 1);
    assert!(matches!(reader.record(EventSeq(0)), Err(SpoolError::Gone(_))));
    writer.append(vec![event(4)]).unwrap();
    drop(writer);
    let (writer, records) = folder.open().unwrap();
    assert_eq!((prices(&records), writer.next()), (vec![3, 4], EventSeq(4)));
}

fn split_last_record(file: &Path, folder: &Path, first: EventSeq) {
    let bytes = fs::read(file).unwrap();
    let (_, length) = Record::read(&bytes).unwrap().unwrap();
    fs::write(segment::path_of(folder, first), &bytes[length..]).unwrap();
    fs::write(file, &bytes[..length]).unwrap();
}

#[tokio::test]
async fn many_callers_share_groups_and_each_hears_its_own_sequence() {
    let folder = Folder::new();
    let (writer, _) = folder.open().unwrap();
    let (queue, durable, thread) = queue::start(writer).unwrap();
    let submitted: Vec<_> = (0..300)
        .map(|number| {
            let (event, attachment) = event(number);
            queue.submit(event, attachment).unwrap()
        })
        .collect();
    for (number, submitted) in (0..).zip(submitted) {
        assert_eq!(submitted.durable().await.unwrap(), EventSeq(number));
    }
    drop(queue);
    thread.join().unwrap();
    assert_eq!(*durable.borrow(), EventSeq(300));
    let (_, records) = folder.open().unwrap();
    assert_eq!(prices(&records), (0..300).collect::<Vec<_>>());
    assert!(records.len() < 300, "{} groups", records.len());
}

#[tokio::test]
async fn a_full_queue_refuses_at_once() {
    let folder = Folder::new();
    let (writer, _) = folder.open().unwrap();
    let (queue, _durable, _thread) = queue::start(writer).unwrap();
    let mut refused = 0;
    for number in 0..100_000 {
        let (event, attachment) = event(number);
        match queue.submit(event, attachment) {
            Ok(_) => {}
            Err(SpoolError::QueueFull) => {
                refused += 1;
                break;
            }
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(refused, 1);
}
