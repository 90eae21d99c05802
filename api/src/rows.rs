//! Reading typed values off database rows. What does not fit its type is an
//! error that names the column, never a default.

use crate::amounts::{Amount, SubAmount};
use crate::problem::ReadError;
use sqlx::Row;
use sqlx::postgres::PgRow;
use tributary_core::amount::{BaseUnits, SubUnits};

/// Typed columns of a row. Amounts are selected as text.
pub trait Columns {
    /// 32 bytes.
    fn id<T: From<[u8; 32]>>(&self, column: &'static str) -> Result<T, ReadError>;
    /// 32 bytes or null.
    fn id_or_null<T: From<[u8; 32]>>(&self, column: &'static str) -> Result<Option<T>, ReadError>;
    /// An array of 32 bytes each; null is none.
    fn ids<T: From<[u8; 32]>>(&self, column: &'static str) -> Result<Vec<T>, ReadError>;
    /// An array of ten-thousandths; null is none.
    fn shares(&self, column: &'static str) -> Result<Vec<u16>, ReadError>;
    /// 64 bytes of a signature, in base58.
    fn signature(&self, column: &'static str) -> Result<String, ReadError>;
    /// A `bigint` that is never negative.
    fn count(&self, column: &'static str) -> Result<u64, ReadError>;
    /// The same or null.
    fn count_or_null(&self, column: &'static str) -> Result<Option<u64>, ReadError>;
    /// A `smallint` or `integer` that fits its type.
    fn small<T: TryFrom<i64>>(&self, column: &'static str) -> Result<T, ReadError>;
    /// Base units, selected as text.
    fn amount(&self, column: &'static str) -> Result<Amount, ReadError>;
    /// The same or null.
    fn amount_or_null(&self, column: &'static str) -> Result<Option<Amount>, ReadError>;
    /// Sub-units, selected as text.
    fn sub_amount(&self, column: &'static str) -> Result<SubAmount, ReadError>;
    /// A whole number of up to 64 bits, selected as text.
    fn number(&self, column: &'static str) -> Result<u64, ReadError>;
    /// Text.
    fn text(&self, column: &'static str) -> Result<String, ReadError>;
}

/// 32 bytes.
pub fn id_of<T: From<[u8; 32]>>(bytes: Vec<u8>, column: &'static str) -> Result<T, ReadError> {
    <[u8; 32]>::try_from(bytes).map(T::from).map_err(|_| ReadError::Row(column))
}

impl Columns for PgRow {
    fn id<T: From<[u8; 32]>>(&self, column: &'static str) -> Result<T, ReadError> {
        id_of(self.try_get(column)?, column)
    }

    fn id_or_null<T: From<[u8; 32]>>(&self, column: &'static str) -> Result<Option<T>, ReadError> {
        self.try_get::<Option<Vec<u8>>, _>(column)?.map(|bytes| id_of(bytes, column)).transpose()
    }

    fn ids<T: From<[u8; 32]>>(&self, column: &'static str) -> Result<Vec<T>, ReadError> {
        let list = self.try_get::<Option<Vec<Vec<u8>>>, _>(column)?.unwrap_or_default();
        list.into_iter().map(|bytes| id_of(bytes, column)).collect()
    }

    fn shares(&self, column: &'static str) -> Result<Vec<u16>, ReadError> {
        let list = self.try_get::<Option<Vec<i32>>, _>(column)?.unwrap_or_default();
        list.into_iter().map(|share| u16::try_from(share).map_err(|_| ReadError::Row(column))).collect()
    }

    fn signature(&self, column: &'static str) -> Result<String, ReadError> {
        let bytes = <[u8; 64]>::try_from(self.try_get::<Vec<u8>, _>(column)?).map_err(|_| ReadError::Row(column))?;
        Ok(bs58::encode(bytes).into_string())
    }

    fn count(&self, column: &'static str) -> Result<u64, ReadError> {
        u64::try_from(self.try_get::<i64, _>(column)?).map_err(|_| ReadError::Row(column))
    }

    fn count_or_null(&self, column: &'static str) -> Result<Option<u64>, ReadError> {
        let value = self.try_get::<Option<i64>, _>(column)?;
        value.map(|value| u64::try_from(value).map_err(|_| ReadError::Row(column))).transpose()
    }

    fn small<T: TryFrom<i64>>(&self, column: &'static str) -> Result<T, ReadError> {
        let value = match self.try_get::<i32, _>(column) {
            Ok(value) => i64::from(value),
            Err(_) => i64::from(self.try_get::<i16, _>(column)?),
        };
        T::try_from(value).map_err(|_| ReadError::Row(column))
    }

    fn amount(&self, column: &'static str) -> Result<Amount, ReadError> {
        Ok(Amount(BaseUnits(self.number(column)?)))
    }

    fn amount_or_null(&self, column: &'static str) -> Result<Option<Amount>, ReadError> {
        let text: Option<String> = self.try_get(column)?;
        let amount =
            |text: String| text.parse().map(|value| Amount(BaseUnits(value))).map_err(|_| ReadError::Row(column));
        text.map(amount).transpose()
    }

    fn sub_amount(&self, column: &'static str) -> Result<SubAmount, ReadError> {
        let text: String = self.try_get(column)?;
        text.parse().map(|value| SubAmount(SubUnits(value))).map_err(|_| ReadError::Row(column))
    }

    fn number(&self, column: &'static str) -> Result<u64, ReadError> {
        self.text(column)?.parse().map_err(|_| ReadError::Row(column))
    }

    fn text(&self, column: &'static str) -> Result<String, ReadError> {
        Ok(self.try_get(column)?)
    }
}
