//! What the rules derive from it: threats, ways of attack, and what would be different.

use std::collections::BTreeMap;

use cairn_engine::{Supposition, what_if};
use cairn_model::Severity;
use cairn_report::Labels;
use rmcp::handler::server::wrapper::Parameters;
use rmcp::{Json, tool, tool_router};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Found, Page, Part, element, list, names, sources, text};
use crate::Workbench;
use crate::state::{apart, told};

#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct ListThreats {
    /// Only threats of this status: open, disputed, `acceptance_expired`, unverified, assumed, planned, accepted or mitigated.
    #[serde(default)]
    status: Option<String>,
    /// Only threats that are at least this bad: low, medium, high or critical.
    #[serde(default)]
    severity: Option<String>,
    /// Only threats about this element, by id or name.
    #[serde(default)]
    element: Option<String>,
    #[serde(flatten)]
    part: Part,
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct ExplainThreat {
    /// The id of a threat, as results give it.
    threat: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct ListPaths {
    /// Only ways of attack that touch this element, by id or name.
    #[serde(default)]
    element: Option<String>,
    #[serde(flatten)]
    part: Part,
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct WhatIf {
    /// Claims, controls or assumptions that are supposed not to hold, by id or words.
    #[serde(default)]
    without: Vec<String>,
    /// Controls that are supposed to be there: `control TYPE on NAME`.
    #[serde(default)]
    with: Vec<String>,
    /// Elements that are supposed to be in the wrong hands, by name or id.
    #[serde(default)]
    compromise: Vec<String>,
}

/// What would be different. Nothing of it is kept.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Difference {
    /// What was supposed, in words.
    supposed: Vec<String>,
    /// What attackers would reach besides.
    gained: Vec<String>,
    /// What they would reach for certain, and might reach now.
    settled: Vec<String>,
    /// What they would not reach any more.
    averted: Vec<String>,
    /// Threats that would be there, be gone, or have another status.
    threats: Vec<Value>,
}

/// From the least to the worst.
const SEVERITIES: [Severity; 4] = [Severity::Low, Severity::Medium, Severity::High, Severity::Critical];

#[tool_router(router = threats, vis = "pub(crate)")]
impl Workbench {
    #[tool(
        description = "The threats that rules derive from the model, each with status, severity, premises and citations. `unverified` means that nobody documented whether a control answers it: a question, not a finding.",
        annotations(
            title = "List threats",
            read_only_hint = true,
            destructive_hint = false,
            idempotent_hint = true,
            open_world_hint = false
        )
    )]
    async fn list_threats(&self, Parameters(wanted): Parameters<ListThreats>) -> Result<Json<Page>, String> {
        let loaded = self.state.loaded().await?;
        let export = &loaded.export;
        let about = wanted.element.as_deref().map(|it| id_of(export, it)).transpose()?;
        let rank = |name: &str| SEVERITIES.iter().position(|it| it.as_str() == name);
        let least = match wanted.severity.as_deref() {
            None => 0,
            Some(name) => rank(name).ok_or_else(|| {
                let known = SEVERITIES.map(Severity::as_str).join(", ");
                format!("there is no severity `{name}`\nhint: one of {known}")
            })?,
        };
        let is_wanted = |it: &&Value| {
            wanted.status.as_deref().is_none_or(|status| text(it, "status") == Some(status))
                && text(it, "severity").and_then(rank).is_some_and(|it| it >= least)
                && about.as_deref().is_none_or(|id| names(it, &["subject", "about"], id))
        };
        let mut found: Vec<Value> = list(export, "threats").iter().filter(is_wanted).cloned().collect();
        let tenths = |it: &Value| it.get("score").and_then(Value::as_f64).unwrap_or_default();
        found.sort_by(|one, other| tenths(other).total_cmp(&tenths(one)));
        Ok(Json(Page::of(found, wanted.part, export)))
    }

    #[tool(
        description = "Why a threat is there: each premise with its truth and the quotes that state it, what answers it or could, the questions that are open, and the ways of attack it is part of.",
        annotations(
            title = "Explain a threat",
            read_only_hint = true,
            destructive_hint = false,
            idempotent_hint = true,
            open_world_hint = false
        )
    )]
    async fn explain_threat(&self, Parameters(wanted): Parameters<ExplainThreat>) -> Result<Json<Found>, String> {
        let loaded = self.state.loaded().await?;
        let export = &loaded.export;
        let Some(item) = list(export, "threats").iter().find(|it| text(it, "id") == Some(&wanted.threat)) else {
            return Err(format!("there is no threat `{}`\nhint: `list_threats` lists them", wanted.threat));
        };
        let mut related = BTreeMap::new();
        let about = list(item, "about").iter().chain(item.get("subject")).filter_map(Value::as_str);
        let elements: Vec<Value> = about.filter_map(|id| element(export, id)).map(|(_, it)| it.clone()).collect();
        related.insert("elements".to_owned(), elements);
        let paths = list(item, "paths").iter().filter_map(Value::as_str);
        let path = |id: &str| list(export, "attack_paths").iter().find(|it| text(it, "id") == Some(id)).cloned();
        related.insert("attack_paths".to_owned(), paths.filter_map(path).collect());
        let cited = sources(related.values().flatten().chain([item]), export);
        Ok(Json(Found { item: item.clone(), related, sources: cited }))
    }

    #[tool(
        description = "Ways of attack through the system, the most pressing first. Each hop has its rule, what it gains and its citations; a hop whose truth is unknown or assumed makes the way uncertain.",
        annotations(
            title = "List ways of attack",
            read_only_hint = true,
            destructive_hint = false,
            idempotent_hint = true,
            open_world_hint = false
        )
    )]
    async fn list_attack_paths(&self, Parameters(wanted): Parameters<ListPaths>) -> Result<Json<Page>, String> {
        let loaded = self.state.loaded().await?;
        let export = &loaded.export;
        let touched = wanted.element.as_deref().map(|it| id_of(export, it)).transpose()?;
        let touches = |it: &&Value| {
            let hops = list(it, "hops");
            touched.as_deref().is_none_or(|id| {
                names(it, &["entry", "target"], id) || hops.iter().any(|hop| names(hop, &["from", "also", "to"], id))
            })
        };
        let found = list(export, "attack_paths").iter().filter(touches).cloned().collect();
        Ok(Json(Page::of(found, wanted.part, export)))
    }

    #[tool(
        description = "What would be different if an assumption were wrong, a control failed or were added, or an element were in the wrong hands. Only supposed, nothing is kept.",
        annotations(
            title = "What if",
            read_only_hint = true,
            destructive_hint = false,
            idempotent_hint = true,
            open_world_hint = false
        )
    )]
    async fn what_if(&self, Parameters(wanted): Parameters<WhatIf>) -> Result<Json<Difference>, String> {
        let loaded = self.state.loaded().await?;
        let (workspace, today) = (self.state.workspace().await?, self.state.today());
        let supposition = Supposition { without: wanted.without, with: wanted.with, compromise: wanted.compromise };
        let difference = apart(async move || what_if(&workspace, today, &supposition).await.map_err(told)?).await?;
        let labels = Labels::of(&loaded.model.system);
        let in_words = |losses: &[cairn_engine::attack::Loss]| {
            losses.iter().map(|it| format!("{} {}", it.gains, labels.get(&it.element))).collect()
        };
        let threats = difference.threats.iter().map(|it| {
            json!({
                "id": it.id.as_str(),
                "title": it.title,
                "before": it.before.map(cairn_model::ThreatStatus::as_str),
                "after": it.after.map(cairn_model::ThreatStatus::as_str),
            })
        });
        Ok(Json(Difference {
            threats: threats.collect(),
            gained: in_words(&difference.gained),
            settled: in_words(&difference.settled),
            averted: in_words(&difference.averted),
            supposed: difference.supposed,
        }))
    }
}

fn id_of(export: &Value, wanted: &str) -> Result<String, String> {
    let found = element(export, wanted).and_then(|(_, item)| text(item, "id"));
    found
        .map(ToOwned::to_owned)
        .ok_or_else(|| format!("the model has no element `{wanted}`\nhint: `search_claims` finds names"))
}
