//! How types that write their own JSON look in a JSON Schema.

use crate::{
    base64url::{Bytes, FixedBytes},
    id::ClinicId,
};
use alloc::{borrow::Cow, format};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

impl JsonSchema for Bytes {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Bytes".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "contentEncoding": "base64url", "pattern": "^[A-Za-z0-9_-]*$" })
    }
}

impl<const N: usize> JsonSchema for FixedBytes<N> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Bytes{N}").into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let length = (N * 8).div_ceil(6);
        // The last digit of a canonical text has no stray bits.
        let last = match N % 3 {
            0 => "[A-Za-z0-9_-]",
            1 => "[AQgw]",
            _ => "[AEIMQUYcgkosw048]",
        };
        let pattern = format!("^[A-Za-z0-9_-]{{{}}}{last}$", length - 1);
        json_schema!({ "type": "string", "contentEncoding": "base64url", "pattern": pattern })
    }
}

impl JsonSchema for ClinicId {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "ClinicId".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[a-z0-9-]{1,32}$" })
    }
}
