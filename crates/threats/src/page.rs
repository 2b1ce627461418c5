//! The reference page of each rule, made from its file.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use cairn_model::{Stride, Term as _};

use crate::example::Case;
use crate::rule::{Answer, Pack, Rule, RuleInfo, Silence};
use crate::ruleset::RuleSet;

/// The pages by file name: one for each rule, and `README.md`, which lists them by pack.
pub fn pages(rules: &RuleSet) -> BTreeMap<String, String> {
    let mut pages: BTreeMap<String, String> =
        rules.all().map(|rule| (format!("{}.md", rule.info.id), page(rule))).collect();
    pages.insert("README.md".to_owned(), overview(rules));
    pages
}

fn overview(rules: &RuleSet) -> String {
    let mut text = String::from("# Rules\n\n");
    let count = rules.rules().count();
    add(
        &mut text,
        format_args!("{count} rules. Made by `cairn rules docs docs/rules`; the rules are in `config/rules/`.\n"),
    );
    for pack in Pack::ALL {
        let of_pack: Vec<&RuleInfo> = rules.rules().filter(|rule| rule.pack == pack).collect();
        if of_pack.is_empty() {
            continue;
        }
        add(
            &mut text,
            format_args!("\n## {}\n\n| rule | about | STRIDE | threat |\n| --- | --- | --- | --- |\n", pack.as_str()),
        );
        for rule in of_pack {
            let (id, about, title) = (&rule.id, rule.subject.as_str(), cell(&rule.title));
            add(&mut text, format_args!("| [{id}]({id}.md) | {about} | {} | {title} |\n", letters(rule)));
        }
    }
    text
}

fn page(rule: &Rule) -> String {
    let info = &rule.info;
    let mut text = format!("# {}\n\n{}\n\n{}\n", info.id, info.title, info.rationale);
    add(
        &mut text,
        format_args!(
            "\n## When\n\nLooked at on each {}. It holds when all of these do:\n\n",
            info.subject.as_str().replace('_', " ")
        ),
    );
    for premise in &rule.premises {
        let anchor = if premise.anchor { ", which a document must say" } else { "" };
        add(&mut text, format_args!("- {}{anchor}: `{}`\n", premise.say.as_written(), premise.written));
    }
    text.push_str("\n## What answers it\n\n");
    for answer in &rule.answers {
        match answer {
            Answer::Control { types, on, mechanism } => {
                let families: Vec<String> = types.iter().map(|it| it.as_str().replace('_', " ")).collect();
                let places: Vec<&str> = on.iter().map(|scope| scope.as_str()).collect();
                let how = if mechanism.is_empty() { "" } else { ", by a mechanism that the rule names" };
                add(&mut text, format_args!("- {} on: {}{how}\n", families.join(", "), places.join(", ")));
            }
            Answer::Attribute { say, .. } => add(&mut text, format_args!("- {}\n", say.as_written())),
        }
    }
    let silence = match rule.silence {
        Silence::Unverified => "Where no document speaks of it, this is asked",
        Silence::Open => "Where no document speaks of it, the threat is open, and this is asked",
    };
    add(&mut text, format_args!("\n{silence}: {}\n", rule.question.as_written()));
    add(&mut text, format_args!("\n## What to do\n\n{}\n", info.remediation));
    if let Some(cost) = &info.trade_off {
        add(&mut text, format_args!("\nTrade-off: {cost}\n"));
    }
    add(
        &mut text,
        format_args!(
            "\n## Severity\n\nLikelihood {} of 10, impact {} of 10 before what the documents say of the place.\n",
            info.likelihood.factor(),
            info.impact.factor()
        ),
    );
    for raise in &rule.raises {
        add(&mut text, format_args!("- {}: {}\n", raise.points, raise.say.as_written()));
    }
    text.push_str("\n## References\n\n");
    let cwe = info.cwe.map(|number| format!("CWE-{number}"));
    for reference in cwe.into_iter().chain(info.catalogues.references()).chain(info.references.clone()) {
        add(&mut text, format_args!("- {reference}\n"));
    }
    let stride = letters(info);
    add(
        &mut text,
        format_args!(
            "\nSTRIDE {}; pack {}; {}, since {}.\n",
            if stride.is_empty() { "none" } else { &stride },
            info.pack.as_str(),
            info.maturity.as_str(),
            info.since
        ),
    );
    if let Some(example) = rule.examples.iter().find(|example| example.case == Case::Fires) {
        add(&mut text, format_args!("\n## Example\n\n```text\n{}\n```\n", example.text.trim()));
    }
    text
}

fn letters(rule: &RuleInfo) -> String {
    rule.stride.iter().copied().map(Stride::letter).collect::<Vec<_>>().join(" ")
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn add(text: &mut String, line: std::fmt::Arguments<'_>) {
    text.write_fmt(line).expect("a string takes any text");
}
