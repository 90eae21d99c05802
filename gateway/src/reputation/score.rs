//! A score from facts: integers, each fact with its points, the same for whoever
//! works it out again. Pure. It lowers limits; no credit, price or evidence
//! depends on it.

use serde::{Deserialize, Serialize};

/// The best score.
pub const SCORE_MAX: u32 = 1_000;
/// Who nothing is known of: enough for every limit in full.
pub const NEWCOMER: u32 = 500;
/// What is left of a limit at the worst score, in thousandths.
const LEFT_MIN: u32 = 100;

/// Points of an original dataset, and of all together at most.
const ORIGINAL: u64 = 20;
const ORIGINALS_MAX: u64 = 200;
/// Points that are lost when every dataset is a near-duplicate of another's.
const DUPLICATES: u64 = 400;
/// Points for verbatim use in all answers, once there are [`ANSWERS_ENOUGH`].
const VERBATIM: u64 = 300;
/// Fewer answers count for less.
const ANSWERS_ENOUGH: u64 = 100;
/// Points that are lost with a dispute, and with all of them at most.
const DISPUTE_LOST: u64 = 200;
const DISPUTES_LOST_MAX: u64 = 400;
const DISPUTE_OPEN: u64 = 50;
const DISPUTES_OPEN_MAX: u64 = 100;
/// Points between never and always serving; half of the time is worth nothing.
const UPTIME: u64 = 400;
/// Fewer minutes say nothing.
const MINUTES_ENOUGH: u64 = 60;
/// Points that are lost when every payer wants its money back.
const REFUNDS: u64 = 400;
/// Fewer payers count as so many.
const PAYERS_ENOUGH: u64 = 5;

/// How disputes about somebody's records stand or ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disputes {
    /// Not decided yet.
    pub open: u64,
    /// Decided against the owner.
    pub lost: u64,
    /// Rejected, expired or taken back.
    pub won: u64,
}

/// What is known of a contributor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contributor {
    /// Registered datasets.
    pub datasets: u64,
    /// How many of them are near-duplicates of somebody else's earlier one.
    pub duplicates: u64,
    /// Answers of the last days that are near a dataset or have its words.
    pub answers: u64,
    /// How many of those have its words.
    pub verbatim: u64,
    /// About its records.
    pub disputes: Disputes,
}

/// What is known of an agent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agent {
    /// Answers of the last days whose text was looked through.
    pub answers: u64,
    /// Their whole weight, and what of it stands in registered texts, in thousandths.
    pub matched_permille: u64,
    /// Minutes since it was first served, of the last days.
    pub minutes: u64,
    /// In how many of them it was served.
    pub served: u64,
    /// Payers of the last days.
    pub payers: u64,
    /// How many of them asked for their credit back after their last call.
    pub refunds: u64,
    /// About its record.
    pub disputes: Disputes,
}

/// One fact and what it does to the score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Which.
    pub fact: String,
    /// How often.
    pub count: u64,
    /// Of how many, where that matters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<u64>,
    /// Its points.
    pub points: i64,
    /// In a sentence.
    pub why: String,
}

/// A score with its reasons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// 0 to [`SCORE_MAX`].
    pub score: u32,
    /// What it is made of, the newcomer's points first. They sum to the score
    /// unless that would leave its bounds.
    pub lines: Vec<Line>,
}

impl Score {
    fn of(facts: Vec<Line>) -> Self {
        let mut lines = vec![line("newcomer", 1, None, i64::from(NEWCOMER), "where everybody begins".into())];
        lines.extend(facts);
        let sum: i64 = lines.iter().map(|line| line.points).sum();
        let score = u32::try_from(sum.max(0)).unwrap_or(SCORE_MAX).min(SCORE_MAX);
        Self { score, lines }
    }

    /// A limit under this score: all of it from [`NEWCOMER`] on, less below, never
    /// nothing.
    pub fn limit(&self, full: u64) -> u64 {
        let left = match self.score {
            NEWCOMER.. => 1_000,
            low => (low * 1_000 / NEWCOMER).max(LEFT_MIN),
        };
        let limit = u128::from(full) * u128::from(left) / 1_000;
        u64::try_from(limit).unwrap_or(full).max(full.min(1))
    }
}

fn line(fact: &str, count: u64, of: Option<u64>, points: i64, why: String) -> Line {
    Line { fact: fact.into(), count, of, points, why }
}

/// `points · count / of`, rounded towards nothing; nothing of nothing.
fn share(points: u64, count: u64, of: u64) -> i64 {
    let part = u128::from(points) * u128::from(count.min(of)) / u128::from(of.max(1));
    i64::try_from(part).unwrap_or(i64::MAX)
}

fn plain(points: u64) -> i64 {
    i64::try_from(points).unwrap_or(i64::MAX)
}

fn disputes(disputes: &Disputes) -> [Line; 3] {
    let lost = disputes.lost.saturating_mul(DISPUTE_LOST).min(DISPUTES_LOST_MAX);
    let open = disputes.open.saturating_mul(DISPUTE_OPEN).min(DISPUTES_OPEN_MAX);
    let why = |cost, most| format!("{cost} points each, {most} at most");
    [
        line("disputes_lost", disputes.lost, None, -plain(lost), why(DISPUTE_LOST, DISPUTES_LOST_MAX)),
        line("disputes_open", disputes.open, None, -plain(open), why(DISPUTE_OPEN, DISPUTES_OPEN_MAX)),
        line("disputes_won", disputes.won, None, 0, "a challenge that failed costs nothing".into()),
    ]
}

/// A contributor's score.
pub fn contributor(facts: &Contributor) -> Score {
    let duplicates = facts.duplicates.min(facts.datasets);
    let originals = facts.datasets - duplicates;
    let enough = facts.answers.min(ANSWERS_ENOUGH);
    let verbatim = share(VERBATIM, enough, ANSWERS_ENOUGH);
    let verbatim = share(verbatim.unsigned_abs(), facts.verbatim, facts.answers);
    let mut lines = vec![
        line(
            "original_datasets",
            originals,
            Some(facts.datasets),
            plain(originals.saturating_mul(ORIGINAL).min(ORIGINALS_MAX)),
            format!("{ORIGINAL} points each, {ORIGINALS_MAX} at most"),
        ),
        line(
            "near_duplicates",
            duplicates,
            Some(facts.datasets),
            -share(DUPLICATES, duplicates, facts.datasets),
            format!("their share of {DUPLICATES} points: somebody else registered a text like it earlier"),
        ),
        line(
            "verbatim_use",
            facts.verbatim.min(facts.answers),
            Some(facts.answers),
            verbatim,
            format!(
                "their share of {VERBATIM} points: answers that have its words, of those that do or are near; fewer than {ANSWERS_ENOUGH} count for less"
            ),
        ),
    ];
    lines.extend(disputes(&facts.disputes));
    Score::of(lines)
}

/// An agent's score.
pub fn agent(facts: &Agent) -> Score {
    let enough = facts.answers.min(ANSWERS_ENOUGH);
    let verbatim = share(VERBATIM, enough, ANSWERS_ENOUGH);
    let verbatim = share(verbatim.unsigned_abs(), facts.matched_permille, 1_000);
    let uptime =
        if facts.minutes < MINUTES_ENOUGH { 0 } else { share(UPTIME, facts.served, facts.minutes) - plain(UPTIME / 2) };
    let mut lines = vec![
        line(
            "uptime_minutes",
            facts.served.min(facts.minutes),
            Some(facts.minutes),
            uptime,
            format!("{} points between never and always; nothing before {MINUTES_ENOUGH} minutes", UPTIME),
        ),
        line(
            "verbatim_permille",
            facts.matched_permille.min(1_000),
            Some(1_000),
            verbatim,
            format!(
                "its share of {VERBATIM} points: how much of {} answers stands in registered texts, whose owners are paid; fewer than {ANSWERS_ENOUGH} count for less",
                facts.answers
            ),
        ),
        line(
            "refunds",
            facts.refunds.min(facts.payers),
            Some(facts.payers),
            -share(REFUNDS, facts.refunds.min(facts.payers), facts.payers.max(PAYERS_ENOUGH)),
            format!("their share of {REFUNDS} points: payers who asked for their credit back after their last call"),
        ),
    ];
    lines.extend(disputes(&facts.disputes));
    Score::of(lines)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn who_nothing_is_known_of_has_every_limit_in_full() {
        for score in [contributor(&Contributor::default()), agent(&Agent::default())] {
            assert_eq!((score.score, score.limit(777)), (NEWCOMER, 777));
        }
    }

    #[test]
    fn a_worked_example_of_a_contributor() {
        // 3 of 12 are copies, 40 answers, 30 of them with its words, one dispute lost.
        let facts = Contributor {
            datasets: 12,
            duplicates: 3,
            answers: 40,
            verbatim: 30,
            disputes: Disputes { open: 1, lost: 1, won: 1 },
        };
        let score = contributor(&facts);
        let points: Vec<i64> = score.lines.iter().map(|line| line.points).collect();
        assert_eq!(points, [500, 180, -100, 90, -200, -50, 0]);
        assert_eq!(score.score, 420);
        assert_eq!(score.limit(1_000), 840, "420 of 500");
    }

    #[test]
    fn a_worked_example_of_an_agent() {
        let facts = Agent {
            answers: 200,
            matched_permille: 500,
            minutes: 1_000,
            served: 900,
            payers: 2,
            refunds: 1,
            disputes: Disputes::default(),
        };
        let points: Vec<i64> = agent(&facts).lines.iter().map(|line| line.points).collect();
        // One of two payers counts as one of five.
        assert_eq!(points, [500, 160, 150, -80, 0, 0, 0]);
        assert_eq!(agent(&Agent { minutes: 59, served: 1, ..facts }).lines[1].points, 0, "too short to say");
    }

    #[test]
    fn the_worst_keeps_a_tenth_and_never_nothing() {
        let facts = Contributor {
            datasets: 4,
            duplicates: 4,
            disputes: Disputes { lost: 9, ..Disputes::default() },
            ..Contributor::default()
        };
        let score = contributor(&facts);
        assert_eq!(score.score, 0);
        assert_eq!((score.limit(1_000), score.limit(3), score.limit(0)), (100, 1, 0));
    }

    fn disputes_of_any() -> impl Strategy<Value = Disputes> {
        (0u64..9, 0u64..9, 0u64..9).prop_map(|(open, lost, won)| Disputes { open, lost, won })
    }

    proptest! {
        #[test]
        fn every_point_is_explained_and_a_score_stays_in_its_bounds(
            numbers in prop::array::uniform4(any::<u64>()), disputes in disputes_of_any(),
        ) {
            let [datasets, duplicates, answers, verbatim] = numbers;
            let contributor = contributor(&Contributor { datasets, duplicates, answers, verbatim, disputes });
            let agent = agent(&Agent { answers, matched_permille: verbatim % 1_001, minutes: datasets, served: duplicates,
                payers: answers, refunds: verbatim, disputes });
            for score in [contributor, agent] {
                let sum: i64 = score.lines.iter().map(|line| line.points).sum();
                prop_assert_eq!(i64::from(score.score), sum.clamp(0, i64::from(SCORE_MAX)));
            }
        }

        #[test]
        fn what_is_held_against_somebody_never_raises_a_score(
            datasets in 1u64..50, duplicates in 0u64..50, disputes in disputes_of_any(),
        ) {
            let facts = Contributor { datasets, duplicates: duplicates.min(datasets - 1), disputes, ..Contributor::default() };
            let before = contributor(&facts).score;
            let copied = contributor(&Contributor { duplicates: facts.duplicates + 1, ..facts }).score;
            prop_assert!(copied <= before);
            for disputes in [
                Disputes { lost: disputes.lost + 1, ..disputes },
                Disputes { open: disputes.open + 1, ..disputes },
            ] {
                let worse = contributor(&Contributor { disputes, ..facts }).score;
                prop_assert!(worse <= before);
            }
        }

        #[test]
        fn a_limit_never_grows_above_its_full_size(facts in disputes_of_any(), full in any::<u64>()) {
            let score = contributor(&Contributor { disputes: facts, ..Contributor::default() });
            prop_assert!(score.limit(full) <= full);
        }
    }
}
