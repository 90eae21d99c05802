//! `make attacks`: what each attack on attribution pays, as the page
//! `docs/attacks.md`. A test compares the committed page with this. It attacks the
//! engine only: what the programs refuse is tested beside them.

mod income;
mod market;
mod records;
mod report;
#[cfg(test)]
mod tests;
mod vectors;
mod words;

use std::io::Write;

fn main() -> anyhow::Result<()> {
    let page = report::page(&report::rows()?);
    Ok(std::io::stdout().lock().write_all(page.as_bytes())?)
}
