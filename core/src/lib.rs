//! What both sides of the chain must agree on to the byte.
//!
//! Ids, amounts, and the encodings of leaf, node, root, mandate, usage event,
//! policy set, leaf file and manifest. `docs/formats.md` describes each byte;
//! `core/vectors.json` holds test vectors that program, engine, SDK and page
//! all read. This crate does no I/O and knows no clock; without the feature
//! `std` it needs no heap, so that the programs can use it.
#![no_std]
#[cfg(feature = "std")]
extern crate std;

pub mod amount;
pub mod content;
pub mod domain;
pub mod hash;
pub mod id;
pub mod leaf;
pub mod position;
pub mod root;
pub mod tree;

#[cfg(feature = "std")]
pub mod bytes;
#[cfg(feature = "std")]
pub mod chain;
#[cfg(feature = "std")]
pub mod event;
#[cfg(feature = "std")]
pub mod group;
#[cfg(feature = "std")]
pub mod leaf_file;
#[cfg(feature = "std")]
pub mod mandate;
#[cfg(feature = "std")]
pub mod manifest;
#[cfg(feature = "std")]
pub mod policy;
#[cfg(feature = "std")]
pub mod vector_file;
