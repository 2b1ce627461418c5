use crate::check::blocks;

#[test]
fn titles_attributes_lists_and_inline_markup() {
    blocks(
        "a.adoc",
        "= Title\n:status: draft\n\n== Part\n\nUse *TLS* and `mtls` for link:http://x.test[the edge^],\nsee <<part,this part>>.\n\n* one\n** two\n. first\n* [x] done\n\n// hidden\nNOTE: Mind it.\n\n[source,Yaml]\n----\na: b\n----\n",
        "h1 Title
         front
         h2 Part
         p Use s{TLS} and c{mtls} for l{the edge},/see l{this part}.
         ul0 one
         ul1 two
         ol0 first
         ul0x done
         html
         p Mind it.
         html
         code(yaml) a: b",
    );
}

#[test]
fn tables_by_line_and_by_cell() {
    blocks(
        "a.adoc",
        "[cols=\"1,1\"]\n|===\n|Name |Port\n\n|db |5432\n|web\n|443 or\n8443\n|===\n",
        "html
         th0 Name | Port
         tr0 db | 5432
         tr0 web | 443 or/8443",
    );
}
