//! Random lives of a vault against a model of it in plain Rust: honest and
//! hostile people call everything at any time, and a call is refused exactly
//! when the model says so. After every step the books are the model's, events
//! are dense and tokens are conserved; now and then, on a copy of the chain,
//! everybody claims all that the newest root owes, so that no veto and no
//! disabling has stranded anybody. `SOAK_STEPS=1000000` runs longer.

mod calls;
mod changes;
mod model;

use model::{Bucket, Expected, Model};
use rand::SeedableRng;
use rand::rngs::StdRng;
use solana_address::Address;
use solana_signer::Signer;
use std::collections::{BTreeMap, BTreeSet};
use tributary_client::ChainEvent;
use tributary_client::pda;
use tributary_client::rewards::{Claim, RewardsConfig, RewardsEvent};
use tributary_core::leaf::LeafClass;
use tributary_program_tests::claims::claim_of;
use tributary_program_tests::stage::{SETTINGS, Stage, TIMELOCK_SECONDS, TIMELOCK_SLOTS, guardian};
use tributary_program_tests::tokens;

/// Steps of an ordinary test run, over all lives.
const STEPS: usize = 100_000;
/// Lives, each on a thread and a chain of its own.
const LIVES: usize = 2;
/// Steps between looks at everything.
const AUDIT_STEPS: usize = 250;
/// What everybody holds at the start.
const TOKENS: u64 = 1 << 40;

/// A vault, the model of it, and everybody around.
struct World {
    stage: Stage,
    model: Model,
    /// Who may turn up in any role; the first one is the admin of the chain.
    people: Vec<Address>,
    rng: StdRng,
    /// What people hold.
    balances: BTreeMap<Address, u64>,
    refused: BTreeMap<String, u64>,
    done: BTreeMap<&'static str, u64>,
}

impl World {
    fn new(seed: u64) -> Self {
        let mut stage = Stage::token();
        let mut people = vec![stage.chain.admin.pubkey(), stage.poster.pubkey(), guardian().pubkey()];
        people.extend(stage.watchers.iter().map(Signer::pubkey));
        people.extend((0..4).map(|_| stage.chain.person().pubkey()));
        let (mint, program) = (stage.mint, stage.token_program);
        for person in &people {
            stage.chain.fund(person);
            let account = tokens::open_account(&mut stage.chain, person, &mint, &program);
            tokens::mint_to(&mut stage.chain, &account, &mint, &program, TOKENS);
        }
        stage.chain = std::mem::take(&mut stage.chain).without_signatures();
        let bucket = Bucket {
            per_slot: SETTINGS.growth_per_slot,
            burst: SETTINGS.growth_burst,
            saved: SETTINGS.growth_burst,
            slot: stage.chain.slot(),
        };
        let model = Model {
            slot: stage.chain.slot(),
            second: stage.chain.second(),
            governor: people[0],
            next_governor: None,
            poster: people[1],
            guardian: people[2],
            watchers: people[3..6].to_vec(),
            threshold: 2,
            timelock: (TIMELOCK_SLOTS, TIMELOCK_SECONDS),
            window: (SETTINGS.challenge_slots, SETTINGS.challenge_seconds),
            waiting: BTreeMap::new(),
            deposits: BTreeMap::new(),
            refunds: BTreeSet::new(),
            recapitalised: 0,
            paid: [0; 3],
            roots: Vec::new(),
            ring: [None; 8],
            head: None,
            pending: None,
            allowance: [0; 3],
            attempt: 0,
            floor: 0,
            highest: 0,
            growth: [bucket; 3],
            outflow: None,
            pause: (0, 0, 0),
            policy: (SETTINGS.policy_set.0, None),
            claimed: BTreeMap::new(),
            recipients: BTreeMap::new(),
            vault_sequence: 1,
            config_sequence: 1,
        };
        let balances = people.iter().map(|person| (*person, TOKENS)).collect();
        let rng = StdRng::seed_from_u64(seed);
        Self { stage, model, people, rng, balances, refused: BTreeMap::new(), done: BTreeMap::new() }
    }

    fn step(&mut self) {
        let (slots, seconds) = self.wait();
        if slots > 0 {
            self.stage.chain.pass(slots, seconds);
            self.model.slot += slots;
            self.model.second += seconds;
        }
        let Some(call) = self.call() else { return };
        let name = call.name;
        let outcome = self.stage.chain.send_unsigned(&[call.instruction]);
        match (call.expected, outcome) {
            (Ok(()), Ok(receipt)) => {
                let [ChainEvent::Rewards(event)] = receipt.events.as_slice() else {
                    panic!("{name}: expected one event, found {:?}", receipt.events);
                };
                self.check_event(event, call.of_vault);
                *self.done.entry(name).or_default() += 1;
            }
            (Err(reason), Err(refusal)) => {
                let found = refusal.name();
                assert!(reason.is_empty() || reason == found, "{name}: expected {reason}, found {refusal:#?}");
                *self.refused.entry(found).or_default() += 1;
            }
            (expected, outcome) => panic!("{name}: the model says {expected:?}, the program {outcome:#?}"),
        }
        self.check_vault();
    }

    /// The one event is the next of its sequence.
    fn check_event(&mut self, event: &RewardsEvent, of_vault: bool) {
        let (stream, next) = match of_vault {
            true => (self.stage.vault_address(), &mut self.model.vault_sequence),
            false => (pda::rewards_config(), &mut self.model.config_sequence),
        };
        assert_eq!(event.position(), (stream, *next), "{event:?}");
        *next += 1;
    }

    /// The books are the model's, and the tokens are there.
    fn check_vault(&self) {
        let (vault, model) = (self.stage.vault(), &self.model);
        assert_eq!(vault.sequence, model.vault_sequence);
        assert_eq!((vault.deposited.0, vault.recapitalised.0), (model.deposited(), model.recapitalised));
        assert_eq!((vault.paid, vault.allowance), (model.paid, model.allowance));
        assert_eq!((vault.head_epoch.0, vault.head_class_totals), (model.head_epoch(), model.head_totals()));
        assert_eq!(vault.pending, model.pending.map(|root| model.roots[root].published.id()));
        assert_eq!(
            (vault.attempt, vault.attempt_floor, vault.highest_epoch.0),
            (model.attempt, model.floor, model.highest)
        );
        assert_eq!((vault.pause_flags, vault.paused_until, vault.pause_again_at), model.pause);
        let paid: u64 = vault.paid.iter().sum();
        assert_eq!(self.stage.vault_balance(), model.deposited() + model.recapitalised - paid);
        for class in 0..3 {
            assert!(vault.paid[class] <= vault.head_class_totals[class] + vault.allowance[class]);
        }
    }

    /// Everything at once.
    fn audit(&self) {
        let model = &self.model;
        for (person, balance) in &self.balances {
            assert_eq!(self.stage.balance(person), *balance);
        }
        for ((class, claimant), claimed) in &model.claimed {
            let record = pda::claim(&self.stage.vault, LeafClass::ALL[*class], claimant);
            assert_eq!(Claim::decode(&self.stage.chain.data(&record)).unwrap().claimed.0, *claimed);
            // Nobody was paid above the best leaf under a root that served.
            let leaves = model.roots.iter().filter(|root| root.served).flat_map(|root| &root.published.leaves);
            let own = leaves.filter(|leaf| leaf.class as usize == *class && leaf.claimant.0 == claimant.to_bytes());
            assert!(*claimed <= own.map(|leaf| leaf.cumulative.0).max().unwrap_or(0));
        }
        let config = RewardsConfig::decode(&self.stage.chain.data(&pda::rewards_config())).unwrap();
        assert_eq!((config.governor, config.poster, config.guardian), (model.governor, model.poster, model.guardian));
        assert_eq!((config.threshold, &config.watchers), (model.threshold, &model.watchers));
        assert_eq!(config.sequence, model.config_sequence);
        let vault = self.stage.vault();
        assert_eq!((vault.challenge_slots, vault.challenge_seconds), model.window);
        assert_eq!(vault.policy_set_at(vault.head_finalised_slot).0, model.policy_now());
        for root in model.ring.iter().flatten().map(|root| &model.roots[*root]) {
            let found = self.stage.root(root.published.root.place);
            assert_eq!((found.id, found.paid, found.overpaid), (root.published.id(), root.paid, root.overpaid));
        }
        self.check_that_nobody_is_stranded();
    }

    /// On a copy of the chain, everybody takes all that the newest root owes.
    fn check_that_nobody_is_stranded(&self) {
        let Some(head) = self.model.head.map(|head| &self.model.roots[head].published) else { return };
        let mut chain = self.stage.chain.copy();
        // Pauses end by themselves, and a limit delays.
        chain.pass(1 << 30, 1 << 20);
        for (index, leaf) in (0u32..).zip(&head.leaves) {
            let claimant = Address::new_from_array(leaf.claimant.0);
            let account = (leaf.class as usize, claimant);
            let mut claimed = self.model.claimed.get(&account).copied().unwrap_or(0);
            while claimed < leaf.cumulative.0 {
                let claim = claim_of(&self.stage, &self.people[0], head, index, &self.payout(&claimant));
                let receipt = chain.send_unsigned(&[claim]).unwrap();
                let paid = tributary_program_tests::claims::claimed(&receipt).paid;
                assert!(paid > 0, "a claim under the newest root was neither paid nor delayed");
                claimed += paid;
                chain.pass(1 << 30, 1);
            }
        }
    }
}

/// Whether a call succeeds, for those that change nothing in the model.
fn expect(holds: bool, reason: &'static str) -> Expected {
    if holds { Ok(()) } else { Err(reason) }
}

#[test]
fn whatever_people_call_the_rewards_program_does_what_its_model_does() {
    let steps = std::env::var("SOAK_STEPS").map_or(STEPS, |steps| steps.parse().unwrap());
    let live = |seed: u64| {
        let mut world = World::new(seed);
        for step in 0..steps / LIVES {
            world.step();
            if step % AUDIT_STEPS == 0 {
                world.audit();
            }
        }
        world.audit();
        println!("life {seed}: done {:?}; refused {:?}", world.done, world.refused);
        for name in calls::NAMES {
            assert!(
                world.done.get(name).is_some_and(|done| *done > 2),
                "{name} hardly ever succeeded: {:?}",
                world.done
            );
        }
        assert!(world.refused.len() > 25, "too little was refused: {:?}", world.refused);
    };
    std::thread::scope(|scope| {
        for seed in 0..LIVES as u64 {
            scope.spawn(move || live(seed));
        }
    });
}
