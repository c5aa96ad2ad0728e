//! Columns to types and back.

use super::EngineRow;
use crate::store::{Result, StoreError};
use postern_protocol::{base64url::FixedBytes, time::Timestamp};
use sqlx::Row;

/// Exactly `N` bytes.
pub fn fixed<const N: usize>(row: &EngineRow, column: &'static str) -> Result<FixedBytes<N>> {
    let bytes: &[u8] = row.try_get(column)?;
    bytes.try_into().map(FixedBytes).map_err(|_| StoreError::Inconsistent(column))
}

/// Exactly `N` bytes or NULL.
pub fn fixed_or_null<const N: usize>(row: &EngineRow, column: &'static str) -> Result<Option<FixedBytes<N>>> {
    let bytes: Option<&[u8]> = row.try_get(column)?;
    bytes
        .map(|bytes| bytes.try_into().map(FixedBytes).map_err(|_| StoreError::Inconsistent(column)))
        .transpose()
}

/// An integer that fits `T`.
pub fn number<T: TryFrom<i64>>(row: &EngineRow, column: &'static str) -> Result<T> {
    T::try_from(row.try_get::<i64, _>(column)?).map_err(|_| StoreError::Inconsistent(column))
}

/// A moment.
pub fn moment(row: &EngineRow, column: &'static str) -> Result<Timestamp> {
    Ok(Timestamp(row.try_get(column)?))
}

/// Text that another type reads.
pub fn text<T>(row: &EngineRow, column: &'static str, read: impl Fn(&str) -> Option<T>) -> Result<T> {
    read(row.try_get(column)?).ok_or(StoreError::Inconsistent(column))
}

/// A number as both engines keep it. What exceeds i64 cannot be counted to.
pub fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
