//! The computations. Each folds all it computes into one digest, so that a
//! single wrong bit anywhere shows. Nothing here depends on the machine: the
//! tests compile this very file natively.

use std::collections::{BTreeMap, VecDeque};
use std::hint::black_box;

/// How many kernels there are.
pub const KERNELS: u8 = 9;

/// Runs a kernel; `None` when there is no such.
pub fn run(kernel: u8, seed: u64, rounds: u32) -> Option<u64> {
    let mut source = Operands::new(seed);
    let mut digest = Digest::new(u64::from(kernel));
    for _ in 0..rounds {
        match kernel {
            0 => narrow(&mut source, &mut digest),
            1 => words(&mut source, &mut digest),
            2 => wide(&mut source, &mut digest),
            3 => shares(&mut source, &mut digest),
            4 => arguments(&mut source, &mut digest),
            5 => digest.add(frames(source.word(), (source.word() % 12) as u8)),
            6 => returned(&mut source, &mut digest),
            7 => collections(&mut source, &mut digest),
            8 => tables(&mut source, &mut digest),
            _ => return None,
        }
    }
    Some(digest.0)
}

/// A stream of operands in which the edges of all widths are frequent: there a
/// wrong sign extension or carry shows.
struct Operands(u64);

impl Operands {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x6a09_e667_f3bc_c909)
    }

    /// SplitMix64.
    fn plain(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    fn word(&mut self) -> u64 {
        let word = self.plain();
        let edge = 1u64 << (word >> 8 & 63);
        match word & 7 {
            0 => edge,
            1 => edge.wrapping_neg(),
            2 => edge.wrapping_sub(1),
            3 => 0,
            4 => word >> (word >> 16 & 63),
            _ => word,
        }
    }

    fn double(&mut self) -> u128 {
        let high = self.word();
        u128::from(high) << 64 | u128::from(self.word())
    }
}

/// What was computed so far, in one number that depends on the order.
struct Digest(u64);

impl Digest {
    fn new(kind: u64) -> Self {
        Self(kind ^ 0x51_7c_c1_b7_27_22_0a_95)
    }

    fn add(&mut self, value: u64) {
        self.0 = (self.0.rotate_left(5) ^ value).wrapping_mul(0x51_7c_c1_b7_27_22_0a_95);
    }

    fn add_wide(&mut self, value: u128) {
        self.add(value as u64);
        self.add((value >> 64) as u64);
    }
}

/// What one type's arithmetic gives for two operands and a shift.
macro_rules! arithmetic {
    ($digest:expr, $type:ty, $a:expr, $b:expr, $shift:expr) => {{
        let (a, b, shift): ($type, $type, u32) = (black_box($a as $type), black_box($b as $type), $shift);
        let mut put = |value: $type| $digest.add_wide(value as i128 as u128);
        put(a.wrapping_add(b).wrapping_sub(a ^ b));
        put(a.wrapping_mul(b));
        put((a & b) | !(a | b));
        put(a.wrapping_shl(shift) ^ a.wrapping_shr(shift));
        put(a.rotate_right(shift % <$type>::BITS) ^ b.swap_bytes() ^ a.reverse_bits());
        put(a.saturating_add(b).min(a.saturating_sub(b)).max(a.saturating_mul(b)));
        put(a.checked_div(b).unwrap_or(a.count_ones() as $type));
        put(a.checked_rem(b).unwrap_or(a.leading_zeros() as $type));
        put(a.checked_add(b).or(a.checked_sub(b)).or(a.checked_mul(b)).unwrap_or(b.trailing_zeros() as $type));
        put(a.wrapping_pow(shift % 9));
        put(<$type>::from(a < b) + <$type>::from(a == b));
        $digest.add(a as u8 as u64 ^ (b as i8 as u64) ^ (a as u16 as u64) ^ (b as i16 as u64));
        $digest.add(a as u32 as u64 ^ (b as i32 as u64) ^ (a as u64) ^ (b as i64 as u64));
    }};
}

fn narrow(source: &mut Operands, digest: &mut Digest) {
    let (a, b, shift) = (source.word(), source.word(), source.word() as u32);
    arithmetic!(digest, u8, a, b, shift);
    arithmetic!(digest, i8, a, b, shift);
    arithmetic!(digest, u16, a, b, shift);
    arithmetic!(digest, i16, a, b, shift);
}

fn words(source: &mut Operands, digest: &mut Digest) {
    let (a, b, shift) = (source.word(), source.word(), source.word() as u32);
    arithmetic!(digest, u32, a, b, shift);
    arithmetic!(digest, i32, a, b, shift);
    arithmetic!(digest, u64, a, b, shift);
    arithmetic!(digest, i64, a, b, shift);
}

/// 128-bit results come back from the runtime library another way than the
/// compiler's own version expects: the reason for this battery.
fn wide(source: &mut Operands, digest: &mut Digest) {
    let (a, b, shift) = (source.double(), source.double(), source.word() as u32);
    arithmetic!(digest, u128, a, b, shift);
    arithmetic!(digest, i128, a, b, shift);
}

/// Pro-rata shares, as money needs them.
#[inline(never)]
fn share(amount: u64, part: u64, whole: u64) -> Option<(u64, u64)> {
    let product = u128::from(amount).checked_mul(part.into())?;
    let quotient = product.checked_div(whole.into())?;
    Some((u64::try_from(quotient).ok()?, (product % u128::from(whole)) as u64))
}

fn shares(source: &mut Operands, digest: &mut Digest) {
    let (quotient, rest) = share(source.word(), source.word(), source.word()).unwrap_or((1, 2));
    digest.add(quotient);
    digest.add(rest);
}

/// More arguments than registers, of all widths; the rest lies on the stack.
#[allow(clippy::too_many_arguments)] // their number is the point
#[inline(never)]
fn spread(a: u64, b: i8, c: u128, d: u16, e: i64, f: bool, g: i128, h: &[u64], i: [u8; 5]) -> u64 {
    let mut digest = Digest::new(a);
    digest.add(b as u64);
    digest.add_wide(c);
    digest.add(d.into());
    digest.add(e as u64 ^ u64::from(f));
    digest.add_wide(g as u128);
    h.iter().for_each(|word| digest.add(*word));
    digest.add(i.iter().fold(0, |all, byte| all << 8 | u64::from(*byte)));
    digest.0
}

/// Calls [`spread`] from a function that itself has arguments on the stack.
#[inline(never)]
fn spread_twice(a: u64, b: u64, c: u64, d: u64, e: u64, f: u64, g: u64) -> u64 {
    let list = [g, f, e, d];
    let wide = u128::from(c) << 64 | u128::from(b);
    let low = g.to_be_bytes();
    let inner =
        spread(f, e as i8, wide, d as u16, c as i64, b & 1 == 0, !wide as i128, &list, [low[0], low[3], 7, low[7], 1]);
    // What came in on the stack must have survived the call.
    spread(inner, a as i8, g.into(), f as u16, e as i64, a > b, i128::from(d as i64), &[a, b, c, d, e, f, g], [0; 5])
}

fn arguments(source: &mut Operands, digest: &mut Digest) {
    let mut next = || source.word();
    digest.add(spread_twice(next(), next(), next(), next(), next(), next(), next()));
}

/// A chain of calls whose frames each hold 3 KB, read back after the callee ran.
#[inline(never)]
fn frames(seed: u64, below: u8) -> u64 {
    let mut source = Operands::new(seed);
    let mut room = [0u64; 384];
    room.iter_mut().for_each(|word| *word = source.plain());
    let mut digest = Digest::new(if below == 0 { seed } else { frames(source.plain(), below - 1) });
    black_box(&room).iter().for_each(|word| digest.add(*word));
    digest.0
}

#[inline(never)]
fn give_option(word: u64) -> Option<u64> {
    black_box(word).checked_mul(5)
}

#[inline(never)]
fn give_reference(list: &[u64], word: u64) -> Option<&u64> {
    list.get(black_box(word) as usize % 5)
}

#[inline(never)]
fn give_result(a: i64, b: i64) -> Result<i128, (u8, i16)> {
    let quotient = black_box(a).checked_div(b).ok_or((a as u8, b as i16))?;
    Ok(i128::from(quotient) - i128::from(a % b))
}

#[inline(never)]
fn give_array(word: u64) -> [u8; 20] {
    let mut out = [3; 20];
    out[5..13].copy_from_slice(&black_box(word).to_be_bytes());
    out
}

#[inline(never)]
fn give_mixed(word: u64) -> (u16, Option<i8>, char, bool) {
    let word = black_box(word);
    (
        word as u16,
        i8::try_from(word as i64).ok(),
        char::from_u32(word as u32 >> 12).unwrap_or('?'),
        word.is_multiple_of(3),
    )
}

fn returned(source: &mut Operands, digest: &mut Digest) {
    let (a, b) = (source.word(), source.word());
    digest.add(give_option(a).unwrap_or(u64::MAX));
    digest.add(give_reference(&[a, b, 3], b).copied().unwrap_or(9));
    match give_result(a as i64, b as i64) {
        Ok(value) => digest.add_wide(value as u128),
        Err((low, high)) => digest.add(u64::from(low) << 32 ^ high as u64),
    }
    give_array(a).iter().for_each(|byte| digest.add((*byte).into()));
    let (low, small, letter, third) = give_mixed(b);
    digest.add(u64::from(low) ^ u64::from(u32::from(letter)) << 20 ^ u64::from(third) << 50);
    digest.add(small.map_or(77, |value| value as u64));
}

/// The allocator, growing and shrinking, and text formatting.
fn collections(source: &mut Operands, digest: &mut Digest) {
    let mut sorted = BTreeMap::new();
    let mut queue = VecDeque::new();
    for _ in 0..12 {
        let (key, value) = (source.word() % 64, source.word());
        *sorted.entry(key).or_insert(0u64) ^= value;
        queue.push_front(value);
        if value.is_multiple_of(3) {
            digest.add(queue.pop_back().unwrap_or(1));
        }
    }
    for (key, value) in &sorted {
        digest.add(*key);
        digest.add(*value);
    }
    let mut list: Vec<u64> = queue.into_iter().collect();
    list.sort_unstable();
    list.dedup();
    let text = format!("{list:x?} {:>+9}", source.word() as i32);
    text.bytes().for_each(|byte| digest.add(byte.into()));
}

/// Read-only data that holds addresses: references, functions, trait objects.
/// Addresses start at zero there, where a reference would count as none.
static WORDS: [&str; 5] = ["vault", "root", "leaf", "claimant", ""];
static STEPS: [fn(u64, u64) -> u64; 4] = [u64::wrapping_add, u64::wrapping_mul, |a, b| a ^ b.rotate_left(9), u64::max];

trait Step {
    fn step(&self, word: u64) -> u64;
}

struct Add(u64);
struct Scale(u64, u64);

impl Step for Add {
    fn step(&self, word: u64) -> u64 {
        word.wrapping_add(self.0)
    }
}

impl Step for Scale {
    fn step(&self, word: u64) -> u64 {
        word.wrapping_mul(self.0) ^ self.1
    }
}

#[inline(never)]
fn named(word: u64) -> Option<&'static &'static str> {
    WORDS.get(black_box(word) as usize % 7)
}

/// Dense and sparse cases: a jump table and a tree of comparisons.
#[inline(never)]
fn branch(word: u64) -> u64 {
    match black_box(word) % 40 {
        0 => 11,
        1 => 5,
        2 => 900,
        3 => 2,
        4 => 41,
        5 => 6,
        6 => 73,
        9 | 17 => 1 << 40,
        20..=29 => word >> 3,
        _ => 0,
    }
}

fn tables(source: &mut Operands, digest: &mut Digest) {
    let (a, b) = (source.word(), source.word());
    digest.add(named(a).map_or(u64::MAX, |word| word.len() as u64));
    digest.add(STEPS[(a % 4) as usize](a, b));
    let step: Box<dyn Step> = if b.is_multiple_of(2) { Box::new(Add(a)) } else { Box::new(Scale(a, b)) };
    digest.add(step.step(b));
    digest.add(branch(a));
}
