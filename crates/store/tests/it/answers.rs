//! Answers, their price, and batches on their way.

use cairn_store::{KeptAnswer, Spend, Store};

const DAY: &str = "2026-03-01";

async fn store(dir: &tempfile::TempDir) -> Store {
    Store::open(dir.path()).await.expect("the folder is writable")
}

fn answer(key: &str) -> KeptAnswer {
    let spend = Spend { calls: 1, input_tokens: 100, cached_tokens: 40, output_tokens: 10, cost_micros: 7 };
    KeptAnswer { key: key.to_owned(), completion: format!("{{\"to\":\"{key}\"}}"), spend }
}

#[tokio::test]
async fn answers_and_their_price_survive_together() {
    let dir = tempfile::tempdir().unwrap();
    let kept = store(&dir).await;
    kept.keep_answers(&[answer("a"), answer("b")], DAY).await.unwrap();
    drop(kept);
    let kept = store(&dir).await;
    let answers = kept.answers(&["a", "c"]).await.unwrap();
    assert_eq!(answers.into_iter().collect::<Vec<_>>(), [("a".to_owned(), "{\"to\":\"a\"}".to_owned())]);
    assert_eq!(kept.spent(DAY).await.unwrap(), answer("a").spend.and(answer("b").spend));
    assert_eq!(kept.spent("2026-03-02").await.unwrap(), Spend::default());
    kept.charge(answer("probe").spend, "2026-03-02").await.unwrap();
    assert_eq!(kept.spent("2026-03-02").await.unwrap(), answer("probe").spend);
}

#[tokio::test]
async fn the_first_answer_to_a_question_stays() {
    let dir = tempfile::tempdir().unwrap();
    let kept = store(&dir).await;
    kept.keep_answers(&[answer("a")], DAY).await.unwrap();
    let other = KeptAnswer { completion: "{}".to_owned(), ..answer("a") };
    kept.keep_answers(&[other], DAY).await.unwrap();
    assert_eq!(kept.answers(&["a"]).await.unwrap()["a"], "{\"to\":\"a\"}");
    assert_eq!(kept.spent(DAY).await.unwrap().calls, 2, "both were paid for");
}

#[tokio::test]
async fn an_item_of_a_batch_is_settled_and_charged_once() {
    let dir = tempfile::tempdir().unwrap();
    let kept = store(&dir).await;
    kept.open_batch("ours", &["a", "b", "c"]).await.unwrap();
    kept.name_batch("ours", "theirs").await.unwrap();
    let failed = [("b".to_owned(), "expired".to_owned())];
    assert_eq!(kept.settle_items("ours", &[answer("a")], &failed, DAY).await.unwrap(), 2);
    assert_eq!(kept.settle_items("ours", &[answer("a"), answer("b"), answer("z")], &[], DAY).await.unwrap(), 0);
    assert_eq!(kept.spent(DAY).await.unwrap().calls, 1);
    let batch = kept.batches().await.unwrap().remove(0);
    assert_eq!((batch.remote_id.as_str(), batch.is_open()), ("theirs", true));
    assert_eq!(batch.waiting().collect::<Vec<_>>(), ["c"]);
    assert_eq!(batch.items["b"], "expired");
    kept.end_batch("ours", "completed").await.unwrap();
    assert!(!kept.batches().await.unwrap()[0].is_open());
}

#[tokio::test]
async fn what_an_endpoint_can_do_is_kept_by_address_and_model() {
    let dir = tempfile::tempdir().unwrap();
    let kept = store(&dir).await;
    kept.keep_capabilities("here", "small", "{}").await.unwrap();
    kept.keep_capabilities("here", "small", "{\"a\":1}").await.unwrap();
    assert_eq!(kept.capabilities("here", "small").await.unwrap().as_deref(), Some("{\"a\":1}"));
    assert_eq!(kept.capabilities("here", "large").await.unwrap(), None);
}
