//! How the index behaves at sizes that nobody has at hand: generated passages and vectors, 100,000 of each, or as many as the
//! variable `CAIRN_BENCH_PASSAGES` says.
//!
//! Prints the rate of indexing, how long searches take, what an update of one document takes, memory and disk, and how much of the
//! exact answer the search by integers finds. Not a criterion benchmark: percentiles of single searches are what is asked for.

#![expect(clippy::print_stdout, reason = "the figures are what this is for")]
#![expect(clippy::cast_precision_loss, reason = "figures for people")]

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use cairn_index::{
    Embedded, FUSED_DEPTH, Filter, Index, IndexedPassage, PassageId, Query, VectorFiles, VectorStore as _, fuse,
};
use cairn_model::{DocumentId, Passage, SourceType, Span, Trust, content_hash};

const PASSAGES: usize = 100_000;
const PASSAGES_PER_DOCUMENT: usize = 20;
const DIMENSIONS: usize = 384;
/// Vectors lie in groups, as those of texts do; in a cloud without groups nothing is much nearer than anything else.
const GROUPS: u64 = 2_000;
const WORDS_PER_PASSAGE: usize = 80;
const VOCABULARY: u64 = 30_000;
const SEARCHES: u64 = 300;
const UPDATES: usize = 30;
/// So many searches are compared with the exact answer.
const COMPARED: u64 = 50;

/// A question and what was found for it.
type Compared = (Vec<f32>, Vec<(PassageId, f64)>);

struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn share(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1_u64 << 24) as f32
    }

    /// A word: few are frequent, most are rare.
    fn word(&mut self) -> String {
        let rank = f64::from(self.share()).powi(3) * VOCABULARY as f64;
        format!("w{rank:.0}x")
    }
}

fn numbers(seed: u64) -> Numbers {
    Numbers(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
}

fn text(seed: u64, words: usize) -> String {
    let mut numbers = numbers(seed);
    (0..words).map(|_| numbers.word()).collect::<Vec<_>>().join(" ")
}

fn vector(seed: u64) -> Vec<f32> {
    let (mut group, mut own) = (numbers(seed % GROUPS + 1), numbers(seed + GROUPS * 7));
    let values = (0..DIMENSIONS).map(|_| group.share() - 0.5 + 0.8 * (own.share() - 0.5));
    let vector: Vec<f32> = values.collect();
    let length = vector.iter().map(|it| it * it).sum::<f32>().sqrt();
    vector.into_iter().map(|it| it / length).collect()
}

fn document(number: usize, revision: u64) -> Vec<IndexedPassage> {
    let path = format!("docs/{}/{number}.md", number % 50);
    let one = |nth: usize| {
        let text = text((number * PASSAGES_PER_DOCUMENT + nth) as u64 + revision * 1_000_003, WORDS_PER_PASSAGE);
        IndexedPassage {
            passage: Passage {
                document: DocumentId::of_path(&path),
                heading_path: vec![format!("Section {nth}")],
                span: Span::new(nth * 1_000, nth * 1_000 + text.len()),
                hash: content_hash(&[&text]),
            },
            text,
            path: path.clone(),
            title: format!("Page {number}"),
            source_type: SourceType::Guide,
            modified: None,
            trust: Trust::Vouches,
            components: vec![format!("component {}", number % 40)],
            claim_kinds: Vec::new(),
            claim: None,
        }
    };
    (0..PASSAGES_PER_DOCUMENT).map(one).collect()
}

fn seed_of(key: u64) -> u64 {
    key >> 20
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    #[expect(clippy::disallowed_methods, reason = "a benchmark is told its size by its user")]
    let wanted = std::env::var("CAIRN_BENCH_PASSAGES").ok().and_then(|number| number.parse().ok());
    let documents = wanted.unwrap_or(PASSAGES) / PASSAGES_PER_DOCUMENT;
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let mut index = Index::open(&folder.path().join("index")).expect("an empty folder");
    let mut files = VectorFiles::open(&folder.path().join("vectors")).expect("an empty folder");

    let mut indexing = Duration::ZERO;
    for part in (0..documents).collect::<Vec<_>>().chunks(2_500) {
        let passages: Vec<IndexedPassage> = part.iter().flat_map(|number| document(*number, 0)).collect();
        let start = Instant::now();
        index.update(&[], &passages).expect("space on the disk");
        indexing += start.elapsed();
        let vectors: Vec<(u64, Vec<f32>)> =
            passages.iter().map(|it| (it.vector_key(), vector(seed_of(it.vector_key())))).collect();
        files.add(&vectors).expect("space on the disk");
    }
    let passages = index.passages();
    println!("{passages} passages: {:.0} a second indexed by words", passages as f64 / indexing.as_secs_f64());
    println!(
        "disk: words {} MB, vectors {} MB",
        megabytes(&folder.path().join("index")),
        files.disk_bytes() / 1_000_000
    );

    search(&index, &mut files).await;
    update(&mut index, &mut files);
    println!("memory: {}", memory());
}

async fn search(index: &Index, files: &mut VectorFiles) {
    let store = Embedded::new(index, files).expect("an open index");
    let (mut words, mut meaning, mut both, mut filtered) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut compared = Vec::new();
    for search in 0..SEARCHES {
        let question = text(search + 77_777_777, 5);
        let query = Query::new(question.clone(), 10);
        let vector = vector(search * 131 + 5);
        let start = Instant::now();
        let lexical = index.ranked(&query, FUSED_DEPTH).expect("an open index");
        words.push(start.elapsed());
        let since = Instant::now();
        let dense = store.nearest(&vector, &Filter::default(), FUSED_DEPTH).await.expect("an open index");
        meaning.push(since.elapsed());
        let fused = fuse(&lexical, &dense, 0.5);
        let hits = index.hits(fused.get(..10).unwrap_or(&fused), &query).expect("an open index");
        both.push(start.elapsed());
        assert!(!hits.is_empty());
        let filter = Query::new(format!("component:component-{}", search % 40), 1).filter();
        let since = Instant::now();
        store.nearest(&vector, &filter, FUSED_DEPTH).await.expect("an open index");
        filtered.push(since.elapsed());
        if search < COMPARED {
            compared.push((vector, dense));
        }
    }
    for (name, times) in [("words", words), ("meaning", meaning), ("meaning, 1 of 40 passes", filtered), ("both", both)]
    {
        let (half, most) = percentiles(times);
        println!("search by {name}: p50 {half:.2} ms, p99 {most:.2} ms");
    }
    println!("recall@10 against comparing all in floats: {:.4}", recall_at_ten(index, &compared));
}

fn recall_at_ten(index: &Index, compared: &[Compared]) -> f64 {
    let mut best: Vec<Vec<(f32, PassageId)>> = vec![Vec::new(); compared.len()];
    for (id, key) in index.keys().expect("an open index") {
        let vector = vector(seed_of(key));
        for (best, (question, _)) in best.iter_mut().zip(compared) {
            best.push((vector.iter().zip(question).map(|(one, other)| one * other).sum(), id));
            if best.len() > 1_000 {
                keep_ten(best);
            }
        }
    }
    let mut found_of_best = 0;
    for (best, (_, found)) in best.iter_mut().zip(compared) {
        keep_ten(best);
        let best: BTreeSet<PassageId> = best.iter().map(|(_, id)| *id).collect();
        found_of_best += found.iter().take(10).filter(|(id, _)| best.contains(id)).count();
    }
    found_of_best as f64 / (10 * compared.len()) as f64
}

fn keep_ten(best: &mut Vec<(f32, PassageId)>) {
    best.sort_by(|left, right| right.0.total_cmp(&left.0));
    best.truncate(10);
}

fn update(index: &mut Index, files: &mut VectorFiles) {
    let mut times = Vec::new();
    for number in 0..UPDATES {
        let changed = document(number * 7, 1);
        let vectors: Vec<(u64, Vec<f32>)> = changed.iter().map(|it| (it.vector_key(), vector(number as u64))).collect();
        let start = Instant::now();
        index.update(&[], &changed).expect("space on the disk");
        files.add(&vectors).expect("space on the disk");
        times.push(start.elapsed());
    }
    let (half, most) = percentiles(times);
    println!(
        "update of a document of {PASSAGES_PER_DOCUMENT} passages: p50 {half:.1} ms, p99 {most:.1} ms, without making vectors"
    );
}

/// The half and the ninety-ninth hundredth in milliseconds.
fn percentiles(mut times: Vec<Duration>) -> (f64, f64) {
    times.sort();
    let at = |hundredths: usize| times.get(times.len() * hundredths / 100).map_or(0.0, |it| it.as_secs_f64() * 1e3);
    (at(50), at(99))
}

fn megabytes(folder: &Path) -> u64 {
    let files = std::fs::read_dir(folder).expect("a folder");
    files.flatten().filter_map(|file| Some(file.metadata().ok()?.len())).sum::<u64>() / 1_000_000
}

/// The most memory held so far, as the system tells; what is mapped from files counts as far as it was touched.
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.map_or_else(|| "the system does not tell".to_owned(), |peak| format!("{} at most", peak.trim()))
}
