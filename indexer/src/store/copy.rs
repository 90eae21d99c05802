//! Rows for `COPY … FROM STDIN (FORMAT binary)`, the quickest way into Postgres.
//! The statement is a constant; values are encoded as for any bound parameter.
//!
//! COPY knows no ON CONFLICT: whoever uses it knows that the rows are new.

use super::StoreError;
use sqlx::encode::{Encode, IsNull};
use sqlx::postgres::PgArgumentBuffer;
use sqlx::{PgConnection, Postgres};

/// How binary COPY data starts: signature, no flags, no header extension.
const HEADER: &[u8; 19] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// How it ends: where a number of columns would be.
const TRAILER: [u8; 2] = (-1i16).to_be_bytes();
/// The largest piece handed to the connection at once.
const PIECE: usize = 256 * 1024;

/// Rows of one table.
pub struct Rows {
    statement: &'static str,
    columns: i16,
    buffer: PgArgumentBuffer,
    count: u64,
}

impl Rows {
    /// For a COPY statement with so many columns.
    pub fn new(statement: &'static str, columns: i16) -> Self {
        Self { statement, columns, buffer: PgArgumentBuffer::default(), count: 0 }
    }

    /// Begins a row; its values follow, all of them, in the statement's order.
    pub fn begin(&mut self) -> Row<'_> {
        if self.count == 0 {
            self.buffer.extend_from_slice(HEADER);
        }
        self.count += 1;
        self.buffer.extend_from_slice(&self.columns.to_be_bytes());
        Row(&mut self.buffer)
    }

    /// Sends all rows. None, no question to the database.
    pub async fn send(mut self, connection: &mut PgConnection) -> Result<(), StoreError> {
        if self.count == 0 {
            return Ok(());
        }
        self.buffer.extend_from_slice(&TRAILER);
        let mut copy = connection.copy_in_raw(self.statement).await?;
        for piece in self.buffer.chunks(PIECE) {
            copy.send(piece).await?;
        }
        let written = copy.finish().await?;
        if written == self.count { Ok(()) } else { Err(StoreError::Corrupt("COPY did not write all rows")) }
    }
}

/// A row that has begun.
pub struct Row<'a>(&'a mut PgArgumentBuffer);

impl Row<'_> {
    /// The next column's value.
    pub fn put<'q, T: Encode<'q, Postgres>>(self, value: T) -> Result<Self, StoreError> {
        let start = self.0.len();
        self.0.extend_from_slice(&[0; 4]);
        let encoded = value.encode(self.0).map_err(|source| StoreError::Sql(sqlx::Error::Encode(source)))?;
        let length = match encoded {
            IsNull::Yes => -1,
            IsNull::No => {
                i32::try_from(self.0.len() - start - 4).map_err(|_| StoreError::TooLarge("the length of a value"))?
            }
        };
        self.0[start..start + 4].copy_from_slice(&length.to_be_bytes());
        Ok(self)
    }
}
