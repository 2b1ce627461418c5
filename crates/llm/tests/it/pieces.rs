//! Answers that come in pieces: what is told while they come, and what becomes of those that never end.

use std::sync::Arc;

use cairn_llm::{CallFailure, Finish, Usage};
use tokio::sync::Semaphore;

use crate::stub::{Reply, Stub};
use crate::{client, policy, request};

fn in_pieces(texts: &[&str]) -> Reply {
    let texts = texts.iter().map(|text| (*text).to_owned()).collect();
    Reply::Pieces { texts, turn: Arc::new(Semaphore::new(100)), is_whole: true }
}

#[tokio::test]
async fn an_answer_is_told_as_it_grows_and_is_whole_at_the_end() {
    let stub = Stub::start(|question| {
        let body = question.json();
        assert_eq!((&body["stream"], &body["stream_options"]["include_usage"]), (&true.into(), &true.into()));
        in_pieces(&["{\"word\":", " \"zäh", "lt\"}"])
    });
    let mut told = Vec::new();
    let mut hear = |text: &str| told.push(text.to_owned());
    let (completion, _) = client(&stub, policy()).chat_heard(&request("say"), &mut hear).await.unwrap();
    assert_eq!(completion.content, "{\"word\": \"zählt\"}");
    assert_eq!((completion.finish, completion.model.as_deref()), (Finish::Stop, Some("stub-1")));
    assert_eq!(completion.usage, Some(Usage { input: 100, cached: 0, output: 20 }));
    assert!(told.iter().all(|it| completion.content.starts_with(it.as_str())), "{told:?}");
    assert!(told.is_sorted_by(|one, next| one.len() < next.len()), "{told:?}");
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_not_asked_for_again() {
    let turn = Arc::new(Semaphore::new(0));
    let breaks_off = Arc::clone(&turn);
    let stub = Stub::start(move |_| Reply::Pieces {
        texts: vec!["{\"word\": \"half".to_owned()],
        turn: Arc::clone(&breaks_off),
        is_whole: false,
    });
    // Not before something was heard of it.
    let mut hear = |_: &str| turn.add_permits(1);
    let error = client(&stub, policy()).chat_heard(&request("say"), &mut hear).await.unwrap_err();
    assert!(matches!(error.failure, CallFailure::BrokenOff), "{error}");
    assert_eq!(stub.calls(), 1);
}

#[tokio::test]
async fn an_endpoint_that_knows_no_pieces_answers_as_a_whole() {
    let refuses = Stub::start(|question| {
        if question.json()["stream"] == true {
            Reply::status(400, r#"{"error": {"code": "unsupported_parameter"}}"#)
        } else {
            Reply::content("ready")
        }
    });
    let ignores = Stub::start(|_| Reply::content("ready"));
    for (stub, calls) in [(refuses, 2), (ignores, 1)] {
        let mut told = 0;
        let (completion, _) = client(&stub, policy()).chat_heard(&request("say"), &mut |_| told += 1).await.unwrap();
        assert_eq!((completion.content.as_str(), told, stub.calls()), ("ready", 0, calls));
    }
}

#[tokio::test]
async fn an_answer_without_its_end_is_none() {
    // The connection ends in good order, and the answer does not.
    let stub = Stub::start(|_| Reply::status(200, "data: {\"choices\": [{\"delta\": {\"content\": \"half\"}}]}\n\n"));
    let error = client(&stub, policy()).chat_heard(&request("say"), &mut |_| ()).await.unwrap_err();
    assert!(matches!(error.failure, CallFailure::NotACompletion), "{error}");
}
