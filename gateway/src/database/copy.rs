//! Rows for `COPY … FROM STDIN (FORMAT binary)`, the quickest way into Postgres.
//! The statement is a constant and values are binary: nothing is quoted. COPY
//! knows no ON CONFLICT: whoever uses it knows that the rows are new.

use super::DatabaseError;
use sqlx::PgConnection;

/// How binary COPY data starts: signature, no flags, no header extension.
const HEADER: &[u8; 19] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// How it ends: where a number of columns would be.
const TRAILER: [u8; 2] = (-1i16).to_be_bytes();
/// The largest piece handed to the connection at once.
const PIECE: usize = 256 * 1024;
/// What a digit of a binary numeric counts up to.
const NUMERIC_BASE: u64 = 10_000;

/// Rows of one table.
#[derive(Debug)]
pub struct Rows {
    statement: &'static str,
    columns: i16,
    buffer: Vec<u8>,
    count: u64,
}

impl Rows {
    /// For a COPY statement with so many columns.
    pub fn new(statement: &'static str, columns: i16) -> Self {
        Self { statement, columns, buffer: HEADER.to_vec(), count: 0 }
    }

    /// Begins a row; its values follow, all of them, in the statement's order.
    pub fn begin(&mut self) -> Row<'_> {
        self.count += 1;
        self.buffer.extend_from_slice(&self.columns.to_be_bytes());
        Row(&mut self.buffer)
    }

    /// Sends all rows; none ask nothing of the database.
    pub async fn send(mut self, connection: &mut PgConnection) -> Result<(), DatabaseError> {
        if self.count == 0 {
            return Ok(());
        }
        self.buffer.extend_from_slice(&TRAILER);
        let mut copy = connection.copy_in_raw(self.statement).await?;
        for piece in self.buffer.chunks(PIECE) {
            copy.send(piece).await?;
        }
        let written = copy.finish().await?;
        if written == self.count { Ok(()) } else { Err(DatabaseError::Value("number of copied rows")) }
    }
}

/// A row that has begun.
#[derive(Debug)]
pub struct Row<'a>(&'a mut Vec<u8>);

impl Row<'_> {
    /// A bytea, or a domain over it.
    pub fn bytes(self, value: &[u8]) -> Result<Self, DatabaseError> {
        let length = i32::try_from(value.len()).map_err(|_| DatabaseError::Value("length of a value"))?;
        self.0.extend_from_slice(&length.to_be_bytes());
        self.0.extend_from_slice(value);
        Ok(self)
    }

    /// A bigint.
    pub fn bigint(self, value: u64) -> Result<Self, DatabaseError> {
        self.bytes(&super::bigint(value)?.to_be_bytes())
    }

    /// An integer.
    pub fn integer(self, value: u32) -> Result<Self, DatabaseError> {
        let value = i32::try_from(value).map_err(|_| DatabaseError::Value("integer"))?;
        self.bytes(&value.to_be_bytes())
    }

    /// A timestamptz, from milliseconds of the Unix epoch.
    pub fn moment(self, unix_ms: u64) -> Result<Self, DatabaseError> {
        /// The year 2000, from which Postgres counts.
        const EPOCH_MS: i64 = 946_684_800_000;
        let ms = super::bigint(unix_ms)?;
        let micros = ms.checked_sub(EPOCH_MS).and_then(|ms| ms.checked_mul(1_000));
        self.bytes(&micros.ok_or(DatabaseError::Value("moment"))?.to_be_bytes())
    }

    /// A numeric without fraction: number of digits, weight of the first, sign,
    /// scale, then digits to the base of 10,000.
    pub fn numeric(self, value: u64) -> Result<Self, DatabaseError> {
        let mut digits: [i16; 5] = [0; 5];
        let (mut rest, mut used) = (value, 0usize);
        while rest > 0 {
            // A remainder by 10,000 fits.
            digits[used] = (rest % NUMERIC_BASE) as i16;
            rest /= NUMERIC_BASE;
            used += 1;
        }
        let weight = (used as i16).saturating_sub(1).max(0);
        let mut binary = Vec::with_capacity(18);
        for field in [used as i16, weight, 0, 0] {
            binary.extend_from_slice(&field.to_be_bytes());
        }
        digits[..used].iter().rev().for_each(|digit| binary.extend_from_slice(&digit.to_be_bytes()));
        self.bytes(&binary)
    }
}
