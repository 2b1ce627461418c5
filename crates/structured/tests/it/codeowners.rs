//! CODEOWNERS files.

use crate::check::claims;

#[test]
fn rules_and_comments() {
    let text = "# who looks at what\n*            @harbour/everyone\n/payments/   @harbour/payments ops@example.test # both\n/free/\n";
    insta::assert_snapshot!(claims(".github/CODEOWNERS", text));
}
