//! What a container states: its image, how it is confined, how much it may use, and its environment.

use cairn_model::ControlType;

use super::{Object, environment};
use crate::environment::image_pin;
use crate::facts::Facts;
use crate::tree::{Entry, Node};

/// Fields of a security context that say who owns files, which takes no wall down.
const SILENT: &[&str] =
    &["runAsGroup", "fsGroup", "fsGroupChangePolicy", "supplementalGroups", "supplementalGroupsPolicy", "procMount"];

/// The containers of a pod, those that run first included.
pub(super) fn of(pod: &Node) -> Vec<&Node> {
    let lists = ["initContainers", "containers", "ephemeralContainers"];
    // The main containers come first: they say what the workload is.
    let order = [1, 0, 2];
    order.iter().filter_map(|at| lists.get(*at)).filter_map(|key| pod.get(key)).flat_map(Node::items).collect()
}

/// Reads one container of `object`.
pub(super) fn read(object: &Object<'_>, container: &Node, facts: &mut Facts<'_>) {
    if let Some(entry) = container.entry("image") {
        image_pin(facts, object.name(), entry.value.name().unwrap_or("$"), &object.with([entry.place()]));
    }
    if let Some(context) = container.get("securityContext") {
        security_context(object, context, facts);
    }
    if let Some(limits) = container.entry_at(&["resources", "limits"]).filter(|entry| !entry.value.entries().is_empty())
    {
        let places =
            object.with(std::iter::once(limits.place()).chain(limits.value.entries().iter().map(Entry::place)));
        facts.protects(ControlType::RateLimiting, object.name(), "resource limits", &places);
    }
    for port in container.get("ports").map(Node::items).unwrap_or_default() {
        if let Some(entry) = port.entry("hostPort") {
            let mechanism = "no ports on the host";
            facts.lacks(ControlType::NetworkIsolation, object.name(), mechanism, &object.with([entry.place()]));
        }
    }
    environment::read(object, container, facts);
}

/// A pod's or container's security context, switch by switch.
pub(super) fn security_context(object: &Object<'_>, context: &Node, facts: &mut Facts<'_>) {
    for entry in context.entries() {
        let places = object.with([entry.place()]);
        let switched = entry.value.as_bool();
        let name = object.name();
        match (entry.key.as_str(), switched) {
            ("privileged", Some(on)) => {
                facts.switch(!on, ControlType::ProcessIsolation, name, "unprivileged container", &places);
            }
            ("readOnlyRootFilesystem", Some(on)) => {
                facts.switch(on, ControlType::Hardening, name, "read-only root file system", &places);
            }
            ("runAsNonRoot", Some(true)) => {
                facts.protects(ControlType::Hardening, name, "runs as non-root", &places);
            }
            ("runAsNonRoot", Some(false)) => {
                facts.lacks(ControlType::LeastPrivilege, name, "runs as non-root", &places);
            }
            ("runAsUser", _) if entry.value.text() == Some("0") => {
                facts.lacks(ControlType::LeastPrivilege, name, "runs as non-root", &places);
            }
            ("runAsUser", _) if entry.value.text().is_some_and(|user| user.parse::<u64>().is_ok()) => {
                facts.protects(ControlType::Hardening, name, "runs as non-root", &places);
            }
            ("procMount", _) if entry.value.text() == Some("Unmasked") => {
                facts.lacks(ControlType::ProcessIsolation, name, "masked /proc", &places);
            }
            ("windowsOptions", _) if entry.value.get("hostProcess").and_then(Node::as_bool) == Some(true) => {
                facts.lacks(ControlType::ProcessIsolation, name, "no host process", &places);
            }
            ("allowPrivilegeEscalation", Some(allowed)) => {
                facts.switch(!allowed, ControlType::LeastPrivilege, name, "no privilege escalation", &places);
            }
            ("capabilities", _) => capabilities(object, entry, facts),
            ("seccompProfile" | "appArmorProfile", _) => profile(object, entry, facts),
            (key, _) if !SILENT.contains(&key) && !entry.value.is_null() && entry.value.text().is_some() => {
                facts.not_understood(entry.key_span.start, format!("field `{key}` of a security context"));
            }
            _ => {}
        }
    }
}

fn capabilities(object: &Object<'_>, entry: &Entry, facts: &mut Facts<'_>) {
    if let Some(drop) = entry.value.entry("drop")
        && drop.value.texts().iter().any(|name| name.eq_ignore_ascii_case("all"))
    {
        let places = object.with([drop.place(), drop.value.span.clone().into()]);
        facts.protects(ControlType::LeastPrivilege, object.name(), "all capabilities dropped", &places);
    }
    if let Some(add) = entry.value.entry("add") {
        for item in add.value.items() {
            let Some(name) = item.text() else { continue };
            if is_strong_capability(name) {
                let places = object.with([add.place(), item.span.clone().into()]);
                let mechanism = format!("no extra capabilities (adds `{name}`)");
                facts.lacks(ControlType::LeastPrivilege, object.name(), &mechanism, &places);
            }
        }
    }
}

/// Whether the capability takes down a wall of its own.
pub(crate) fn is_strong_capability(name: &str) -> bool {
    let upper = name.to_uppercase();
    let strong = ["ALL", "SYS_ADMIN", "NET_ADMIN", "SYS_PTRACE", "SYS_MODULE", "DAC_READ_SEARCH", "SYS_RAWIO"];
    strong.contains(&upper.trim_start_matches("CAP_"))
}

fn profile(object: &Object<'_>, entry: &Entry, facts: &mut Facts<'_>) {
    let Some(kind) = entry.value.entry("type") else { return };
    let places = object.with([entry.place(), kind.place()]);
    let mechanism = if entry.key == "seccompProfile" { "seccomp profile" } else { "AppArmor profile" };
    match kind.value.text() {
        Some("RuntimeDefault" | "Localhost") => {
            facts.protects(ControlType::Hardening, object.name(), mechanism, &places);
        }
        Some("Unconfined") => facts.lacks(ControlType::Hardening, object.name(), mechanism, &places),
        _ => {}
    }
}
