use cairn_report::visible;

fn check(text: &str, expected: &str) {
    assert_eq!(visible(text), expected);
}

#[test]
fn harmless_text_stays() {
    check("Zürich → 東京\n\tµ", "Zürich → 東京\n\tµ");
}

#[test]
fn terminal_controls_show() {
    check("\u{1b}]0;title\u{7}", "␛]0;title␇");
    check("over\rwritten\u{8}\u{7f}", "over␍written␈␡");
    check("\u{9b}31m", "\u{fffd}31m");
}

#[test]
fn direction_marks_show() {
    check("a\u{202e}b\u{2066}c\u{200b}d\u{feff}", "a\u{fffd}b\u{fffd}c\u{fffd}d\u{fffd}");
}
