//! What is sent to a Qdrant server, and what a user is told when it fails. A stand-in answers; no real server is needed.

use cairn_index::{
    Filter, Index, PassageId, Point, Qdrant, QdrantSettings, Query, ServerProblem, VectorError, VectorStore as _,
};
use qdrant_client::qdrant::condition::ConditionOneOf;
use tonic::Code;

use crate::fixture::passage;
use crate::stand_in::{Fault, StandIn, dimensions};

fn settings(url: &str) -> QdrantSettings {
    QdrantSettings {
        url: url.to_owned(),
        api_key: None,
        collection: "cairn".to_owned(),
        tenant: "harbour".to_owned(),
        shards: 3,
        replicas: 2,
        timeout_ms: 500,
    }
}

async fn connected(stand_in: &StandIn) -> Result<Qdrant, VectorError> {
    Qdrant::connect(settings(&stand_in.url), "small-1", 4).await
}

fn point() -> Point {
    let mut index = Index::in_memory().unwrap();
    index.update(&[], &[passage("docs/a.md", "The crane moves.")]).unwrap();
    let ids: Vec<PassageId> = index.keys().unwrap().into_keys().collect();
    Point { passage: index.passages_of(&ids).unwrap().remove(0), vector: vec![1.0, 0.0, 0.0, 0.0] }
}

/// The problem, whose message has a hint and names the server.
#[track_caller]
fn problem<T>(outcome: Result<T, VectorError>) -> ServerProblem {
    let Err(error) = outcome else { panic!("it did not fail") };
    let message = error.to_string();
    assert!(message.contains("http://127.0.0.1:") && message.contains("\nhint: "), "{message}");
    let VectorError::Server { problem, .. } = error else { panic!("{message}") };
    problem
}

#[tokio::test]
async fn a_collection_is_made_as_the_settings_say_and_not_twice() {
    let stand_in = StandIn::start(Fault::None).await;
    connected(&stand_in).await.unwrap();
    connected(&stand_in).await.unwrap();
    let kept = stand_in.kept.lock().unwrap().clone();
    let made = &kept.collections["cairn.small-1"];
    assert_eq!((made.shard_number, made.replication_factor), (Some(3), Some(2)));
    assert_eq!(dimensions(made.vectors_config.as_ref())["meaning"], 4);
    assert!(made.sparse_vectors_config.as_ref().unwrap().map.contains_key("words"));
    let indexed: Vec<&str> = kept.indexed.iter().map(|it| it.field_name.as_str()).collect();
    assert_eq!(indexed, ["tenant", "source_type", "claim_kind", "folder", "component", "trust", "day"]);
}

#[tokio::test]
async fn points_carry_their_project_and_searches_go_through_its_alias() {
    let stand_in = StandIn::start(Fault::None).await;
    let mut server = connected(&stand_in).await.unwrap();
    assert!(!server.is_published().await.unwrap());
    server.add(&[point()]).await.unwrap();
    server.publish().await.unwrap();
    assert!(server.is_published().await.unwrap());
    let filter = Query::new("kind:guide after:2024", 1).filter();
    server.nearest(&[1.0, 0.0, 0.0, 0.0], &filter, 7).await.unwrap();
    server.joined("a crane", &[1.0, 0.0, 0.0, 0.0], &Filter::default(), 7).await.unwrap();

    let kept = stand_in.kept.lock().unwrap().clone();
    assert_eq!(kept.aliases["cairn.of.harbour"], "cairn.small-1");
    let sent = &kept.upserts[0].points[0];
    assert_eq!(sent.payload["tenant"].as_str().unwrap(), "harbour");
    assert_eq!(sent.payload["day"].as_integer().unwrap(), 20_240_501);
    let [nearest, joined] = &kept.queries[..] else { panic!("{}", kept.queries.len()) };
    assert_eq!((nearest.collection_name.as_str(), nearest.limit), ("cairn.of.harbour", Some(7)));
    let conditions = &nearest.filter.as_ref().unwrap().must;
    let fields = conditions.iter().filter_map(|condition| match condition.condition_one_of.as_ref()? {
        ConditionOneOf::Field(field) => Some(field.key.as_str()),
        _ => None,
    });
    assert_eq!(fields.collect::<Vec<_>>(), ["tenant", "source_type", "day"]);
    assert_eq!(joined.prefetch.len(), 2);
}

#[tokio::test]
async fn a_server_that_is_gone() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let outcome = Qdrant::connect(settings(&format!("http://{free}")), "small-1", 4).await;
    assert_eq!(problem(outcome), ServerProblem::Gone);
}

#[tokio::test]
async fn a_server_that_does_not_answer() {
    let stand_in = StandIn::start(Fault::None).await;
    let server = connected(&stand_in).await.unwrap();
    stand_in.fail(Fault::Silence("Query"));
    assert_eq!(problem(server.nearest(&[0.0; 4], &Filter::default(), 3).await), ServerProblem::Slow);
}

#[tokio::test]
async fn a_server_without_space() {
    let stand_in = StandIn::start(Fault::None).await;
    let mut server = connected(&stand_in).await.unwrap();
    stand_in.fail(Fault::Status("Upsert", Code::Internal, "Service internal error: No space left on device"));
    assert_eq!(problem(server.add(&[point()]).await), ServerProblem::Full);
}

#[tokio::test]
async fn a_collection_of_another_form() {
    let stand_in = StandIn::start(Fault::None).await;
    connected(&stand_in).await.unwrap();
    let outcome = Qdrant::connect(settings(&stand_in.url), "small-1", 5).await;
    assert_eq!(problem(outcome), ServerProblem::WrongSchema);
}

#[tokio::test]
async fn a_cluster_that_lost_too_many_nodes() {
    let stand_in = StandIn::start(Fault::None).await;
    let mut server = connected(&stand_in).await.unwrap();
    let message = "The replica set for shard 1 has no active replica";
    stand_in.fail(Fault::Status("Upsert", Code::Internal, message));
    assert_eq!(problem(server.add(&[point()]).await), ServerProblem::Gone);
}

#[tokio::test]
async fn a_server_with_another_key_or_of_an_old_version() {
    let stand_in = StandIn::start(Fault::Status("HealthCheck", Code::Unauthenticated, "Invalid API key")).await;
    assert_eq!(problem(connected(&stand_in).await), ServerProblem::Denied);
    stand_in.fail(Fault::Version("1.9.7"));
    assert_eq!(problem(connected(&stand_in).await), ServerProblem::TooOld);
}
