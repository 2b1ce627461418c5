//! Compressed pages of draw.io files.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cairn_ingest::{Limits, read};
use flate2::Compression;
use flate2::write::DeflateEncoder;

use crate::check::{LIMITS, assert_invariants};

const PAGE: &str = "<mxGraphModel><root><mxCell id=\"a\" value=\"Größe\" vertex=\"1\"/></root></mxGraphModel>";

/// A page as the editor stores it.
fn packed(page: &[u8]) -> String {
    let encoded = percent_encoding::percent_encode(page, percent_encoding::NON_ALPHANUMERIC).to_string();
    let mut deflate = DeflateEncoder::new(Vec::new(), Compression::best());
    deflate.write_all(encoded.as_bytes()).unwrap();
    STANDARD.encode(deflate.finish().unwrap())
}

fn file(pages: &[&str]) -> String {
    let pages: String = pages.iter().map(|page| format!("<diagram name=\"x\">{page}</diagram>")).collect();
    format!("<mxfile host=\"test\">{pages}</mxfile>")
}

fn text(stored: &str) -> String {
    let document = read("a.drawio", stored.as_bytes(), LIMITS).expect("the text is a document");
    assert_invariants(&document);
    document.text.to_string()
}

#[test]
fn pages_are_written_out_where_they_stand() {
    let page = packed(PAGE.as_bytes());
    assert_eq!(text(&file(&[&page, PAGE, &page])), file(&[PAGE, PAGE, PAGE]));
    // What is read again from its own text stays what it is.
    assert_eq!(text(&file(&[PAGE])), file(&[PAGE]));
}

#[test]
fn broken_pages_stay_as_they_are() {
    let page = packed(PAGE.as_bytes());
    let cut = page.get(..page.len() / 2).unwrap();
    let no_page = packed(b"no XML at all");
    let no_text = packed(&[0xff, 0xfe, 0x00]);
    for broken in ["7VjbctowEP0aHpPxBQM8", "????", cut, no_page.as_str(), no_text.as_str()] {
        assert_eq!(text(&file(&[broken])), file(&[broken]));
    }
}

#[test]
fn a_bomb_stays_as_it_is() {
    let mut bomb = b"<mxGraphModel>".to_vec();
    bomb.resize(40_000_000, b'a');
    let stored = file(&[&packed(&bomb)]);
    assert!(stored.len() < 100_000, "{}", stored.len());
    assert_eq!(text(&stored), stored);
    // A page below the ratio is still bound by the limit of the document.
    let stored = file(&[&packed(format!("{PAGE}{}", " ".repeat(200)).as_bytes())]);
    let limits = Limits { document_bytes_max: stored.len() + 10 };
    let document = read("a.drawio", stored.as_bytes(), limits).expect("the text is a document");
    assert_eq!(&*document.text, stored);
}
