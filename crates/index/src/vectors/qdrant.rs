//! Vectors on a Qdrant server, for collections that outgrow a machine.
//!
//! One collection holds the points of all projects whose vectors are made by one model, each point with its project's name, by
//! which the server partitions them. A project searches through an alias of its own, which moves to another collection only when
//! that holds everything: so a change of the model never leaves a project with half an index. Points carry a dense vector
//! (`meaning`), a sparse one (`words`) that the server weighs by how rare words are, and what filters ask for.

mod points;
mod problem;

use std::time::Duration;

use qdrant_client::qdrant::{
    CreateAliasBuilder, CreateCollectionBuilder, CreateFieldIndexCollectionBuilder, DeletePointsBuilder, Distance,
    FieldType, Filter as ServerFilter, Fusion, KeywordIndexParamsBuilder, Modifier, PointId as ServerId,
    PrefetchQueryBuilder, Query as ServerQuery, QueryPointsBuilder, ScoredPoint, ScrollPointsBuilder,
    SparseVectorParamsBuilder, SparseVectorsConfigBuilder, UpsertPointsBuilder, VectorInput, VectorParamsBuilder,
    VectorsConfigBuilder,
};
use qdrant_client::{Qdrant as Client, QdrantError};

use self::points::{COMPONENT, DAY, FOLDER, KIND, PASSAGE, SOURCE_TYPE, TENANT, TRUST};
pub use self::problem::ServerProblem;
use super::{Point, Task, VectorError, VectorStore};
use crate::{Filter, PassageId};

/// The names of a point's vectors.
const MEANING: &str = "meaning";
const WORDS: &str = "words";

/// The oldest server that answers the queries made here.
const VERSION_MIN: (u32, u32) = (1, 10);

/// So many points go to the server at a time.
const POINTS_PER_CALL: usize = 256;
const IDS_PER_CALL: u32 = 4_096;

/// Where a server is and what is kept there how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QdrantSettings {
    /// The address of its gRPC interface.
    pub url: String,
    /// Its key, if it wants one.
    pub api_key: Option<String>,
    /// The beginning of the names of collections.
    pub collection: String,
    /// The project's name among those that share a collection.
    pub tenant: String,
    /// Into how many shards a new collection is cut.
    pub shards: u32,
    /// On how many nodes each shard of a new collection is kept.
    pub replicas: u32,
    /// How long an answer may take.
    pub timeout_ms: u64,
}

/// A project's points on a server.
pub struct Qdrant {
    client: Client,
    settings: QdrantSettings,
    /// The collection of the model's vectors.
    collection: String,
}

impl Qdrant {
    /// Connects to the server, and makes the collection for vectors of `embedder` where there is none.
    pub async fn connect(settings: QdrantSettings, embedder: &str, dimensions: usize) -> Result<Self, VectorError> {
        let store = Self::client(settings, embedder)?;
        store.version().await?;
        let exists = store.client.collection_exists(&store.collection).await.map_err(|error| store.failed(&error))?;
        if exists {
            store.check_dimensions(dimensions).await?;
        } else {
            store.create(dimensions).await?;
        }
        Ok(store)
    }

    /// The version of the server that `settings` name, when it can be reached and is not too old.
    pub async fn check(settings: QdrantSettings) -> Result<String, VectorError> {
        Self::client(settings, "")?.version().await
    }

    fn client(settings: QdrantSettings, embedder: &str) -> Result<Self, VectorError> {
        let timeout = Duration::from_millis(settings.timeout_ms);
        let client = Client::from_url(&settings.url)
            .api_key(settings.api_key.clone())
            .timeout(timeout)
            .connect_timeout(timeout)
            .skip_compatibility_check()
            .build();
        let client = client.map_err(|error| problem::failed(&settings, &error))?;
        let collection = format!("{}.{embedder}", settings.collection);
        Ok(Self { client, settings, collection })
    }

    /// Whether everything that was added is what searches go through.
    pub async fn is_published(&self) -> Result<bool, VectorError> {
        let listed = self.client.list_aliases().await.map_err(|error| self.failed(&error))?;
        let alias = self.alias();
        Ok(listed.aliases.iter().any(|it| it.alias_name == alias && it.collection_name == self.collection))
    }

    /// Lets searches go through what was added. Called when everything is there.
    pub async fn publish(&self) -> Result<(), VectorError> {
        let alias = CreateAliasBuilder::new(self.collection.clone(), self.alias());
        self.client.create_alias(alias).await.map(drop).map_err(|error| self.failed(&error))
    }

    /// The best `limit` passages by words and meaning, joined on the server by their ranks.
    pub async fn joined(
        &self,
        text: &str,
        vector: &[f32],
        filter: &Filter,
        limit: usize,
    ) -> Result<Vec<(PassageId, f64)>, VectorError> {
        let filter = self.server_filter(filter);
        let (words, weights) = points::asked_words(text);
        let depth = limit as u64;
        let by_words = PrefetchQueryBuilder::default()
            .query(ServerQuery::new_nearest(VectorInput::new_sparse(words, weights)))
            .using(WORDS)
            .filter(filter.clone())
            .limit(depth);
        let by_meaning = PrefetchQueryBuilder::default()
            .query(ServerQuery::new_nearest(VectorInput::new_dense(vector.to_vec())))
            .using(MEANING)
            .filter(filter)
            .limit(depth);
        let query = QueryPointsBuilder::new(self.alias())
            .add_prefetch(by_words)
            .add_prefetch(by_meaning)
            .query(ServerQuery::new_fusion(Fusion::Rrf));
        self.asked(query.limit(depth)).await
    }

    async fn version(&self) -> Result<String, VectorError> {
        let version = self.client.health_check().await.map_err(|error| self.failed(&error))?.version;
        let mut numbers = version.split('.').map(|number| number.parse::<u32>().unwrap_or_default());
        let found = (numbers.next().unwrap_or_default(), numbers.next().unwrap_or_default());
        if found >= VERSION_MIN { Ok(version) } else { Err(self.problem(ServerProblem::TooOld, version)) }
    }

    async fn check_dimensions(&self, dimensions: usize) -> Result<(), VectorError> {
        let info = self.client.collection_info(&self.collection).await.map_err(|error| self.failed(&error))?;
        match points::dimensions_of(&info, MEANING) {
            Some(kept) if kept == dimensions as u64 => Ok(()),
            Some(kept) => {
                let detail = format!("`{}` has vectors of {kept} dimensions and not of {dimensions}", self.collection);
                Err(self.problem(ServerProblem::WrongSchema, detail))
            }
            None => {
                let detail = format!("`{}` has no vectors called `{MEANING}`", self.collection);
                Err(self.problem(ServerProblem::WrongSchema, detail))
            }
        }
    }

    async fn create(&self, dimensions: usize) -> Result<(), VectorError> {
        let mut dense = VectorsConfigBuilder::default();
        // Vectors have the length one, so that the product is what the embedded store computes too.
        dense.add_named_vector_params(MEANING, VectorParamsBuilder::new(dimensions as u64, Distance::Dot));
        let mut sparse = SparseVectorsConfigBuilder::default();
        let rare_words_weigh_more = SparseVectorParamsBuilder::default().modifier(Modifier::Idf);
        sparse.add_named_vector_params(WORDS, rare_words_weigh_more);
        let collection = CreateCollectionBuilder::new(self.collection.clone())
            .vectors_config(dense)
            .sparse_vectors_config(sparse)
            .shard_number(self.settings.shards)
            .replication_factor(self.settings.replicas);
        self.client.create_collection(collection).await.map_err(|error| self.failed(&error))?;
        let tenant = CreateFieldIndexCollectionBuilder::new(self.collection.clone(), TENANT, FieldType::Keyword)
            .field_index_params(KeywordIndexParamsBuilder::default().is_tenant(true));
        self.client.create_field_index(tenant.wait(true)).await.map_err(|error| self.failed(&error))?;
        let filtered = [SOURCE_TYPE, KIND, FOLDER, COMPONENT, TRUST].map(|field| (field, FieldType::Keyword));
        for (field, kind) in filtered.into_iter().chain([(DAY, FieldType::Integer)]) {
            let index = CreateFieldIndexCollectionBuilder::new(self.collection.clone(), field, kind).wait(true);
            self.client.create_field_index(index).await.map_err(|error| self.failed(&error))?;
        }
        Ok(())
    }

    async fn asked(&self, query: QueryPointsBuilder) -> Result<Vec<(PassageId, f64)>, VectorError> {
        let answer = self.client.query(query.with_payload(true)).await.map_err(|error| self.failed(&error))?;
        let named =
            |point: ScoredPoint| Some((points::passage_of(point.payload.get(PASSAGE))?, f64::from(point.score)));
        let mut found: Vec<(PassageId, f64)> = answer.result.into_iter().filter_map(named).collect();
        found.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
        Ok(found)
    }

    async fn all_ids(&self) -> Result<Vec<PassageId>, VectorError> {
        let (mut ids, mut from) = (Vec::new(), None::<ServerId>);
        loop {
            let mut page = ScrollPointsBuilder::new(self.collection.clone())
                .filter(self.server_filter(&Filter::default()))
                .with_payload(true)
                .limit(IDS_PER_CALL);
            if let Some(from) = from {
                page = page.offset(from);
            }
            let page = self.client.scroll(page).await.map_err(|error| self.failed(&error))?;
            ids.extend(page.result.iter().filter_map(|point| points::passage_of(point.payload.get(PASSAGE))));
            from = page.next_page_offset;
            if from.is_none() {
                ids.sort_unstable();
                return Ok(ids);
            }
        }
    }

    fn server_filter(&self, filter: &Filter) -> ServerFilter {
        points::filter(filter, &self.settings.tenant)
    }

    fn alias(&self) -> String {
        format!("{}.of.{}", self.settings.collection, self.settings.tenant)
    }

    fn failed(&self, error: &QdrantError) -> VectorError {
        problem::failed(&self.settings, error)
    }

    fn problem(&self, problem: ServerProblem, detail: String) -> VectorError {
        VectorError::Server { url: self.settings.url.clone(), problem, detail }
    }
}

impl VectorStore for Qdrant {
    fn add<'a>(&'a mut self, added: &'a [Point]) -> Task<'a, ()> {
        Box::pin(async {
            for part in added.chunks(POINTS_PER_CALL) {
                let part: Vec<_> = part.iter().map(|point| points::point(point, &self.settings.tenant)).collect();
                let upsert = UpsertPointsBuilder::new(self.collection.clone(), part).wait(true);
                self.client.upsert_points(upsert).await.map_err(|error| self.failed(&error))?;
            }
            Ok(())
        })
    }

    fn remove<'a>(&'a mut self, ids: &'a [PassageId]) -> Task<'a, ()> {
        Box::pin(async {
            for part in ids.chunks(POINTS_PER_CALL) {
                let part: Vec<ServerId> = part.iter().map(|id| points::server_id(*id, &self.settings.tenant)).collect();
                let delete = DeletePointsBuilder::new(self.collection.clone()).points(part).wait(true);
                self.client.delete_points(delete).await.map_err(|error| self.failed(&error))?;
            }
            Ok(())
        })
    }

    fn ids(&self) -> Task<'_, Vec<PassageId>> {
        Box::pin(self.all_ids())
    }

    fn nearest<'a>(&'a self, vector: &'a [f32], filter: &'a Filter, limit: usize) -> Task<'a, Vec<(PassageId, f64)>> {
        Box::pin(async move {
            let query = QueryPointsBuilder::new(self.alias())
                .query(ServerQuery::new_nearest(VectorInput::new_dense(vector.to_vec())))
                .using(MEANING)
                .filter(self.server_filter(filter))
                .limit(limit as u64);
            self.asked(query).await
        })
    }
}
