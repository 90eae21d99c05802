//! Reads an uploaded file into the text that is registered: plain text, JSON
//! Lines, CSV or Parquet. A file is what it was declared to be, from its first
//! byte to its last, or it is refused with the place. No network, no Postgres.

use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// No file and no text is longer, in bytes: as long as the catalogue reads.
pub const FILE_BYTES_MAX: u64 = 256 << 20;
/// No line of JSON Lines is longer, in bytes.
const LINE_BYTES_MAX: u64 = 16 << 20;

/// How a file is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// UTF-8, as it is.
    Text,
    /// A JSON object a line, one of whose fields is the text.
    Jsonl,
    /// Comma-separated values with a header, one of whose columns is the text.
    Csv,
    /// Parquet, one of whose columns is the text.
    Parquet,
}

impl Format {
    /// As it is declared.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
            Self::Parquet => "parquet",
        }
    }
}

/// Why a file is not what it was declared to be.
#[derive(Debug, thiserror::Error)]
pub enum FormatError {
    /// The disk refused; trying again may help.
    #[error("the uploaded file cannot be read")]
    Io(#[from] std::io::Error),
    /// Not UTF-8.
    #[error("byte {0} is not UTF-8: save the file as UTF-8 and declare it again")]
    Utf8(u64),
    /// A character that no text has.
    #[error("byte {0} is zero, which no text has: declare the format that it is")]
    Zero(u64),
    /// A line that is not what it should be.
    #[error("line {line} is not a JSON object with a text in {field:?}: {why}")]
    Line {
        /// Which, from 1.
        line: u64,
        /// The field that holds the text.
        field: String,
        /// What is wrong.
        why: String,
    },
    /// The CSV reader refused.
    #[error("it is not CSV with the same columns in every line: {0}")]
    Csv(#[source] csv::Error),
    /// The Parquet reader refused.
    #[error("it is not a Parquet file that can be read here (uncompressed or Snappy): {0}")]
    Parquet(#[from] ParquetError),
    /// The column does not exist.
    #[error("it has no column of texts named {0:?}: name the one that holds the text as `field`")]
    Column(String),
    /// Nothing is in it.
    #[error("there is no text in it")]
    Empty,
    /// It unpacks to more than may be.
    #[error("its text is longer than {FILE_BYTES_MAX} bytes: split it into several datasets")]
    TooLong,
}

impl FormatError {
    /// Whether the file itself is at fault, so that trying again is in vain.
    pub fn is_final(&self) -> bool {
        match self {
            Self::Io(_) => false,
            Self::Csv(error) => !error.is_io_error(),
            _ => true,
        }
    }
}

/// A file's text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extracted {
    /// Each record's text, one after the other, each ended by a line break; a
    /// plain text as it is, without a byte order mark.
    pub text: String,
    /// How many records it was put together from.
    pub records: u64,
}

impl Extracted {
    fn add(&mut self, text: &str) -> Result<(), FormatError> {
        if self.text.len() as u64 + text.len() as u64 + 1 > FILE_BYTES_MAX {
            return Err(FormatError::TooLong);
        }
        self.text.push_str(text);
        if !text.ends_with('\n') {
            self.text.push('\n');
        }
        self.records += 1;
        Ok(())
    }
}

/// Reads a file; `field` names the field or column that holds the text.
pub fn extract(path: &Path, format: Format, field: &str) -> Result<Extracted, FormatError> {
    let extracted = match format {
        Format::Text => plain(path)?,
        Format::Jsonl => json_lines(path, field)?,
        Format::Csv => comma_separated(path, field)?,
        Format::Parquet => columns(path, field)?,
    };
    match extracted.text.bytes().position(|byte| byte == 0) {
        Some(place) => Err(FormatError::Zero(place as u64)),
        None if extracted.text.trim().is_empty() => Err(FormatError::Empty),
        None => Ok(extracted),
    }
}

fn plain(path: &Path) -> Result<Extracted, FormatError> {
    let mut bytes = Vec::new();
    File::open(path)?.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(FormatError::TooLong);
    }
    let text = String::from_utf8(bytes).map_err(|error| FormatError::Utf8(error.utf8_error().valid_up_to() as u64))?;
    let text = text.strip_prefix('\u{feff}').map(String::from).unwrap_or(text);
    Ok(Extracted { text, records: 1 })
}

fn json_lines(path: &Path, field: &str) -> Result<Extracted, FormatError> {
    let mut reader = BufReader::new(File::open(path)?);
    let mut extracted = Extracted::default();
    let mut line = Vec::new();
    for number in 1.. {
        let wrong = |why: &str| FormatError::Line { line: number, field: field.into(), why: why.into() };
        line.clear();
        if (&mut reader).take(LINE_BYTES_MAX + 1).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        if line.len() as u64 > LINE_BYTES_MAX {
            return Err(wrong("the line is too long"));
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let value: serde_json::Value = serde_json::from_slice(&line).map_err(|error| wrong(&error.to_string()))?;
        let text = value.get(field).and_then(|text| text.as_str()).ok_or_else(|| wrong("there is none"))?;
        extracted.add(text)?;
    }
    Ok(extracted)
}

fn comma_separated(path: &Path, field: &str) -> Result<Extracted, FormatError> {
    let mut reader = csv::Reader::from_path(path).map_err(FormatError::Csv)?;
    let place = reader
        .headers()
        .map_err(FormatError::Csv)?
        .iter()
        .position(|name| name.trim_start_matches('\u{feff}').trim() == field)
        .ok_or_else(|| FormatError::Column(field.into()))?;
    let mut extracted = Extracted::default();
    for record in reader.records() {
        let record = record.map_err(FormatError::Csv)?;
        extracted.add(record.get(place).unwrap_or_default())?;
    }
    Ok(extracted)
}

fn columns(path: &Path, field: &str) -> Result<Extracted, FormatError> {
    let reader = SerializedFileReader::new(File::open(path)?)?;
    let mut extracted = Extracted::default();
    for row in reader.get_row_iter(None)? {
        let row = row?;
        let text = row.get_column_iter().find(|(name, _)| name.as_str() == field).map(|(_, value)| value);
        match text {
            Some(Field::Str(text)) => extracted.add(text)?,
            // A missing value is no text.
            Some(Field::Null) => {}
            Some(_) | None => return Err(FormatError::Column(field.into())),
        }
    }
    Ok(extracted)
}

#[cfg(test)]
mod tests;
