//! What one owner may have on its way: the limits that a low score lowers.

use super::IntakeError;
use super::declaration::Declaration;
use super::records;
use crate::gateway::Gateway;
use crate::reputation::Left;

/// Refuses a declaration that is too much for its owner's score.
pub async fn check(gateway: &Gateway, declaration: &Declaration) -> Result<(), IntakeError> {
    let owner = declaration.owner;
    let reputation = gateway.reputations.look(gateway, owner.0).await?;
    let Left::Contributor { file_bytes_max, open_datasets_max } = reputation.limits else {
        // An agent's record owns nothing.
        return Ok(());
    };
    let score = reputation.score.score;
    if declaration.bytes > file_bytes_max {
        return Err(IntakeError::TooLarge { bytes: declaration.bytes, most: file_bytes_max, score, owner });
    }
    let open = records::open_of(&gateway.pool, gateway.config.gateway, declaration).await?;
    if open >= open_datasets_max {
        return Err(IntakeError::TooMany { open, most: open_datasets_max, score, owner });
    }
    Ok(())
}
