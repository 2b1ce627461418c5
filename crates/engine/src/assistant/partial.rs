//! Sentences of an answer that is still being written.

use serde_json::{Deserializer, Value};

/// The items of the list `name` that are whole, in JSON of which the end may be missing.
pub(super) fn whole_items(text: &str, name: &str) -> Vec<Value> {
    let mut items = Vec::new();
    let Some(mut rest) = list(text, name) else { return items };
    loop {
        rest = rest.trim_start_matches([',', ' ', '\t', '\r', '\n']);
        let mut values = Deserializer::from_str(rest).into_iter::<Value>();
        // A bracket that closes the list is no value, and neither is what is cut off.
        let Some(Ok(item)) = values.next() else { return items };
        rest = rest.get(values.byte_offset()..).unwrap_or_default();
        items.push(item);
    }
}

/// What follows the opening bracket of the list `name`.
fn list<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let key = format!("\"{name}\"");
    let (_, rest) = text.split_once(&key)?;
    rest.trim_start().strip_prefix(':')?.trim_start().strip_prefix('[')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::whole_items;

    #[test]
    fn only_whole_items_are_given_however_the_text_is_cut() {
        let all =
            [json!({ "text": "A ] and a \\ and a }.", "cites": [1, 2] }), json!({ "text": "Ünï.", "cites": [3] })];
        let text = json!({ "status": "answered", "sentences": all }).to_string();
        let mut before = 0;
        for end in (0..=text.len()).filter(|end| text.is_char_boundary(*end)) {
            let items = whole_items(text.get(..end).unwrap(), "sentences");
            assert!(items.len() >= before && items == all.get(..items.len()).unwrap(), "{end}");
            before = items.len();
        }
        assert_eq!(before, all.len());
    }

    #[test]
    fn text_of_another_form_has_none() {
        for text in ["", "null", "I am sorry.", r#"{"sentences": "none"}"#, r#"{"sentences": ["#, r#"{"calls": [{}]}"#]
        {
            assert!(whole_items(text, "sentences").is_empty(), "{text}");
        }
    }
}
