//! SQL schemas.

use crate::check::claims;

#[test]
fn tables_grants_and_row_security() {
    let text = r#"-- people, email TEXT in a comment
CREATE TABLE IF NOT EXISTS "club"."member" (
    id bigserial PRIMARY KEY,
    email text NOT NULL CHECK (email ~ '^.+,@'),
    password_hash bytea,
    joined_at timestamptz,
    iban varchar(34),
    CONSTRAINT email_unique UNIQUE (email)
);
GRANT SELECT, INSERT ON member TO clerk, "auditor";
grant all privileges on all tables in schema club to owner;
ALTER TABLE member ENABLE ROW LEVEL SECURITY;
CREATE USER clerk WITH PASSWORD 'knock-knock';
"#;
    let printed = claims("schema.sql", text);
    assert!(!printed.contains("knock-knock"), "{printed}");
    insta::assert_snapshot!(printed);
}
