//! A market to attack: the licence texts of `spdx`, each of an author of its own,
//! in the order of their names; a model made of eight of them, an agent that runs
//! it, and payers who call it. Who earns what is [`super::income`]'s matter.

use super::records::{ATTACKER, AttackError, Book, Record, dataset, id, record, sequence, share};
use super::vectors::{Numbers, vector};
use super::words;
use std::collections::BTreeSet;
use std::sync::Arc;
use tributary_attribution::graph::Asset;
use tributary_attribution::neighbours::{Neighbours, Vector};
use tributary_attribution::{Clusters, Document, InfiniGram, Segment, SpanIndex};
use tributary_core::amount::BasisPoints;
use tributary_core::content::AssetKind;
use tributary_core::id::AssetId;
use tributary_core::policy::Similarity;
use tributary_core::position::Slot;

/// The owner of the honest model and its agent.
const OPERATOR: u64 = ATTACKER + 1;
/// The text worth attacking.
const VICTIM: &str = "Artistic-2.0";
/// What the honest model is made of.
const TRAINING: [&str; 8] = ["Apache-2.0", VICTIM, "BSL-1.0", "CDDL-1.0", "EUPL-1.2", "MPL-2.0", "ODbL-1.0", "OSL-3.0"];
/// What the model owes each of its texts, in basis points.
const TEXT_ROYALTY: u16 = 800;
/// What an agent owes its model.
const MODEL_ROYALTY: u16 = 5_000;
/// What a model that squats owes the model it names.
const SQUATTED_ROYALTY: u16 = 1_000;
/// Honest calls, each by a payer of its own.
pub const CALLS: u64 = 40;
/// What one of them costs, in base units.
pub const PRICE: u64 = 1_000;
/// Pieces of an answer.
const ANSWER_PIECES: u32 = 60;
/// Words of a prompt, and how far apart prompts stand in a text.
const PROMPT_WORDS: usize = 10;
const PROMPT_STEP: usize = 120;
/// Texts stand at slots from 1; models and agents after them, events last.
const BUILDERS_FROM: u64 = 1 << 20;
/// When all calls happen.
pub const CALLED_AT: Slot = Slot(1 << 30);

/// What a model said.
#[derive(Debug)]
pub struct Answer {
    /// All of it.
    pub text: String,
    /// The longest passage that stands in the model's own texts.
    pub passage: String,
    /// Its vector.
    pub numbers: Numbers,
}

/// A paid call.
#[derive(Clone, Debug)]
pub struct Call {
    /// Who was called.
    pub agent: AssetId,
    /// Which model answered.
    pub model: AssetId,
    /// What it cost, in base units.
    pub price: u64,
    /// Whether the attacker paid.
    pub by_attacker: bool,
    /// The answer.
    pub answer: Arc<Answer>,
}

/// Records, texts and calls.
#[derive(Clone, Debug)]
pub struct Market {
    /// Texts in the order of registration.
    pub books: Vec<Book>,
    /// Where texts are quoted.
    pub spans: SpanIndex,
    /// What is near, near-duplicates as one player.
    pub by_cluster: Neighbours,
    /// What is near, each text a player.
    pub by_text: Neighbours,
    /// Models and agents.
    pub builders: Vec<Asset>,
    /// Paid calls.
    pub calls: Vec<Call>,
    clusters: Clusters,
    victim: u64,
}

impl Market {
    /// Nobody attacks.
    pub fn honest() -> Result<Self, AttackError> {
        let mut seen = BTreeSet::new();
        let texts: Vec<_> = spdx::text::LICENSE_TEXTS.iter().filter(|(_, text)| seen.insert(*text)).collect();
        let books = texts.iter().zip(0..).map(|((_, text), n)| Book::new(n, n, text)).collect();
        let find = |name| (0u64..).zip(&texts).find(|(_, text)| text.0 == name).map(|(n, _)| n);
        let victim = find(VICTIM).ok_or(AttackError::NoText(VICTIM))?;
        let (mut parents, mut made_of) = (Vec::new(), Vec::new());
        for name in TRAINING {
            let n = find(name).ok_or(AttackError::NoText(name))?;
            parents.push((dataset(n), share(TEXT_ROYALTY)?));
            made_of.extend(texts.get(n as usize).map(|(_, text)| *text));
        }
        let mut market = Self::of(books, victim)?;
        market.build(OPERATOR, parents)?;
        let answers = answers(&made_of, CALLS)?;
        for answer in answers {
            market.call(PRICE, false, answer)?;
        }
        Ok(market)
    }

    fn of(books: Vec<Book>, victim: u64) -> Result<Self, AttackError> {
        let empty = Self {
            books: Vec::new(),
            spans: SpanIndex::new(Vec::new())?,
            by_cluster: Neighbours::default(),
            by_text: Neighbours::default(),
            builders: Vec::new(),
            calls: Vec::new(),
            clusters: Clusters::new(Similarity::STANDARD),
            victim,
        };
        empty.with(books)
    }

    /// The text worth attacking.
    pub fn victim(&self) -> Result<&Book, AttackError> {
        self.books.iter().find(|book| book.id == self.victim).ok_or(AttackError::NoText(VICTIM))
    }

    /// Its author.
    pub fn author(&self) -> u64 {
        self.victim
    }

    /// More texts, registered last.
    pub fn with(mut self, books: Vec<Book>) -> Result<Self, AttackError> {
        let first = self.books.len();
        let mut documents = Vec::with_capacity(books.len());
        for (book, n) in books.iter().zip(first..) {
            let (asset, seq) = (dataset(book.id), sequence(n as u64 + 1)?);
            let cluster = self.clusters.add(&book.text);
            let vector = Vector { asset, seq, cluster, numbers: book.numbers.clone() };
            self.by_cluster.add(&vector)?;
            self.by_text.add(&Vector { cluster: n as u32, ..vector })?;
            documents.push(Document { asset, seq, cluster, text: &book.text });
        }
        self.spans = self.spans.with(&documents, usize::MAX)?;
        self.books.extend(books);
        Ok(self)
    }

    /// The same with a text registered before all others.
    pub fn with_first(&self, book: Book) -> Result<Self, AttackError> {
        let books = std::iter::once(book).chain(self.books.iter().cloned()).collect();
        let again = Self::of(books, self.victim)?;
        Ok(Self { builders: self.builders.clone(), calls: self.calls.clone(), ..again })
    }

    /// The same, but the author registers these instead, last. The model names them
    /// all and owes them together what it owed the one.
    pub fn with_instead(&self, books: Vec<Book>, named: usize) -> Result<Self, AttackError> {
        let others = self.books.iter().filter(|book| book.id != self.victim).cloned().collect();
        let royalty = TEXT_ROYALTY / u16::try_from(named).map_err(|_| AttackError::Range("the number of parts"))?;
        let royalty = share(royalty)?;
        let parts: Vec<_> = books.iter().take(named).map(|book| (dataset(book.id), royalty)).collect();
        let again = Self::of(others, self.victim)?.with(books)?;
        let mut builders = self.builders.clone();
        for builder in &mut builders {
            let named = builder.parents.iter().position(|(parent, _)| *parent == dataset(self.victim));
            if let Some(at) = named {
                builder.parents.splice(at..=at, parts.iter().copied());
            }
        }
        Ok(Self { builders, calls: self.calls.clone(), ..again })
    }

    /// The same, but the attacker registered the text in its author's place.
    pub fn with_front_runner(&self, record: Record) -> Self {
        let mut market = self.clone();
        for book in market.books.iter_mut().filter(|book| book.id == self.victim) {
            (book.owner, book.record) = (ATTACKER, record);
        }
        market
    }

    /// The attacker's model names the honest one as its parent.
    pub fn with_squatter(mut self) -> Result<Self, AttackError> {
        let [popular, ..] = &self.builders[..] else { return Err(AttackError::Range("the number of models")) };
        let parents = vec![(popular.asset, share(SQUATTED_ROYALTY)?)];
        self.build(ATTACKER, parents)?;
        Ok(self)
    }

    /// The attacker's model is made of a text of its own, and says this.
    pub fn with_own_model(self, text: &str) -> Result<(Self, Arc<Answer>), AttackError> {
        let book = Book::by_attacker(0, text);
        let parents = vec![(dataset(book.id), share(TEXT_ROYALTY)?)];
        let mut market = self.with(vec![book])?;
        market.build(ATTACKER, parents)?;
        let answer = answers(&[text], 1)?.pop().ok_or(AttackError::Range("the number of answers"))?;
        Ok((market, answer))
    }

    /// A model of these parents, and an agent that runs it.
    fn build(&mut self, owner: u64, parents: Vec<(AssetId, BasisPoints)>) -> Result<(), AttackError> {
        let n = self.builders.len() as u64;
        let model = id(2, n);
        self.builders.push(record(model, AssetKind::Model, owner, BUILDERS_FROM + n, parents)?);
        let parents = vec![(model, share(MODEL_ROYALTY)?)];
        self.builders.push(record(id(3, n), AssetKind::Agent, owner, BUILDERS_FROM + n + 1, parents)?);
        Ok(())
    }

    /// The attacker calls the newest agent so many times, and gets this answer.
    pub fn wash(&mut self, price: u64, answer: &Arc<Answer>, count: u64) -> Result<(), AttackError> {
        for _ in 0..count {
            self.call(price, true, answer.clone())?;
        }
        Ok(())
    }

    /// A call of the newest agent.
    fn call(&mut self, price: u64, by_attacker: bool, answer: Arc<Answer>) -> Result<(), AttackError> {
        let [.., model, agent] = &self.builders[..] else { return Err(AttackError::Range("the number of agents")) };
        self.calls.push(Call { agent: agent.asset, model: model.asset, price, by_attacker, answer });
        Ok(())
    }
}

/// What a model of these texts answers to prompts from each of them in turn.
fn answers(texts: &[&str], count: u64) -> Result<Vec<Arc<Answer>>, AttackError> {
    let mut documents = Vec::with_capacity(texts.len());
    for (text, n) in texts.iter().zip(0u32..) {
        let (asset, seq) = (dataset(n.into()), sequence(n.into())?);
        documents.push(Document { asset, seq, cluster: n, text });
    }
    let segment = Segment::build(&documents)?;
    let own = SpanIndex::new(vec![segment.clone()])?;
    let model = InfiniGram::new(segment);
    let mut answers = Vec::new();
    for (text, n) in texts.iter().cycle().zip(0..count) {
        let prompt = words::excerpt(text, n as usize / texts.len() * PROMPT_STEP, PROMPT_WORDS);
        let text = model.complete(&prompt, ANSWER_PIECES, n, &[])?.text;
        let quoted = own.maximal_spans(text.as_bytes(), 1, Slot(u64::MAX))?;
        // The last of equally long ones: any will do, so long as it is always the same.
        let longest = quoted.into_iter().max_by_key(|span| span.len()).unwrap_or_default();
        let whole = text.ceil_char_boundary(longest.start)..text.floor_char_boundary(longest.end);
        let passage = text.get(whole).unwrap_or_default().to_owned();
        answers.push(Arc::new(Answer { numbers: vector(&text), passage, text }));
    }
    Ok(answers)
}
