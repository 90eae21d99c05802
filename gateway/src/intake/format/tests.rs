//! Files of every format, whole and broken.
#![allow(clippy::unwrap_used)]

use super::*;
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use std::sync::Arc;

fn read(bytes: &[u8], format: Format) -> Result<Extracted, FormatError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    std::fs::write(&path, bytes).unwrap();
    extract(&path, format, "text")
}

fn text_of(bytes: &[u8], format: Format) -> (String, u64) {
    let extracted = read(bytes, format).unwrap();
    (extracted.text, extracted.records)
}

fn parquet_of(column: &str, texts: &[&str]) -> Vec<u8> {
    let schema =
        Arc::new(parse_message_type(&format!("message schema {{ REQUIRED BYTE_ARRAY {column} (UTF8); }}")).unwrap());
    let mut bytes = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, Arc::new(WriterProperties::default())).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let mut written = group.next_column().unwrap().unwrap();
    let values: Vec<ByteArray> = texts.iter().map(|text| ByteArray::from(*text)).collect();
    written.typed::<ByteArrayType>().write_batch(&values, None, None).unwrap();
    written.close().unwrap();
    group.close().unwrap();
    writer.close().unwrap();
    bytes
}

#[test]
fn every_format_gives_its_texts_in_order() {
    assert_eq!(text_of("\u{feff}Ein Fluß\n".as_bytes(), Format::Text), ("Ein Fluß\n".into(), 1));
    let lines = b"{\"text\": \"one\", \"id\": 1}\n\n{\"text\": \"two\\n\"}";
    assert_eq!(text_of(lines, Format::Jsonl), ("one\ntwo\n".into(), 2));
    let rows = b"id,text\n1,\"one, with a comma\"\n2,two\n";
    assert_eq!(text_of(rows, Format::Csv), ("one, with a comma\ntwo\n".into(), 2));
    assert_eq!(text_of(&parquet_of("text", &["one", "two"]), Format::Parquet), ("one\ntwo\n".into(), 2));
}

#[test]
fn what_is_broken_is_refused_with_its_place() {
    let cases: [(&[u8], Format, &str); 10] = [
        (b"fine \xff", Format::Text, "byte 5 is not UTF-8"),
        (b"nul \0", Format::Text, "byte 4 is zero"),
        (b" \n", Format::Text, "no text"),
        (b"{\"text\": \"a\"}\n{\"txt\": \"b\"}\n", Format::Jsonl, "line 2"),
        (b"{\"text\": \"a\"}\nnot json\n", Format::Jsonl, "line 2"),
        (b"{\"text\": 7}\n", Format::Jsonl, "line 1"),
        (b"id,text\n1,a\n2\n", Format::Csv, "same columns"),
        (b"id,body\n1,a\n", Format::Csv, "no column of texts named \"text\""),
        (b"PAR1 and nothing more", Format::Parquet, "not a Parquet file"),
        (b"", Format::Jsonl, "no text"),
    ];
    for (bytes, format, words) in cases {
        let error = read(bytes, format).unwrap_err();
        assert!(error.to_string().contains(words) && error.is_final(), "{error}");
    }
    let other = read(&parquet_of("body", &["one"]), Format::Parquet).unwrap_err();
    assert!(matches!(other, FormatError::Column(_)), "{other}");
}

#[test]
fn a_parquet_file_cut_anywhere_is_refused() {
    let whole = parquet_of("text", &["one", "two", "three"]);
    for length in 0..whole.len() {
        assert!(read(&whole[..length], Format::Parquet).is_err(), "cut at {length}");
    }
}
