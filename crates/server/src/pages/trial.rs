//! What if: a supposition is tried, and what would be different is told, as a page and laid over the diagram.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::State;
use cairn_engine::Difference;
use cairn_model::{AttackPath, ElementId, ThreatStatus};
use cairn_web::model::Asked;
use cairn_web::trial::{Outcome, Supposed};

use super::answer::Html;
use super::looking::Looking;
use crate::app::App;
use crate::problem::Problem;

/// The page.
pub(super) async fn page(State(app): State<App>, looking: Looking) -> Result<Html, Problem> {
    let supposed = Supposed::of(looking.asked.pairs());
    let outcome = if supposed.is_empty() { None } else { Some(tried(&app, &looking, &supposed).await?) };
    let material = looking.material(&app).await?;
    Ok(Html(cairn_web::trial::page(&looking.frame(), &material, &supposed, outcome.as_ref())))
}

/// What is asked of the diagram, with what the supposition in the address makes different standing out.
pub(super) async fn laid_over(app: &App, looking: &Looking, asked: Asked) -> Result<Asked, Problem> {
    let supposed = Supposed::of(looking.asked.pairs());
    if supposed.is_empty() {
        return Ok(asked);
    }
    let outcome = tried(app, looking, &supposed).await?.map_err(Problem::invalid)?;
    Ok(Asked { supposed, marked: outcome.worse, eased: outcome.better, ..asked })
}

async fn tried(app: &App, looking: &Looking, supposed: &Supposed) -> Result<Result<Outcome, String>, Problem> {
    let one = |text: String| if text.is_empty() { Vec::new() } else { vec![text] };
    let supposition = cairn_engine::Supposition {
        without: one(supposed.without.clone()),
        with: one(supposed.added()),
        compromise: one(supposed.compromise.clone()),
    };
    let (project, as_of) = (Arc::clone(&looking.project), looking.newest.as_of);
    let difference = app.compute(move || async move {
        Box::pin(cairn_engine::what_if(&project.workspace().await?, as_of, &supposition)).await
    });
    let difference = match difference.await? {
        Ok(difference) => difference,
        Err(reason) => return Ok(Err(reason)),
    };
    let paths = looking.newest.paths(app).await?;
    Ok(Ok(outcome(difference, looking, paths)))
}

fn outcome(difference: Difference, looking: &Looking, paths: &[AttackPath]) -> Outcome {
    let fates = [
        ("reached now", &difference.gained),
        ("not reached any more", &difference.averted),
        ("certain now", &difference.settled),
        ("not certain any more", &difference.unsettled),
    ];
    let goals = fates.into_iter().flat_map(|(fate, losses)| {
        losses.iter().map(move |it| (fate, it.element.clone(), it.gains.clone(), it.attacker.clone()))
    });
    let goals = goals.collect();
    let (worse, better) = touched(&difference, looking, paths);
    Outcome {
        goals,
        worse,
        better,
        threats: difference.threats.into_iter().map(|it| (it.id, it.title, it.before, it.after)).collect(),
        paths: (difference.new_paths.len(), difference.gone_paths.len()),
        accepted_risks: difference.accepted_risks,
        supposed: difference.supposed,
    }
}

/// What is worse off, and what is better off and not worse.
fn touched(
    difference: &Difference,
    looking: &Looking,
    paths: &[AttackPath],
) -> (BTreeSet<ElementId>, BTreeSet<ElementId>) {
    let (mut worse, mut better) = (BTreeSet::new(), BTreeSet::new());
    for change in &difference.threats {
        let Some(threat) = looking.newest.threat(change.id.as_str()) else { continue };
        let side = if rank(change.after) < rank(change.before) { &mut worse } else { &mut better };
        side.extend(threat.about.iter().chain([&threat.subject]).cloned());
    }
    let losses = [&difference.gained, &difference.settled].into_iter().flatten();
    worse.extend(losses.map(|it| it.element.clone()));
    let averted = [&difference.averted, &difference.unsettled].into_iter().flatten();
    better.extend(averted.map(|it| it.element.clone()));
    let places = |path: &AttackPath| -> Vec<ElementId> {
        path.hops.iter().flat_map(|hop| [hop.from.clone(), hop.to.clone()]).collect()
    };
    worse.extend(difference.new_paths.iter().flat_map(places));
    better.extend(paths.iter().filter(|it| difference.gone_paths.contains(&it.id)).flat_map(places));
    better.retain(|id| !worse.contains(id));
    (worse, better)
}

/// How pressing a status is, the most pressing first; what is not there comes last.
fn rank(status: Option<ThreatStatus>) -> usize {
    let place = status.and_then(|status| ThreatStatus::ALL.iter().position(|it| *it == status));
    place.unwrap_or(ThreatStatus::ALL.len())
}
