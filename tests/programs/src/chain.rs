//! LiteSVM with both programs, and what a transaction did or why it was refused.

use litesvm::LiteSVM;
use solana_account::Account;
use solana_address::Address;
use solana_clock::Clock;
use solana_compute_budget::compute_budget::ComputeBudget;
use solana_instruction::Instruction;
use solana_instruction_error::InstructionError;
use solana_keypair::Keypair;
use solana_message::Message;
use solana_signer::Signer;
use solana_transaction::Transaction;
use solana_transaction::versioned::VersionedTransaction;
use solana_transaction_error::TransactionError;
use std::path::PathBuf;
use std::sync::{LazyLock, Mutex};
use tributary_client::{ChainEvent, decode_event, errors, pda};
use tributary_core::hash::sha256;
use tributary_core::id::Genesis;

/// The genesis hash that tests pretend to be on.
pub const GENESIS: Genesis = Genesis([0x67; 32]);
/// The slot tests start at.
const FIRST_SLOT: u64 = 10_000;
/// The Unix second tests start at.
const FIRST_SECOND: i64 = 1_800_000_000;

/// The bytes of a built program.
pub fn program_bytes(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("../../target/deploy/{name}.so"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}; run `make programs` first", path.display()))
}

/// The key pair of a program on development networks.
pub fn program_key(name: &str) -> Keypair {
    let seed = sha256(&[b"tributary development key: ", name.as_bytes(), b" program"]);
    Keypair::new_from_array(seed)
}

/// A chain with both programs deployed.
pub struct Chain {
    svm: LiteSVM,
    /// Pays fees where nobody else does; the programs' upgrade authority.
    pub admin: Keypair,
}

/// What a transaction did.
#[derive(Debug)]
pub struct Receipt {
    /// Events of our programs, in order.
    pub events: Vec<ChainEvent>,
    /// Compute units it used.
    pub units: u64,
    /// What it logged.
    pub logs: Vec<String>,
    /// What the last program returned.
    pub returned: Vec<u8>,
}

/// Why a transaction was refused.
#[derive(Debug)]
pub struct Refusal {
    /// Compute units used until then.
    pub units: u64,
    error: TransactionError,
    program: Option<Address>,
    logs: Vec<String>,
}

/// What became of a transaction.
pub type Outcome = Result<Receipt, Box<Refusal>>;

impl Refusal {
    /// The name of our own program's error, or the debug form of the runtime's.
    pub fn name(&self) -> String {
        match (&self.error, self.program) {
            (TransactionError::InstructionError(_, InstructionError::Custom(code)), Some(program)) => {
                match errors::explain(&program, *code) {
                    Some(known) => known.name.to_owned(),
                    None => format!("Custom({code})"),
                }
            }
            (TransactionError::InstructionError(_, error), _) => format!("{error:?}"),
            (error, _) => format!("{error:?}"),
        }
    }
}

/// Asserts that a transaction was refused for this reason.
#[track_caller]
pub fn assert_refused(outcome: Outcome, reason: &str) {
    match outcome {
        Ok(receipt) => panic!("expected {reason}, but it succeeded: {:?}", receipt.events),
        Err(refusal) => assert_eq!(refusal.name(), reason, "{:#?}", refusal.logs),
    }
}

/// The chain that tests copy: loading and verifying programs is what takes time.
static DEPLOYED: LazyLock<Mutex<Chain>> = LazyLock::new(|| Mutex::new(Chain::deployed()));

impl Default for Chain {
    fn default() -> Self {
        Self::new()
    }
}

impl Chain {
    /// Both programs, with `admin` as their upgrade authority.
    pub fn new() -> Self {
        let deployed = DEPLOYED.lock().unwrap();
        Self { svm: deployed.svm.clone(), admin: deployed.admin.insecure_clone() }
    }

    /// The same chain once more, to try something on.
    pub fn copy(&self) -> Self {
        Self { svm: self.svm.clone(), admin: self.admin.insecure_clone() }
    }

    /// Deploys both programs.
    fn deployed() -> Self {
        let mut chain = Self::empty();
        for (name, address) in [("registry", pda::REGISTRY), ("rewards", pda::REWARDS)] {
            chain.svm.add_program(address, &program_bytes(name)).unwrap();
            // LiteSVM deploys without an upgrade authority; the real loader names one.
            let location = pda::program_data(&address);
            let mut account = chain.svm.get_account(&location).unwrap();
            account.data[12] = 1;
            account.data[13..45].copy_from_slice(chain.admin.pubkey().as_ref());
            chain.svm.set_account(location, account).unwrap();
        }
        chain
    }

    /// Deploys a program that nobody can upgrade, with all the compute units a
    /// transaction can have.
    pub fn deploy_unowned(&mut self, address: Address, name: &str) {
        self.svm.add_program(address, &program_bytes(name)).unwrap();
        let mut budget = ComputeBudget::new_with_defaults(false);
        budget.compute_unit_limit = 1_400_000;
        self.svm = self.svm.clone().with_compute_budget(budget);
    }

    /// No program of ours yet.
    pub fn empty() -> Self {
        let mut chain = Self { svm: LiteSVM::new(), admin: Keypair::new() };
        let admin = chain.admin.pubkey();
        chain.fund(&admin);
        chain.svm.warp_to_slot(FIRST_SLOT);
        let mut clock: Clock = chain.svm.get_sysvar();
        clock.unix_timestamp = FIRST_SECOND;
        chain.svm.set_sysvar(&clock);
        chain
    }

    /// Gives somebody lamports.
    pub fn fund(&mut self, who: &Address) {
        self.svm.airdrop(who, 100_000_000_000).unwrap();
    }

    /// A new key with lamports.
    pub fn person(&mut self) -> Keypair {
        let key = Keypair::new();
        self.fund(&key.pubkey());
        key
    }

    /// The current slot.
    pub fn slot(&self) -> u64 {
        self.svm.get_sysvar::<Clock>().slot
    }

    /// The current Unix second.
    pub fn second(&self) -> i64 {
        self.svm.get_sysvar::<Clock>().unix_timestamp
    }

    /// Lets slots and seconds pass.
    pub fn pass(&mut self, slots: u64, seconds: i64) {
        let mut clock: Clock = self.svm.get_sysvar();
        clock.slot += slots;
        clock.unix_timestamp += seconds;
        self.svm.warp_to_slot(clock.slot);
        self.svm.set_sysvar(&clock);
    }

    /// Sends instructions; `admin` pays the fee.
    pub fn send(&mut self, instructions: &[Instruction], signers: &[&Keypair]) -> Outcome {
        let admin = self.admin.insecure_clone();
        self.send_as(&admin, instructions, signers)
    }

    /// Sends instructions; `fee_payer` pays the fee.
    pub fn send_as(&mut self, fee_payer: &Keypair, instructions: &[Instruction], signers: &[&Keypair]) -> Outcome {
        self.svm.expire_blockhash();
        let mut all = vec![fee_payer];
        for signer in signers {
            if all.iter().all(|other| other.pubkey() != signer.pubkey()) {
                all.push(signer);
            }
        }
        let message = Message::new(instructions, Some(&fee_payer.pubkey()));
        let transaction = Transaction::new(&all, message, self.svm.latest_blockhash());
        self.submit(transaction.into(), instructions)
    }

    /// For long random runs: signatures are neither made nor checked, and no
    /// history is kept. Who must sign is still checked by the programs.
    #[must_use]
    pub fn without_signatures(mut self) -> Self {
        self.svm = self.svm.with_sigverify(false).with_transaction_history(0);
        self
    }

    /// Sends instructions on such a chain; `admin` pays the fee.
    pub fn send_unsigned(&mut self, instructions: &[Instruction]) -> Outcome {
        let blockhash = self.svm.latest_blockhash();
        let message = Message::new_with_blockhash(instructions, Some(&self.admin.pubkey()), &blockhash);
        self.submit(Transaction::new_unsigned(message).into(), instructions)
    }

    /// The hash to build transactions with.
    pub fn blockhash(&mut self) -> solana_message::Hash {
        self.svm.expire_blockhash();
        self.svm.latest_blockhash()
    }

    /// Submits a transaction made of `instructions`.
    pub fn submit(&mut self, transaction: VersionedTransaction, instructions: &[Instruction]) -> Outcome {
        let keys: Vec<Address> = transaction.message.static_account_keys().to_vec();
        match self.svm.send_transaction(transaction) {
            Ok(meta) => {
                let events = meta
                    .inner_instructions
                    .iter()
                    .flatten()
                    .filter_map(|inner| {
                        let program = keys.get(usize::from(inner.instruction.program_id_index))?;
                        decode_event(program, &inner.instruction.data)
                    })
                    .map(|event| event.unwrap())
                    .collect();
                Ok(Receipt {
                    events,
                    units: meta.compute_units_consumed,
                    logs: meta.logs,
                    returned: meta.return_data.data,
                })
            }
            Err(failed) => {
                let program = match &failed.err {
                    TransactionError::InstructionError(index, _) => {
                        instructions.get(usize::from(*index)).map(|instruction| instruction.program_id)
                    }
                    _ => None,
                };
                let units = failed.meta.compute_units_consumed;
                Err(Box::new(Refusal { units, error: failed.err, program, logs: failed.meta.logs }))
            }
        }
    }

    /// An account, if it exists.
    pub fn account(&self, address: &Address) -> Option<Account> {
        self.svm.get_account(address).filter(|account| account.lamports > 0)
    }

    /// An account's data; empty when it does not exist.
    pub fn data(&self, address: &Address) -> Vec<u8> {
        self.account(address).map_or_else(Vec::new, |account| account.data)
    }

    /// An account's lamports.
    pub fn lamports(&self, address: &Address) -> u64 {
        self.account(address).map_or(0, |account| account.lamports)
    }

    /// Puts an account in place: for what only other programs could make.
    pub fn place(&mut self, address: Address, owner: Address, data: Vec<u8>) {
        let lamports = self.svm.minimum_balance_for_rent_exemption(data.len());
        let account = Account { lamports, data, owner, executable: false, rent_epoch: 0 };
        self.svm.set_account(address, account).unwrap();
    }

    /// The lamports an account of so many bytes needs.
    pub fn rent(&self, bytes: usize) -> u64 {
        self.svm.minimum_balance_for_rent_exemption(bytes)
    }
}
