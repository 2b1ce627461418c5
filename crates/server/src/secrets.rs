//! What only the service knows: the master key, and what is made and checked with it.
//!
//! Keys of people are 256 random bits, so a plain digest of them can be kept. Secrets that others gave us are sealed with the
//! master key, which lies in a file beside the database and not in it.

use std::fmt;
use std::io::Write as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cairn_model::digest;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hmac;

use crate::edge;

/// How a key begins, so that scanners of leaked secrets know it.
const KEY_PREFIX: &str = "cairn_";
/// Characters of a key that are kept for recognising it.
const SHOWN_CHARACTERS: usize = 12;
/// Characters of the checksum at the end of a key.
const CHECKSUM_CHARACTERS: usize = 6;
const MASTER_BYTES: usize = 32;

/// The master key.
#[derive(Clone)]
pub struct Secrets {
    master: [u8; MASTER_BYTES],
}

impl fmt::Debug for Secrets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secrets")
    }
}

impl Secrets {
    /// Reads the master key from its file, which is made when there is none.
    pub fn open(path: &Path) -> std::io::Result<Self> {
        match Self::read(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Self::make(path),
            read => read,
        }
    }

    /// Reads the master key from its file, which must be there.
    pub fn read(path: &Path) -> std::io::Result<Self> {
        let text = std::fs::read_to_string(path)?;
        Self::parse(&text).ok_or_else(|| {
            let reason = "expected 43 characters of base64, as this program writes them";
            std::io::Error::new(std::io::ErrorKind::InvalidData, reason)
        })
    }

    fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text.trim()).ok()?;
        Some(Self { master: bytes.try_into().ok()? })
    }

    fn make(path: &Path) -> std::io::Result<Self> {
        let master = edge::random::<MASTER_BYTES>();
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path)?;
        writeln!(file, "{}", URL_SAFE_NO_PAD.encode(master))?;
        file.sync_all()?;
        Ok(Self { master })
    }

    /// A digest that only this service can make, for one purpose.
    pub fn sign(&self, purpose: &str, text: &str) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.master);
        URL_SAFE_NO_PAD.encode(hmac::sign(&key, format!("{purpose}\n{text}").as_bytes()))
    }

    /// Whether [`Secrets::sign`] gives this.
    pub fn is_signed(&self, purpose: &str, text: &str, signature: &str) -> bool {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.master);
        let given = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
        hmac::verify(&key, format!("{purpose}\n{text}").as_bytes(), &given).is_ok()
    }

    /// The text so that only this service can read it.
    pub fn seal(&self, text: &str) -> String {
        let nonce = edge::random::<NONCE_LEN>();
        let mut bytes = text.as_bytes().to_vec();
        self.aead()
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut bytes)
            .expect("a short text can be sealed");
        URL_SAFE_NO_PAD.encode([nonce.as_slice(), &bytes].concat())
    }

    /// The text that was sealed; none when it was sealed with another key or changed.
    pub fn open_sealed(&self, sealed: &str) -> Option<String> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, text) = bytes.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut text = text.to_vec();
        let opened = self.aead().open_in_place(nonce, Aad::empty(), &mut text).ok()?;
        String::from_utf8(opened.to_vec()).ok()
    }

    fn aead(&self) -> LessSafeKey {
        LessSafeKey::new(
            UnboundKey::new(&CHACHA20_POLY1305, &self.master).expect("the master key has the right length"),
        )
    }
}

/// A new secret of a person's key: what is given to the person, how it begins, and the digest that is kept.
pub(crate) fn new_key() -> (String, String, String) {
    let body = format!("{KEY_PREFIX}{}", unguessable());
    let secret = format!("{body}{}", checksum(&body));
    let shown = secret.chars().take(SHOWN_CHARACTERS).collect();
    let kept = digest(secret.as_bytes());
    (secret, shown, kept)
}

/// The digest under which a secret would be kept; none for a text that is no key, so that no question needs to be asked about it.
pub(crate) fn key_digest(secret: &str) -> Option<String> {
    let (body, sum) = secret.split_at_checked(secret.len().checked_sub(CHECKSUM_CHARACTERS)?)?;
    (body.starts_with(KEY_PREFIX) && checksum(body) == sum).then(|| digest(secret.as_bytes()))
}

/// A text that nobody can guess: 43 letters, digits, dashes and underscores.
pub(crate) fn unguessable() -> String {
    URL_SAFE_NO_PAD.encode(edge::random::<32>())
}

/// A new token of a session, and the digest that is kept.
pub(crate) fn new_token() -> (String, String) {
    let token = unguessable();
    let kept = digest(token.as_bytes());
    (token, kept)
}

fn checksum(body: &str) -> String {
    digest(body.as_bytes()).chars().take(CHECKSUM_CHARACTERS).collect()
}

/// Whether `signature` is the HMAC-SHA256 of the parts under `secret`.
pub(crate) fn is_hmac(secret: &[u8], parts: &[&[u8]], signature: &[u8]) -> bool {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    hmac::verify(&key, &parts.concat(), signature).is_ok()
}

/// Whether two texts are the same, in a time that does not tell where they differ.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    // Compared by digests under a key of the moment, so that neither content nor length shows in the time.
    let key = hmac::Key::new(hmac::HMAC_SHA256, &edge::random::<32>());
    hmac::verify(&key, one.as_bytes(), hmac::sign(&key, other.as_bytes()).as_ref()).is_ok()
}

/// Bytes out of hexadecimal digits.
pub(crate) fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    text.as_bytes().chunks_exact(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}
