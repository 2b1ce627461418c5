//! Small systems with known paths. Each file of `suite/` holds systems of one field, each with a title (`==`), its elements in
//! the notation of the rules' examples, who attacks it (`attacker`), whether the rules' threats count (`with threats`), and all paths
//! there are (`>`); no `>` says that there is none.

use super::system::{paths, system, threats};

/// The least number of systems that are checked.
const SYSTEMS_MIN: usize = 40;

const FIELDS: [(&str, &str); 6] = [
    ("network", include_str!("suite/network.txt")),
    ("identity", include_str!("suite/identity.txt")),
    ("data", include_str!("suite/data.txt")),
    ("delivery", include_str!("suite/delivery.txt")),
    ("agents", include_str!("suite/agents.txt")),
    ("unknown", include_str!("suite/unknown.txt")),
];

#[test]
fn every_system_has_the_paths_that_are_known() {
    let mut checked = 0;
    let mut wrong = Vec::new();
    for (field, text) in FIELDS {
        for case in text.split("\n== ").skip(1) {
            checked += 1;
            let (title, body) = case.split_once('\n').unwrap();
            wrong.extend(check(field, title, body));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(checked >= SYSTEMS_MIN, "{checked} systems");
    println!("{checked} systems have the paths that are known");
}

/// What is wrong with a case, if anything is.
fn check(field: &str, title: &str, body: &str) -> Option<String> {
    let lines = || body.lines().map(str::trim).filter(|line| !line.is_empty());
    let attacker = lines().find_map(|line| line.strip_prefix("attacker ")).unwrap_or("internet");
    let mut known: Vec<String> = lines().filter_map(|line| line.strip_prefix("> ")).map(str::to_owned).collect();
    known.sort();
    let is_element = |line: &&str| !["> ", "attacker ", "with threats"].iter().any(|it| line.starts_with(it));
    let model = system(&lines().filter(is_element).collect::<Vec<_>>().join("\n"));
    let weaknesses = if lines().any(|line| line == "with threats") { threats(&model) } else { Vec::new() };
    let found = paths(&model, &weaknesses, attacker);
    (found != known).then(|| {
        let shown = |paths: &[String]| paths.iter().flat_map(|it| ["> ", it, "\n"]).collect::<String>();
        format!("{field}: {title}\nknown:\n{}found:\n{}", shown(&known), shown(&found))
    })
}
