//! The baseline: Postgres' own load generator with the API's own statement.

use crate::stage::Stage;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

/// Statements a second, each about another asset.
pub fn run(stage: &Stage, connections: u32, duration: Duration) -> f64 {
    let statement = tributary_api::ASSET.replace("$1", "sha256(convert_to('asset ' || :n, 'UTF8'))");
    let script = format!("\\set n random(0, {})\n{};\n", stage.assets - 1, statement.replace('\n', " "));
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), script).unwrap();
    let connections = connections.to_string();
    let output = Command::new(program())
        .args(["--no-vacuum", "--protocol=prepared", "--jobs=1", "--client", &connections])
        .args(["--time", &duration.as_secs().to_string(), "--file"])
        .arg(file.path())
        .arg(&stage.url)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("number of failed transactions: 0 "), "{said}");
    let tps = said.lines().find_map(|line| line.strip_prefix("tps = ")).unwrap();
    tps.split(' ').next().unwrap().parse().unwrap()
}

/// Debian keeps it beside the server.
fn program() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let beside = versions.map(|version| version.path().join("bin/pgbench")).filter(|path| path.is_file()).max();
    beside.unwrap_or_else(|| "pgbench".into())
}
