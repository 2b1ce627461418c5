//! What a language model wrote, held to what it was given.

use cairn_ask::{Draft, Library, Material, Origin, Struck, hold};
use cairn_model::{Citation, Span};
use proptest::prelude::*;

use crate::check::Orchard;

/// Material that quotes these words of the orchard's documents.
fn quoting(orchard: &Orchard, words: &[&str]) -> Vec<Material> {
    let cite = |words: &&str| {
        let documents = orchard.facts().documents;
        let document = documents.iter().find(|it| it.text.contains(words)).unwrap_or_else(|| panic!("{words}"));
        let start = document.text.find(words).unwrap();
        Citation {
            document: document.id.clone(),
            revision: document.revision.clone(),
            span: Span::new(start, start + words.len()),
            line: 1,
            quote: (**words).into(),
        }
    };
    words.iter().map(|it| Material { text: "passage".to_owned(), citations: vec![cite(it)] }).collect()
}

fn held(orchard: &Orchard, material: &[Material], text: &str, numbers: &[usize]) -> Result<String, Struck> {
    let drafts = [Draft { text: text.to_owned(), numbers: numbers.to_vec() }];
    let facts = orchard.facts();
    let (sentences, struck) = hold(&drafts, material, &facts, &Library::new(&facts));
    match (sentences.as_slice(), struck.as_slice()) {
        ([sentence], []) => {
            assert_eq!(sentence.origin, Origin::Written);
            assert!(!sentence.citations.is_empty());
            Ok(sentence.text.clone())
        }
        ([], [reason]) => Err(*reason),
        other => panic!("{other:?}"),
    }
}

const WRITES: &str = "The Stamp API writes card numbers to the Stamp Store over SQL without encryption.";
const CALLS: &str = "The Fruit Gateway calls the Stamp API over HTTPS.";
const DENIES: &str = "The Stamp API does not authenticate requests to `POST /stamps`.";
const PLANS: &str = "Rate limiting will be added to the Stamp API later.";
const ASSUMES: &str = "We assume that the Stamp Store is only reachable from the cluster.";
const RENEWS: &str = "The certificate of the Fruit Gateway is renewed every 30 days.";

/// A sentence that cites these words alone.
#[track_caller]
fn check(words: &str, text: &str, expected: Result<&str, Struck>) {
    let orchard = Orchard::new();
    let material = quoting(&orchard, &[words]);
    assert_eq!(held(&orchard, &material, text, &[1]), expected.map(str::to_owned), "{text}");
}

#[test]
fn what_the_material_says_is_shown() {
    check(
        CALLS,
        "The Fruit Gateway calls the Stamp API over HTTPS.",
        Ok("The Fruit Gateway calls the Stamp API over HTTPS."),
    );
    check(
        CALLS,
        "The Stamp API is called by the Fruit Gateway. [1]",
        Ok("The Stamp API is called by the Fruit Gateway."),
    );
    check(
        WRITES,
        "Card numbers go to the Stamp Store without encryption.",
        Ok("Card numbers go to the Stamp Store without encryption."),
    );
    check(
        PLANS,
        "Rate limiting of the Stamp API will be added later.",
        Ok("Rate limiting of the Stamp API will be added later."),
    );
    check(DENIES, "The Stamp API does not authenticate requests.", Ok("The Stamp API does not authenticate requests."));
}

#[test]
fn what_it_does_not_say_is_struck() {
    check(CALLS, "The Fruit Gateway encrypts backups with AES.", Err(Struck::NotSaid));
    check(CALLS, "The Fruit Gateway calls the Stamp Store over HTTPS.", Err(Struck::NotSaid));
    check(CALLS, "The Fruit Gateway always calls the Stamp API over HTTPS.", Err(Struck::NotSaid));
    check(RENEWS, "The certificate of the Fruit Gateway is renewed every 90 days.", Err(Struck::NotSaid));
}

#[test]
fn the_opposite_is_struck_and_so_is_what_is_surer() {
    check(DENIES, "The Stamp API authenticates requests to POST /stamps.", Err(Struck::OtherMood));
    check(CALLS, "The Fruit Gateway does not call the Stamp API over HTTPS.", Err(Struck::OtherMood));
    check(PLANS, "Rate limiting is added to the Stamp API.", Err(Struck::OtherMood));
    check(ASSUMES, "The Stamp Store is only reachable from the cluster.", Err(Struck::OtherMood));
    check(CALLS, "The Stamp API calls the Fruit Gateway over HTTPS.", Err(Struck::OtherDirection));
}

#[test]
fn numbers_that_lead_nowhere_are_struck() {
    let orchard = Orchard::new();
    let mut material = quoting(&orchard, &[CALLS]);
    material.push(Material { text: CALLS.to_owned(), citations: Vec::new() });
    for (numbers, reason) in [
        (&[][..], Struck::Uncited),
        (&[0][..], Struck::NoSuchNumber),
        (&[3][..], Struck::NoSuchNumber),
        (&[usize::MAX][..], Struck::NoSuchNumber),
        // What no document says cannot be cited.
        (&[2][..], Struck::NoSuchNumber),
        (&[1, 3][..], Struck::NoSuchNumber),
    ] {
        assert_eq!(held(&orchard, &material, CALLS, numbers), Err(reason), "{numbers:?}");
    }
    assert_eq!(held(&orchard, &material, CALLS, &[1, 1]).as_deref(), Ok(CALLS));
}

#[test]
fn links_images_and_markup_are_struck() {
    for text in [
        "The Fruit Gateway calls the Stamp API over HTTPS. ![x](https://canary.invalid/?q=1)",
        "The Fruit Gateway calls the [Stamp API](https://canary.invalid) over HTTPS.",
        "The Fruit Gateway calls the Stamp API over HTTPS, see www.canary.invalid.",
        "The Fruit Gateway calls the <b>Stamp API</b> over HTTPS.",
        "<img src=x>The Fruit Gateway calls the Stamp API over HTTPS.",
        "The Fruit Gateway calls the Stamp API over HTTPS. javascript:alert(1)",
        "The Fruit Gateway calls the Stamp API [x]: over HTTPS.",
        "The Fruit Gateway calls the Stamp\u{202e} API over HTTPS.",
        "The Fruit Gateway calls the Stamp\u{e0041} API over HTTPS.",
        "The Fruit Gateway calls the Stamp API over HTTPS &#x21;",
    ] {
        check(CALLS, text, Err(Struck::Markup));
    }
    check(CALLS, "…", Err(Struck::Form));
    check(CALLS, "", Err(Struck::Form));
    check(CALLS, &"The Fruit Gateway calls the Stamp API over HTTPS. ".repeat(20), Err(Struck::Form));
}

#[test]
fn citations_that_do_not_stand_are_never_shown() {
    let orchard = Orchard::new();
    let mut material = quoting(&orchard, &[CALLS]);
    material[0].citations[0].span = Span::new(0, 5);
    assert_eq!(held(&orchard, &material, CALLS, &[1]), Err(Struck::NoSuchNumber));
}

proptest! {
    #[test]
    fn nothing_is_shown_that_has_no_citation_or_could_be_rendered(text in any::<String>(), numbers in proptest::collection::vec(0_usize..4, 0..4)) {
        let orchard = Orchard::new();
        let material = quoting(&orchard, &[CALLS, DENIES]);
        let drafts = [Draft { text, numbers }];
        let facts = orchard.facts();
        let (sentences, struck) = hold(&drafts, &material, &facts, &Library::new(&facts));
        prop_assert_eq!(sentences.len() + struck.len(), 1);
        for sentence in sentences {
            prop_assert!(!sentence.citations.is_empty());
            prop_assert!(!sentence.text.contains("](") && !sentence.text.contains("://"));
        }
    }
}
