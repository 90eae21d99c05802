//! From the bytes of a self-CPI instruction to an event.

use crate::{registry, rewards};
use solana_address::Address;

/// The first eight bytes of an event sent by self-CPI.
pub const EVENT_TAG: [u8; 8] = 0x1d9a_cb51_2ea5_45e4u64.to_le_bytes();

/// Why bytes of a program are not what they should be.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// Not an event of this program.
    #[error("unknown event discriminator {0:02x?}")]
    UnknownEvent([u8; 8]),
    /// Not an account of this type.
    #[error("the account is not a {0}")]
    WrongAccount(&'static str),
    /// The bytes of an account do not fit its layout.
    #[error("the account {what} does not fit its layout")]
    Account {
        /// Which one.
        what: &'static str,
        /// What is wrong with it.
        source: tributary_core::bytes::DecodeError,
    },
    /// The bytes of an event do not fit its layout.
    #[error("the event {what} does not fit its layout")]
    Layout {
        /// Which one.
        what: &'static str,
        /// What is wrong with it.
        source: std::io::Error,
    },
}

/// An event of either program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChainEvent {
    /// Of the registry.
    Registry(registry::RegistryEvent),
    /// Of the rewards program.
    Rewards(rewards::RewardsEvent),
}

/// Decodes the data of an inner instruction of `program`. `None` when it is not
/// an event at all: another program, or no event tag.
pub fn decode_event(program: &Address, data: &[u8]) -> Option<Result<ChainEvent, ClientError>> {
    let body = data.strip_prefix(&EVENT_TAG)?;
    if *program == crate::pda::REGISTRY {
        Some(registry::RegistryEvent::decode(body).map(ChainEvent::Registry))
    } else if *program == crate::pda::REWARDS {
        Some(rewards::RewardsEvent::decode(body).map(ChainEvent::Rewards))
    } else {
        None
    }
}

/// Declares the events of a program: a struct each and an enum over them, with
/// Anchor's discriminators.
macro_rules! events {
    ($(#[$enum_doc:meta])* $enum:ident { $($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* })* }) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq, Eq, borsh::BorshSerialize, borsh::BorshDeserialize)]
            pub struct $name { $($(#[$field_doc])* pub $field: $type,)* }
        )*

        $(#[$enum_doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $enum { $($(#[$doc])* $name(Box<$name>),)* }

        impl $enum {
            /// The event's name, as in the IDL.
            pub fn name(&self) -> &'static str {
                match self { $(Self::$name(_) => stringify!($name),)* }
            }

            /// Discriminator and fields, as they stand behind the event tag.
            pub fn encode(&self) -> Vec<u8> {
                match self {
                    $(Self::$name(event) => {
                        let mut out = $crate::decode::discriminator("event", stringify!($name)).to_vec();
                        // Writing plain fields to memory cannot fail.
                        let _ = borsh::BorshSerialize::serialize(event.as_ref(), &mut out);
                        out
                    })*
                }
            }

            /// Reads discriminator and fields, exactly.
            pub fn decode(body: &[u8]) -> Result<Self, $crate::ClientError> {
                // Hashing all names for each event would take longer than decoding it.
                static KNOWN: std::sync::LazyLock<Vec<[u8; 8]>> = std::sync::LazyLock::new(|| {
                    vec![$($crate::decode::discriminator("event", stringify!($name)),)*]
                });
                let (head, fields) = body.split_first_chunk::<8>().ok_or($crate::ClientError::UnknownEvent([0; 8]))?;
                let mut known = KNOWN.iter();
                $(
                    if known.next() == Some(head) {
                        return <$name as borsh::BorshDeserialize>::try_from_slice(fields)
                            .map(|event| Self::$name(Box::new(event)))
                            .map_err(|source| $crate::ClientError::Layout { what: stringify!($name), source });
                    }
                )*
                Err($crate::ClientError::UnknownEvent(*head))
            }

            /// Names and field names of all events, for comparison with the IDL.
            pub fn layouts() -> Vec<(&'static str, Vec<(&'static str, &'static str)>)> {
                vec![$((stringify!($name), vec![$((stringify!($field), stringify!($type)),)*]),)*]
            }
        }
    };
}
pub(crate) use events;

/// Anchor's discriminator: the first eight bytes of SHA-256 of `space:name`.
pub(crate) fn discriminator(space: &str, name: &str) -> [u8; 8] {
    let digest = tributary_core::hash::sha256(&[space.as_bytes(), b":", name.as_bytes()]);
    let mut out = [0; 8];
    out.copy_from_slice(&digest[..8]);
    out
}
