//! What is read in a folder, drawn from and timed.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use cairn_evals::{Reading, sample, speed};

use crate::folder;

const ORCHARD: &str = "# Orchard\n\nThe picking-desk calls the weighing-service over HTTPS.\n\
    The weighing-service writes weights to the harvest-database.\nAll weights are encrypted at rest.\n";

fn orchard(name: &str) -> std::path::PathBuf {
    folder(
        name,
        &[("orchard.md", ORCHARD), ("more/press.md", "# Press\n\nThe press-worker reads from the harvest-database.\n")],
    )
}

#[test]
fn a_sample_is_the_same_every_time_and_cites() {
    let dir = orchard("sample");
    let [one, other] = [Some(1), Some(2)].map(|threads| Reading::of_folder(&dir, threads).unwrap());
    let shown = sample(&one, 2, None);
    assert_eq!(shown, sample(&other, 2, None));
    assert!(shown.starts_with("component: 2 of "), "{shown}");
    let claims = shown.matches("\n  [ ] ").count();
    let citations = shown.lines().filter(|line| line.starts_with("      ") && line.contains(".md:")).count();
    assert!(claims >= 2 && citations >= claims, "{shown}");
    let components = sample(&one, usize::MAX, Some("component"));
    assert!(components.contains("name: harvest-database") && !components.contains("flow:"), "{components}");
}

#[test]
fn every_pass_is_timed_at_every_size() {
    let ticks = AtomicU64::new(0);
    let clock = || Duration::from_millis(ticks.fetch_add(1, Ordering::Relaxed));
    let rows = speed(&orchard("speed"), 3, Some(1), &clock).unwrap();
    assert_eq!(rows.iter().map(|row| (row.copies, row.documents)).collect::<Vec<_>>(), [(1, 2), (2, 4), (3, 6)]);
    for row in &rows {
        let passes: Vec<_> = row.passes.iter().map(|pass| (pass.name, pass.time.as_millis())).collect();
        assert_eq!(passes, [("ingest", 1), ("survey", 1), ("gather", 1), ("read", 1)]);
        assert!(row.claims > 0 && row.megabytes_per_second(row.passes[0]) > 0.0);
    }
    assert!(rows[1].bytes > 2 * rows[0].bytes, "identifiers in a copy are new names, and longer");
    assert!(rows[1].claims > rows[0].claims, "what is read once is read in the copy too");
}
