//! What can go wrong, each with the next step for a person.

use std::path::PathBuf;

/// Why the network did not start, stop or change.
#[derive(Debug, thiserror::Error)]
pub enum LocalnetError {
    /// Neither a subcommand nor flags.
    #[error("nothing to do: pass --deploy-dir DIR to start a network, or see --help")]
    NothingToDo,
    /// A built program is missing.
    #[error("{} is missing: run `make programs` first", .0.display())]
    MissingProgram(PathBuf),
    /// A file that should be a program is not.
    #[error("{} is not an ELF file: run `make programs` again", .0.display())]
    NotAProgram(PathBuf),
    /// A file could not be read or written.
    #[error("cannot {action} {}", path.display())]
    File {
        /// `read` or `write`.
        action: &'static str,
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The cast file is not the JSON expected.
    #[error("{} is not a list of {{\"address\", \"lamports\", \"tokens\"}}", path.display())]
    Cast {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
    /// An address of the cast is not one.
    #[error("the cast names {0:?}, which is not a Solana address")]
    Address(String),
    /// The cast's tokens together are more than a mint can hold.
    #[error("the cast's tokens together exceed 64 bits: ask for fewer")]
    Supply,
    /// A port is taken.
    #[error("port {port} is busy: stop what listens there, or choose another with {flag} (0 picks a free one)")]
    BusyPort {
        /// Which port.
        port: u16,
        /// The flag that sets it.
        flag: &'static str,
        /// Why.
        source: std::io::Error,
    },
    /// Surfpool did not do what was asked.
    #[error("the network engine failed")]
    Engine(#[from] Box<surfpool_sdk::SurfnetError>),
    /// A request to the network failed.
    #[error("{method} failed: is a local network running at that URL?")]
    Rpc {
        /// Which request.
        method: &'static str,
        /// Why.
        source: Box<solana_rpc_client_api::client_error::Error>,
    },
    /// A program reads differently after it was deployed.
    #[error("{0} reads differently after it was deployed: stop the network and start it again")]
    NotDeployed(&'static str),
    /// Signals can't be listened for.
    #[error("cannot listen for signals")]
    Signal(#[source] std::io::Error),
}

/// The message and those of all causes, on one line.
pub fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
