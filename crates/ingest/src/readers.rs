//! Text to blocks: one reader per format, each a function of the text alone.

mod markdown;
mod mdx;

mod asciidoc;
mod rst;

mod plain;

mod comments;
mod json;

use cairn_model::{Block, BlockKind, Format};

pub(crate) use plain::chat_prefix;

use crate::front_matter::FrontMatter;
use crate::inline::silent;

/// Reads the blocks of `text`, metadata before it included.
pub(crate) fn read(path: &str, text: &str, format: Format, front: &FrontMatter) -> Vec<Block> {
    let metadata = front.span.map(|span| silent(BlockKind::FrontMatter, span));
    let from = front.text_start;
    let blocks = match format {
        Format::Markdown => markdown::read(text, from),
        Format::Mdx => mdx::read(text, from),
        Format::Rst => rst::read(text, from),
        Format::AsciiDoc => asciidoc::read(text, from),
        Format::Plain => plain::read(text, from),
        Format::Json => json::read(text, from),
        Format::Yaml | Format::Hcl | Format::Diagram | Format::Source | Format::Log => comments::read(path, text, from),
    };
    metadata.into_iter().chain(blocks).collect()
}
