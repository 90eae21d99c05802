//! A fuzzer of the rewards program's instructions. An input is a few bytes that
//! change a right instruction, so that inputs mean the same whatever keys a run
//! has. There is no instrumentation in the VM; how a transaction was refused and
//! after how many compute units tells whether an input came somewhere new.

use crate::chain::Outcome;
use crate::claims::{account, claim_of};
use crate::stage::{Published, Stage, leaf};
use crate::tokens;
use solana_address::Address;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_signer::Signer;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tributary_client::rewards::{self, Claimed, Payout, RewardsEvent, VetoReason};
use tributary_client::{ChainEvent, pda};
use tributary_core::amount::BaseUnits;
use tributary_core::hash::sha256;
use tributary_core::leaf::LeafClass;

/// Bytes of one change in an input.
const CHANGE: usize = 4;
/// The most changes in an input.
const CHANGES_MAX: usize = 8;

/// Inputs that are kept in the repository: seeds, and whatever once broke something.
pub fn corpus() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus/rewards")
}

/// A stage with three live roots and one pending, and the right instructions to change.
pub struct Target {
    stage: Stage,
    roots: Vec<Published>,
    sender: Keypair,
    bases: Vec<Instruction>,
    pool: Vec<Address>,
}

impl Default for Target {
    fn default() -> Self {
        Self::new()
    }
}

impl Target {
    /// Sets the stage.
    pub fn new() -> Self {
        let mut stage = Stage::token();
        stage.payer(1_000_000);
        let sender = stage.holder(1_000);
        let claimant = |n: u8| if n == 0 { sender.pubkey() } else { Address::new_from_array([n; 32]) };
        let roots: Vec<Published> = (1..=3u64)
            .map(|epoch| {
                let amounts = |n: u8| epoch * (100 + u64::from(n));
                let all: Vec<_> =
                    (0..40).map(|n| leaf(LeafClass::ALL[usize::from(n) % 3], &claimant(n), amounts(n))).collect();
                stage.serve(&all)
            })
            .collect();
        stage.chain.pass(1, 1);
        let pending = stage.build(&[leaf(LeafClass::Earned, &claimant(0), 5_000)]);
        stage.post(&pending.root).ok();

        let who = sender.pubkey();
        let mut bases = Vec::new();
        for root in &roots {
            for index in 0..40 {
                bases.push(claim_of(&stage, &who, root, index, &Payout::default()));
            }
        }
        let (mint, program, vault, place) = (stage.mint, stage.token_program, stage.vault, pending.root.place);
        bases.push(rewards::set_recipient(&who, &who, Some(&claimant(7))));
        bases.push(rewards::deposit(&who, &mint, &program, BaseUnits(1)));
        bases.push(rewards::request_refund(&who, &vault));
        bases.push(rewards::withdraw_refund_request(&who, &vault));
        bases.push(rewards::post_root(&who, &vault, &pending.root));
        bases.push(rewards::attest_root(&who, &vault, place, &pending.id()));
        bases.push(rewards::veto_root(&who, &vault, place, &pending.id(), VetoReason::Wrong));
        bases.push(rewards::activate_root(&vault, place, &pending.id()));

        let mut pool: Vec<Address> = (0..rewards::RING).map(|place| pda::root(&vault, place)).collect();
        pool.extend([stage.vault_address(), mint, program, pda::TOKEN_2022, pda::SYSTEM, pda::REWARDS, who]);
        pool.extend([pda::rewards_config(), pda::recipient(&who), pda::rewards_event_authority()]);
        pool.extend([stage.vault().token_account, stage.account_of(&who), claimant(7), stage.account_of(&claimant(7))]);
        pool.extend(LeafClass::ALL.map(|class| pda::claim(&vault, class, &who)));
        Self { stage, roots, sender, bases, pool }
    }

    /// The instruction that an input stands for.
    pub fn instruction(&self, input: &[u8]) -> Instruction {
        let (first, changes) = input.split_at(input.len().min(1));
        let first = usize::from(first.first().copied().unwrap_or(0));
        let mut made = self.bases[first * self.bases.len() / 256].clone();
        for change in changes.chunks_exact(CHANGE).take(CHANGES_MAX) {
            self.change(&mut made, change[0], change[1], change[2], change[3]);
        }
        // Only the sender signs.
        for meta in &mut made.accounts {
            meta.is_signer &= meta.pubkey == self.sender.pubkey();
        }
        made
    }

    fn change(&self, made: &mut Instruction, kind: u8, a: u8, b: u8, c: u8) {
        let at = usize::from(u16::from_le_bytes([a, b])) % made.data.len().max(1);
        let count = made.accounts.len();
        let (one, other) = (usize::from(a) % count.max(1), usize::from(b) % count.max(1));
        match kind % 9 {
            0 if !made.data.is_empty() => made.data[at] = c,
            1 if !made.data.is_empty() => made.data[at] ^= 1 << (c % 8),
            2 => made.data.truncate(at),
            3 => made.data.insert(at, c),
            4 if count > 0 => made.accounts.swap(one, other),
            5 if count > 0 => made.accounts[one].pubkey = self.pool[usize::from(b) % self.pool.len()],
            6 if count > 0 => made.accounts[one].is_writable = c & 1 == 1,
            7 if count > 0 => made.accounts[one].is_signer = c & 1 == 1,
            8 if count > 0 => drop(made.accounts.remove(one)),
            _ => {}
        }
    }

    /// Sends what an input stands for. Returns what it felt like, or what went wrong.
    pub fn run(&mut self, input: &[u8]) -> Result<(String, u64), String> {
        let instruction = self.instruction(input);
        let token_account = self.stage.vault().token_account;
        let held = tokens::balance(&self.stage.chain, &token_account);
        let before = self.stage.chain.data(&self.stage.vault_address());
        let sender = self.sender.insecure_clone();
        let outcome: Outcome = self.stage.chain.send_as(&sender, &[instruction], &[]);
        let left = held.saturating_sub(tokens::balance(&self.stage.chain, &token_account));
        match outcome {
            Err(refusal) => {
                if self.stage.chain.data(&self.stage.vault_address()) != before {
                    return Err("a refused transaction changed the vault".into());
                }
                match refusal.name().as_str() {
                    "ProgramFailedToComplete" | "ComputationalBudgetExceeded" => Err(format!("{refusal:?}")),
                    name => Ok((name.to_owned(), refusal.units)),
                }
            }
            Ok(receipt) => {
                let paid = receipt.events.iter().try_fold(0, |sum, event| match event {
                    ChainEvent::Rewards(RewardsEvent::Claimed(event)) => self.is_owed(event).map(|paid| sum + paid),
                    _ => Ok(sum),
                })?;
                if paid != left {
                    return Err(format!("{left} left the vault, but events say {paid}"));
                }
                Ok(("ok".into(), receipt.units))
            }
        }
    }

    /// What an event says was paid, when a served leaf grants it and it went where it must.
    fn is_owed(&self, event: &Claimed) -> Result<u64, String> {
        let class = LeafClass::from_code(event.class).ok_or("an event of an unknown class")?;
        let root = self.roots.get(event.epoch as usize - 1).ok_or("an event of an unknown epoch")?;
        let leaf = root.leaves.iter().find(|leaf| leaf.class == class && leaf.claimant.0 == event.claimant.to_bytes());
        let leaf = leaf.ok_or("a payment to somebody without a leaf")?;
        let record = self.stage.chain.data(&pda::claim(&self.stage.vault, class, &event.claimant));
        let claimed = rewards::Claim::decode(&record).map_err(|error| error.to_string())?.claimed.0;
        let newest = self.roots.last().into_iter().flat_map(|root| &root.leaves);
        let most = newest.filter(|other| (other.class, other.claimant) == (leaf.class, leaf.claimant));
        if claimed > most.map(|leaf| leaf.cumulative.0).max().unwrap_or(0) {
            return Err(format!("{claimed} were claimed, more than the leaf"));
        }
        let choice = rewards::Recipient::decode(&self.stage.chain.data(&pda::recipient(&event.claimant))).ok();
        let receiver = choice.and_then(|choice| choice.chosen).unwrap_or(event.claimant);
        if event.destination != self.stage.account_of(&receiver) {
            return Err("a payment to another account than the receiver's".into());
        }
        Ok(event.paid)
    }
}

/// Makes inputs out of others, the same ones for the same seed.
pub struct Mutator {
    state: [u8; 32],
    used: usize,
}

impl Mutator {
    /// Starts from a seed.
    pub fn new(seed: u64) -> Self {
        Self { state: sha256(&[&seed.to_le_bytes()]), used: 0 }
    }

    /// The next byte.
    pub fn byte(&mut self) -> u8 {
        if self.used == self.state.len() {
            (self.state, self.used) = (sha256(&[&self.state]), 0);
        }
        self.used += 1;
        self.state[self.used - 1]
    }

    /// The next number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        (usize::from(self.byte()) << 8 | usize::from(self.byte())) % bound.max(1)
    }

    /// A changed copy of one of `inputs`.
    pub fn next(&mut self, inputs: &[Vec<u8>]) -> Vec<u8> {
        let mut input = inputs[self.below(inputs.len())].clone();
        for _ in 0..=self.below(3) {
            match self.below(5) {
                0 if !input.is_empty() => {
                    let at = self.below(input.len());
                    input[at] = self.byte();
                }
                1 if input.len() > CHANGE => input.truncate(input.len() - CHANGE),
                2 => {
                    let other = &inputs[self.below(inputs.len())];
                    let from = 1 + self.below(other.len()) / CHANGE * CHANGE;
                    input.extend(other.get(from..).unwrap_or_default());
                }
                _ => input.extend([self.byte(), self.byte() % (account::COUNT as u8 * 3), self.byte(), self.byte()]),
            }
        }
        input.truncate(1 + CHANGE * CHANGES_MAX);
        input
    }
}

/// Runs the corpus, then mutations of it until `limit` inputs or the time are
/// over. Returns how many ran. What breaks something is added to the corpus.
pub fn fuzz(seed: u64, limit: usize, time: Duration) -> usize {
    let mut target = Target::new();
    let mut files: Vec<PathBuf> = std::fs::read_dir(corpus()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut inputs: Vec<Vec<u8>> = files.iter().map(|path| std::fs::read(path).unwrap()).collect();
    let (mut known, mut mutator, start) = (BTreeSet::new(), Mutator::new(seed), Instant::now());
    let mut ran = 0;
    while ran < limit.max(inputs.len()) && (ran < files.len() || start.elapsed() < time) {
        let input = if ran < files.len() { inputs[ran].clone() } else { mutator.next(&inputs) };
        ran += 1;
        match target.run(&input) {
            Ok(feeling) => {
                if known.insert(feeling) {
                    inputs.push(input);
                }
            }
            Err(what) => {
                let name: String = sha256(&[&input])[..8].iter().map(|byte| format!("{byte:02x}")).collect();
                std::fs::write(corpus().join(format!("{name}.bin")), &input).unwrap();
                panic!("{what}\nThe input is now in the corpus as {name}.bin: {:?}", target.instruction(&input));
            }
        }
    }
    println!("fuzz_inputs={ran} fuzz_feelings={}", known.len());
    ran
}
