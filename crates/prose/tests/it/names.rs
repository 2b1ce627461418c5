//! Which names become components.

use crate::check::{claims, document, has, lacks, lines};

#[test]
fn what_a_document_lists_as_its_parts_is_one_whatever_it_is_called() {
    let text = "# Wren\n\n## Parts\n\n- **sorter** – decides where a parcel goes. Go.\n- **tallyman** – small box at every dock.\n";
    let lines = lines("component", text);
    has(&lines, "sorter (?): implemented");
    has(&lines, "tallyman (?): implemented");
}

#[test]
fn a_bold_lead_that_opens_a_sentence_of_advice_is_none() {
    let text = "# Wren\n\n## Advice\n\n- **Rotate often** – old keys are found sooner or later.\n";
    lacks(&lines("component", text), "Rotate");
}

#[test]
fn a_product_of_a_known_vendor_is_named_with_its_vendor() {
    let text = "# Wren\n\nThe order service reads rates from Microsoft Parcel Rates. The order service writes labels to Microsoft Parcel Rates.\n";
    has(&lines("component", text), "Microsoft Parcel Rates (service): implemented");
}

#[test]
fn an_identifier_that_does_something_is_a_part() {
    let text = "# Wren\n\nEvery hour `scale-sync` copies the weights. Old ones are dropped by `sweeper`. Set `max-age` to 3.\n";
    let lines = lines("component", text);
    has(&lines, "scale-sync (?): implemented");
    has(&lines, "sweeper (?): implemented");
    lacks(&lines, "max-age");
}

#[test]
fn fields_and_constants_are_none() {
    let text = "# Wren\n\nThe broker reads `redirect_uri` from the store. The store sends MAX_PARCELS to the broker.\n";
    let lines = lines("component", text);
    lacks(&lines, "redirect_uri");
    lacks(&lines, "MAX_PARCELS");
}

#[test]
fn a_former_name_is_another_name() {
    let text = "# Wren\n\n## Parts\n\n- **order router**: decides where a parcel goes.\n\nThe order router (formerly known as chute) reads the labels.\n";
    let aliases: Vec<String> = claims(&[document("docs/design.md", text)])
        .into_iter()
        .filter_map(|claim| match claim.statement {
            cairn_model::Statement::Component(component) => Some(component.aliases),
            _ => None,
        })
        .flatten()
        .collect();
    assert!(aliases.contains(&"chute".to_owned()), "{aliases:?}");
}

#[test]
fn questions_of_a_form_are_nobodys_questions() {
    let asks = |own: &str| format!("# Review\n\nWhat happens when it stops?\n\n{own}\n");
    let documents = [
        document("notes/a.md", &asks("Who owns the ledger key?")),
        document("notes/b.md", &asks("Nothing else.")),
        document("notes/c.md", &asks("Nothing else.")),
    ];
    let questions: Vec<String> = claims(&documents)
        .into_iter()
        .filter(|claim| claim.statement.kind().as_str() == "question")
        .map(|claim| claim.evidence[0].text.clone())
        .collect();
    assert_eq!(questions, ["Who owns the ledger key?"]);
}
