//! A store whose process was killed shows whole commits only, and every commit that was acknowledged.
//!
//! This is a program and not a list of tests, because it starts itself: `crash write DIR` commits one generation after the
//! other until it is killed.

#![expect(clippy::print_stdout, reason = "a test without harness prints its own closing line")]

use std::collections::BTreeSet;
use std::error::Error;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use cairn_model::{DocumentId, Format, Revision, Skipped, SourceType};
use cairn_store::{ClaimUnit, ScanCommit, Snapshot, Store, StoredDocument};

const KILLS: u64 = 24;
const DOCUMENTS: usize = 40;
/// Some pages of the database, so that a commit consists of many writes.
const TEXT_BYTES: usize = 5_000;

type Outcome = Result<(), Box<dyn Error>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [command, dir] if command == "write" => write(Path::new(dir)).await,
        _ => kill_and_look().await,
    }
}

/// Commits generations and prints the number of each that is on the disk.
async fn write(dir: &Path) -> Outcome {
    let store = Store::open(dir).await?;
    let mut generation = generation_of(&store.load().await?)?;
    loop {
        generation += 1;
        store.commit(scan(generation)).await?;
        let mut output = std::io::stdout();
        writeln!(output, "{generation}")?;
        output.flush()?;
    }
}

async fn kill_and_look() -> Outcome {
    let dir = tempfile::tempdir()?;
    let mut last = 0;
    for round in 0..KILLS {
        let acknowledged = write_until_killed(dir.path(), round)?;
        let found = generation_of(&Store::open(dir.path()).await?.load().await?)?;
        assert!(acknowledged > last, "round {round}: the writer did not go on from generation {last}");
        assert!(found >= acknowledged, "round {round}: generation {acknowledged} was acknowledged, {found} found");
        last = found;
    }
    println!("{KILLS} kills, {last} whole commits");
    Ok(())
}

/// The last generation that the writer acknowledged.
fn write_until_killed(dir: &Path, round: u64) -> Result<u64, Box<dyn Error>> {
    let mut writer = Command::new(std::env::current_exe()?).arg("write").arg(dir).stdout(Stdio::piped()).spawn()?;
    let mut lines = BufReader::new(writer.stdout.take().ok_or("no output")?).lines();
    let first = lines.next().ok_or("the writer ended")??;
    // Another moment of a commit in each round.
    std::thread::sleep(Duration::from_micros(700 * round));
    writer.kill()?;
    writer.wait()?;
    // What it acknowledged between the first line and its death.
    let acknowledged = lines.map_while(Result::ok).last().unwrap_or(first);
    Ok(acknowledged.parse()?)
}

/// The generation that every part of the snapshot is of.
fn generation_of(snapshot: &Snapshot) -> Result<u64, Box<dyn Error>> {
    if *snapshot == Snapshot::default() {
        return Ok(0);
    }
    let generation = snapshot.settings.get("generation").and_then(serde_json::Value::as_u64).ok_or("no generation")?;
    let expected = expected(generation);
    assert_eq!(snapshot, &expected, "not one whole commit");
    Ok(generation)
}

fn expected(generation: u64) -> Snapshot {
    let ScanCommit { mut documents, mut units, skipped, settings, run, inputs, .. } = scan(generation);
    documents.sort_by(|left, right| left.path.cmp(&right.path));
    units.sort_by(|left, right| (&left.document, &left.key).cmp(&(&right.document, &right.key)));
    Snapshot { documents, units, skipped, settings, run, inputs }
}

/// A scan in which everything carries its number, and which drops all of the one before.
fn scan(generation: u64) -> ScanCommit {
    let path = |generation: u64, nth: usize| format!("{}/{nth}.md", generation % 3);
    let document = |nth| {
        let text: Arc<str> = format!("generation {generation} ").repeat(TEXT_BYTES / 15).into();
        let path = path(generation, nth);
        StoredDocument {
            id: DocumentId::of_path(&path),
            title: format!("{generation}"),
            source_type: SourceType::Guide,
            format: Format::Plain,
            modified: None,
            revision: Revision::of_bytes(text.as_bytes()),
            path,
            text,
        }
    };
    let unit = |nth| ClaimUnit {
        key: format!("{generation}-{nth}"),
        document: DocumentId::of_path(&path(generation, nth)),
        claims: Vec::new(),
    };
    ScanCommit {
        documents: (0..DOCUMENTS).map(document).collect(),
        removed: (0..DOCUMENTS).map(|nth| DocumentId::of_path(&path(generation.wrapping_sub(1), nth))).collect(),
        units: (0..DOCUMENTS).map(unit).collect(),
        keep_keys: BTreeSet::new(),
        skipped: vec![Skipped { path: "skipped".to_owned(), reason: format!("{generation}") }],
        settings: [("generation".to_owned(), generation.into())].into(),
        run: [("generation".to_owned(), generation.into())].into(),
        ..ScanCommit::default()
    }
}
