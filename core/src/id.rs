//! 32-byte identities, one type each, printed in base58 (addresses) or
//! hexadecimal (hashes).

/// Why a text is not an identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "std", derive(thiserror::Error))]
pub enum ParseIdError {
    /// The text is not base58 or not 32 bytes.
    #[cfg_attr(feature = "std", error("expected 32 bytes in base58, such as a Solana address"))]
    Base58,
    /// The text is not 64 hexadecimal digits.
    #[cfg_attr(feature = "std", error("expected 64 hexadecimal digits"))]
    Hex,
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; 32]);

        impl $name {
            /// The bytes.
            pub const fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }
        }

        impl From<[u8; 32]> for $name {
            fn from(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }
        }

        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                core::fmt::Display::fmt(self, f)
            }
        }

        #[cfg(feature = "std")]
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }

        #[cfg(feature = "std")]
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = <std::string::String as serde::Deserialize>::deserialize(d)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

macro_rules! address {
    ($(#[$doc:meta])* $name:ident) => {
        id!($(#[$doc])* $name);

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                let mut text = [0u8; 44];
                let length = bs58::encode(self.0).onto(&mut text[..]).map_err(|_| core::fmt::Error)?;
                f.pad(core::str::from_utf8(&text[..length]).map_err(|_| core::fmt::Error)?)
            }
        }

        impl core::str::FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                let mut bytes = [0u8; 32];
                match bs58::decode(text).onto(&mut bytes[..]) {
                    Ok(32) => Ok(Self(bytes)),
                    _ => Err(ParseIdError::Base58),
                }
            }
        }
    };
}

macro_rules! digest {
    ($(#[$doc:meta])* $name:ident) => {
        id!($(#[$doc])* $name);

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl core::str::FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                let text = text.as_bytes();
                if text.len() != 64 {
                    return Err(ParseIdError::Hex);
                }
                let digit = |c: u8| match c {
                    b'0'..=b'9' => Ok(c - b'0'),
                    b'a'..=b'f' => Ok(c - b'a' + 10),
                    _ => Err(ParseIdError::Hex),
                };
                let mut bytes = [0u8; 32];
                for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
                    *byte = digit(pair[0])? << 4 | digit(pair[1])?;
                }
                Ok(Self(bytes))
            }
        }
    };
}

address!(
    /// The genesis hash of a cluster.
    Genesis
);
address!(
    /// The address of a program.
    ProgramId
);
address!(
    /// The address of a vault account.
    VaultId
);
address!(
    /// The address of a token mint.
    MintId
);
address!(
    /// Who is entitled: the key of a co-owner, a payer or a fee taker.
    Claimant
);
address!(
    /// Who pays for uses.
    PayerId
);
address!(
    /// The address of an asset's record.
    AssetId
);
address!(
    /// The address of a collection's record.
    CollectionId
);
address!(
    /// The address of a gateway's record.
    GatewayId
);
address!(
    /// An Ed25519 public key that signs group commits.
    GatewayKey
);
digest!(
    /// SHA-256 of published bytes: the name under which they are stored.
    FileHash
);
digest!(
    /// The id of a piece of content, of which its asset address is made.
    ContentId
);
digest!(
    /// The identity of a mandate.
    MandateId
);
digest!(
    /// The identity of a posted root; all zeros stands for "none".
    RootId
);
digest!(
    /// The hash of a usage event.
    EventHash
);
digest!(
    /// The head of a gateway's chain of group commits; zeros before the first.
    Head
);
digest!(
    /// The identity of a paid request, made of its idempotency key.
    RequestId
);
digest!(
    /// Any other digest: commitments, sidecars, slot digests.
    Commitment
);
