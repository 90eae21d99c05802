//! Random lives of a vault against a model of it: whatever is sent, in whatever
//! order, tokens are conserved, nobody is paid above the best root that served,
//! and events are dense.

use proptest::prelude::*;
use solana_address::Address;
use solana_keypair::Keypair;
use solana_signer::Signer;
use std::collections::BTreeMap;
use tributary_client::rewards::{self, VetoReason};
use tributary_client::{ChainEvent, pda};
use tributary_core::amount::BaseUnits;
use tributary_core::id::Claimant;
use tributary_core::leaf::{Leaf, LeafClass};
use tributary_core::tree::SIBLING_BYTES;
use tributary_program_tests::chain::Outcome;
use tributary_program_tests::stage::{Published, Stage};

/// Payers in a life.
const PAYERS: usize = 3;
/// Claimants in a life; each can have a leaf of each class.
const CLAIMANTS: usize = 4;

/// Something that somebody does. Indices are taken modulo what there is.
#[derive(Clone, Debug)]
enum Step {
    Deposit {
        payer: usize,
        amount: u64,
    },
    RequestRefund {
        payer: usize,
    },
    WithdrawRefund {
        payer: usize,
    },
    /// Entitles somebody to more, in the next root.
    Earn {
        claimant: usize,
        class: usize,
        amount: u64,
    },
    Post,
    /// Posts a root that promises more than there is.
    PostTooMuch {
        excess: u64,
    },
    Attest {
        watcher: usize,
    },
    Veto {
        watcher: usize,
    },
    Activate,
    /// All that a pending root needs to serve.
    Serve,
    Claim {
        root: usize,
        leaf: usize,
        sender: usize,
    },
    /// Claims more than the leaf says, or with a broken proof.
    ClaimTooMuch {
        root: usize,
        leaf: usize,
        excess: u64,
    },
    Wait {
        slots: u64,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let index = 0..100usize;
    prop_oneof![
        4 => (index.clone(), 1..5_000u64).prop_map(|(payer, amount)| Step::Deposit { payer, amount }),
        1 => index.clone().prop_map(|payer| Step::RequestRefund { payer }),
        1 => index.clone().prop_map(|payer| Step::WithdrawRefund { payer }),
        6 => (index.clone(), 0..3usize, 1..2_000u64)
            .prop_map(|(claimant, class, amount)| Step::Earn { claimant, class, amount }),
        5 => Just(Step::Post),
        1 => (1..u64::MAX / 4).prop_map(|excess| Step::PostTooMuch { excess }),
        3 => (0..3usize).prop_map(|watcher| Step::Attest { watcher }),
        1 => (0..3usize).prop_map(|watcher| Step::Veto { watcher }),
        2 => Just(Step::Activate),
        8 => Just(Step::Serve),
        10 => (index.clone(), index.clone(), index.clone())
            .prop_map(|(root, leaf, sender)| Step::Claim { root, leaf, sender }),
        2 => (index.clone(), index, 1..1_000u64)
            .prop_map(|(root, leaf, excess)| Step::ClaimTooMuch { root, leaf, excess }),
        4 => (1..40u64).prop_map(|slots| Step::Wait { slots }),
    ]
}

type Account = (usize, Address);

/// What should be true of the vault.
#[derive(Default)]
struct Model {
    deposited: u64,
    /// What the next root will promise.
    earned: BTreeMap<Account, u64>,
    /// What the best root that served has promised.
    promised: BTreeMap<Account, u64>,
    /// What was paid.
    paid: BTreeMap<Account, u64>,
    /// The sequence of the next event.
    sequence: u64,
}

/// One life of a vault.
struct Life {
    stage: Stage,
    payers: Vec<Keypair>,
    claimants: Vec<Keypair>,
    /// All roots that were ever posted.
    posted: Vec<Published>,
    /// The one in its window.
    pending: Option<usize>,
    model: Model,
}

impl Life {
    fn new() -> Self {
        let mut stage = Stage::token();
        let payers = (0..PAYERS).map(|_| stage.holder(1_000_000)).collect();
        let claimants = (0..CLAIMANTS).map(|_| stage.chain.person()).collect();
        // The vault's creation was event 0.
        let model = Model { sequence: 1, ..Model::default() };
        Self { stage, payers, claimants, posted: Vec::new(), pending: None, model }
    }

    fn leaves(&self) -> Vec<Leaf> {
        let leaf = |((class, claimant), cumulative): (&Account, &u64)| Leaf {
            class: LeafClass::ALL[*class],
            claimant: Claimant(claimant.to_bytes()),
            cumulative: BaseUnits(*cumulative),
        };
        self.model.earned.iter().map(leaf).collect()
    }

    /// Takes the events of what succeeded into account. Returns whether it did.
    fn saw(&mut self, outcome: &Outcome) -> bool {
        let Ok(receipt) = outcome else { return false };
        for event in &receipt.events {
            let ChainEvent::Rewards(event) = event else { panic!("an event of another program: {event:?}") };
            assert_eq!(event.position(), (self.stage.vault_address(), self.model.sequence));
            self.model.sequence += 1;
        }
        true
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Deposit { payer, amount } => {
                let payer = self.payers[payer % PAYERS].insecure_clone();
                let outcome = self.stage.deposit(&payer, *amount);
                if self.saw(&outcome) {
                    self.model.deposited += amount;
                }
            }
            Step::RequestRefund { payer } => self.refund(*payer, rewards::request_refund),
            Step::WithdrawRefund { payer } => self.refund(*payer, rewards::withdraw_refund_request),
            Step::Earn { claimant, class, amount } => {
                let total: u64 = self.model.earned.values().sum();
                // A correct builder never promises more than was deposited.
                let amount = (*amount).min(self.model.deposited - total);
                if amount > 0 {
                    let account = (*class, self.claimants[claimant % CLAIMANTS].pubkey());
                    *self.model.earned.entry(account).or_default() += amount;
                }
            }
            Step::Post => {
                if !self.model.earned.is_empty() {
                    let published = self.stage.build(&self.leaves());
                    let outcome = self.stage.post(&published.root);
                    if self.saw(&outcome) {
                        assert!(self.pending.is_none(), "two roots are pending");
                        self.pending = Some(self.posted.len());
                        self.posted.push(published);
                    }
                }
            }
            Step::PostTooMuch { excess } => {
                let claimant = self.claimants[0].pubkey();
                let much = tributary_program_tests::stage::earned(&claimant, self.model.deposited + excess);
                let published = self.stage.build(&[much]);
                assert!(self.stage.post(&published.root).is_err(), "an insolvent root was taken");
            }
            Step::Attest { watcher } => {
                if let Some(pending) = self.pending {
                    let outcome = self.stage.attest(*watcher, &self.posted[pending]);
                    self.saw(&outcome);
                }
            }
            Step::Veto { watcher } => {
                if let Some(pending) = self.pending {
                    let root = &self.posted[pending];
                    let watcher = self.stage.watchers[*watcher].insecure_clone();
                    let (place, id) = (root.root.place, root.id());
                    let veto = rewards::veto_root(&watcher.pubkey(), &self.stage.vault, place, &id, VetoReason::Wrong);
                    let outcome = self.stage.chain.send(&[veto], &[&watcher]);
                    if self.saw(&outcome) {
                        self.pending = None;
                    }
                }
            }
            Step::Activate => {
                if let Some(pending) = self.pending {
                    let outcome = self.stage.activate(&self.posted[pending]);
                    if self.saw(&outcome) {
                        self.pending = None;
                        for leaf in &self.posted[pending].leaves {
                            let account = (leaf.class as usize, Address::new_from_array(leaf.claimant.0));
                            self.model.promised.insert(account, leaf.cumulative.0);
                        }
                    }
                }
            }
            Step::Serve => {
                self.step(&Step::Attest { watcher: 0 });
                self.step(&Step::Attest { watcher: 1 });
                self.stage.pass_window();
                self.step(&Step::Activate);
            }
            Step::Claim { root, leaf, sender } => self.claim(*root, *leaf, *sender),
            Step::ClaimTooMuch { root, leaf, excess } => {
                if !self.posted.is_empty() {
                    let root = &self.posted[root % self.posted.len()];
                    let index = leaf % root.leaves.len();
                    let mut leaf = root.leaves[index];
                    leaf.cumulative.0 += excess;
                    let proof = root.tree.proof(index as u32).unwrap();
                    let place = root.root.place;
                    let sender = self.claimants[0].insecure_clone();
                    let outcome = self.stage.claim_with(&sender, place, &leaf, index as u32, &proof);
                    assert!(outcome.is_err(), "a claim above its leaf was paid");
                    assert_eq!(proof.len() % SIBLING_BYTES, 0);
                }
            }
            Step::Wait { slots } => self.stage.chain.pass(*slots, *slots as i64 / 2),
        }
    }

    fn refund(
        &mut self,
        payer: usize,
        build: fn(&Address, &tributary_core::id::VaultId) -> solana_instruction::Instruction,
    ) {
        let payer = self.payers[payer % PAYERS].insecure_clone();
        let outcome = self.stage.chain.send(&[build(&payer.pubkey(), &self.stage.vault)], &[&payer]);
        self.saw(&outcome);
    }

    fn claim(&mut self, root: usize, leaf: usize, sender: usize) {
        if self.posted.is_empty() {
            return;
        }
        let root = root % self.posted.len();
        let index = leaf % self.posted[root].leaves.len();
        let leaf = self.posted[root].leaves[index];
        let sender = self.claimants[sender % CLAIMANTS].insecure_clone();
        let outcome = self.stage.claim(&sender, &self.posted[root], index as u32);
        if self.saw(&outcome) {
            let account = (leaf.class as usize, Address::new_from_array(leaf.claimant.0));
            let paid = self.model.paid.entry(account).or_default();
            *paid = (*paid).max(leaf.cumulative.0);
        }
    }

    fn check(&self) {
        let vault = self.stage.vault();
        let paid_in = |class| -> u64 {
            let of_class = self.model.paid.iter().filter(|((found, _), _)| *found == class);
            of_class.map(|(_, paid)| paid).sum()
        };
        assert_eq!(vault.deposited.0, self.model.deposited);
        assert_eq!(vault.sequence, self.model.sequence);
        assert_eq!(vault.paid, [paid_in(0), paid_in(1), paid_in(2)]);
        // Nothing appears, nothing vanishes.
        let paid: u64 = vault.paid.iter().sum();
        assert_eq!(self.stage.vault_balance(), self.model.deposited - paid);
        for claimant in &self.claimants {
            let due: u64 = (0..3).filter_map(|class| self.model.paid.get(&(class, claimant.pubkey()))).sum();
            assert_eq!(self.stage.balance(&claimant.pubkey()), due);
        }
        // Nobody is ahead of what a serving root promised, and no class ahead of the newest root.
        for (account, paid) in &self.model.paid {
            assert!(*paid <= self.model.promised.get(account).copied().unwrap_or(0));
        }
        for (paid, promised) in vault.paid.iter().zip(vault.head_class_totals) {
            assert!(*paid <= promised);
        }
        assert_eq!(vault.pending.is_some(), self.pending.is_some());
    }

    /// Lets everybody take all that the newest root promised.
    fn settle(&mut self) {
        let Some(newest) = self.posted.iter().position(|root| root.id() == self.stage.vault().head_root) else {
            return;
        };
        for leaf in 0..self.posted[newest].leaves.len() {
            self.claim(newest, leaf, 0);
        }
        self.check();
        for (account, promised) in &self.model.promised {
            assert_eq!(self.model.paid.get(account), Some(promised), "somebody was not paid");
        }
        let record = pda::claim(&self.stage.vault, LeafClass::Earned, &self.claimants[0].pubkey());
        let data = self.stage.chain.data(&record);
        let account = (0, self.claimants[0].pubkey());
        if let Some(promised) = self.model.promised.get(&account) {
            assert_eq!(rewards::Claim::decode(&data).unwrap().claimed.0, *promised);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tokens_are_conserved_whatever_happens(steps in prop::collection::vec(step(), 20..200)) {
        let mut life = Life::new();
        for step in &steps {
            life.step(step);
            life.check();
        }
        life.settle();
    }
}
