use crate::check::blocks;

#[test]
fn headings_paragraphs_and_inline_markup() {
    blocks(
        "guide.md",
        "# The *ledger* service\n\nIt **must** use `TLS 1.3` for\n[all calls](http://x.test \"t\"), ~~not SSL~~.\n![a picture](p.png) <b>Bold</b><br>end\n\nSetext\n------\n\n> Quoted text\n> goes on.\n",
        "h1 The s{ledger} service
         p It s{must} use c{TLS 1.3} for/l{all calls}, x{not SSL}./Bold/end
         h2 Setext
         p Quoted text/goes on.",
    );
}

#[test]
fn lists_with_depth_tasks_and_further_paragraphs() {
    blocks(
        "a.md",
        "- one\n  - two\n    1. three\n- [x] done\n- [ ] open\n\n  more on open\n\n1) first\n\n   ```sh\n   run\n   ```\n- \n- last\n",
        "ul0 one
         ul1 two
         ol2 three
         ul0x done
         ul0o open
         p more on open
         ol0 first
         code(sh) run
         ul0
         ul0 last",
    );
}

#[test]
fn tables_row_by_row() {
    blocks(
        "a.md",
        "| Flow | Data |\n|---|:-:|\n| a **b** | `c\\|d` |\n| only |\n\ntext\n\n|x|\n|-|\n|y|\n",
        "th0 Flow | Data
         tr0 a s{b} | c{c\\|d}
         tr0 only |
         p text
         th1 x
         tr1 y",
    );
}

#[test]
fn code_has_a_run_for_each_line() {
    blocks(
        "a.md",
        "```Rust,no_run\nlet a;\n\n  let b;\n```\r\n\r\n    indented\r\n    code\r\n\n> ```\n> quoted\n> code\n> ```\n",
        "code(rust) let a;//  let b;
         code() indented/code
         code() quoted/code",
    );
}

#[test]
fn front_matter_and_html_are_not_prose() {
    blocks(
        "a.md",
        "---\ntitle: \"A: b\"\ntags: [x]\n---\n<!-- hidden\nsecret -->\n\n<details>\n\nShown.\n\n---\n\na: b\n\n---\n",
        "front
         html
         html
         p Shown.
         p a: b",
    );
}

#[test]
fn a_byte_order_mark_keeps_offsets_true() {
    blocks("a.md", "\u{feff}# Title\n\nÄ text\n", "h1 Title\np Ä text");
}

#[test]
fn code_spans_over_lines_of_a_quote() {
    blocks("a.md", "> see `a\n> b` there\n", "p see c{a}/c{b} there");
}
