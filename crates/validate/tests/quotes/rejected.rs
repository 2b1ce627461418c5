//! Quotes that say something else than the source.

use cairn_model::{Document, Format, SourceType};
use cairn_model::{DocumentId, Quote, Revision};
use cairn_validate::{Verdict, check_quote};

use crate::checker;

#[track_caller]
fn check(text: &str, quote: &str) {
    assert_eq!(checker(text).check(quote, None), Verdict::NotVerbatim, "{quote:?} in {text:?}");
}

#[test]
fn words_changed_dropped_added_or_swapped() {
    let text = "The gateway must\ncheck every token.";
    for quote in [
        "The gateway may check every token.",
        "The gateway must not check every token.",
        "The gateway must check token.",
        "The gateway must check every single token.",
        "The must gateway check every token.",
        "The gateway must check every tokens.",
        "The gateway ... every token.",
        "The proxy must check every token.",
    ] {
        check(text, quote);
    }
}

#[test]
fn numbers() {
    check("keys live\n1.5 hours", "keys live 15 hours");
    check("keys live\n1.5 hours", "keys live 1 5 hours");
    check("keys live\n1.5 hours", "keys live 1,5 hours");
    check("keys live\n50 hours", "keys live 5 hours");
    check("an offset of\n-5 hours", "an offset of 5 hours");
    check("an offset of\n5 hours", "an offset of -5 hours");
    check("about\n10² keys", "about 102 keys");
    check("about\n2*3 keys", "about 23 keys");
}

#[test]
fn regression_list_numerals_are_not_formatting_in_a_quote() {
    check("Steps:\n\n1. Sign in\n2. Pay", "Steps: 1. Sign in 3. Pay");
    check("Steps:\n\n- Sign in\n- Pay", "Steps: 1. Sign in 2. Pay");
    check("Steps:\n\n2. Pay", "3. Pay");
}

#[test]
fn a_number_at_a_line_start_is_no_list_numeral() {
    check("the least number of keys is\n5. More is better", "the least number of keys is More is better");
    check("the limit is\n5\nper day", "the limit is per day");
}

#[test]
fn symbols() {
    check("a limit\n< 5", "a limit > 5");
    check("a limit\n<= 5", "a limit < 5");
    check("a limit\n≤ 5", "a limit ≥ 5");
    check("costs\n5 %", "costs 5 $");
    check("if a\n&& b", "if a || b");
    check("if\n!open", "if open");
    check("if a\n≠ b", "if a = b");
    check("TLS\n✅", "TLS ❌");
    check("more than\n5 keys", "> more than 5 keys");
}

#[test]
fn task_boxes() {
    check("- [x] keys\n  rotate", "- [ ] keys rotate");
    check("- [ ] keys\n  rotate", "- [x] keys rotate");
}

#[test]
fn code_is_not_markup() {
    check("call `keys[old](not)`\nnow", "call keys[old] now");
    check("```\ncall keys[old](not) now\n```", "call  keys[old] now");
    check("if a <b and c> d\nthen", "if a d then");
    check("the <path> of\nkeys", "the of keys");
}

#[test]
fn inside_a_link_target() {
    check("see [the page](https://example.com/old)\nnow", "see the page https://example.com/new now");
}

#[test]
fn nothing_to_find() {
    for quote in ["", " ", "...", "**", "<!-- -->", "…", "< >", "&amp;", "\u{200b}"] {
        check("The key ... ** <!-- --> < > & rotates…", quote);
    }
    check("", "The key");
}

#[test]
fn data_has_no_markup() {
    let text = "steps:\n1. Sign in\n2. Pay";
    let mut document = Document {
        id: DocumentId::of_path("a.yaml"),
        path: "a.yaml".into(),
        title: "a".into(),
        source_type: SourceType::Deployment,
        format: Format::Yaml,
        modified: None,
        revision: Revision::of_bytes(text.as_bytes()),
        text: text.into(),
        blocks: Vec::new(),
        sections: Vec::new(),
        front_matter: std::collections::BTreeMap::new(),
    };
    let quote = Quote { document: document.id.clone(), text: "Sign in Pay".into(), at: None };
    assert_eq!(check_quote(&quote, &document), Verdict::NotVerbatim);
    document.format = Format::Markdown;
    assert_ne!(check_quote(&quote, &document), Verdict::NotVerbatim);
}
