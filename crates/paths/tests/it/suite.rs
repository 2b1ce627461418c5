//! Small systems with known paths. Each file of `suite/` holds systems of one field, each with a title (`==`), its elements in
//! the notation of the rules' examples, who attacks it (`attacker`), whether the rules' threats count (`with threats`), and all minimal
//! paths there are (`>`); no `>` says that there is none.
//!
//! The paths are written by hand from the text of the system and the catalogue of steps, before the program lists them. Where it
//! lists others, the meaning of the steps decides who is wrong. `oracle` finds them a second time.

use super::system::{paths, system, threats};

/// The least number of systems that are checked.
const SYSTEMS_MIN: usize = 40;

const FIELDS: [(&str, &str); 7] = [
    ("network", include_str!("suite/network.txt")),
    ("identity", include_str!("suite/identity.txt")),
    ("data", include_str!("suite/data.txt")),
    ("delivery", include_str!("suite/delivery.txt")),
    ("agents", include_str!("suite/agents.txt")),
    ("several", include_str!("suite/several.txt")),
    ("unknown", include_str!("suite/unknown.txt")),
];

/// A system of the suite.
pub(crate) struct Case {
    pub(crate) title: String,
    pub(crate) attacker: String,
    pub(crate) with_threats: bool,
    /// Its elements in the notation of the rules' examples.
    pub(crate) text: String,
    /// All paths there are, sorted.
    known: Vec<String>,
}

/// All systems.
pub(crate) fn cases() -> impl Iterator<Item = Case> {
    FIELDS.iter().flat_map(|(field, text)| text.split("\n== ").skip(1).map(move |case| read(field, case)))
}

fn read(field: &str, case: &str) -> Case {
    let (title, body) = case.split_once('\n').unwrap();
    let lines = || body.lines().map(str::trim).filter(|line| !line.is_empty());
    let mut known: Vec<String> = lines().filter_map(|line| line.strip_prefix("> ")).map(str::to_owned).collect();
    known.sort();
    let is_element = |line: &&str| !["> ", "attacker ", "with threats"].iter().any(|it| line.starts_with(it));
    Case {
        title: format!("{field}: {title}"),
        attacker: lines().find_map(|line| line.strip_prefix("attacker ")).unwrap_or("internet").to_owned(),
        with_threats: lines().any(|line| line == "with threats"),
        text: lines().filter(is_element).collect::<Vec<_>>().join("\n"),
        known,
    }
}

#[test]
fn every_system_has_the_paths_that_are_known() {
    let wrong: Vec<String> = cases().filter_map(|case| check(&case)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let (checked, known) = (cases().count(), cases().map(|case| case.known.len()).sum::<usize>());
    assert!(checked >= SYSTEMS_MIN, "{checked} systems");
    println!("{checked} systems have the {known} paths that are known");
}

/// What is wrong with a case, if anything is.
fn check(case: &Case) -> Option<String> {
    let model = system(&case.text);
    let weaknesses = if case.with_threats { threats(&model) } else { Vec::new() };
    let found = paths(&model, &weaknesses, &case.attacker);
    (found != case.known).then(|| {
        let shown = |paths: &[String]| paths.iter().flat_map(|it| ["> ", it, "\n"]).collect::<String>();
        format!("{}\nknown:\n{}found:\n{}", case.title, shown(&case.known), shown(&found))
    })
}
