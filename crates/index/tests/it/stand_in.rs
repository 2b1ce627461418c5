//! A stand-in for a Qdrant server that speaks its protocol on the loopback, keeps nothing but names, and fails as each test wants.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::future::Ready;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use qdrant_client::qdrant::vectors_config::Config;
use qdrant_client::qdrant::{
    AliasDescription, ChangeAliases, CollectionConfig, CollectionExists, CollectionExistsRequest,
    CollectionExistsResponse, CollectionInfo, CollectionOperationResponse, CollectionParams, CreateCollection,
    CreateFieldIndexCollection, GetCollectionInfoRequest, GetCollectionInfoResponse, HealthCheckReply,
    HealthCheckRequest, ListAliasesRequest, ListAliasesResponse, PointsOperationResponse, QueryPoints, QueryResponse,
    UpsertPoints, VectorsConfig, alias_operations,
};
use tonic::body::Body;
use tonic::codegen::{Service, http};
use tonic::server::{Grpc, NamedService, UnaryService};
use tonic::{Request, Response, Status};
use tonic_prost::ProstCodec;

/// How the stand-in fails.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    None,
    /// Every answer to a call of this name is this status.
    Status(&'static str, tonic::Code, &'static str),
    /// A call of this name is never answered.
    Silence(&'static str),
    /// It says that it has this version.
    Version(&'static str),
}

/// What it was asked to keep.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kept {
    /// Collections with what they were made of.
    pub(crate) collections: BTreeMap<String, CreateCollection>,
    /// Collections by alias.
    pub(crate) aliases: BTreeMap<String, String>,
    pub(crate) indexed: Vec<CreateFieldIndexCollection>,
    pub(crate) upserts: Vec<UpsertPoints>,
    pub(crate) queries: Vec<QueryPoints>,
}

#[derive(Clone)]
pub(crate) struct StandIn {
    fault: Arc<Mutex<Fault>>,
    pub(crate) kept: Arc<Mutex<Kept>>,
    pub(crate) url: String,
}

impl StandIn {
    pub(crate) async fn start(fault: Fault) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let stand_in = Self { fault: Arc::new(Mutex::new(fault)), kept: Arc::default(), url };
        let server = tonic::transport::Server::builder()
            .add_service(Root(stand_in.clone()))
            .add_service(Collections(stand_in.clone()))
            .add_service(Points(stand_in.clone()));
        tokio::spawn(server.serve_with_incoming(tonic::transport::server::TcpIncoming::from(listener)));
        stand_in
    }

    /// From now on it fails in this way.
    pub(crate) fn fail(&self, fault: Fault) {
        *self.fault.lock().unwrap() = fault;
    }

    async fn answer(self, request: http::Request<Body>) -> http::Response<Body> {
        let call = request.uri().path().rsplit('/').next().unwrap_or_default().to_owned();
        let fault = self.fault.lock().unwrap().clone();
        match &fault {
            Fault::Silence(silent) if *silent == call => std::future::pending().await,
            Fault::Status(failing, code, message) if *failing == call => {
                return Status::new(*code, *message).into_http();
            }
            _ => {}
        }
        let kept = self.kept.clone();
        match (request.uri().path(), fault) {
            ("/qdrant.Qdrant/HealthCheck", fault) => {
                let version = if let Fault::Version(version) = fault { version } else { "1.20.0" };
                unary(request, move |_: HealthCheckRequest| HealthCheckReply {
                    version: version.to_owned(),
                    ..HealthCheckReply::default()
                })
                .await
            }
            ("/qdrant.Collections/CollectionExists", _) => {
                unary(request, move |asked: CollectionExistsRequest| {
                    let exists = kept.lock().unwrap().collections.contains_key(&asked.collection_name);
                    CollectionExistsResponse { result: Some(CollectionExists { exists }), ..Default::default() }
                })
                .await
            }
            ("/qdrant.Collections/Create", _) => {
                unary(request, move |made: CreateCollection| {
                    kept.lock().unwrap().collections.insert(made.collection_name.clone(), made);
                    CollectionOperationResponse { result: true, ..Default::default() }
                })
                .await
            }
            ("/qdrant.Collections/Get", _) => {
                unary(request, move |asked: GetCollectionInfoRequest| info(&kept.lock().unwrap(), &asked)).await
            }
            ("/qdrant.Collections/UpdateAliases", _) => {
                unary(request, move |change: ChangeAliases| {
                    for action in change.actions.into_iter().filter_map(|it| it.action) {
                        if let alias_operations::Action::CreateAlias(made) = action {
                            kept.lock().unwrap().aliases.insert(made.alias_name, made.collection_name);
                        }
                    }
                    CollectionOperationResponse { result: true, ..Default::default() }
                })
                .await
            }
            ("/qdrant.Collections/ListAliases", _) => {
                unary(request, move |_: ListAliasesRequest| {
                    let kept = kept.lock().unwrap();
                    let aliases = kept.aliases.iter().map(|(alias, collection)| AliasDescription {
                        alias_name: alias.clone(),
                        collection_name: collection.clone(),
                    });
                    ListAliasesResponse { aliases: aliases.collect(), ..Default::default() }
                })
                .await
            }
            ("/qdrant.Points/CreateFieldIndex", _) => {
                unary(request, move |index: CreateFieldIndexCollection| {
                    kept.lock().unwrap().indexed.push(index);
                    PointsOperationResponse::default()
                })
                .await
            }
            ("/qdrant.Points/Upsert", _) => {
                unary(request, move |upsert: UpsertPoints| {
                    kept.lock().unwrap().upserts.push(upsert);
                    PointsOperationResponse::default()
                })
                .await
            }
            ("/qdrant.Points/Query", _) => {
                unary(request, move |query: QueryPoints| {
                    kept.lock().unwrap().queries.push(query);
                    QueryResponse::default()
                })
                .await
            }
            (other, _) => Status::unimplemented(other.to_owned()).into_http(),
        }
    }
}

fn info(kept: &Kept, asked: &GetCollectionInfoRequest) -> GetCollectionInfoResponse {
    let made = kept.collections.get(&asked.collection_name).cloned().unwrap_or_default();
    let params = CollectionParams { vectors_config: made.vectors_config, ..Default::default() };
    let config = CollectionConfig { params: Some(params), ..Default::default() };
    GetCollectionInfoResponse {
        result: Some(CollectionInfo { config: Some(config), ..Default::default() }),
        ..Default::default()
    }
}

/// The dimensions of the named vectors of a collection.
pub(crate) fn dimensions(vectors: Option<&VectorsConfig>) -> BTreeMap<String, u64> {
    let Some(Config::ParamsMap(named)) = vectors.and_then(|it| it.config.clone()) else { return BTreeMap::new() };
    named.map.into_iter().map(|(name, parameters)| (name, parameters.size)).collect()
}

/// Reads one message, has it answered, and writes the answer.
async fn unary<Asked, Answered>(
    request: http::Request<Body>,
    answer: impl FnOnce(Asked) -> Answered + Send + 'static,
) -> http::Response<Body>
where
    Asked: prost::Message + Default + 'static,
    Answered: prost::Message + Default + 'static,
{
    let codec = ProstCodec::<Answered, Asked>::default();
    Grpc::new(codec).unary(Answer(Some(answer)), request).await
}

struct Answer<F>(Option<F>);

impl<Asked, Answered, F: FnOnce(Asked) -> Answered> UnaryService<Asked> for Answer<F> {
    type Response = Answered;
    type Future = Ready<Result<Response<Answered>, Status>>;

    fn call(&mut self, request: Request<Asked>) -> Self::Future {
        let answer = self.0.take().unwrap();
        std::future::ready(Ok(Response::new(answer(request.into_inner()))))
    }
}

macro_rules! service {
    ($type:ident, $name:literal) => {
        #[derive(Clone)]
        struct $type(StandIn);

        impl NamedService for $type {
            const NAME: &'static str = $name;
        }

        impl Service<http::Request<Body>> for $type {
            type Response = http::Response<Body>;
            type Error = Infallible;
            type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

            fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
                Poll::Ready(Ok(()))
            }

            fn call(&mut self, request: http::Request<Body>) -> Self::Future {
                let stand_in = self.0.clone();
                Box::pin(async move { Ok(stand_in.answer(request).await) })
            }
        }
    };
}

service!(Root, "qdrant.Qdrant");
service!(Collections, "qdrant.Collections");
service!(Points, "qdrant.Points");
