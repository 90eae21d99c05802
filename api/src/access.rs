//! Who asks: sign-ins, tokens with scopes, requests done once, webhooks.
//!
//! Nothing here opens a read: those stay public. A token lifts the rate limit
//! and lets its account keep webhooks and keys. This is the only code that
//! writes to Postgres, and only to the schema `access`.

mod deliver;
mod once;
mod refused;
mod sign_in;
mod target;
mod tokens;
mod webhooks;

pub use deliver::{body_of, deliver};
pub use once::{Once, Replayable, done, once};
pub use refused::Refused;
pub use sign_in::{Challenge, MESSAGE_BYTES_MAX, Origins, accept};
pub use target::Target;
pub use tokens::{Caller, SESSION_SECONDS, Scope, Tokens, new_id, new_secret, new_token};
pub use webhooks::{COLUMNS, DeliveryState, WEBHOOKS_MAX, Webhook, WebhookFilter, add_delivery, keep, shown_secret};

use tributary_core::id::Claimant;

/// The Solana account that signed in. Any key: claimant, payer or operator.
pub type Account = Claimant;
