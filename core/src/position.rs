//! Where things stand in time: slots, epochs and sequence numbers.

macro_rules! position {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "std", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
        pub struct $name(pub $inner);

        impl $name {
            /// The next one, unless numbers run out.
            pub fn next(self) -> Option<Self> {
                self.0.checked_add(1).map(Self)
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

position!(
    /// A slot of the chain.
    Slot(u64)
);
position!(
    /// A settlement epoch of a vault; the first is 1.
    Epoch(u64)
);
position!(
    /// Where an asset stands in the order of registration: see [`AssetSeq::compose`].
    AssetSeq(u64)
);
position!(
    /// A position in a gateway's events: dense from 0 in each generation.
    EventSeq(u64)
);
position!(
    /// A gateway's life between two losses of its disk.
    Generation(u32)
);
position!(
    /// A position in the credit log: dense from 1.
    CreditSeq(u64)
);

impl AssetSeq {
    /// `slot · 2²⁴ + shard · 2¹⁶ + nth of the shard in that slot`: unique, and
    /// ordered by slot without a counter that every registration must write.
    /// `None` when the slot exceeds 40 bits.
    pub fn compose(slot: Slot, shard: u8, nth: u16) -> Option<Self> {
        if slot.0 >> 40 != 0 {
            return None;
        }
        Some(Self(slot.0 << 24 | u64::from(shard) << 16 | u64::from(nth)))
    }

    /// The slot of the registration.
    pub fn slot(self) -> Slot {
        Slot(self.0 >> 24)
    }
}
