//! GitHub Actions workflows.

use crate::check::claims;

#[test]
fn a_workflow_with_foreign_actions() {
    let text = r#"name: Release
on:
  push: {tags: ["v*"]}
  pull_request_target:
permissions:
  contents: write
  id-token: write
jobs:
  build:
    runs-on: ubuntu-latest
    permissions: {contents: read}
    steps:
      - uses: actions/checkout@v4
      - uses: harbour/sign@0123456789abcdef0123456789abcdef01234567
      - uses: ./local
      - run: ./publish.sh
        env:
          TOKEN: ${{ secrets.REGISTRY_TOKEN }}
"#;
    insta::assert_snapshot!(claims(".github/workflows/release.yml", text));
}
