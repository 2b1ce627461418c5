//! Questions that one sentence about one element does not raise: who else sees it, what else keeps it.

use cairn_model::{Classification, Component, ComponentType, ControlType, Data, Gap, Handling, Status, System};

use super::{Known, gap, gap_at, keeps};

/// Whether anything in the model is named for tenants: only then one tenant's data could meet another's.
pub(super) fn serves_tenants(system: &System) -> bool {
    let names = system.components.iter().map(|it| &it.name);
    let names = names.chain(system.data.iter().map(|it| &it.name)).chain(system.boundaries.iter().map(|it| &it.name));
    let controlled = system.controls.iter().any(|it| it.control_type == ControlType::TenantIsolation);
    controlled || names.into_iter().any(|name| name.to_lowercase().contains("tenant"))
}

/// What keeps one tenant's share of the data from another, at everyone who keeps it.
pub(super) fn tenant_gaps(data: &Data, known: &Known<'_>, gaps: &mut Vec<Gap>) {
    let Data { id, name, .. } = data;
    for handled in data.handled_by.iter().filter(|handled| handled.handling.iter().copied().any(keeps)) {
        let component = &handled.component;
        let covered = [id, component].into_iter().any(|on| known.is_controlled(on, ControlType::TenantIsolation));
        if !covered {
            let question = format!("What keeps one tenant's {name} in {} from another tenant?", known.name(component));
            gaps.push(gap_at(id, "tenant-isolation", component, question));
        }
    }
}

/// Whether logs or caches keep copies of what must not be seen.
pub(super) fn copy_gaps(data: &Data, gaps: &mut Vec<Gap>) {
    let Data { id, name, .. } = data;
    let sensitive = data.classification.as_ref().is_some_and(|it| {
        matches!(
            it.value,
            Classification::Secret | Classification::Payment | Classification::Health | Classification::Personal
        )
    });
    let copied = |handling: &Handling| matches!(handling, Handling::Logs | Handling::Caches);
    let told = data.handled_by.iter().flat_map(|handled| &handled.handling).any(copied);
    if sensitive && !told && data.handled_by.len() > 1 {
        gaps.push(gap(id, "copies-in-logs-and-caches", format!("Does any log or cache on the way keep {name}?")));
    }
}

/// In which direction data goes between the system and a third party that nothing else tells of.
pub(super) fn third_party_gaps(component: &Component, known: &Known<'_>, gaps: &mut Vec<Gap>) {
    let external = component.component_type.as_ref().is_some_and(|it| it.value == ComponentType::External);
    if external && component.status == Status::Implemented && !known.exchanges(&component.id) {
        let name = &component.name;
        let question = format!("What goes between the system and {name}, who begins, and with which credential?");
        gaps.push(gap(&component.id, "third-party-exchange", question));
    }
}
