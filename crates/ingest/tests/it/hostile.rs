use cairn_ingest::read;
use proptest::prelude::*;

use crate::check::{LIMITS, assert_invariants};

const PATHS: &[&str] = &[
    "a.md",
    "a.mdx",
    "a.rst",
    "a.adoc",
    "a.txt",
    "a.json",
    "a.yaml",
    "a.tf",
    "a.proto",
    "a.sql",
    "a.puml",
    "a.drawio",
    "notes",
    "Dockerfile",
];

/// Pieces that readers stop at, for texts that are nearly well formed.
const PIECES: &[&str] = &[
    "# ",
    "## ",
    "\n",
    "\n\n",
    "\r\n",
    "- ",
    "  - ",
    "1. ",
    "> ",
    "| a | b |\n",
    "|---|---|\n",
    "```",
    "~~~\n",
    "    ",
    "**",
    "*",
    "`",
    "``",
    "~~",
    "[",
    "](",
    ")",
    "<!--",
    "-->",
    "<Tab",
    "<br>",
    ">",
    "&amp;",
    "![",
    "---\n",
    "+++\n",
    "a: b\n",
    "====\n",
    "= ",
    "== ",
    "----\n",
    "|===\n",
    "| ",
    "+--+--+\n",
    "==  ==\n",
    ".. ",
    "::",
    ".. note::",
    ".. list-table::\n",
    "   * - ",
    "     - ",
    "`_",
    "<<",
    ">>",
    "link:",
    "http://x[",
    "]",
    "{",
    "}",
    "\"",
    "\\",
    "\\n",
    "\\u00e9",
    "\\\"",
    ":",
    ",",
    "\"body\": \"",
    "#",
    "//",
    "/*",
    "*/",
    "%%",
    "'",
    "/'",
    "--",
    "[10:12] ann: ",
    "é",
    "\u{2028}",
    "\u{feff}",
    "日本",
    "word ",
    "[^1]",
    "[^1]: ",
    "[ ] ",
    "import x from 'y'\n",
    "export const a = {\n",
    "{/*",
    "\t",
    "===\n",
    ":field: x\n",
    "\u{a0}",
];

fn check(path: &str, bytes: &[u8]) {
    if let Ok(document) = read(path, bytes, LIMITS) {
        assert_invariants(&document);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn arbitrary_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        for path in PATHS {
            check(path, &bytes);
        }
    }

    #[test]
    fn arbitrary_text(text in "\\PC{0,200}") {
        for path in PATHS {
            check(path, text.as_bytes());
        }
    }

    #[test]
    fn pieces_of_markup(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..60)) {
        let text = pieces.concat();
        for path in PATHS {
            check(path, text.as_bytes());
        }
    }

    /// A long section of markup is cut, too.
    #[test]
    fn long_pieces_of_markup(pieces in prop::collection::vec(prop::sample::select(PIECES), 20..40)) {
        let text = pieces.concat().repeat(12);
        for path in PATHS.iter().take(6) {
            check(path, text.as_bytes());
        }
    }
}

/// One mark, many times: what is quadratic or recursive shows here.
#[test]
fn repeated_marks_end() {
    for piece in PIECES {
        let text = piece.repeat(20_000 / piece.len());
        for path in PATHS {
            drop(read(path, text.as_bytes(), LIMITS));
        }
        check("a.md", piece.repeat(4_000 / piece.len()).as_bytes());
    }
}
