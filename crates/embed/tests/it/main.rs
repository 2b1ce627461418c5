//! The shipped model against what the reference runtime makes of the same texts.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]
#![expect(clippy::cast_possible_truncation, reason = "vectors are compared in single precision")]

use cairn_embed::Shipped;
use serde_json::Value;

/// Texts with their word pieces' count and vectors, as `model/make.py --reference` writes them.
const REFERENCE: &str = include_str!("reference.json");

fn likeness(one: &[f32], other: &[f32]) -> f32 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

fn vector(text: &str) -> Vec<f32> {
    let model = Shipped::load(Some(1)).unwrap();
    model.vectors(&[text.to_owned()]).unwrap().remove(0)
}

#[test]
fn vectors_are_those_of_the_reference() {
    let reference: Vec<Value> = serde_json::from_str(REFERENCE).unwrap();
    let texts: Vec<String> = reference.iter().map(|one| one["text"].as_str().unwrap().to_owned()).collect();
    let vectors = Shipped::load(Some(2)).unwrap().vectors(&texts).unwrap();
    assert_eq!(vectors.len(), reference.len());
    for (vector, expected) in vectors.iter().zip(&reference) {
        let expected: Vec<f32> =
            expected["vector"].as_array().unwrap().iter().map(|value| value.as_f64().unwrap() as f32).collect();
        let likeness = likeness(vector, &expected);
        assert!(likeness > 0.99, "{likeness} for `{}`", reference[0]["text"]);
    }
}

#[test]
fn a_vector_does_not_depend_on_its_neighbours_or_on_threads() {
    let texts: Vec<String> = ["A queue holds jobs.", "Tokens expire.", "x"].map(str::to_owned).to_vec();
    let together = Shipped::load(Some(2)).unwrap().vectors(&texts).unwrap();
    for (text, vector) in texts.iter().zip(&together) {
        assert_eq!(&self::vector(text), vector);
    }
}

#[test]
fn texts_of_one_meaning_are_nearer_than_others() {
    let question = vector("How long may somebody stay signed in?");
    let answer = vector("A session ends after thirty minutes without a request.");
    let other = vector("Pictures are scaled down before they are shown.");
    assert!(likeness(&question, &answer) > likeness(&question, &other) + 0.1);
}

#[test]
fn any_text_has_a_vector_of_length_one() {
    for text in ["", " ", "\u{0}\u{feff}", "漢字かな", "e\u{301}", &"a".repeat(100_000), &"word ".repeat(5_000)] {
        let vector = vector(text);
        assert_eq!(vector.len(), 384);
        assert!((likeness(&vector, &vector) - 1.0).abs() < 1e-4, "for `{}`", text.chars().take(9).collect::<String>());
    }
}
