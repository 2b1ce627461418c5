//! Quotes that differ from the source by formatting alone, and the slice that is cited for them.

use cairn_validate::Verdict;

use crate::{checker, citation};

/// `quote` is accepted up to formatting and `slice` is cited.
#[track_caller]
fn check(text: &str, quote: &str, slice: &str) {
    let verdict = checker(text).check(quote, None);
    assert!(matches!(verdict, Verdict::VerbatimUpToFormatting(_)), "{quote:?} in {text:?}: {verdict:?}");
    assert_eq!(citation(text, verdict).unwrap().quote, slice);
}

#[test]
fn bytes_come_first() {
    let text = "The Gateway checks. The gateway checks.";
    let verdict = checker(text).check("The gateway checks.", None);
    let Verdict::Verbatim(citation) = verdict else { panic!("{verdict:?}") };
    assert_eq!(citation.span.start, 20);
}

#[test]
fn the_nearest_occurrence_counts() {
    let text = "the *key* rotates; the *key* rotates; the *key* rotates";
    for (at, start) in [(None, 0), (Some(0), 0), (Some(20), 19), (Some(60), 38)] {
        for quote in ["the *key* rotates", "the key rotates"] {
            assert_eq!(citation(text, checker(text).check(quote, at)).unwrap().span.start, start);
        }
    }
}

#[test]
fn line_breaks() {
    check(
        "Tokens expire\n  after an\thour, always.",
        "Tokens expire after an hour",
        "Tokens expire\n  after an\thour,",
    );
    check("Tokens expire\r\nafter an hour", "Tokens expire after an hour", "Tokens expire\r\nafter an hour");
}

#[test]
fn emphasis_and_code() {
    check(
        "**Note:** the `vault` *never* sleeps.",
        "Note: the vault never sleeps.",
        "**Note:** the `vault` *never* sleeps.",
    );
    check("We drop ~~all~~ `Pod`s.", "We drop all Pods", "We drop ~~all~~ `Pod`s.");
    check("An __old__ rule", "old rule", "__old__ rule");
}

#[test]
fn headings_bullets_and_boxes() {
    check("end.\n\n## Scope\n\nThe API", "end. Scope The API", "end.\n\n## Scope\n\nThe API");
    check("list:\n- one\n* two\n+ three", "list: one two three", "list:\n- one\n* two\n+ three");
    check(
        "done:\n- [x] keys rotate\n- [ ] logs kept",
        "done: keys rotate logs kept",
        "done:\n- [x] keys rotate\n- [ ] logs kept",
    );
    check("Scope\n=====\n\nThe API", "Scope The API", "Scope\n=====\n\nThe API");
}

#[test]
fn list_numerals() {
    check("Steps:\n\n1. Sign in\n2. Pay", "Steps: Sign in Pay", "Steps:\n\n1. Sign in\n2. Pay");
    check("Steps:\n\n1. Sign in\n2. Pay", "Steps: 1. Sign in 2. Pay", "Steps:\n\n1. Sign in\n2. Pay");
}

#[test]
fn quote_marks_and_tables() {
    check("he said\n> keys are\n> safe", "he said keys are safe", "he said\n> keys are\n> safe");
    check(
        "| API | TLS |\n|-----|:---:|\n| pay | yes |",
        "API TLS pay yes",
        "| API | TLS |\n|-----|:---:|\n| pay | yes |".trim_matches(['|', ' ']),
    );
}

#[test]
fn links() {
    let text = "See the [rotation policy](https://example.com/a_(b)?x=1 \"Title\"), please.";
    check(text, "See the rotation policy, please.", text);
    check(text, "the rotation policy", "the [rotation policy](https://example.com/a_(b)?x=1 \"Title\"),");
    check("![the flow](flow.png) of data", "the flow of data", "[the flow](flow.png) of data");
    check("See [a page][docs] now\n\n[docs]: https://example.com", "See a page now", "See [a page][docs] now");
    check("Kept[^2] for a year", "Kept for a year", "Kept[^2] for a year");
    check("at <https://example.com/x> we", "at https://example.com/x we", "at <https://example.com/x> we");
}

#[test]
fn regression_a_link_target_that_repeats_the_text_does_not_move_the_start() {
    let text = "[use cases](#use-cases) are\nmany";
    check(text, "use cases are many", text);
}

#[test]
fn tags_comments_and_fences() {
    check("The <code>pay</code> service<br/>\nruns", "The pay service runs", "The <code>pay</code> service<br/>\nruns");
    check("<!-- kept -->\nThe API", "kept The API", "kept -->\nThe API");
    check("as:\n```yaml\nport: 1\n```\nso", "as: port: 1 so", "as:\n```yaml\nport: 1\n```\nso");
    check("as:\n```yaml\nport: 1\n```\nso", "as: yaml port: 1 so", "as:\n```yaml\nport: 1\n```\nso");
}

#[test]
fn typography() {
    check("It's a \"pre-shared\" key...", "It’s a “pre‑shared” key…", "It's a \"pre-shared\" key...");
    check("It’s a pre—shared key", "It's a pre-shared key", "It’s a pre—shared key");
    check("if a -> b", "if a → b", "if a -> b");
    check("at most <= 5", "at most ≤ 5", "at most <= 5");
}

#[test]
fn spaces_that_are_not_spaces() {
    check("the key is kept", "the\u{a0}key\u{2009}is\u{3000}kept", "the key is kept");
    check("the sec\u{ad}ret is kept", "the secret is kept", "the sec\u{ad}ret is kept");
    check("the secret\u{200b} is kept", "the \u{feff}secret is kept", "the secret\u{200b} is kept");
}

#[test]
fn entities() {
    check("Don't use \"a\" & <b>x", "Don&#39;t use &quot;a&quot; &amp; &lt;b&gt;x", "Don't use \"a\" & <b>x");
    check("a &lt; b &amp;c", "a < b & c", "a &lt; b &amp;c");
    check("a &lt; b", "a &amp;lt; b", "a &lt; b");
}

#[test]
fn letters_that_look_alike() {
    check("the ﬁle and ＡＰＩ", "the file and API", "the ﬁle and ＡＰＩ");
    check("the cafe\u{301} runs", "the café runs", "the cafe\u{301} runs");
    check("die große Tür", "DIE GROSSE TÜR", "die große Tür");
}

#[test]
fn first_letter_and_final_period() {
    check("so the key rotates daily\n\nNext", "The key rotates daily.", "the key rotates daily");
    check("so the key rotates daily, yes", "The key rotates daily", "the key rotates daily,");
    check("so the key\nrotates daily. Next", "the key rotates daily.", "the key\nrotates daily.");
}

#[test]
fn scripts_without_spaces() {
    check("密钥每天\n轮换。", "密钥每天轮换", "密钥每天\n轮换");
}
