//! Writes the IDL of an Anchor program: what `anchor idl build` does, for
//! machines without the Anchor command line. It knows nothing about our
//! programs.

use anchor_lang_idl::build::IdlBuilder;
use anyhow::{Context, bail};
use std::path::Path;
use std::process::Command;

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (Some(program), Some(output)) = (arguments.next(), arguments.next()) else {
        bail!("usage: idl PROGRAM_CRATE_DIRECTORY OUTPUT.json [cargo test arguments]");
    };
    // The builder passes this variable on as a literal "+{toolchain}", and
    // `cargo run` sets it. Changing our own environment would need unsafe code,
    // so we start again without it.
    if std::env::var_os("RUSTUP_TOOLCHAIN").is_some() {
        let status = Command::new(std::env::current_exe()?)
            .args(std::env::args_os().skip(1))
            .env_remove("RUSTUP_TOOLCHAIN")
            .status()
            .context("starting again without RUSTUP_TOOLCHAIN")?;
        std::process::exit(status.code().unwrap_or(1));
    }

    let path = Path::new(&program).canonicalize().with_context(|| format!("there is no program crate at {program}"))?;
    let idl = IdlBuilder::new()
        .program_path(path)
        .skip_lint(true)
        .cargo_args(std::iter::once("--lib".to_owned()).chain(arguments).collect())
        .build()
        .with_context(|| {
            format!("asking {program} for its IDL; run its tests with the feature idl-build to see why")
        })?;
    std::fs::write(&output, serde_json::to_string_pretty(&idl)? + "\n").with_context(|| format!("writing {output}"))
}
