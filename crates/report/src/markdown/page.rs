//! A Markdown page that text from documents cannot reshape.
//!
//! Every method takes plain text and escapes it; no caller writes markup of its own. Quotes stand in fences longer than any
//! run of backticks in them. Control characters and direction marks are made visible first, so that the page shows what it
//! holds.

use crate::visible;

/// Characters that mean something inside a line of CommonMark, its GitHub dialect, or HTML.
const MARKUP: &[char] = &['\\', '`', '*', '_', '[', ']', '<', '>', '#', '|', '~', '&', '!', '$', '@', '{', '}'];

/// The page as far as it is written.
#[derive(Default)]
pub(crate) struct Page {
    text: String,
    in_list: bool,
}

impl Page {
    /// A heading of `level`.
    pub(crate) fn heading(&mut self, level: usize, text: &str) {
        self.paragraph_break();
        self.text.push_str(&"#".repeat(level));
        self.text.push(' ');
        self.text.push_str(&escaped(text));
        self.text.push('\n');
    }

    /// A paragraph.
    pub(crate) fn paragraph(&mut self, text: &str) {
        self.paragraph_break();
        self.text.push_str(&escaped(text));
        self.text.push('\n');
    }

    /// An item of a list; items that follow each other are one list.
    pub(crate) fn item(&mut self, text: &str) {
        if !self.in_list {
            self.paragraph_break();
        }
        self.in_list = true;
        self.text.push_str("- ");
        self.text.push_str(&escaped(text));
        self.text.push('\n');
    }

    /// A quote with the place it is from, which links to the source line.
    pub(crate) fn quote(&mut self, path: &str, line: usize, quote: &str) {
        self.paragraph_break();
        let place = escaped(&format!("{path}:{line}"));
        let target = percent_encoded(path);
        let shown = visible(quote).replace("\r\n", "\n");
        let fence = "`".repeat(longest_run(&shown, '`').max(2) + 1);
        let parts = ["[", &place, "](", &target, "#L", &line.to_string(), ")\n\n", &fence, "text\n", &shown];
        self.text.extend(parts);
        if !shown.ends_with('\n') {
            self.text.push('\n');
        }
        self.text.push_str(&fence);
        self.text.push('\n');
    }

    /// A table; nothing when it has no rows.
    pub(crate) fn table(&mut self, header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) {
        let mut rows = rows.into_iter().peekable();
        if rows.peek().is_none() {
            return;
        }
        self.paragraph_break();
        self.row(header.iter().copied());
        self.row(header.iter().map(|_| "---"));
        for row in rows {
            let cells: Vec<String> = row.iter().map(|cell| escaped(cell)).collect();
            self.row(cells.iter().map(String::as_str));
        }
    }

    /// A part that is shown when it is asked for.
    pub(crate) fn folded(&mut self, summary: &str, write: impl FnOnce(&mut Self)) {
        self.paragraph_break();
        let summary = escaped(summary);
        self.text.extend(["<details><summary>", &summary, "</summary>\n"]);
        write(self);
        self.paragraph_break();
        self.text.push_str("</details>\n");
    }

    /// The page's text.
    pub(crate) fn finish(self) -> String {
        self.text
    }

    fn row<'c>(&mut self, cells: impl Iterator<Item = &'c str>) {
        for cell in cells {
            self.text.extend(["| ", cell, " "]);
        }
        self.text.push_str("|\n");
    }

    fn paragraph_break(&mut self) {
        self.in_list = false;
        if !self.text.is_empty() {
            self.text.push('\n');
        }
    }
}

/// `text` on one line with everything escaped that Markdown or HTML would read as markup.
pub fn escaped(text: &str) -> String {
    let text = visible(text);
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    let mut escaped = String::with_capacity(line.len());
    let mut characters = line.chars().enumerate().peekable();
    while let Some((at, c)) = characters.next() {
        let opens_list = match c {
            '-' | '+' | '=' => at == 0,
            '.' | ')' => at == digits && digits > 0,
            _ => false,
        };
        // GitHub's dialect turns a bare address into a link to a place that no reader of the page chose.
        let opens_link = match c {
            ':' => characters.peek().is_some_and(|(_, next)| *next == '/'),
            '.' => escaped.ends_with(['w', 'W']),
            _ => false,
        };
        if MARKUP.contains(&c) || opens_list || opens_link {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

fn longest_run(text: &str, of: char) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for c in text.chars() {
        run = if c == of { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

fn percent_encoded(path: &str) -> String {
    use std::fmt::Write as _;
    path.bytes().fold(String::with_capacity(path.len()), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_' | b'.' | b'~') {
            encoded.push(char::from(byte));
        } else {
            write!(encoded, "%{byte:02X}").expect("writing to a string does not fail");
        }
        encoded
    })
}
