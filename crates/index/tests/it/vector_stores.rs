//! What every store of vectors promises: the embedded one always, and Qdrant where `CAIRN_TEST_QDRANT_URL` names a server.

use cairn_index::{
    Embedded, Filter, Index, IndexedPassage, PassageId, Point, Qdrant, QdrantSettings, Query, VectorFiles, VectorStore,
};
use cairn_model::{ClaimKind, Date, SourceType, Trust};

use crate::fixture::{at, passage};

const DIMENSIONS: usize = 32;
const DOCUMENTS: usize = 40;
const PASSAGES: usize = 5;

const QUERIES: [&str; 9] = [
    "",
    "kind:adr",
    "kind:control kind:flow",
    "path:docs/1",
    "component:number-3",
    "after:2025-03 before:2025-05",
    "trust:asserts",
    "kind:adr trust:vouches after:2025-02",
    "component:nobody",
];

/// Numbers that look random and are always the same, as a vector of length one.
fn vector(seed: u64) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut number = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % 2001) as f32 / 1000.0 - 1.0
    };
    let vector: Vec<f32> = (0..DIMENSIONS).map(|_| number()).collect();
    let length = vector.iter().map(|it| it * it).sum::<f32>().sqrt();
    vector.into_iter().map(|it| it / length).collect()
}

fn passages() -> Vec<IndexedPassage> {
    let one = |number: usize| {
        let document = number / PASSAGES;
        let place =
            at(number % PASSAGES * 100, passage(&format!("docs/{document}/page.md"), &format!("text {number}")));
        IndexedPassage {
            source_type: if document.is_multiple_of(3) { SourceType::Adr } else { SourceType::Guide },
            trust: if document.is_multiple_of(4) { Trust::Asserts } else { Trust::Vouches },
            modified: Date::new(2025, i8::try_from(document % 12 + 1).unwrap(), 7)
                .filter(|_| !document.is_multiple_of(5)),
            components: vec![format!("number {}", number % 7)],
            claim_kinds: if number.is_multiple_of(2) { vec![ClaimKind::Control] } else { Vec::new() },
            ..place
        }
    };
    (0..DOCUMENTS * PASSAGES).map(one).collect()
}

fn points(index: &Index) -> Vec<Point> {
    let ids: Vec<PassageId> = index.keys().unwrap().into_keys().collect();
    let kept = index.passages_of(&ids).unwrap();
    kept.into_iter().map(|passage| Point { vector: vector(passage.vector_key), passage }).collect()
}

fn filters() -> Vec<Filter> {
    QUERIES.iter().map(|query| Query::new(*query, 1).filter()).collect()
}

async fn answers(store: &dyn VectorStore) -> Vec<Vec<(PassageId, f64)>> {
    let mut answers = Vec::new();
    for seed in 0..5 {
        for filter in filters() {
            answers.push(store.nearest(&vector(1_000 + seed), &filter, 10).await.unwrap());
        }
    }
    answers
}

/// What is right: everything that passes the filter, compared in floats.
fn exact(index: &Index) -> Vec<Vec<(PassageId, f64)>> {
    let points = points(index);
    let mut answers = Vec::new();
    for seed in 0..5 {
        for query in QUERIES {
            let ids: Vec<PassageId> = points.iter().map(|point| point.passage.id).collect();
            let admitted = index.admitted(&Query::new(query, 1), &ids).unwrap();
            let question = vector(1_000 + seed);
            let near = |point: &Point| -> f64 {
                point.vector.iter().zip(&question).map(|(one, other)| f64::from(*one) * f64::from(*other)).sum()
            };
            let passing = points.iter().zip(admitted).filter(|(_, admitted)| *admitted);
            let mut all: Vec<(PassageId, f64)> = passing.map(|(point, _)| (point.passage.id, near(point))).collect();
            all.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
            all.truncate(10);
            answers.push(all);
        }
    }
    answers
}

/// The same passages in the same order, but for those that are equally near.
fn assert_same(found: &[Vec<(PassageId, f64)>], expected: &[Vec<(PassageId, f64)>]) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert_eq!(found.len(), expected.len());
        for ((id, near), (expected_id, expected_near)) in found.iter().zip(expected) {
            assert!((near - expected_near).abs() < 1e-5, "{near} and {expected_near}");
            assert!(id == expected_id || found.iter().filter(|(_, it)| (it - near).abs() < 1e-5).count() > 1);
        }
    }
}

/// Fills a store, asks it, takes a document away, and asks again.
async fn check(store: &mut dyn VectorStore, index: &Index) {
    let points = points(index);
    store.add(&points[..100]).await.unwrap();
    store.add(&points).await.unwrap();
    let mut ids: Vec<PassageId> = points.iter().map(|point| point.passage.id).collect();
    ids.sort_unstable();
    assert_eq!(store.ids().await.unwrap(), ids);
}

#[tokio::test]
async fn the_embedded_store_is_exact_under_every_filter() {
    let mut index = Index::in_memory().unwrap();
    index.update(&[], &passages()).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let mut files = VectorFiles::open(dir.path()).unwrap();
    let mut store = Embedded::new(&index, &mut files).unwrap();
    check(&mut store, &index).await;
    assert_same(&answers(&store).await, &exact(&index));
    drop(store);

    let gone = passages()[0].passage.document.clone();
    index.update(std::slice::from_ref(&gone), &[]).unwrap();
    let store = Embedded::new(&index, &mut files).unwrap();
    assert_eq!(store.ids().await.unwrap().len(), (DOCUMENTS - 1) * PASSAGES);
    assert_same(&answers(&store).await, &exact(&index));
}

#[tokio::test]
async fn qdrant_gives_what_the_embedded_store_gives() {
    #[expect(clippy::disallowed_methods, reason = "a server cannot be had otherwise")]
    let Ok(url) = std::env::var("CAIRN_TEST_QDRANT_URL") else {
        println!("skipped: CAIRN_TEST_QDRANT_URL names no server");
        return;
    };
    let mut index = Index::in_memory().unwrap();
    index.update(&[], &passages()).unwrap();
    let settings = |tenant: &str| QdrantSettings {
        url: url.clone(),
        api_key: None,
        collection: "cairn-test".to_owned(),
        tenant: tenant.to_owned(),
        shards: 1,
        replicas: 1,
        timeout_ms: 10_000,
    };
    let dir = tempfile::tempdir().unwrap();
    let mut files = VectorFiles::open(dir.path()).unwrap();
    let mut embedded = Embedded::new(&index, &mut files).unwrap();
    check(&mut embedded, &index).await;
    for tenant in ["one", "other"] {
        let mut server = Qdrant::connect(settings(tenant), "test", DIMENSIONS).await.unwrap();
        let before = server.ids().await.unwrap();
        server.remove(&before).await.unwrap();
        check(&mut server, &index).await;
        server.publish().await.unwrap();
        assert!(server.is_published().await.unwrap());
        assert_same(&answers(&server).await, &answers(&embedded).await);
        let some = server.ids().await.unwrap()[..5].to_vec();
        server.remove(&some).await.unwrap();
        assert_eq!(server.ids().await.unwrap().len(), DOCUMENTS * PASSAGES - 5);
        assert!(!server.joined("text 7", &vector(3), &Filter::default(), 10).await.unwrap().is_empty());
    }
}
