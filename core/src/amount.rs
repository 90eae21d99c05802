//! Money and shares as types that cannot hold a bad value.
//!
//! Base units are what a token account counts. A sub-unit is 2⁻³² of a base
//! unit: credits are kept in sub-units so that micropayments survive division,
//! and are floored to base units once an epoch.

/// Sub-units in one base unit.
pub const SUB_UNITS_PER_BASE_UNIT: u128 = 1 << 32;

/// A token amount in base units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BaseUnits(pub u64);

/// An amount in sub-units (2⁻³² base units).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubUnits(pub u128);

impl BaseUnits {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// The sum, unless it does not fit.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The difference, unless it would be negative.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// The same amount in sub-units. Never overflows: 64 + 32 bits.
    pub const fn to_sub_units(self) -> SubUnits {
        SubUnits((self.0 as u128) << 32)
    }
}

impl SubUnits {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// The sum, unless it does not fit.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The difference, unless it would be negative.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// Whole base units and the residue below one: the epoch's one rounding
    /// ("floor once"). `None` when the whole part exceeds 64 bits.
    pub fn floor(self) -> Option<(BaseUnits, SubUnits)> {
        let whole = u64::try_from(self.0 >> 32).ok()?;
        Some((BaseUnits(whole), SubUnits(self.0 & (SUB_UNITS_PER_BASE_UNIT - 1))))
    }
}

impl core::fmt::Display for BaseUnits {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.0.fmt(f)
    }
}

impl core::fmt::Display for SubUnits {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.0.fmt(f)
    }
}

/// A share of at most one, in ten-thousandths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BasisPoints(u16);

impl BasisPoints {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The whole.
    pub const ONE: Self = Self(10_000);

    /// `None` above 10,000.
    pub const fn new(value: u16) -> Option<Self> {
        if value <= 10_000 { Some(Self(value)) } else { None }
    }

    /// The number of ten-thousandths.
    pub const fn get(self) -> u16 {
        self.0
    }

    /// What is left of the whole.
    pub const fn complement(self) -> Self {
        Self(10_000 - self.0)
    }

    /// The sum, unless it exceeds the whole.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        Self::new(self.0.checked_add(other.0)?)
    }
}
