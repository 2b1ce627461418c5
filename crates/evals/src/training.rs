//! Learns the weights by which the embedded extractor tells components from other names.
//!
//! Samples are all names of annotated systems, labelled by their gold claims. The model is logistic regression, fitted by
//! accelerated gradient descent from zero: no randomness, the same weights each time. Each system is also judged by weights
//! learned from the others alone, which is the figure to believe; the threshold is the one that does best there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use cairn_ingest::Limits;
use cairn_model::Document;
use cairn_prose::{Candidate, candidates, survey};
use serde_json::Value;

use crate::EvalError;
use crate::claims::names::{names_of, normal};
use crate::files::{read_bytes, read_json_lines, read_text};
use crate::gold::SystemFolders;

/// A feature that fewer systems show says more about them than about names.
const SYSTEMS_MIN: usize = 3;
/// Strength of the pull towards zero.
const PULL: f64 = 5.0;
/// Steps of the descent; more change no weight by a thousandth.
const STEPS: usize = 1500;
/// Larger documents are no prose to learn from.
const DOCUMENT_BYTES_MAX: usize = 10_000_000;

/// What was learned, and how well names of a system are judged by weights that never saw it.
#[derive(Clone, Debug)]
pub struct NameTraining {
    /// The file of weights, learned from all systems.
    pub weights: String,
    /// For each system: gold components, those among the accepted names, accepted names that are none.
    pub held_out: Vec<(String, usize, usize, usize)>,
    /// Names and features learned from.
    pub samples: usize,
    /// Features with a weight.
    pub features: usize,
}

/// Learns from `systems`.
pub fn train_names(systems: &[SystemFolders]) -> Result<NameTraining, EvalError> {
    let systems: Vec<Annotated> = systems.iter().map(load).collect::<Result<_, _>>()?;
    let held_out: Vec<Scores> = (0..systems.len())
        .map(|held| {
            let model = fit(systems.iter().enumerate().filter(|(at, _)| *at != held).map(|(_, system)| system));
            systems.get(held).map(|system| judge(system, &model)).unwrap_or_default()
        })
        .collect();
    let threshold = best_threshold(&systems, &held_out);
    let model = fit(systems.iter());
    Ok(NameTraining {
        weights: print(&model, threshold),
        held_out: systems.iter().zip(&held_out).map(|(system, scores)| tally(system, scores, threshold)).collect(),
        samples: systems.iter().map(|system| system.samples.len()).sum(),
        features: model.weights.len(),
    })
}

struct Annotated {
    name: String,
    samples: Vec<Sample>,
    /// The names of each gold component.
    components: Vec<BTreeSet<String>>,
}

struct Sample {
    name: String,
    features: Vec<(String, f64)>,
    label: Label,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Label {
    Component,
    Other,
    /// Optional, or only in documents that were not annotated.
    Open,
}

fn load(system: &SystemFolders) -> Result<Annotated, EvalError> {
    let listed: BTreeSet<String> = read_text(&system.gold.join("documents.txt"))?.lines().map(str::to_owned).collect();
    let gold: Vec<Value> = read_json_lines(&system.gold.join("gold.jsonl"))?;
    let components = |optional: bool| {
        gold.iter()
            .filter(|line| line.get("kind").and_then(Value::as_str) == Some("component"))
            .filter(|line| line.get("optional").and_then(Value::as_bool).unwrap_or(false) == optional)
            .map(names_of)
            .collect::<Vec<_>>()
    };
    let (required, optional) = (components(false), components(true));
    let documents = documents(&system.docs)?;
    let surveys: Vec<_> = documents.iter().map(survey).collect();
    let annotated: Vec<_> = documents
        .iter()
        .zip(&surveys)
        .filter(|(document, _)| listed.contains(&document.path))
        .map(|(_, s)| s.clone())
        .collect();
    let mentioned: BTreeSet<_> = candidates(&annotated).into_iter().map(|candidate| candidate.name).collect();
    let samples = candidates(&surveys)
        .into_iter()
        .map(|candidate| {
            let name = normal(&candidate.surface);
            let is_in = |sets: &[BTreeSet<String>]| sets.iter().any(|names| names.contains(&name));
            let label = if is_in(&required) && mentioned.contains(&candidate.name) {
                Label::Component
            } else if is_in(&optional) || !mentioned.contains(&candidate.name) {
                Label::Open
            } else {
                Label::Other
            };
            Sample { name, features: named_features(&candidate), label }
        })
        .collect();
    Ok(Annotated { name: system.name.clone(), samples, components: required })
}

/// Group and name in one, value one for a feature that holds wholly.
fn named_features(candidate: &Candidate) -> Vec<(String, f64)> {
    candidate
        .features
        .iter()
        .map(|(group, name, sixteenths)| {
            let value = f64::from(i32::try_from(*sixteenths).unwrap_or(i32::MAX)) / 16.0;
            (format!("{group}\t{name}"), value)
        })
        .collect()
}

fn documents(root: &Path) -> Result<Vec<Document>, EvalError> {
    let mut paths = Vec::new();
    list(root, &mut paths)?;
    paths.sort();
    let mut documents = Vec::new();
    for path in paths {
        let bytes = read_bytes(&path)?;
        let relative = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        documents.extend(cairn_ingest::read(&relative, &bytes, Limits { document_bytes_max: DOCUMENT_BYTES_MAX }).ok());
    }
    Ok(documents)
}

fn list(folder: &Path, into: &mut Vec<PathBuf>) -> Result<(), EvalError> {
    let refused = |source| EvalError::Read { path: folder.to_owned(), source };
    for entry in std::fs::read_dir(folder).map_err(refused)? {
        let path = entry.map_err(refused)?.path();
        if path.is_dir() {
            list(&path, into)?;
        } else {
            into.push(path);
        }
    }
    Ok(())
}

#[derive(Default)]
struct Model {
    bias: f64,
    weights: BTreeMap<String, f64>,
}

/// Names and the model's sum for each.
type Scores = Vec<f64>;

fn judge(system: &Annotated, model: &Model) -> Scores {
    let sum = |sample: &Sample| {
        let of = |(name, value): &(String, f64)| model.weights.get(name).map_or(0.0, |weight| weight * value);
        model.bias + sample.features.iter().map(of).sum::<f64>()
    };
    system.samples.iter().map(sum).collect()
}

/// Logistic regression with a quadratic pull towards zero.
fn fit<'a>(systems: impl Iterator<Item = &'a Annotated> + Clone) -> Model {
    let index = shared_features(systems.clone());
    let samples: Vec<(Vec<(usize, f64)>, f64)> = systems
        .flat_map(|system| &system.samples)
        .filter(|sample| sample.label != Label::Open)
        .map(|sample| {
            let known = sample.features.iter().filter_map(|(name, value)| Some((*index.get(name)?, *value)));
            (known.collect(), f64::from(u8::from(sample.label == Label::Component)))
        })
        .collect();
    let weights = descend(&samples, index.len() + 1);
    let weight_at = |at: usize| weights.get(at).copied().unwrap_or_default();
    Model { bias: weight_at(0), weights: index.iter().map(|(name, at)| (name.clone(), weight_at(*at))).collect() }
}

/// Each feature that enough systems show, and its place among the weights; place 0 is the bias.
fn shared_features<'a>(systems: impl Iterator<Item = &'a Annotated>) -> BTreeMap<String, usize> {
    let mut shown: BTreeMap<&str, usize> = BTreeMap::new();
    for system in systems {
        let names: BTreeSet<&str> =
            system.samples.iter().flat_map(|sample| &sample.features).map(|(name, _)| name.as_str()).collect();
        for name in names {
            *shown.entry(name).or_default() += 1;
        }
    }
    shown
        .into_iter()
        .filter(|(_, systems)| *systems >= SYSTEMS_MIN)
        .enumerate()
        .map(|(at, (name, _))| (name.to_owned(), at + 1))
        .collect()
}

/// Nesterov's descent on the mean loss; the step is the inverse of a bound of the curvature.
fn descend(samples: &[(Vec<(usize, f64)>, f64)], size: usize) -> Vec<f64> {
    #[expect(clippy::cast_precision_loss, reason = "far fewer samples than a float counts exactly")]
    let count = samples.len().max(1) as f64;
    let largest = samples.iter().map(|(features, _)| 1.0 + features.iter().map(|(_, v)| v * v).sum::<f64>());
    let step = 1.0 / (0.25 * largest.fold(1.0, f64::max) + PULL / count);
    let (mut weights, mut ahead) = (vec![0.0; size], vec![0.0; size]);
    for round in 0..STEPS {
        let gradient = gradient(samples, &ahead, count);
        #[expect(clippy::cast_precision_loss, reason = "a few thousand rounds")]
        let momentum = round as f64 / (round as f64 + 3.0);
        for ((weight, ahead), slope) in weights.iter_mut().zip(&mut ahead).zip(gradient) {
            let next = *ahead - step * slope;
            *ahead = next + momentum * (next - *weight);
            *weight = next;
        }
    }
    weights
}

fn gradient(samples: &[(Vec<(usize, f64)>, f64)], weights: &[f64], count: f64) -> Vec<f64> {
    let at = |index: usize| weights.get(index).copied().unwrap_or_default();
    let mut gradient: Vec<f64> = weights.iter().map(|weight| PULL / count * weight).collect();
    let mut add = |index: usize, value: f64| {
        if let Some(slope) = gradient.get_mut(index) {
            *slope += value;
        }
    };
    add(0, -PULL / count * at(0));
    for (features, label) in samples {
        let sum = at(0) + features.iter().map(|(index, value)| at(*index) * value).sum::<f64>();
        let error = (1.0 / (1.0 + (-sum).exp()) - label) / count;
        add(0, error);
        for (index, value) in features {
            add(*index, error * value);
        }
    }
    gradient
}

/// The threshold with the best mean of F1 over the held-out systems: each counts alike, however many names it has.
fn best_threshold(systems: &[Annotated], scores: &[Scores]) -> f64 {
    let measure = |threshold: f64| {
        let of_system = |(system, scores): (&Annotated, &Scores)| {
            let (_, gold, met, wrong) = tally(system, scores, threshold);
            // In whole hundred thousandths, so that ties go to the first.
            200_000 * met / (gold + met + wrong).max(1)
        };
        systems.iter().zip(scores).map(of_system).sum::<usize>()
    };
    let candidates = (0..60).map(|step| f64::from(step) * 0.05 - 2.0);
    candidates
        .fold(
            (0.0, 0),
            |best, threshold| if measure(threshold) > best.1 { (threshold, measure(threshold)) } else { best },
        )
        .0
}

fn tally(system: &Annotated, scores: &Scores, threshold: f64) -> (String, usize, usize, usize) {
    let judged = system.samples.iter().zip(scores).filter(|(_, score)| **score >= threshold);
    let accepted: BTreeSet<&str> = judged.clone().map(|(sample, _)| sample.name.as_str()).collect();
    let met =
        system.components.iter().filter(|names| names.iter().any(|name| accepted.contains(name.as_str()))).count();
    let wrong = judged.filter(|(sample, _)| sample.label == Label::Other).count();
    (system.name.clone(), system.components.len(), met, wrong)
}

/// The file of weights, in thousandths, by group and name.
fn print(model: &Model, threshold: f64) -> String {
    let mut groups: BTreeMap<&str, BTreeMap<&str, i64>> = BTreeMap::new();
    for (feature, weight) in &model.weights {
        let Some((group, name)) = feature.split_once('\t') else { continue };
        let thousandths = thousandths(*weight);
        if thousandths != 0 {
            groups.entry(group).or_default().insert(name, thousandths);
        }
    }
    let mut text = format!(
        "# How far each feature of a name speaks for a component (above zero) or against it, in thousandths.\n\
         # Learned: written by `cairn eval train-names`, see `eval/README.md`. Do not edit by hand.\n\n\
         bias = {}\n",
        thousandths(model.bias - threshold)
    );
    for (group, weights) in groups {
        text.extend([format!("\n[{group}]\n")]);
        for (name, weight) in weights {
            text.extend([format!("{name:?} = {weight}\n")]);
        }
    }
    text
}

fn thousandths(weight: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "weights are small numbers")]
    let rounded = (weight * 1000.0).round() as i64;
    rounded
}
