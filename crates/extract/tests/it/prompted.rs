//! What a model is asked about a document, and what its answers are taken to say.

use std::sync::Arc;

use cairn_extract::prompted::{
    Answer, Ask, Asking, ChunkState, DocumentAsks, Names, Redaction, Secrets, plan, read, see, split,
};
use cairn_llm::{Completion, Parameters, Prompt, Structured, TokenLimitField};
use cairn_model::{Claim, ClaimKind, Document, Statement};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::document;

const PAGE: &str = "# Heron\n\nHeron keeps books.\n\n## Orders\n\nThe order service calls the ledger database.\n\n## Empty\n\n## Ports\n\n\
    | Service | Port |\n| --- | --- |\n| order service | 8443 |\n| ledger database | 5432 |\n";

fn asking() -> Asking {
    Asking {
        prompts: vec![prompt("parts")],
        may_hold: |_, _| true,
        parameters: Parameters {
            model: "stub-1".to_owned(),
            temperature_thousandths: Some(0),
            seed: None,
            tokens_max: 1_000,
            token_limit_field: TokenLimitField::MaxTokens,
            structured: Structured::JsonSchema,
        },
        passes: 1,
        chunk_bytes_max: 4_000,
        redaction: Redaction::built_in(false),
    }
}

fn prompt(name: &str) -> Arc<Prompt> {
    Arc::new(Prompt::built_in(name).expect("it is built in"))
}

/// The prompt `parts` behind other common instructions.
fn own_prompt(shared: &str) -> Arc<Prompt> {
    let (name, text) = cairn_llm::BUILT_IN_PROMPTS[0];
    Arc::new(Prompt::parse(name, shared, text).expect("it is valid"))
}

fn names() -> Names {
    let claim: Claim =
        serde_json::from_value(json!({ "kind": "component", "name": "ledger database", "evidence": [] })).unwrap();
    Names::of([claim].iter())
}

fn asks(document: &Document, asking: &Asking) -> DocumentAsks {
    let documents = std::slice::from_ref(document);
    plan(documents, |_| true, &names(), asking).expect("the prompt renders").remove(0)
}

fn keys(text: &str) -> Vec<String> {
    asks(&document("docs/a.md", text), &asking()).asks.into_iter().map(|ask| ask.key).collect()
}

fn passage(ask: &Ask) -> &str {
    ask.request.user.split_once(" text\n").unwrap().1.split_once("\n=====").unwrap().0
}

#[test]
fn a_section_is_a_question_and_one_that_says_nothing_is_none() {
    let asks = asks(&document("docs/a.md", PAGE), &asking());
    let passages: Vec<&str> = asks.asks.iter().map(passage).collect();
    let first_words: Vec<&str> = passages.iter().map(|it| it.lines().next().unwrap()).collect();
    assert_eq!(first_words, ["# Heron", "## Orders", "## Ports"]);
}

#[test]
fn the_whole_question() {
    let asks = asks(&document("docs/a.md", PAGE), &asking());
    insta::assert_snapshot!(asks.asks[1].request.user);
}

#[test]
fn an_edit_moves_the_key_of_its_section_alone() {
    let (before, after) = (keys(PAGE), keys(&PAGE.replace("calls the", "asks the")));
    let moved: Vec<bool> = before.iter().zip(&after).map(|(before, after)| before != after).collect();
    assert_eq!(moved, [false, true, false]);
    assert_eq!(keys(PAGE), before);
}

#[test]
fn keys_move_with_whatever_shapes_the_answer() {
    let document = document("docs/a.md", PAGE);
    let key = |change: &dyn Fn(&mut Asking)| {
        let mut asking = asking();
        change(&mut asking);
        asks(&document, &asking).asks[0].key.clone()
    };
    let base = key(&|_| {});
    assert_ne!(base, key(&|it| it.parameters.model = "stub-2".to_owned()));
    assert_ne!(base, key(&|it| it.parameters.temperature_thousandths = Some(500)));
    assert_ne!(base, key(&|it| it.parameters.structured = Structured::Text));
    assert_ne!(
        base,
        key(&|it| it.prompts = vec![own_prompt("system = 'x'\nuser = '{{ text }}'\n")]),
        "other instructions"
    );
    assert_ne!(base, key(&|it| it.prompts = vec![prompt("data")]));
}

#[test]
fn a_table_that_is_cut_keeps_its_header() {
    let rows: String = (0..60).map(|it| format!("| service number {it} | {it} |\n")).collect();
    let text = format!("# Ports\n\n| Service | Port |\n| --- | --- |\n{rows}");
    let asking = Asking { chunk_bytes_max: 400, ..asking() };
    let asks = asks(&document("docs/a.md", &text), &asking).asks;
    assert!(asks.len() > 2);
    assert!(asks.iter().skip(1).all(|ask| ask.request.user.contains("table header: | Service | Port |")));
}

#[test]
fn further_readings_are_further_questions() {
    let asks = asks(&document("docs/a.md", PAGE), &Asking { passes: 2, ..asking() }).asks;
    assert_eq!(asks.iter().map(|ask| ask.pass).collect::<Vec<_>>(), [1, 2, 1, 2, 1, 2]);
    assert_ne!(asks[0].key, asks[1].key);
}

#[test]
fn files_that_state_facts_are_not_asked_about() {
    let facts = document("deploy.yaml", "kind: Service\n");
    assert!(plan(&[facts], |_| true, &names(), &asking()).unwrap().is_empty());
}

#[test]
fn halves_cover_the_whole() {
    let text = format!("# Heron\n\n{}", "The order service calls the ledger database every day.\n".repeat(20));
    let document = document("docs/a.md", &text);
    let asking = asking();
    let whole = asks(&document, &asking);
    let ask = &whole.asks[0];
    let [first, second] = split(ask, &document, &whole.sight, &names(), &asking).unwrap().expect("it is long");
    assert_eq!((first.chunk.span.start, second.chunk.span.end), (ask.chunk.span.start, ask.chunk.span.end));
    assert_eq!(first.chunk.span.end, second.chunk.span.start);
    let quarters = split(&first, &document, &whole.sight, &names(), &asking).unwrap();
    let end = quarters.into_iter().flatten().last().map_or(first, |it| it);
    assert!(end.chunk.span.len() < 700);
}

#[test]
fn every_prompt_is_a_question_of_its_own_unless_the_chunk_cannot_hold_what_it_asks_for() {
    let may_hold: fn(ClaimKind, &str) -> bool =
        |kind, text| kind != ClaimKind::Control && (kind < ClaimKind::Control || text.contains("8443"));
    let prompts = vec![prompt("parts"), prompt("data"), prompt("controls")];
    let asked = asks(&document("docs/a.md", PAGE), &Asking { prompts, may_hold, passes: 2, ..asking() });
    let names: Vec<(&str, u32)> = asked.asks.iter().map(|ask| (ask.prompt.name(), ask.pass)).collect();
    let two = [("parts", 1), ("parts", 2), ("data", 1), ("data", 2)];
    assert_eq!(names, [&two[..], &two, &two, &[("controls", 1), ("controls", 2)]].concat());
    assert_eq!(asked.left_out, 4, "two readings of two chunks");
    let (first, second) = (&asked.asks[0].request, &asked.asks[4].request);
    assert_eq!((&first.system, &first.schema), (&second.system, &second.schema), "what varies stands behind");
    assert_ne!(first.user, second.user);
}

#[test]
fn only_what_a_prompt_asks_for_is_taken_from_an_answer() {
    let control = json!({ "quote": QUOTE, "status": "implemented", "type": "integrity", "on": [], "mechanism": null });
    let flow =
        json!({ "quote": QUOTE, "status": "implemented", "source": "order service", "target": "ledger database" });
    let answer = answered(&json!({ "flows": [flow], "controls": [control] }).to_string(), "stop");
    assert_eq!((answer.state, answer.claims.len()), (ChunkState::Extracted, 1));
    let form = ChunkState::Failed("the answer is not of the form asked for".to_owned());
    assert_eq!(answered(&json!({ "controls": [control] }).to_string(), "stop").state, form);
}

fn answered(content: &str, finish: &str) -> Answer {
    answered_to("parts", content, finish)
}

fn answered_to(name: &str, content: &str, finish: &str) -> Answer {
    let document = document("docs/a.md", PAGE);
    let asking = Asking { prompts: vec![prompt(name)], ..asking() };
    let asks = asks(&document, &asking);
    let body = json!({ "choices": [{ "message": { "content": content }, "finish_reason": finish }] });
    read(&asks.asks[1], &document, &asks.sight, &asking, &Completion::from_json(&body).unwrap())
}

const QUOTE: &str = "The order service calls the ledger database.";

#[test]
fn an_item_becomes_a_claim_with_its_place_and_its_maker() {
    let content = json!({ "flows": [{ "quote": QUOTE, "status": "implemented", "source": "order service",
        "target": "ledger database", "protocol": null, "data": [], "mode": "sync" }] });
    let Answer { state, claims, dropped } = answered(&content.to_string(), "stop");
    assert_eq!((state, claims.len(), dropped), (ChunkState::Extracted, 1, 0));
    assert_eq!(claims[0].evidence[0].at, PAGE.find(QUOTE));
    assert!(claims[0].extractor.starts_with("model/2 parts@"), "{}", claims[0].extractor);
    assert!(claims[0].extractor.ends_with(" stub-1"));
}

#[track_caller]
fn ends(content: &str, finish: &str, state: &ChunkState) {
    assert_eq!(answered(content, finish).state, *state, "{content}");
}

#[test]
fn every_answer_ends_in_a_state() {
    ends("{\"flows\": []}", "stop", &ChunkState::Empty);
    ends("{\"flows\": []}", "content_filter", &ChunkState::Refused);
    ends("{\"flows\": [", "length", &ChunkState::CutOff);
    ends("no", "length", &ChunkState::CutOff);
    ends("no", "stop", &ChunkState::Failed("the answer is not JSON".to_owned()));
    ends("{}", "stop", &ChunkState::Failed("the answer is not of the form asked for".to_owned()));
}

#[test]
fn what_breaks_off_keeps_its_whole_items() {
    let content = format!(
        "{{\"components\": [{{\"quote\": \"{QUOTE}\", \"name\": \"order service\"}}, {{\"quote\": \"{QUOTE}\", \"na"
    );
    let answer = answered(&content, "length");
    assert_eq!((answer.state, answer.claims.len()), (ChunkState::CutOff, 1));
}

#[test]
fn claims_in_the_contracts_own_form_are_understood() {
    let content =
        json!({ "claims": [{ "kind": "component", "quote": QUOTE, "name": "order service", "type": "Service" }] });
    let claims = answered(&format!("```json\n{content}\n```"), "stop").claims;
    let Statement::Component(body) = &claims[0].statement else { panic!("{claims:?}") };
    assert_eq!(body.component_type, Some(cairn_model::ComponentType::Service));
}

#[test]
fn unusable_items_are_dropped_and_counted() {
    let items = [
        json!({ "quote": QUOTE, "type": "no such family", "on": [] }),
        json!({ "quote": "", "type": "integrity" }),
        json!({ "quote": "x".repeat(10_000), "type": "integrity" }),
        json!("text"),
        json!({ "quote": QUOTE, "type": "integrity", "mechanism": "unknown", "on": "order service" }),
    ];
    let answer = answered_to("controls", &json!({ "controls": items }).to_string(), "stop");
    assert_eq!((answer.claims.len(), answer.dropped), (1, 3));
    let Statement::Control(body) = &answer.claims[0].statement else { panic!() };
    assert_eq!((body.mechanism.as_deref(), body.on.as_slice()), (None, ["order service".to_owned()].as_slice()));
}

/// The page as its reader sees it, and how many pieces and characters are hidden.
#[track_caller]
fn sees(text: &str, visible: &str, pieces: usize, characters: usize) {
    let sight = see(&document("docs/a.md", text));
    assert_eq!(sight.visible.text().trim(), visible);
    assert_eq!((sight.hidden.pieces, sight.hidden.characters), (pieces, characters), "{text}");
}

#[test]
fn what_no_reader_sees_is_left_out() {
    sees("Before <!-- hidden --> after.", "Before  after.", 1, 0);
    sees("Before <!-- without end", "Before", 1, 0);
    sees("A <span style=\"display : none\">b <span>c</span> d</span> e.", "A  e.", 1, 0);
    sees("A <b>b</b> c.", "A <b>b</b> c.", 0, 0);
    sees("A ![picture of a key](key.png) b.", "A  b.", 1, 0);
    sees("A\u{200b}B\u{e0041}\u{202e} C\u{fe0f}.", "AB C.", 0, 4);
    sees("`code` and\n\n```\n<!-- shown -->\n```", "`code` and\n\n```\n<!-- shown -->\n```", 0, 0);
}

#[test]
fn words_of_mixed_alphabets_are_counted() {
    assert_eq!(see(&document("docs/a.md", "The \u{440}ay service and the pay service.")).hidden.mixed_words, 1);
}

#[test]
fn a_quote_leads_back_over_what_is_hidden() {
    let text = "# A\n\nThe order <!-- not --> service\u{200b} writes.";
    let sight = see(&document("docs/a.md", text));
    let start = sight.visible.text().find("The").unwrap();
    let span = cairn_model::Span::new(start, sight.visible.text().len());
    assert_eq!(
        sight.visible.source(span).and_then(|it| it.of(text)),
        Some("The order <!-- not --> service\u{200b} writes.")
    );
}

#[test]
fn all_built_in_rules_of_redaction_compile() {
    assert_eq!(Redaction::built_in(true).broken_rules(), Vec::<&str>::new());
}

/// The secret is taken out of the text, and comes back.
#[track_caller]
fn redacts(text: &str, secret: &str, rule: &str) {
    let redaction = Redaction::built_in(true);
    let mut secrets = Secrets::default();
    let safe = secrets.take_out(text, &redaction);
    assert!(!safe.contains(secret), "{safe}");
    assert!(safe.contains(&format!("[redacted:{rule}:1]")), "{safe}");
    assert_eq!(secrets.put_back(&safe), text);
}

#[test]
fn secrets_are_taken_out_and_put_back() {
    let dashes = "-----";
    let key = format!("{dashes}BEGIN PRIVATE KEY{dashes}\nMIIBVQIBADANBg\n{dashes}END PRIVATE KEY{dashes}");
    redacts(&format!("Key:\n{key}\nend"), "MIIBVQIBADANBg", "private-key");
    redacts("id AKIAQ3EGRIJWXV5N7T2B here", "AKIAQ3EGRIJWXV5N7T2B", "aws-access-key");
    redacts("use ghp_0123456789abcdefghijABCDEFGHIJ012345 once", "ghp_0123456789", "github-token");
    redacts("postgres://heron:n1ghtB1rd@db:5432/books", "n1ghtB1rd", "password-in-address");
    redacts("DB_PASSWORD=\"vK9#qLz!27\"", "vK9#qLz!27", "assigned-secret");
    redacts("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJoZXJvbiJ9.c2lnbmF0dXJl ok", "eyJhbGciOiJIUzI1NiJ9", "json-web-token");
    redacts("ask heron.keeper@pond.example now", "heron.keeper@pond.example", "email");
}

#[test]
fn everyday_text_is_no_secret() {
    let redaction = Redaction::built_in(false);
    for text in [
        "The password is rotated every 90 days.",
        "token: the bearer of a request",
        "Tokens are signed; secrets: see the vault.",
        "https://pond.example:8443/path",
        "secret = ${SECRET_NAME}",
        "The primary key is `customer_number`, and the token is \"bearer-of-all\".",
        "docker run -u 1000:1000 and curl https://pond.example -u heron:$NEST",
        "sk-learn and SKUs; hf_hub; a commit 0123456789abcdef0123456789abcdef01234567",
    ] {
        assert_eq!(Secrets::default().take_out(text, &redaction), text);
    }
}

#[test]
fn a_secret_has_one_placeholder() {
    let redaction = Redaction::built_in(false);
    let mut secrets = Secrets::default();
    let first = secrets.take_out("a AKIAQ3EGRIJWXV5N7T2B b AKIAQ3EGRIJWXV5N7T2C", &redaction);
    let second = secrets.take_out("again AKIAQ3EGRIJWXV5N7T2C", &redaction);
    assert_eq!(first, "a [redacted:aws-access-key:1] b [redacted:aws-access-key:2]");
    assert_eq!(second, "again [redacted:aws-access-key:2]");
}

#[test]
fn an_own_rule_with_a_wrong_pattern_is_refused() {
    let text = "[[rule]]\nid = \"x\"\nkeywords = [\"x\"]\npattern = \"(\"\n";
    let error = Redaction::built_in(false).extend("own.toml", text).expect_err("it is not a pattern");
    assert!(error.to_string().contains("the pattern of `x`"), "{error}");
}

proptest! {
    #[test]
    fn visible_text_is_made_of_the_documents_bytes(text in "[ -~\n\u{200b}\u{e0041}äж<>!\\-\\[\\]()`|#]{0,400}") {
        let document = document("docs/a.md", &format!("Heron\n\n{text}"));
        let sight = see(&document);
        for (at, c) in sight.visible.text().char_indices() {
            let span = cairn_model::Span::new(at, at + c.len_utf8());
            let source = sight.visible.source(span).expect("every character has a place");
            prop_assert_eq!(document.slice(source), &sight.visible.text()[at..at + c.len_utf8()]);
        }
    }

    #[test]
    fn any_answer_is_read_without_a_panic(content in ".{0,300}") {
        answered(&content, "stop");
    }

    #[test]
    fn any_json_is_read_without_a_panic(name in "[a-z_]{1,10}", text in ".{0,40}", number in any::<i64>()) {
        let value: Value = json!({ "flows": [{ name.clone(): text, "quote": number }], "components": { name: [number] } });
        answered(&value.to_string(), "stop");
    }
}

const TICKET: &str = r#"{"key": "POND-7", "title": "Ledger keeps too much", "state": "open", "labels": ["data"],
    "body": "The order service says \"no\".\nIt calls the ledger <!-- hidden --> database.", "comments": [{"user": "otter", "body": "Fixed in spring."}]}"#;

#[test]
fn the_texts_of_a_ticket_are_asked_about_as_its_reader_sees_them() {
    let ticket = document("tickets/pond-7.json", TICKET);
    let asked = asks(&ticket, &asking());
    let passage = passage(&asked.asks[0]);
    assert!(passage.contains("The order service says \"no\".\nIt calls the ledger  database."), "{passage}");
    assert!(asked.asks.iter().all(|ask| !ask.request.user.contains("\"labels\"")));
    let visible = &asked.sight.visible;
    let start = visible.text().find("The order").unwrap();
    let end = visible.text().find("database.").unwrap() + "database.".len();
    let source = visible.source(cairn_model::Span::new(start, end)).unwrap();
    assert_eq!(
        ticket.slice(source),
        r#"The order service says \"no\".\nIt calls the ledger <!-- hidden --> database."#
    );
}

#[test]
fn json_that_states_facts_is_not_asked_about() {
    let api = document(
        "api.json",
        r#"{"openapi": "3.0.0", "info": {"title": "A pond", "description": "The pond serves fish to everybody."}}"#,
    );
    assert!(plan(&[api], |_| true, &names(), &asking()).unwrap().is_empty());
}
