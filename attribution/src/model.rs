//! The ∞-gram language model: a text goes on as the registered texts did after
//! the longest context that they share with it.
//!
//! It has no weights; it runs on the suffix array of its training texts. Its
//! answers are a function of texts, prompt, limits and seed. It finds no
//! evidence and keeps no prompts.

use crate::index::Segment;
use tributary_core::event::TOKENS_MAX;

mod random;
mod words;

use random::Random;

/// The most pieces one answer may have.
pub const PIECES_MAX: u32 = 4_096;
/// The longest prompt, in bytes.
pub const PROMPT_MAX: usize = 64 * 1024;
/// The most stop texts, and the longest, in bytes.
pub const STOPS_MAX: usize = 4;
/// See [`STOPS_MAX`].
pub const STOP_BYTES_MAX: usize = 256;
/// How far back the model looks, in bytes.
const CONTEXT_MAX: usize = 512;
/// How often a start is drawn anew when it falls on a text's last word.
const START_DRAWS_MAX: usize = 64;

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// The model was built over nothing.
    #[error("the model has no text to continue with; register it with at least one dataset that is not empty")]
    NoText,
    /// The prompt is too long.
    #[error("the prompt has {0} bytes, at most {PROMPT_MAX} are read; shorten it")]
    PromptTooLong(usize),
    /// Too many pieces.
    #[error("max_tokens is {0}, at most {PIECES_MAX} are given; ask for less")]
    TooManyPieces(u32),
    /// Stop texts out of bounds.
    #[error("give at most {STOPS_MAX} stop texts of 1 to {STOP_BYTES_MAX} bytes")]
    Stops,
}

/// Why an answer ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FinishReason {
    /// A stop text, or the end of a training text, came next.
    Stop,
    /// The limit was reached.
    Length,
}

impl FinishReason {
    /// As OpenAI's interface spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Length => "length",
        }
    }
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// What follows the prompt.
    pub text: String,
    /// Its number of pieces: words with what stands before them. This is what
    /// `max_tokens` limits and callers pay for; evidence counts bytes.
    pub tokens: u32,
    /// Why it ends there.
    pub finish_reason: FinishReason,
}

/// A model over the texts of one segment. Cheap to clone.
#[derive(Clone, Debug)]
pub struct InfiniGram {
    texts: Segment,
}

/// What may follow a context: the suffixes that start with it.
struct Continuations {
    /// Places in sorted order.
    suffixes: std::ops::Range<usize>,
    /// Bytes of the context they share.
    shared: usize,
}

impl InfiniGram {
    /// A model of all documents of a segment.
    pub fn new(texts: Segment) -> Self {
        Self { texts }
    }

    /// Continues a prompt by at most `max_tokens` pieces, until one of `stops`
    /// would be part of the answer, or until a training text ends.
    ///
    /// Each step takes the longest end of the context that the texts continue in
    /// more than one way, draws one of its occurrences, all equally likely, and
    /// appends what follows there up to the end of the next word.
    pub fn complete(&self, prompt: &str, max_tokens: u32, seed: u64, stops: &[&str]) -> Result<Completion, ModelError> {
        if prompt.len() > PROMPT_MAX {
            return Err(ModelError::PromptTooLong(prompt.len()));
        }
        if max_tokens > PIECES_MAX {
            return Err(ModelError::TooManyPieces(max_tokens));
        }
        if stops.len() > STOPS_MAX || stops.iter().any(|stop| stop.is_empty() || stop.len() > STOP_BYTES_MAX) {
            return Err(ModelError::Stops);
        }
        if self.texts.text_len() == 0 {
            return Err(ModelError::NoText);
        }
        let mut random = Random::seeded(seed);
        let mut context = words::last_bytes(prompt, CONTEXT_MAX).to_owned();
        let mut answer = Completion { text: String::new(), tokens: 0, finish_reason: FinishReason::Length };
        while answer.tokens < max_tokens {
            let Some(piece) = self.next_piece(&context, answer.tokens == 0, &mut random) else {
                answer.finish_reason = FinishReason::Stop;
                break;
            };
            if answer.text.len() + piece.len() > TOKENS_MAX as usize {
                break;
            }
            let searched = answer.text.len().saturating_sub(STOP_BYTES_MAX);
            answer.text.push_str(piece);
            answer.tokens += 1;
            if let Some(at) = first_stop(&answer.text, searched, stops) {
                answer.text.truncate(at);
                answer.finish_reason = FinishReason::Stop;
                break;
            }
            context.push_str(piece);
            let kept = words::last_bytes(&context, CONTEXT_MAX).len();
            context.drain(..context.len() - kept);
        }
        Ok(answer)
    }

    /// Draws what follows the context; `None` where the drawn text ends.
    fn next_piece(&self, context: &str, first: bool, random: &mut Random) -> Option<&str> {
        if let Some(found) = self.continuations(context) {
            let drawn = found.suffixes.start + random.below(found.suffixes.len() as u64) as usize;
            let piece = self.piece_after(&found, drawn);
            if !piece.is_empty() || !first {
                return (!piece.is_empty()).then_some(piece);
            }
        }
        // Nothing of the context is known, or the answer would be empty.
        self.any_piece(random)
    }

    /// A piece from anywhere.
    fn any_piece(&self, random: &mut Random) -> Option<&str> {
        let texts = self.texts.text();
        (0..START_DRAWS_MAX)
            .map(|_| words::piece(words::following_word(texts, random.below(texts.len() as u64) as usize)))
            .find(|piece| !piece.is_empty())
    }

    /// The longest end of the context that the texts continue in more than one
    /// way; without such, the longest that stands in them at all.
    fn continuations(&self, context: &str) -> Option<Continuations> {
        let starts = words::context_starts(context);
        let find = |start: usize| {
            let end = &context.as_bytes()[start..];
            Continuations { suffixes: self.texts.range(end), shared: end.len() }
        };
        // The shorter the end, the more places it stands at and the more ways it
        // goes on: both properties hold from some start on, so halving finds it.
        let longest = |holds: &dyn Fn(&Continuations) -> bool| {
            let at = starts.partition_point(|start| !holds(&find(*start)));
            starts.get(at).map(|start| find(*start))
        };
        longest(&|found| self.differ(found)).or_else(|| longest(&|found| !found.suffixes.is_empty()))
    }

    /// Whether the places go on in different ways, a text's end and the byte
    /// after the piece included. They are sorted, so what the first and the last
    /// share all share.
    fn differ(&self, found: &Continuations) -> bool {
        if found.suffixes.len() < 2 {
            return false;
        }
        let length = self.piece_after(found, found.suffixes.start).len() + 1;
        let way = |nth: usize| {
            let at = self.texts.suffix(nth) + found.shared;
            self.texts.text()[at..].iter().take(length)
        };
        !way(found.suffixes.start).eq(way(found.suffixes.end - 1))
    }

    fn piece_after(&self, found: &Continuations, nth: usize) -> &str {
        words::piece(words::following(self.texts.text(), self.texts.suffix(nth) + found.shared))
    }
}

/// Where the first stop text begins, looking from byte `from`.
fn first_stop(text: &str, from: usize, stops: &[&str]) -> Option<usize> {
    let from = text.floor_char_boundary(from);
    stops.iter().filter_map(|stop| text[from..].find(stop)).min().map(|at| from + at)
}

#[cfg(test)]
mod tests;
