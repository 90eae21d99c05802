//! `tributary dataset add`, run as an owner runs it, against chain and gateway.
#![allow(clippy::unwrap_used)]

use std::process::{Command, Output};
use tributary_core::id::AssetId;
use tributary_system_tests::World;

fn said(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&output.stdout), text(&output.stderr))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_owner_adds_a_file_with_one_command_and_is_told_every_step() {
    let world = World::start().await.unwrap();
    world.api_keys().await.unwrap();
    let machine = &world.machine;
    let file = machine.layout.file("letters.csv");
    let lines = (1..60).map(|n| format!("{n},\"Dear reader {n}, the heron counted {} grey umbrellas\"\n", n * 7));
    std::fs::write(&file, lines.fold(String::from("id,body\n"), |csv, line| csv + &line)).unwrap();
    let add = |licence: &str| {
        let mut command = Command::new(&machine.layout.tributary);
        command.envs(machine.environment()).args(["dataset", "add"]).arg(&file).args(["--name", "Letters"]);
        command.args(["--field", "body", "--licence", licence, "--gateway", world.gateway.url()]);
        command.arg("--keypair").arg(machine.key_file("Otter").unwrap());
        command.output().unwrap()
    };
    let refused = add("Do what you want");
    let (_, complaint) = said(&refused);
    assert!(!refused.status.success() && complaint.contains("SPDX"), "{complaint}");

    let added = add("CC-BY-4.0");
    let (stdout, steps) = said(&added);
    assert!(added.status.success(), "{stdout}\n{steps}");
    let asset: AssetId = stdout.trim().parse().unwrap();
    let told = ["declared", "uploaded", "validated", "scanned", "compared", "published", "registered", "indexed"];
    let places: Vec<usize> = told
        .iter()
        .map(|step| steps.find(&format!("✓ {step}")).unwrap_or_else(|| panic!("{step} was not told: {steps}")))
        .collect();
    assert!(places.is_sorted(), "{steps}");
    assert!(steps.contains("59 records"), "{steps}");
    let owner: Vec<u8> = sqlx::query_scalar("SELECT owner::bytea FROM chain.assets WHERE asset = $1")
        .bind(&asset.0[..])
        .fetch_one(&world.pool)
        .await
        .unwrap();
    assert_eq!(owner, tributary_system_tests::world::address("Otter").to_bytes());
    // Run again it finds that all is done, and registers nothing twice.
    let (again, steps) = said(&add("CC-BY-4.0"));
    assert_eq!(again.trim(), asset.to_string(), "{steps}");
    world.stop().await.unwrap();
}
