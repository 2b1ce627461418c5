//! `cairn paths`: ways of attack, one way in full, and what to do first.

use annotate_snippets::{AnnotationKind, Level};
use cairn_engine::Model;
use cairn_engine::attack::{Analysis, Attackers, Chokepoints, Paths, Remedy};
use cairn_model::{AttackPath, ElementId, Hop, Severity, Term as _, Truth};
use cairn_report::Labels;
use serde_json::{Value, json};

use crate::arguments::{Format, PathsArguments};
use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::lookup::did_you_mean;
use crate::text::{bold, count, dim, one_line, padded, severity};
use crate::{records, snippet};

/// Goals that a line of the list names.
const GOALS_MAX: usize = 3;

/// Quotes that a hop shows unless all are asked for.
const QUOTES_MAX: usize = 2;

/// Remedies that are listed.
const REMEDIES_MAX: usize = 15;

/// What is said where the bounds of the search were met.
const NOT_ALL: &str =
    "there are more ways than are looked for: to every goal the one of least cost is listed, and not all others\n";

/// Paths that are looked through for one that is named.
const NAMED_MAX: usize = 20_000;

pub(crate) async fn run(context: &Context, arguments: &PathsArguments) -> Result<Ending, Failure> {
    let model = context.model().await?;
    let labels = Labels::of(&model.system);
    if arguments.attackers {
        return list_attackers(context, &model.attackers);
    }
    let attackers = match &arguments.from {
        Some(wanted) => only(&model.attackers, wanted)?,
        None => model.attackers.clone(),
    };
    let analysis = Analysis::new(&model.system, &model.threats, &attackers);
    if arguments.chokepoints {
        return chokepoints(context, &model, &labels, &analysis.chokepoints());
    }
    if let Some(wanted) = &arguments.path {
        let paths = analysis.paths(NAMED_MAX).paths;
        return one(context, &model, &labels, find(&paths, wanted)?);
    }
    no_drawing(context)?;
    let target = arguments.to.as_deref().map(|name| super::blast::element(&model, name)).transpose()?;
    let wanted = |id: &ElementId| target.as_ref().is_none_or(|target| target == id);
    let mut found = analysis.paths_to(if arguments.certain { usize::MAX } else { arguments.limit }, wanted);
    if arguments.certain {
        found.paths.retain(|path| path.truth == Truth::True);
        found.left_out = found.paths.len().saturating_sub(arguments.limit);
        found.paths.truncate(arguments.limit);
    }
    if context.is_json() {
        let paths = records_of(&model, &found.paths);
        let fields = json!({ "attack_paths": paths, "left_out": found.left_out, "complete": found.is_complete });
        records::print("cairn.paths/1", fields)?;
    } else {
        context.print(&list(&model, &labels, &analysis, &found))?;
    }
    Ok(Ending::Done)
}

/// The records of the export for some paths.
pub(crate) fn records_of(model: &Model, paths: &[AttackPath]) -> Vec<Value> {
    let text = cairn_report::json_with_paths(&model.system, &[], paths);
    let export: Value = serde_json::from_str(&text).expect("the export is JSON");
    records::filtered(&export, "attack_paths", |_| true)
}

fn only(attackers: &Attackers, wanted: &str) -> Result<Attackers, Failure> {
    if attackers.get(wanted).is_none() {
        let hint = did_you_mean(wanted, attackers.profiles().map(|it| it.id.as_str()));
        let hint = if hint.is_empty() { "\nhint: `cairn paths --attackers` lists them".to_owned() } else { hint };
        return Err(Failure::usage(format!("there is no attacker `{}`{hint}", one_line(wanted))));
    }
    Ok(attackers.clone().only(|it| it.id == wanted))
}

fn no_drawing(context: &Context) -> Result<(), Failure> {
    match context.format {
        Format::Mermaid | Format::Dot => Err(Failure::usage(
            "a drawing shows one path\nhint: name it, such as `cairn paths path-1a2b --format mermaid`",
        )),
        _ => Ok(()),
    }
}

fn find<'p>(paths: &'p [AttackPath], wanted: &str) -> Result<&'p AttackPath, Failure> {
    let begins = |path: &&AttackPath| {
        let id = path.id.as_str();
        id.starts_with(wanted) || id.strip_prefix("path-").is_some_and(|hash| hash.starts_with(wanted))
    };
    let found: Vec<&AttackPath> = paths.iter().filter(begins).collect();
    match found.as_slice() {
        [one] if !wanted.is_empty() => Ok(one),
        [first, second, ..] => Err(Failure::usage(format!(
            "`{}` is the beginning of {} paths\nhint: `{}` or `{}`, for example",
            one_line(wanted),
            found.len(),
            first.id,
            second.id
        ))),
        _ => Err(Failure::usage(format!("there is no path `{}`\nhint: `cairn paths` lists them", one_line(wanted)))),
    }
}

fn list(model: &Model, labels: &Labels, analysis: &Analysis<'_>, found: &Paths) -> String {
    let mut text: String = found.paths.iter().map(|path| lines(labels, path)).collect();
    let losses = analysis.losses();
    let all = found.paths.len() + found.left_out;
    let certain = losses.iter().filter(|loss| loss.is_certain).count();
    text.extend([format!(
        "{}: {} of {} are reached, {certain} of {} ways for certain\n",
        bold(&count(all, "path")),
        reached(&losses),
        count(analysis.goal_count(), "goal"),
        losses.len(),
    )]);
    if found.left_out > 0 {
        text += &dim(&format!(
            "{} left out: `--limit N` shows more, `--to NAME` and `--from ATTACKER` fewer\n",
            found.left_out
        ));
    }
    if !found.is_complete {
        text += &dim(NOT_ALL);
    }
    if all > 0 {
        text += &dim("`cairn paths ID` shows one with its quotes, `--chokepoints` what to do first\n");
    } else if model.system.data.iter().all(|data| data.classification.is_none()) {
        text += &dim("no data has a class, so little counts as worth having: `cairn questions` asks for it\n");
    }
    text
}

fn reached(losses: &std::collections::BTreeSet<cairn_engine::attack::Loss>) -> usize {
    let goals: std::collections::BTreeSet<_> = losses.iter().map(|loss| (&loss.element, &loss.gains)).collect();
    goals.len()
}

/// A path in a few lines: how pressing, what is lost, by which hops, by whom.
fn lines(labels: &Labels, path: &AttackPath) -> String {
    let level = Severity::of_score_tenths(path.score_tenths);
    let width = Severity::Critical.as_str().len();
    let indent = " ".repeat(width);
    let goals: Vec<String> = path.goals.iter().take(GOALS_MAX).map(|goal| one_line(&goal.why)).collect();
    let more = path.goals.len().saturating_sub(GOALS_MAX);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let hops: Vec<String> = path.hops.iter().map(|hop| short(labels, hop)).collect();
    let unsure = path.hops.iter().filter(|hop| hop.truth != Truth::True).count();
    let sure =
        if unsure == 0 { "every hop is stated".to_owned() } else { format!("{} not certain", count(unsure, "hop")) };
    format!(
        "{} {}{more}\n{indent} {}\n{indent} {}\n",
        padded(&severity(level), level.as_str().len(), width),
        goals.join("; "),
        hops.join(" → "),
        dim(&format!("{} by {}; {sure}", path.id, path.attackers.join(", ")))
    )
}

/// A hop as an element with what is had there; `?` where it is not certain.
fn short(labels: &Labels, hop: &Hop) -> String {
    let mark = if hop.truth == Truth::True { "" } else { "?" };
    format!("{} {}{mark}", hop.gains, one_line(labels.get(&hop.to)))
}

fn one(context: &Context, model: &Model, labels: &Labels, path: &AttackPath) -> Result<Ending, Failure> {
    match context.format {
        Format::Mermaid => Context::print_data(&cairn_report::mermaid(path, labels))?,
        Format::Dot => Context::print_data(&cairn_report::dot(path, labels))?,
        Format::Json => {
            records::print("cairn.paths/1", json!({ "attack_paths": records_of(model, std::slice::from_ref(path)) }))?;
        }
        _ => context.print(&explained(context, model, labels, path))?,
    }
    Ok(Ending::Done)
}

/// Every hop with its quotes, its questions and what would stop it.
fn explained(context: &Context, model: &Model, labels: &Labels, path: &AttackPath) -> String {
    let level = Severity::of_score_tenths(path.score_tenths);
    let why: Vec<String> = path.goals.iter().map(|goal| goal.why.clone()).collect();
    let title = snippet::title(Level::WARNING, level.as_str(), Some(path.id.as_str()), &why.join("; "));
    let note = |name: &'static str, text: &str| Level::NOTE.with_name(name).message(one_line(text));
    let mut groups = vec![title.element(note("attackers", &path.attackers.join(", ")))];
    for (number, hop) in (1..).zip(&path.hops) {
        let name = format!("hop {number}");
        let mut group = snippet::title(Level::NOTE, &name, Some(&hop.rule), &hop.means);
        let shown = if context.verbose { hop.evidence.len() } else { QUOTES_MAX };
        for citation in hop.evidence.iter().take(shown) {
            let quote = snippet::citation(&model.documents, citation, AnnotationKind::Primary, "");
            group = group.elements(quote);
        }
        for question in &hop.questions {
            group = group.element(note("unknown", question));
        }
        if hop.truth != Truth::True && hop.questions.is_empty() {
            group = group.element(note("unknown", "it is taken for granted that something stops this"));
        }
        for breaker in &hop.broken_by {
            group = group.element(note("broken by", &broken_by(labels, breaker)));
        }
        if let Some(threat) = &hop.threat {
            group = group.element(note("threat", threat.as_str()));
        }
        groups.push(group);
    }
    snippet::render(&groups)
}

/// What stops a step, or would.
pub(crate) fn broken_by(labels: &Labels, breaker: &cairn_model::Breaker) -> String {
    let family = breaker.control_type.as_str().replace('_', " ");
    let on = labels.get(&breaker.on);
    let said = match breaker.status {
        None => "which nobody speaks of".to_owned(),
        Some(status) => format!("which is {}", status.as_str()),
    };
    let id = breaker.control.as_ref().map(|id| format!(" ({id})")).unwrap_or_default();
    format!("{family} on {on}, {said}{id}")
}

fn chokepoints(context: &Context, model: &Model, labels: &Labels, found: &Chokepoints) -> Result<Ending, Failure> {
    if context.is_json() {
        let remedies: Vec<Value> = found
            .ranked
            .iter()
            .map(|it| {
                json!({
                    "remedy": remedy_record(&it.remedy), "cuts": it.cuts, "unsettles": it.unsettles, "carries": it.carries,
                })
            })
            .collect();
        let cut: Vec<Value> = found.cut.iter().map(remedy_record).collect();
        let fields = json!({
            "ranked": remedies, "cut": cut, "is_smallest": found.is_smallest, "ways": found.ways, "uncut": found.uncut,
        });
        records::print("cairn.chokepoints/1", fields)?;
        return Ok(Ending::Done);
    }
    let mut text = format!("{} of attackers to goals\n", bold(&count(found.ways, "way")));
    for it in found.ranked.iter().take(REMEDIES_MAX) {
        let effect = format!("cuts {}, leaves {} uncertain, lies on {}", it.cuts, it.unsettles, it.carries);
        text.extend([format!("  {}\n    {}\n", remedy(model, labels, &it.remedy), dim(&effect))]);
    }
    let left_out = found.ranked.len().saturating_sub(REMEDIES_MAX);
    if left_out > 0 {
        text += &dim(&format!("  {left_out} more with `--format json`\n"));
    }
    let kind = if found.is_smallest { "a smallest set" } else { "a small set, perhaps not the smallest," };
    let all = found.ways - found.uncut;
    text.extend([format!(
        "{kind} that cuts all {all} ways that can be cut: {}\n",
        bold(&count(found.cut.len(), "remedy").replace("remedys", "remedies"))
    )]);
    for it in found.cut.iter().take(REMEDIES_MAX) {
        text.extend([format!("  {}\n", remedy(model, labels, it))]);
    }
    if found.cut.len() > REMEDIES_MAX {
        text += &dim(&format!("  {} more with `--format json`\n", found.cut.len() - REMEDIES_MAX));
    }
    if found.uncut > 0 {
        text.extend([format!(
            "{} that no control here cuts: they follow from what parts are for\n",
            count(found.uncut, "way")
        )]);
    }
    context.print(&text)?;
    Ok(Ending::Done)
}

fn remedy(model: &Model, labels: &Labels, remedy: &Remedy) -> String {
    match remedy {
        Remedy::Control { control_type, on } => {
            format!("{} on {}", control_type.as_str().replace('_', " "), one_line(labels.get(on)))
        }
        Remedy::Mend { threat } => {
            let title =
                model.threats.iter().find(|it| it.id == *threat).map_or(threat.as_str(), |it| it.title.as_str());
            format!("mend: {} ({threat})", one_line(title))
        }
    }
}

fn remedy_record(remedy: &Remedy) -> Value {
    match remedy {
        Remedy::Control { control_type, on } => json!({ "control": control_type.as_str(), "on": on.as_str() }),
        Remedy::Mend { threat } => json!({ "threat": threat.as_str() }),
    }
}

fn list_attackers(context: &Context, attackers: &Attackers) -> Result<Ending, Failure> {
    if context.is_json() {
        let all: Vec<Value> = attackers.profiles().map(|it| json!({ "id": it.id, "title": it.title })).collect();
        records::print("cairn.attackers/1", json!({ "attackers": all }))?;
        return Ok(Ending::Done);
    }
    let text: String =
        attackers.profiles().flat_map(|it| [bold(&it.id), format!(": {}\n", one_line(&it.title))]).collect();
    context.print(&text)?;
    Ok(Ending::Done)
}
