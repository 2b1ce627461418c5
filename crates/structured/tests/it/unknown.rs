//! What no reader knows is named, with its line.

use crate::check::claims;

#[test]
fn data_of_no_known_kind() {
    insta::assert_snapshot!(claims("values.yaml", "# sizes\nreplicas: 3\nimage: {tag: v1}\n---\n- a\n"), @r"
    ? values.yaml:2 data of no kind that a reader knows, with `replicas`, `image`
    ? values.yaml:5 data of no kind that a reader knows
    ");
    insta::assert_snapshot!(claims("list.json", "[1, 2]"), @"? list.json:1 data of no kind that a reader knows");
    insta::assert_snapshot!(claims("empty.yaml", "# nothing\n"), @"");
}

#[test]
fn fields_that_bear_on_security() {
    let manifest = "apiVersion: v1\nkind: Pod\nmetadata: {name: buoy}\nspec:\n  sandboxMode: loose\n  containers:\n  - name: a\n    securityContext:\n      privileged: false\n      newGuard: strict\n    env:\n    - {name: AUTH_MODE, value: open}\n";
    let named = |path: &str, text: &str| -> Vec<String> {
        claims(path, text).lines().filter(|line| line.starts_with('?')).map(str::to_owned).collect()
    };
    assert_eq!(
        named("buoy.yaml", manifest),
        ["? buoy.yaml:10 field `newGuard` of a security context", "? buoy.yaml:5 field `sandboxMode`"]
    );
    let compose = "services:\n  buoy:\n    image: a:1\n    tls_mode: off\n    environment: {AUTH_MODE: x}\n";
    assert_eq!(named("compose.yaml", compose), ["? compose.yaml:4 field `tls_mode`"]);
    let terraform =
        "resource \"aws_db_instance\" \"buoy\" {\n  storage_encrypted = true\n  encryption_level = \"low\"\n}\n";
    assert_eq!(named("main.tf", terraform), ["? main.tf:3 field `encryption_level`"]);
    let decided = "resource \"aws_db_instance\" \"buoy\" {\n  publicly_accessible = var.open\n}\nterragrunt {}\n";
    assert_eq!(
        named("main.tf", decided),
        ["? main.tf:4 block `terragrunt`", "? main.tf:2 value of the field `publicly_accessible`"]
    );
}
