//! Lists the texts: `cargo run -p tributary-corpus --example list -- "$(tools/corpus/fetch)"`.

fn main() -> Result<(), tributary_corpus::CorpusError> {
    let data = std::env::args().nth(1).unwrap_or_default();
    for text in tributary_corpus::load(data.as_ref())? {
        println!("{:>9} bytes  {:?}  {}  {:?}", text.body.len(), text.family, text.title, text.authors);
    }
    Ok(())
}
