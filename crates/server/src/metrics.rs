//! What is counted, in the text form of Prometheus. Labels are names of routes and states, never of people, projects or documents.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// Upper bounds of the times that requests take, in seconds.
const SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

/// What is counted.
pub struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    request_seconds: Family<Route, Histogram, fn() -> Histogram>,
    /// Connections that are open.
    pub(crate) connections: Gauge,
    /// Attempts at jobs by how they ended.
    pub(crate) attempts: Family<Attempt, Counter>,
    /// Webhooks by what became of them.
    pub(crate) webhooks: Family<Webhook, Counter>,
    /// Rows of the trail that could not be written.
    pub(crate) audit_failures: Counter,
    jobs: Family<Queue, Gauge>,
    oldest_seconds: Gauge,
    views: Gauge,
}

/// A request that was answered.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    method: String,
    route: String,
    status: u16,
}

/// A route.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

/// An attempt at a job.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Attempt {
    pub(crate) kind: String,
    pub(crate) end: String,
}

/// A webhook.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Webhook {
    pub(crate) sender: String,
    pub(crate) outcome: String,
}

/// Jobs of one kind in one state.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Queue {
    kind: String,
    state: String,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("cairn");
        let (requests, connections, audit_failures) = (Family::default(), Gauge::default(), Counter::default());
        let request_seconds = Family::new_with_constructor((|| Histogram::new(SECONDS)) as fn() -> Histogram);
        let (attempts, webhooks, jobs) = (Family::default(), Family::default(), Family::default());
        let (oldest_seconds, views) = (Gauge::default(), Gauge::default());
        registry.register("http_requests", "Requests by route and status", Family::clone(&requests));
        registry.register_with_unit(
            "http_request",
            "Times of requests",
            Unit::Seconds,
            Family::clone(&request_seconds),
        );
        registry.register("http_connections", "Open connections", Gauge::clone(&connections));
        registry.register("job_attempts", "Attempts at jobs by how they ended", Family::clone(&attempts));
        registry.register("jobs", "Jobs by kind and state", Family::clone(&jobs));
        registry.register_with_unit(
            "job_oldest_waiting",
            "Since when the oldest job waits",
            Unit::Seconds,
            Gauge::clone(&oldest_seconds),
        );
        registry.register("webhooks", "Webhooks by what became of them", Family::clone(&webhooks));
        registry.register(
            "audit_failures",
            "Rows of the trail that could not be written",
            Counter::clone(&audit_failures),
        );
        registry.register("views_in_memory", "Projects that are held in memory", Gauge::clone(&views));
        Self {
            registry,
            requests,
            request_seconds,
            connections,
            attempts,
            webhooks,
            audit_failures,
            jobs,
            oldest_seconds,
            views,
        }
    }

    /// Counts a request that was answered.
    pub(crate) fn request(&self, method: &str, route: &str, status: u16, took: Duration) {
        let (method, route) = (method.to_owned(), route.to_owned());
        self.request_seconds.get_or_create(&Route { route: route.clone() }).observe(took.as_secs_f64());
        self.requests.get_or_create(&Request { method, route, status }).inc();
    }

    /// Everything as text. `queue` says how many jobs there are of each kind and state; `oldest_ms` since when the oldest waits.
    pub(crate) fn text(&self, queue: &[(String, String, i64, i64)], now: i64, views: usize) -> String {
        self.jobs.clear();
        for (kind, state, jobs, _) in queue {
            self.jobs.get_or_create(&Queue { kind: kind.clone(), state: state.clone() }).set(*jobs);
        }
        let waiting = queue.iter().filter(|(_, state, ..)| state == "queued").map(|(.., since)| now - since).max();
        self.oldest_seconds.set(waiting.unwrap_or(0) / 1000);
        self.views.set(i64::try_from(views).unwrap_or(i64::MAX));
        let mut text = String::new();
        encode(&mut text, &self.registry).expect("a text takes every line");
        text
    }
}
