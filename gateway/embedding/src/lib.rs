//! The sentence-embedding model: all-MiniLM-L6-v2, read from the folder that
//! `tools/embedding/fetch` prints, run on the processor.
//!
//! It makes floats of texts. It quantises nothing, compares nothing, takes no
//! payment and fetches nothing.

pub mod server;

use candle_core::{DType, Device, Tensor};
use candle_nn::VarBuilder;
use candle_transformers::models::bert::{BertModel, Config};
use std::fs;
use std::path::{Path, PathBuf};
use tokenizers::{Tokenizer, TruncationParams};

/// What the model is called.
pub const NAME: &str = "all-MiniLM-L6-v2";
/// Numbers in an embedding.
pub const DIMENSIONS: usize = 384;
/// What the model reads of a text, in its tokens; the rest is left out.
pub const TOKENS_MAX: usize = 256;

/// Why there is no embedding.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddingError {
    /// A file of the model cannot be read.
    #[error("cannot read {}: run tools/embedding/fetch and name the folder it prints", .0.display())]
    Read(PathBuf, #[source] std::io::Error),
    /// A file of the model is none.
    #[error("{} does not describe the model {NAME}: delete it and run tools/embedding/fetch", .0.display())]
    Config(PathBuf, #[source] serde_json::Error),
    /// The tokeniser.
    #[error("the tokeniser of {NAME} failed")]
    Tokeniser(#[source] tokenizers::Error),
    /// The model.
    #[error("the model {NAME} failed")]
    Model(#[from] candle_core::Error),
}

/// A text's place in the space of meanings.
#[derive(Clone, Debug, PartialEq)]
pub struct Embedding {
    /// [`DIMENSIONS`] numbers, of length one.
    pub numbers: Vec<f32>,
    /// How many tokens were read.
    pub tokens: u32,
}

/// The model. Blocking; one text takes some milliseconds.
pub struct Embedder {
    model: BertModel,
    tokenizer: Tokenizer,
    device: Device,
}

impl std::fmt::Debug for Embedder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Embedder").finish_non_exhaustive()
    }
}

impl Embedder {
    /// Reads the model.
    pub fn load(folder: &Path) -> Result<Self, EmbeddingError> {
        let read = |name: &str| {
            let path = folder.join(name);
            fs::read(&path).map_err(|error| EmbeddingError::Read(path, error))
        };
        let config: Config = serde_json::from_slice(&read("config.json")?)
            .map_err(|error| EmbeddingError::Config(folder.join("config.json"), error))?;
        let mut tokenizer = Tokenizer::from_bytes(read("tokenizer.json")?).map_err(EmbeddingError::Tokeniser)?;
        // One text at a time needs no padding; the file asks for some.
        tokenizer.with_padding(None);
        let truncation = TruncationParams { max_length: TOKENS_MAX, ..TruncationParams::default() };
        tokenizer.with_truncation(Some(truncation)).map_err(EmbeddingError::Tokeniser)?;
        let device = Device::Cpu;
        let weights = VarBuilder::from_buffered_safetensors(read("model.safetensors")?, DType::F32, &device)?;
        Ok(Self { model: BertModel::load(weights, &config)?, tokenizer, device })
    }

    /// The mean of what the model says of each token, at length one.
    pub fn embed(&self, text: &str) -> Result<Embedding, EmbeddingError> {
        let encoding = self.tokenizer.encode(text, true).map_err(EmbeddingError::Tokeniser)?;
        let ids = Tensor::new(encoding.get_ids(), &self.device)?.unsqueeze(0)?;
        let hidden = self.model.forward(&ids, &ids.zeros_like()?, None)?;
        let mean = hidden.mean(1)?.squeeze(0)?;
        let length = mean.sqr()?.sum_all()?.sqrt()?;
        let numbers = mean.broadcast_div(&length)?.to_vec1()?;
        // At most TOKENS_MAX.
        Ok(Embedding { numbers, tokens: encoding.get_ids().len() as u32 })
    }
}
