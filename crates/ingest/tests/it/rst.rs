use crate::check::blocks;

#[test]
fn titles_by_order_of_their_underlines() {
    blocks(
        "a.rst",
        "=====\nTitle\n=====\n\nPart\n====\n\nText with ``code``, **strong** and `a link\n<http://x.test>`_.\n\nDeeper\n------\n\nNext\n====\n\n----\n\nend\n",
        "h1 Title
         h2 Part
         p Text with c{code}, s{strong} and l{a link}.
         h3 Deeper
         h2 Next
         p end",
    );
}

#[test]
fn lists_literals_fields_and_directives() {
    blocks(
        "a.rst",
        ":status: accepted\n\n- one\n  goes on\n\n  * two\n\n1. first\n\nRun this::\n\n    make all\n\n.. a comment\n   with secrets\n\n.. code-block:: Bash\n   :linenos:\n\n   ls\n\n.. note:: Mind the gap.\n\n   And the edge.\n\nterm\n   its meaning\n",
        "front
         ul0 one/goes on
         ul1 two
         ol0 first
         p Run this:
         code()     make all
         html
         code(bash)    ls
         p Mind the gap.
         p And the edge.
         p term
         p its meaning",
    );
}

#[test]
fn three_kinds_of_table() {
    blocks(
        "a.rst",
        "=====  =====\nName   Port\n=====  =====\ndb     5432\n       tcp\nweb    443\n=====  =====\n\n+----+-----+\n| A  | B   |\n+====+=====+\n| c  | two |\n|    | ls  |\n+----+-----+\n\n.. list-table::\n   :header-rows: 1\n\n   * - Flow\n     - Data\n   * - a\n     - b\n       more\n",
        "th0 Name | Port
         tr0 db | 5432/tcp
         tr0 web | 443
         th1 A | B
         tr1 c | two/ls
         html
         th2 Flow | Data
         tr2 a | b/more",
    );
}
