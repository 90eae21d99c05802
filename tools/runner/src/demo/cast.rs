//! Who plays: authors, operator, payers and the roles, each with a development
//! key that everybody can make again.

use solana_sdk::pubkey::Pubkey;
use solana_sdk::signature::{Keypair, Signer};
use std::collections::BTreeMap;
use tributary_core::id::Claimant;
use tributary_corpus::Text;
use tributary_operator::keys;

/// What each payer starts with, in base units: 500 tokens of 6 decimals.
pub const PAYER_TOKENS: u64 = 500_000_000;
/// The payers.
pub const PAYERS: [&str; 5] =
    ["Ada Library", "Bell Labs Press", "Curie School", "Dewey Archive", "Erasmus Reading Room"];
/// Who runs the gateway and owns the agents.
pub const OPERATOR: &str = "operator";
/// Who receives the protocol's fee.
pub const FEE: &str = "treasury";
/// Who built the models, beside the authors.
pub const BUILDERS: [&str; 2] = ["Canon Models", "Commons Models"];
/// Pays for the claims of those who hold no SOL.
pub const PATRON: &str = "patron";

/// Everybody, by name.
pub struct Cast {
    /// Authors in the order of their first text.
    pub authors: Vec<&'static str>,
    names: BTreeMap<Claimant, String>,
}

impl Cast {
    /// Of these texts.
    pub fn of(texts: &[Text]) -> Self {
        let mut authors: Vec<&'static str> = Vec::new();
        for (author, _) in texts.iter().flat_map(|text| &text.authors) {
            if !authors.contains(author) {
                authors.push(author);
            }
        }
        let others = [OPERATOR, FEE, PATRON, "governor", "poster", "watcher", "guardian"];
        let everybody = authors.iter().copied().chain(PAYERS).chain(BUILDERS).chain(others);
        let names = everybody.map(|name| (claimant(name), name.to_owned())).collect();
        Self { authors, names }
    }

    /// What people call a key.
    pub fn name(&self, claimant: &Claimant) -> String {
        self.names.get(claimant).cloned().unwrap_or_else(|| claimant.to_string())
    }

    /// Who is funded, with how many tokens.
    pub fn funded(&self) -> Vec<(Pubkey, u64)> {
        let payers: Vec<Pubkey> = PAYERS.iter().map(|name| key(name).pubkey()).collect();
        self.names
            .keys()
            .map(|claimant| {
                let address = Pubkey::from(claimant.0);
                (address, if payers.contains(&address) { PAYER_TOKENS } else { 0 })
            })
            .collect()
    }
}

/// The key of a name.
pub fn key(name: &str) -> Keypair {
    keys::development(name)
}

/// The claimant of a name.
pub fn claimant(name: &str) -> Claimant {
    Claimant(key(name).pubkey().to_bytes())
}
