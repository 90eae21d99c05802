//! From a node's answer to a [`ChainTransaction`]: addresses resolved against
//! the message and what its lookup tables loaded. No I/O.

use super::{ChainTransaction, InnerInstruction};
use solana_address::Address;
use solana_sdk::signature::Signature;
use solana_transaction_status_client_types::option_serializer::OptionSerializer;
use solana_transaction_status_client_types::{
    EncodedConfirmedTransactionWithStatusMeta, UiInstruction, UiTransactionStatusMeta,
};
use tributary_core::position::Slot;

/// Reads an answer to `getTransaction` with base64 encoding. The error says
/// what is wrong with it.
pub fn read(
    signature: &Signature,
    answer: &EncodedConfirmedTransactionWithStatusMeta,
) -> Result<ChainTransaction, &'static str> {
    let meta = answer.transaction.meta.as_ref().ok_or("it has no metadata")?;
    let transaction = answer.transaction.transaction.decode().ok_or("the transaction does not decode")?;
    if transaction.signatures.first() != Some(signature) {
        return Err("it is another transaction than asked for");
    }
    let failed = meta.err.is_some();
    let inner = if failed {
        Vec::new()
    } else {
        let mut keys = transaction.message.static_account_keys().to_vec();
        keys.extend(loaded(meta)?);
        resolve(meta, &keys)?
    };
    Ok(ChainTransaction {
        signature: *signature,
        slot: Slot(answer.slot),
        block_time: answer.block_time,
        failed,
        inner,
    })
}

/// Addresses from lookup tables: first the writable ones, then the others.
fn loaded(meta: &UiTransactionStatusMeta) -> Result<Vec<Address>, &'static str> {
    let OptionSerializer::Some(loaded) = &meta.loaded_addresses else { return Ok(Vec::new()) };
    let parse = |text: &String| text.parse().map_err(|_| "a loaded address is not base58");
    loaded.writable.iter().chain(&loaded.readonly).map(parse).collect()
}

fn resolve(meta: &UiTransactionStatusMeta, keys: &[Address]) -> Result<Vec<InnerInstruction>, &'static str> {
    // A node that does not record them would make every event invisible.
    let OptionSerializer::Some(groups) = &meta.inner_instructions else {
        return Err("it has no inner instructions: the node does not record them");
    };
    let key = |index: u8| keys.get(usize::from(index)).copied().ok_or("an instruction names an unknown account");
    let mut out = Vec::new();
    for group in groups {
        for (place, instruction) in group.instructions.iter().enumerate() {
            let UiInstruction::Compiled(instruction) = instruction else {
                return Err("its inner instructions are parsed, not compiled");
            };
            out.push(InnerInstruction {
                outer: group.index.into(),
                inner: u16::try_from(place).map_err(|_| "it has more than 65,535 inner instructions")?,
                program: key(instruction.program_id_index)?,
                first_account: instruction.accounts.first().map(|index| key(*index)).transpose()?,
                data: bs58::decode(&instruction.data).into_vec().map_err(|_| "an instruction's data is not base58")?,
            });
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::{Value, json};

    fn key(byte: u8) -> String {
        Address::new_from_array([byte; 32]).to_string()
    }

    /// One signer, one program, and two addresses from a lookup table.
    fn answer(change: impl FnOnce(&mut Value)) -> EncodedConfirmedTransactionWithStatusMeta {
        let mut wire = vec![1];
        wire.extend([7; 64]);
        wire.extend([0x80, 1, 0, 1, 2]);
        wire.extend([[10; 32], [11; 32], [5; 32]].concat());
        wire.extend([1, 1, 0, 0, 1]);
        wire.extend([6; 32]);
        wire.extend([1, 0, 1, 1]);
        let mut value = json!({
            "slot": 9, "blockTime": null, "version": 0,
            "transaction": [base64::Engine::encode(&base64::engine::general_purpose::STANDARD, wire), "base64"],
            "meta": {
                "err": null, "status": { "Ok": null }, "fee": 1, "preBalances": [], "postBalances": [],
                "innerInstructions": [{ "index": 0, "instructions": [
                    { "programIdIndex": 1, "accounts": [3, 2], "data": bs58::encode(b"data").into_string(), "stackHeight": 3 },
                ] }],
                "loadedAddresses": { "writable": [key(20)], "readonly": [key(21)] },
            },
        });
        change(&mut value);
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn addresses_from_lookup_tables_come_after_the_messages_own() {
        let read = read(&Signature::from([7; 64]), &answer(|_| {})).unwrap();
        let expected = InnerInstruction {
            outer: 0,
            inner: 0,
            program: Address::new_from_array([11; 32]),
            first_account: Some(Address::new_from_array([21; 32])),
            data: b"data".to_vec(),
        };
        assert_eq!(read.inner, [expected]);
    }

    #[test]
    fn an_answer_that_lacks_something_is_an_error_and_not_a_transaction_without_events() {
        let signature = Signature::from([7; 64]);
        type Change = fn(&mut Value);
        let cases: [(Change, &str); 5] = [
            (|v| v["meta"] = Value::Null, "no metadata"),
            (|v| v["meta"]["innerInstructions"] = Value::Null, "does not record them"),
            (|v| v["transaction"][0] = json!("AAAA"), "does not decode"),
            (|v| v["meta"]["innerInstructions"][0]["instructions"][0]["programIdIndex"] = json!(9), "unknown account"),
            (|v| v["meta"]["innerInstructions"][0]["instructions"][0]["data"] = json!("0OIl"), "not base58"),
        ];
        for (change, expected) in cases {
            let error = read(&signature, &answer(change)).unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
        assert!(read(&Signature::from([8; 64]), &answer(|_| {})).unwrap_err().contains("another transaction"));
    }
}
