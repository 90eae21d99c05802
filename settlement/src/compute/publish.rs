//! From leaves to what is posted: leaf file, tree and totals. Signs and sends
//! nothing.

use super::error::ComputeError;
use super::inputs::Scope;
use tributary_core::leaf::Leaf;
use tributary_core::leaf_file::LeafFile;
use tributary_core::position::Epoch;
use tributary_core::tree::Tree;

/// A root's leaves with their tree and bytes.
#[derive(Clone, Debug)]
pub struct Published {
    /// The leaves.
    pub file: LeafFile,
    /// The tree over them.
    pub tree: Tree,
    /// The leaf file's bytes.
    pub bytes: Vec<u8>,
}

/// Lays out the leaves of an epoch's attempt. Refuses to make a root of none.
pub fn publish(scope: &Scope, epoch: Epoch, attempt: u16, leaves: Vec<Leaf>) -> Result<Published, ComputeError> {
    let file = LeafFile::new(scope.domain(), epoch, attempt, leaves)?;
    let tree = file.tree()?;
    let bytes = file.encode(&tree);
    Ok(Published { file, tree, bytes })
}
