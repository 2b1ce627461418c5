use crate::check::blocks;

#[test]
fn yaml_comments_are_paragraphs() {
    blocks(
        "deploy.yaml",
        "# The gateway is public.\n# It ends TLS.\n#\n# Second.\napiVersion: v1\nkind: Pod\n---\nkind: Service # trailing\n  # indented comment\nname: x\n",
        "p The gateway is public./It ends TLS.
         p Second.
         code(yaml) apiVersion: v1/kind: Pod
         code(yaml) kind: Service # trailing
         p indented comment
         code(yaml) name: x",
    );
}

#[test]
fn block_comments_of_a_schema() {
    blocks(
        "a.proto",
        "/* Bookings\n * of a day. */\nmessage A {}\n// One line.\nservice B {}\n/* never closed\nx\n",
        "p Bookings/of a day.
         code(proto) message A {}
         p One line.
         code(proto) service B {}
         code(proto) /* never closed/x",
    );
}

#[test]
fn diagrams_and_infrastructure() {
    blocks("a.mmd", "%% why\ngraph TD\n  a --> b\n", "p why\ncode(mermaid) graph TD/  a --> b");
    blocks("a.tf", "// bucket\nresource \"x\" \"y\" {\n}\n", "p bucket\ncode(hcl) resource \"x\" \"y\" {/}");
    blocks("a.sql", "-- people\ncreate table a;\n", "p people\ncode(sql) create table a;");
}
