//! Kubernetes manifests, rendered or not: workloads, what exposes them, what they call, what they may do and how they are
//! confined. One reader for each group of kinds; a kind that none of them knows is named as not understood.

mod access;
mod containers;
mod custom;
mod environment;
pub(crate) mod kustomize;
mod linkerd;
mod mesh;
mod network;
mod workloads;

use std::collections::BTreeMap;

use cairn_model::{BoundaryClaim, BoundaryType, ControlType, Document};

pub(crate) use containers::is_strong_capability;

use crate::Reading;
use crate::facts::{Facts, Place};
use crate::leftovers;
use crate::tree::{Entry, Forest, Node};

/// Kinds that state nothing a threat model needs.
const SILENT_KINDS: &[&str] = &[
    "HorizontalPodAutoscaler",
    "VerticalPodAutoscaler",
    "PodDisruptionBudget",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "CustomResourceDefinition",
    "PriorityClass",
    "Endpoints",
    "EndpointSlice",
    "Event",
    "Node",
    "IngressClass",
    "GatewayClass",
    "ServiceMonitor",
    "PodMonitor",
    "Lease",
    "ClusterIssuer",
    "Issuer",
    "PrometheusRule",
    "ControllerRevision",
    "ReferenceGrant",
    "VolumeSnapshot",
    "VolumeSnapshotClass",
    "RuntimeClass",
    "Component",
    "Kustomization",
    "APIService",
];

/// Whether the tree is a manifest.
pub(crate) fn is(root: &Node) -> bool {
    root.text_of("apiVersion").is_some() && root.text_of("kind").is_some()
}

/// Reads all manifests of the file.
pub(crate) fn read(document: &Document, forest: &Forest) -> Reading {
    let mut facts = Facts::of_forest(document, "structured/kubernetes/2", forest);
    let objects: Vec<Object<'_>> = forest.trees.iter().flat_map(objects).collect();
    for values in objects.iter().filter(|object| object.kind() == "Secret").flat_map(environment::secret_values) {
        facts.hide_all(&values.value);
    }
    let file = File { objects: &objects };
    for object in &objects {
        read_object(object, &file, &mut facts);
    }
    namespaces(&objects, &mut facts);
    let known = objects.iter().filter(|object| !SILENT_KINDS.contains(&object.kind())).map(|object| object.node);
    leftovers::name(known, &mut facts);
    facts.finish()
}

/// All objects of one file: a service's workload is often beside it.
struct File<'a> {
    objects: &'a [Object<'a>],
}

/// One object with the parts that every object has.
#[derive(Clone, Copy)]
struct Object<'a> {
    node: &'a Node,
    kind: &'a Entry,
    name: Option<&'a Entry>,
}

impl<'a> Object<'a> {
    fn kind(&self) -> &'a str {
        self.kind.value.text().unwrap_or_default()
    }

    /// The name, empty when a template decides it.
    fn name(&self) -> &'a str {
        self.name.and_then(|entry| entry.value.name()).unwrap_or_default()
    }

    fn api_group(&self) -> &'a str {
        self.node.text_of("apiVersion").unwrap_or_default().split('/').next().unwrap_or_default()
    }

    fn spec(&self) -> Option<&'a Node> {
        self.node.get("spec")
    }

    fn namespace(&self) -> Option<&'a Entry> {
        self.node.entry_at(&["metadata", "namespace"]).filter(|entry| entry.value.name().is_some())
    }

    /// The lines that say which object this is.
    fn places(&self) -> Vec<Place> {
        std::iter::once(self.kind.place()).chain(self.name.map(Entry::place)).collect()
    }

    /// Those lines and the ones that state the fact.
    fn with(&self, places: impl IntoIterator<Item = Place>) -> Vec<Place> {
        self.name.map(Entry::place).into_iter().chain(places).collect()
    }

    fn annotations(&self) -> &'a [Entry] {
        self.node.at(&["metadata", "annotations"]).map(Node::entries).unwrap_or_default()
    }
}

/// The objects of a document: itself, or the items of a `List`.
fn objects(root: &Node) -> Vec<Object<'_>> {
    let Some(kind) = root.entry("kind").filter(|_| is(root)) else { return Vec::new() };
    if kind.value.text().is_some_and(|kind| kind.ends_with("List")) && root.get("items").is_some() {
        return root.get("items").map(Node::items).unwrap_or_default().iter().filter_map(object).collect();
    }
    object(root).into_iter().collect()
}

fn object(node: &Node) -> Option<Object<'_>> {
    let kind = node.entry("kind").filter(|_| is(node))?;
    Some(Object { node, kind, name: node.entry_at(&["metadata", "name"]) })
}

fn read_object(object: &Object<'_>, file: &File<'_>, facts: &mut Facts<'_>) {
    if object.name().is_empty() && object.kind() != "Kustomization" {
        let what = format!("`{}` whose name is not stated", object.kind());
        facts.not_understood(object.node.span.start, what);
        return;
    }
    match object.kind() {
        "Deployment"
        | "StatefulSet"
        | "DaemonSet"
        | "ReplicaSet"
        | "ReplicationController"
        | "Pod"
        | "Job"
        | "CronJob"
        | "Rollout" => workloads::read(object, facts),
        "Service" if object.api_group() == "serving.knative.dev" => workloads::read(object, facts),
        "Service" => network::service(object, file, facts),
        "Ingress" => network::ingress(object, facts),
        "Gateway" => network::gateway(object, facts),
        "Server" | "ServerAuthorization" | "MeshTLSAuthentication" | "NetworkAuthentication" => {
            linkerd::read(object, facts);
        }
        "AuthorizationPolicy" if object.api_group() == "policy.linkerd.io" => linkerd::read(object, facts),
        "HTTPRoute" | "GRPCRoute" | "TLSRoute" | "TCPRoute" | "UDPRoute" | "VirtualService" => {
            network::route(object, facts);
        }
        "NetworkPolicy" => network::policy(object, facts),
        "Role" | "ClusterRole" => access::role(object, file, facts),
        "RoleBinding" | "ClusterRoleBinding" => access::binding(object, file, facts),
        "Secret" => environment::secret(object, facts),
        "ConfigMap" => environment::config_map(object, facts),
        "PeerAuthentication" | "AuthorizationPolicy" | "RequestAuthentication" | "DestinationRule" => {
            mesh::read(object, facts);
        }
        "LimitRange" | "ResourceQuota" => {
            let on = object.namespace().and_then(|entry| entry.value.name()).unwrap_or_default();
            facts.protects(ControlType::RateLimiting, on, object.kind(), &object.places());
        }
        "Namespace" => {
            namespace_labels(object, facts);
            linkerd::annotations(object, object.name(), facts);
        }
        kind if SILENT_KINDS.contains(&kind) || custom::read(object, facts) => {}
        kind => {
            facts.not_understood(object.kind.key_span.start, format!("kind `{kind}` of `{}`", object.api_group()));
            facts.pass_over(object.node.span.clone());
        }
    }
}

/// Pod security levels are set by labels on a namespace.
fn namespace_labels(object: &Object<'_>, facts: &mut Facts<'_>) {
    let labels = object.node.at(&["metadata", "labels"]).map(Node::entries).unwrap_or_default();
    for label in labels {
        let value = label.value.text().unwrap_or_default();
        match (label.key.as_str(), value) {
            ("pod-security.kubernetes.io/enforce", "restricted" | "baseline") => {
                let mechanism = format!("Pod Security Standard `{value}`");
                facts.protects(ControlType::Hardening, object.name(), &mechanism, &object.with([label.place()]));
            }
            ("pod-security.kubernetes.io/enforce", "privileged") => {
                facts.lacks(
                    ControlType::Hardening,
                    object.name(),
                    "Pod Security Standard",
                    &object.with([label.place()]),
                );
            }
            _ => {}
        }
    }
}

/// A namespace is a boundary around the workloads that the file puts into it.
fn namespaces(objects: &[Object<'_>], facts: &mut Facts<'_>) {
    let mut found: BTreeMap<&str, (Vec<String>, Vec<Place>)> = BTreeMap::new();
    for object in objects {
        if object.kind() == "Namespace" && !object.name().is_empty() {
            found.entry(object.name()).or_default().1.extend(object.places());
        }
        let Some(entry) = object.namespace() else { continue };
        let (members, places) = found.entry(entry.value.text().unwrap_or_default()).or_default();
        places.push(entry.place());
        let name = object.name().to_owned();
        if workloads::is(object) && !name.is_empty() && !members.contains(&name) {
            members.push(name);
        }
    }
    for (name, (members, places)) in found {
        let boundary_type = Some(BoundaryType::Cluster);
        facts.boundary(BoundaryClaim { name: name.to_owned(), boundary_type, members }, &places);
    }
}
