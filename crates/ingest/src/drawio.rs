//! draw.io files as text. The editor stores pages compressed: base64 of a raw deflate stream of percent-encoded XML. Nothing
//! of such a page could be quoted from the file, so the text of the document is the file with its pages written out, as the
//! extracted text is for other binary formats; the revision stays that of the bytes.

use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::DeflateDecoder;

/// How many times longer a page may be than what it is stored as; drawings are well below, bombs well above.
const RATIO_MAX: usize = 200;

/// The text with every compressed page written out, or `None` when there is none to write out. A page that is broken, or
/// with which the text would be longer than `bytes_max`, stays as it is.
pub(crate) fn written_out(text: &str, bytes_max: usize) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    let mut written = false;
    while let Some((before, page)) = next_page(rest) {
        out.push_str(before);
        let room = bytes_max.saturating_sub(out.len() + rest.len() - before.len());
        match inflated(page, room.min(page.len().saturating_mul(RATIO_MAX))) {
            Some(xml) => {
                out.push_str(&xml);
                written = true;
            }
            None => out.push_str(page),
        }
        rest = rest.get(before.len() + page.len()..).unwrap_or_default();
    }
    out.push_str(rest);
    written.then_some(out)
}

/// What stands before the content of the next compressed page, and that content.
fn next_page(text: &str) -> Option<(&str, &str)> {
    let mut from = 0;
    while let Some(at) = text.get(from..)?.find("<diagram").map(|found| from + found) {
        let start = at + text.get(at..)?.find('>')? + 1;
        let content = text.get(start..)?;
        let end = content.find('<').unwrap_or(content.len());
        let page = content.get(..end)?;
        if !page.trim().is_empty() {
            return Some((text.get(..start)?, page));
        }
        from = start;
    }
    None
}

fn inflated(page: &str, bytes_max: usize) -> Option<String> {
    let compact: String = page.split_whitespace().collect();
    let packed = STANDARD.decode(compact).ok()?;
    let mut encoded = Vec::new();
    let limit = u64::try_from(bytes_max).ok()?;
    DeflateDecoder::new(packed.as_slice()).take(limit + 1).read_to_end(&mut encoded).ok()?;
    if encoded.len() > bytes_max {
        return None;
    }
    let xml = percent_encoding::percent_decode(&encoded).decode_utf8().ok()?.into_owned();
    xml.trim_start().starts_with("<mxGraphModel").then_some(xml)
}
