//! What people call the elements that the model names by id.

use std::collections::BTreeMap;

use cairn_model::{ElementId, System};

/// A short text for people for every element of a system.
#[derive(Clone, Debug, Default)]
pub struct Labels {
    texts: BTreeMap<String, String>,
}

impl Labels {
    /// Labels all elements: by name where there is one, a flow by its ends, a control by its family, the rest by statement.
    pub fn of(system: &System) -> Self {
        let mut labels = Self::default();
        for it in &system.components {
            labels.add(&it.id, it.name.clone());
        }
        for it in &system.boundaries {
            labels.add(&it.id, it.name.clone());
        }
        for it in &system.data {
            labels.add(&it.id, it.name.clone());
        }
        for it in &system.flows {
            labels.add(&it.id, format!("{} → {}", labels.get(&it.source), labels.get(&it.target)));
        }
        for it in &system.endpoints {
            labels.add(
                &it.id,
                [it.method.as_deref(), Some(&it.path)].into_iter().flatten().collect::<Vec<_>>().join(" "),
            );
        }
        for it in &system.controls {
            let family = it.control_type.to_string().replace('_', " ");
            labels.add(
                &it.id,
                it.mechanism.as_ref().map_or(family.clone(), |mechanism| format!("{family}: {mechanism}")),
            );
        }
        for it in &system.permissions {
            labels.add(&it.id, format!("{} may {} {}", it.principal, it.action, it.resource));
            labels.add(&it.principal_id(), it.principal.clone());
        }
        let statements = (system.assumptions.iter().map(|it| (&it.id, &it.statement)))
            .chain(system.decisions.iter().map(|it| (&it.id, &it.statement)))
            .chain(system.accepted_risks.iter().map(|it| (&it.id, &it.statement)))
            .chain(system.questions.iter().map(|it| (&it.id, &it.statement)))
            .chain(system.incidents.iter().map(|it| (&it.id, &it.statement)));
        for (id, statement) in statements {
            labels.add(id, statement.clone());
        }
        labels
    }

    /// The element's label, or its id when the system does not hold it.
    pub fn get<'a>(&'a self, id: &'a ElementId) -> &'a str {
        self.find(id.as_str()).unwrap_or(id.as_str())
    }

    /// The label of the element with this id, when the system holds one.
    pub fn find(&self, id: &str) -> Option<&str> {
        self.texts.get(id).map(String::as_str)
    }

    /// The labels of several elements, joined by commas.
    pub fn list(&self, ids: &[ElementId]) -> String {
        ids.iter().map(|id| self.get(id)).collect::<Vec<_>>().join(", ")
    }

    fn add(&mut self, id: &ElementId, text: String) {
        self.texts.insert(id.as_str().to_owned(), text);
    }
}
