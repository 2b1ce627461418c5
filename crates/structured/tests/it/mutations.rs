//! Thousands of broken variants of every sound file, as bytes through ingest and into the readers: nothing panics, and every
//! quote of what is still read stands in the text as stored.

#![expect(clippy::indexing_slicing, reason = "places are drawn from within the bytes that they cut")]

use std::sync::atomic::{AtomicUsize, Ordering};

use cairn_ingest::Limits;

use crate::check;
use crate::hostile::SOUND;

/// How many variants there are at least; the run prints how many there were.
const VARIANTS_MIN: usize = 20_000;
/// Random edits of each file.
const EDITS: u64 = 450;
/// Deeper than any reader follows.
const DEEP: usize = 10_000;

const LIMITS: Limits = Limits { document_bytes_max: 4_000_000 };

#[test]
fn no_broken_variant_breaks_a_reader() {
    let (variants, refused) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                while let Some((path, text)) = SOUND.get(next.fetch_add(1, Ordering::Relaxed)) {
                    for bytes in variants_of(path, text) {
                        variants.fetch_add(1, Ordering::Relaxed);
                        refused.fetch_add(usize::from(!survives(path, &bytes)), Ordering::Relaxed);
                    }
                }
            });
        }
    });
    let (variants, refused) = (variants.into_inner(), refused.into_inner());
    println!("{variants} broken variants of {} files, {refused} of them refused before any reader", SOUND.len());
    assert!(variants >= VARIANTS_MIN, "{variants} variants");
    assert!(refused > 0 && refused < variants / 2, "{refused} refused");
}

/// Reads the bytes as the program does; false when ingest refuses them. Their text, as far as it is one, is read in any case.
fn survives(path: &str, bytes: &[u8]) -> bool {
    let read = cairn_ingest::read(path, bytes, LIMITS);
    let ingested = read.is_ok();
    let lossy = || check::document(path, &String::from_utf8_lossy(bytes));
    let document = read.unwrap_or_else(|_| lossy());
    let reading = cairn_structured::read(&document);
    check::quotes_stand(&document, &reading);
    let gave_up = reading.not_understood.iter().find(|part| part.what.contains("gave up"));
    assert_eq!(gave_up, None, "a reader panicked on {path}:\n{}", document.text);
    ingested
}

fn variants_of(path: &str, text: &str) -> Vec<Vec<u8>> {
    let bytes = text.as_bytes();
    let mut variants = encodings(text);
    for at in 0..bytes.len() {
        variants.push(bytes[..at].to_vec());
        variants.push(bytes[at..].to_vec());
    }
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    variants.extend((0..EDITS).map(|_| edited(bytes, &mut random)));
    for sign in ["[", "{", "(", "{\"a\":", "- ", "a: {", "<a>", "${", "{{ if .a }}", "a {\n"] {
        let at = random.below(bytes.len());
        variants.push([&bytes[..at], sign.repeat(DEEP).as_bytes(), &bytes[at..]].concat());
    }
    if path.ends_with("yaml") || path.ends_with("yml") {
        variants.push(format!("{}{text}", bomb()).into_bytes());
        variants.push(format!("{text}\n{}", bomb()).into_bytes());
    }
    variants
}

/// The text in encodings and with line ends that it does not say it has.
fn encodings(text: &str) -> Vec<Vec<u8>> {
    let utf16 = |to_bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(to_bytes).collect::<Vec<u8>>();
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect();
    let marked = |mark: &[u8], body: &[u8]| [mark, body].concat();
    let mut variants = vec![
        utf16(u16::to_le_bytes),
        utf16(u16::to_be_bytes),
        marked(b"\xff\xfe", &utf16(u16::to_le_bytes)),
        marked(b"\xfe\xff", &utf16(u16::to_be_bytes)),
        latin,
        marked(b"\xef\xbb\xbf", text.as_bytes()),
        marked(b"\xef\xbb\xbf\xef\xbb\xbf", text.as_bytes()),
        text.replace('\n', "\r\n").into_bytes(),
        text.replace('\n', "\r").into_bytes(),
        text.replace(' ', "\t").into_bytes(),
        text.replace(' ', "\u{a0}").into_bytes(),
        text.repeat(2).into_bytes(),
    ];
    for at in (0..text.len()).step_by(text.len() / 10 + 1) {
        variants.push([&text.as_bytes()[..at], b"\0", &text.as_bytes()[at..]].concat());
        variants.push([&text.as_bytes()[..at], b"\xe2\x80", &text.as_bytes()[at..]].concat());
    }
    variants
}

/// Aliases of aliases: billions of values when they are copied.
fn bomb() -> String {
    let level = |at: usize| format!("a{at}: &a{at} [{}*a{}]\n", format!("*a{}, ", at - 1).repeat(8), at - 1);
    std::iter::once("a0: &a0 [x, x, x]\n".to_owned()).chain((1..30).map(level)).collect()
}

/// One to five bytes changed, added or removed, or a piece of the text repeated elsewhere.
fn edited(text: &[u8], random: &mut Random) -> Vec<u8> {
    const SIGNS: &[u8] = b"{}[]()<>\"'`:;,#&*|-=\n\r\t \\/$%@!?~^.0a\x1a\xff\xc3";
    let mut bytes = text.to_vec();
    for _ in 0..=random.below(4) {
        let at = random.below(bytes.len());
        let sign = SIGNS[random.below(SIGNS.len())];
        match random.below(4) {
            0 => bytes[at] = sign,
            1 => bytes.insert(at, sign),
            2 => {
                bytes.remove(at);
            }
            _ => {
                let end = (at + random.below(60)).min(bytes.len());
                let piece = bytes[at..end].to_vec();
                let to = random.below(bytes.len());
                bytes.splice(to..to, piece);
            }
        }
    }
    bytes
}

/// A small generator with a fixed seed: the same variants every time.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (limit.max(1) as u64)).expect("below the limit")
    }
}
