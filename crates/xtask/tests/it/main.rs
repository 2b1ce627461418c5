//! The tidy tests, one module for each thing that is kept tidy.

mod crates;
mod dependencies;
mod length;
mod repository;
mod rules;
mod wording;

/// Fails with every fault on a line of its own.
#[track_caller]
fn assert_tidy(faults: &[String]) {
    assert!(faults.is_empty(), "{} fault(s):\n\n{}\n", faults.len(), faults.join("\n\n"));
}

/// A self-check: exactly one fault is found, and it names what a reader must look at.
#[track_caller]
fn assert_one_fault(faults: &[String], mentions: &str) {
    let [fault] = faults else {
        panic!("expected one fault, found: {faults:#?}");
    };
    assert!(fault.contains(mentions), "`{fault}` does not mention `{mentions}`");
}
