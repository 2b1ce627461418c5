//! Well-known products by the names that images, resources and diagram labels give them. Only names that mean one product
//! are here; a component whose name says nothing stays without a type.

use cairn_model::{ComponentType, name_words};

use ComponentType::{AiModel, Cache, Datastore, Gateway, IdentityProvider, Observability, Queue, SecretStore};

/// Type and usual spelling of the product that `name` (an image, a label) names.
pub(crate) fn product(name: &str) -> Option<(ComponentType, &'static str)> {
    let words = name_words(name);
    let joined = words.concat();
    let named = |key: &str| {
        let singular = key.strip_suffix('s').unwrap_or(key);
        words.iter().any(|word| word == key || word == singular) || (key.len() > 6 && joined.contains(key))
    };
    PRODUCTS.iter().find(|(key, _, _)| named(key)).map(|(_, kind, spelling)| (*kind, *spelling))
}

/// Type of what a label such as `Orders DB` or `Web Browser` calls itself.
pub(crate) fn kind_by_name(name: &str) -> Option<ComponentType> {
    let words = name_words(name);
    if let Some((kind, _)) = product(name) {
        return Some(kind);
    }
    if is_language_model(&words) {
        return Some(AiModel);
    }
    let last_first = words.iter().rev();
    last_first.filter_map(|word| NOUNS.iter().find(|(noun, _)| noun == word)).map(|(_, kind)| *kind).next()
}

/// A "model" alone may be a data model; one that is called, or speaks a language, is not.
fn is_language_model(words: &[String]) -> bool {
    let pairs = [["language", "model"], ["model", "api"], ["model", "endpoint"]];
    words.iter().any(|word| word == "llm") || words.windows(2).any(|two| pairs.iter().any(|pair| two == pair))
}

/// The image's own name: `registry/team/postgres:16@sha256:…` is `postgres`.
pub(crate) fn image_name(image: &str) -> &str {
    let without_digest = image.split('@').next().unwrap_or(image);
    let last = without_digest.rsplit('/').next().unwrap_or(without_digest);
    last.split(':').next().unwrap_or(last)
}

const PRODUCTS: &[(&str, ComponentType, &str)] = &[
    ("postgres", Datastore, "PostgreSQL"),
    ("postgresql", Datastore, "PostgreSQL"),
    ("mysql", Datastore, "MySQL"),
    ("mariadb", Datastore, "MariaDB"),
    ("mongo", Datastore, "MongoDB"),
    ("mongodb", Datastore, "MongoDB"),
    ("cassandra", Datastore, "Cassandra"),
    ("cockroach", Datastore, "CockroachDB"),
    ("cockroachdb", Datastore, "CockroachDB"),
    ("elasticsearch", Datastore, "Elasticsearch"),
    ("opensearch", Datastore, "OpenSearch"),
    ("clickhouse", Datastore, "ClickHouse"),
    ("neo4j", Datastore, "Neo4j"),
    ("minio", Datastore, "MinIO"),
    ("etcd", Datastore, "etcd"),
    ("sqlite", Datastore, "SQLite"),
    ("dynamodb", Datastore, "DynamoDB"),
    ("mssql", Datastore, "SQL Server"),
    ("influxdb", Datastore, "InfluxDB"),
    ("qdrant", Datastore, "Qdrant"),
    ("weaviate", Datastore, "Weaviate"),
    ("bigquery", Datastore, "BigQuery"),
    ("snowflake", Datastore, "Snowflake"),
    ("redis", Cache, "Redis"),
    ("valkey", Cache, "Valkey"),
    ("memcached", Cache, "Memcached"),
    ("rabbitmq", Queue, "RabbitMQ"),
    ("kafka", Queue, "Kafka"),
    ("nats", Queue, "NATS"),
    ("redpanda", Queue, "Redpanda"),
    ("zookeeper", Datastore, "ZooKeeper"),
    ("activemq", Queue, "ActiveMQ"),
    ("mosquitto", Queue, "Mosquitto"),
    ("pulsar", Queue, "Pulsar"),
    ("nginx", Gateway, "nginx"),
    ("traefik", Gateway, "Traefik"),
    ("envoy", Gateway, "Envoy"),
    ("haproxy", Gateway, "HAProxy"),
    ("kong", Gateway, "Kong"),
    ("caddy", Gateway, "Caddy"),
    ("keycloak", IdentityProvider, "Keycloak"),
    ("dex", IdentityProvider, "Dex"),
    ("auth0", IdentityProvider, "Auth0"),
    ("okta", IdentityProvider, "Okta"),
    ("cognito", IdentityProvider, "Cognito"),
    ("vault", SecretStore, "Vault"),
    ("prometheus", Observability, "Prometheus"),
    ("grafana", Observability, "Grafana"),
    ("loki", Observability, "Loki"),
    ("jaeger", Observability, "Jaeger"),
    ("zipkin", Observability, "Zipkin"),
    ("fluentd", Observability, "Fluentd"),
    ("opentelemetry", Observability, "OpenTelemetry"),
    ("otel", Observability, "OpenTelemetry"),
    ("ollama", AiModel, "Ollama"),
    ("vllm", AiModel, "vLLM"),
];

const NOUNS: &[(&str, ComponentType)] = &[
    ("database", Datastore),
    ("db", Datastore),
    ("datastore", Datastore),
    ("bucket", Datastore),
    ("s3", Datastore),
    ("cache", Cache),
    ("queue", Queue),
    ("topic", Queue),
    ("broker", Queue),
    ("bus", Queue),
    ("gateway", Gateway),
    ("proxy", Gateway),
    ("ingress", Gateway),
    ("balancer", Gateway),
    ("waf", Gateway),
    ("browser", ComponentType::Client),
    ("cli", ComponentType::Client),
    ("user", ComponentType::Actor),
    ("customer", ComponentType::Actor),
    ("admin", ComponentType::Actor),
    ("administrator", ComponentType::Actor),
    ("operator", ComponentType::Actor),
    ("developer", ComponentType::Actor),
    ("llm", AiModel),
    ("agent", ComponentType::Service),
    ("service", ComponentType::Service),
    ("api", ComponentType::Service),
    ("server", ComponentType::Service),
    ("backend", ComponentType::Service),
    ("worker", ComponentType::Service),
    ("controller", ComponentType::Service),
    ("pipeline", ComponentType::Pipeline),
    ("cluster", ComponentType::Infrastructure),
];
