//! What holds for any text.

use cairn_validate::Verdict;
use proptest::prelude::*;

use crate::{checker, citation};

/// Words and everything that may stand around them.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-zA-Z]{1,6}",
        1 => "[0-9]{1,3}",
        3 => prop_oneof![Just(" "), Just("\n"), Just("\n\n"), Just(" - "), Just("\n- "), Just("\n1. "), Just("\n> ")].prop_map(str::to_owned),
        2 => prop_oneof![Just("**"), Just("`"), Just("["), Just("](x)"), Just("```"), Just("<b>"), Just("<!--"), Just("&lt;"), Just("|"), Just("~~")].prop_map(str::to_owned),
        1 => "\\PC{1,4}",
    ];
    proptest::collection::vec(piece, 1..60).prop_map(|pieces| pieces.concat())
}

/// `text` between two of its character borders.
fn cut(text: &str, from: prop::sample::Index, to: prop::sample::Index) -> &str {
    let borders: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let (a, b) = (*from.get(&borders), *to.get(&borders));
    &text[a.min(b)..a.max(b)]
}

proptest! {
    #[test]
    fn a_substring_with_a_word_is_verbatim(
        text in text(), from in any::<prop::sample::Index>(), to in any::<prop::sample::Index>(),
    ) {
        let quote = cut(&text, from, to);
        prop_assume!(quote.contains(char::is_alphanumeric));
        let verdict = checker(&text).check(quote, None);
        prop_assert!(matches!(verdict, Verdict::Verbatim(_)));
        prop_assert_eq!(citation(&text, verdict).unwrap().quote, quote);
    }

    #[test]
    fn an_accepted_quote_reads_as_its_slice(
        words in proptest::collection::vec("[a-z]{1,3}", 1..40), gaps in proptest::collection::vec("[ \n*_`|\"-]{1,3}", 40),
        from in 0_usize..40, length in 1_usize..20,
    ) {
        let text: String = words.iter().zip(&gaps).map(|(word, gap)| format!("{word}{gap} ")).collect();
        let quote = words.iter().skip(from % words.len()).take(length).cloned().collect::<Vec<_>>().join(" ");
        let cited = citation(&text, checker(&text).check(&quote, None)).expect("only dress differs");
        let read = |text: &str| text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        if !text.contains(&quote) {
            prop_assert_eq!(read(&cited.quote), read(&quote));
        }
    }

    #[test]
    fn a_word_that_the_text_does_not_have_is_never_found(
        words in proptest::collection::vec("[a-y]{1,5}", 2..40), place in any::<prop::sample::Index>(),
    ) {
        let text = words.join("\n");
        let mut changed = words;
        let place = place.index(changed.len());
        changed[place] = "zebra".to_owned();
        prop_assert_eq!(checker(&text).check(&changed.join(" "), None), Verdict::NotVerbatim);
    }

    #[test]
    fn nothing_panics_and_what_is_cited_is_there(text in "\\PC{0,80}", markup in text(), quote in "\\PC{0,20}", at in any::<Option<usize>>()) {
        let text = format!("{text}{markup}");
        let checker = checker(&text);
        citation(&text, checker.check(&quote, at));
        citation(&text, checker.check(&text.replace(['*', '\n', '`'], " "), at));
        citation(&text, checker.check(&text.to_uppercase(), at));
    }
}

#[test]
fn hostile_texts_end() {
    for text in ["{#", "> ", "`", "[", "](", "<a ", "1. ", "a b ", "<!--", "=\n", "![", "[^", "a*", "& "] {
        let text = text.repeat(20_000);
        citation(&text, checker(&text).check(&format!("{}c", "a b ".repeat(2_000)), Some(9)));
        citation(&text, checker(&text).check("a\u{a0}b a b b", Some(9)));
    }
}
