use crate::check::blocks;

#[test]
fn paragraphs_and_lists() {
    blocks(
        "a.txt",
        "The ledger keeps\nbookings.\n\nIt needs:\n- a key\n  that rotates\n  - nested\n1. first\n",
        "p The ledger keeps/bookings.
         p It needs:
         ul0 a key/that rotates
         ul1 nested
         ol0 first",
    );
}

#[test]
fn chat_lines_are_paragraphs_of_their_own() {
    blocks(
        "chat.txt",
        "[2024-05-01 10:12] alice: the gateway drops mTLS\nat the edge\n[2024-05-01 10:13] bob: ok\n10:14 <carol> fine\ndan (10:15): see you\nMeeting at 10:15: bring notes\n",
        "p the gateway drops mTLS/at the edge
         p ok
         p fine
         p see you/Meeting at 10:15: bring notes",
    );
}
