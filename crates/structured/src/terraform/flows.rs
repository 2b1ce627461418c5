//! References between resources that mean an exchange of data: what a program's environment points to, what triggers it,
//! what stands behind a gateway. References that only place a resource somewhere (networks, roles, keys) are no flows.

use cairn_model::{Classification, ComponentType, ControlType, DataClaim, FlowClaim, FlowMode};

use super::{File, Resource, shape};
use crate::facts::Facts;
use crate::sensitive;
use crate::tree::{Entry, Node};

/// Attributes and blocks in which a program is told what to call.
const TOLD: &[&str] = &[
    "environment",
    "environment_variables",
    "container_definitions",
    "app_settings",
    "connection_string",
    "template",
    "service_config",
    "user_data",
    "env",
    "variables",
    "source_configuration",
];

/// A resource type that ties two others together: its name, attributes that hold the source and the target, and the mode.
type Glue = (&'static str, &'static [&'static str], &'static [&'static str], Option<FlowMode>);

const GLUE: &[Glue] = &[
    ("aws_lambda_event_source_mapping", &["event_source_arn"], &["function_name"], Some(FlowMode::Async)),
    ("aws_sns_topic_subscription", &["topic_arn"], &["endpoint"], Some(FlowMode::Async)),
    ("aws_cloudwatch_event_target", &["event_bus_name"], &["arn"], Some(FlowMode::Async)),
    ("aws_s3_bucket_notification", &["bucket"], &["lambda_function", "queue", "topic"], Some(FlowMode::Async)),
    ("aws_apigatewayv2_integration", &["api_id"], &["integration_uri"], None),
    ("aws_api_gateway_integration", &["rest_api_id"], &["uri"], None),
    ("aws_lambda_permission", &["source_arn"], &["function_name"], None),
    ("google_pubsub_subscription", &["topic"], &["push_config"], Some(FlowMode::Async)),
    ("aws_kinesis_firehose_delivery_stream", &["kinesis_source_configuration"], &["extended_s3_configuration"], None),
];

/// Reads the flows that the resource states.
pub(super) fn read(resource: &Resource<'_>, file: &File<'_>, facts: &mut Facts<'_>) {
    for (kind, sources, targets, mode) in GLUE {
        if resource.kind == *kind {
            glue(resource, file, (sources, targets, *mode), facts);
        }
    }
    match resource.component {
        Some((ComponentType::Service | ComponentType::Pipeline | ComponentType::AiAgent, _)) => {
            program(resource, file, facts);
        }
        Some((ComponentType::Gateway, _)) if resource.kind == "aws_cloudfront_distribution" => {
            origins(resource, file, facts);
        }
        _ => {}
    }
}

fn glue(
    resource: &Resource<'_>,
    file: &File<'_>,
    (sources, targets, mode): (&[&str], &[&str], Option<FlowMode>),
    facts: &mut Facts<'_>,
) {
    let entries = |keys: &[&str]| -> Vec<&Entry> {
        resource.body().entries().iter().filter(|entry| keys.contains(&entry.key.as_str())).collect()
    };
    for source in entries(sources) {
        for target in entries(targets) {
            for from in components(file, &source.value) {
                for to in components(file, &target.value) {
                    let claim = FlowClaim { mode, ..flow(&from.name, &to.name) };
                    let nested = target.value.entries().iter().find(|entry| entry.key.ends_with("_arn"));
                    let places =
                        resource.with([source.place(), target.place()].into_iter().chain(nested.map(Entry::place)));
                    facts.flow(claim, &places);
                }
            }
        }
    }
}

fn flow(source: &str, target: &str) -> FlowClaim {
    FlowClaim { source: source.to_owned(), target: target.to_owned(), ..FlowClaim::default() }
}

fn components<'f, 'a>(file: &'f File<'a>, node: &Node) -> Vec<&'f Resource<'a>> {
    file.references(node).into_iter().filter(|found| found.component.is_some()).collect()
}

/// Every reference in what a program is told, from the innermost entry that holds it.
fn program(resource: &Resource<'_>, file: &File<'_>, facts: &mut Facts<'_>) {
    for told in resource.body().entries().iter().filter(|entry| TOLD.contains(&entry.key.as_str())) {
        let mut open: Vec<(&Entry, usize)> = vec![(told, 0)];
        while let Some((entry, depth)) = open.pop() {
            let is_leaf = shape::is_function(&entry.value);
            let inner: Vec<&Entry> = entry.value.entries().iter().filter(|_| !is_leaf).collect();
            let in_items = entry.value.items().iter().flat_map(|item| item.entries().iter());
            let children: Vec<&Entry> = inner.into_iter().chain(in_items).collect();
            if children.is_empty() || depth > 12 {
                leaf(resource, file, entry, facts);
            }
            open.extend(children.into_iter().rev().map(|child| (child, depth + 1)));
        }
    }
}

fn leaf(resource: &Resource<'_>, file: &File<'_>, entry: &Entry, facts: &mut Facts<'_>) {
    for target in components(file, &entry.value) {
        if matches!(target.component, Some((ComponentType::Observability | ComponentType::Infrastructure, _))) {
            continue;
        }
        facts.flow(flow(&resource.name, &target.name), &resource.with([entry.place()]));
    }
    if sensitive::is_secret(&entry.key) && entry.value.name().is_some_and(|value| value.len() > 1) {
        let places = resource.with([entry.key_place()]);
        facts.lacks(ControlType::SecretManagement, &resource.name, "secrets kept out of the file", &places);
        let claim = DataClaim {
            name: entry.key.clone(),
            component: Some(resource.name.clone()),
            classification: Some(sensitive::classify(&entry.key).unwrap_or(Classification::Secret)),
            ..DataClaim::default()
        };
        facts.data(claim, &places);
    }
}

fn origins(resource: &Resource<'_>, file: &File<'_>, facts: &mut Facts<'_>) {
    for origin in resource.body().entries().iter().filter(|entry| entry.key == "origin") {
        let Some(domain) = origin.value.entry("domain_name") else { continue };
        for target in components(file, &domain.value) {
            facts.flow(flow(&resource.name, &target.name), &resource.with([domain.place()]));
        }
        if let Some(name) = domain.value.name() {
            facts.flow(flow(&resource.name, name), &resource.with([domain.place()]));
        }
    }
}
