//! `cairn authors ELEMENT`: who wrote what is said about it, and when. For asking the right person, and for seeing how old the
//! very lines are on which something rests.

use std::collections::{BTreeMap, BTreeSet};

use cairn_engine::Written;
use cairn_model::Span;
use serde_json::{Value, json};

use super::show::find;
use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::records;
use crate::text::{bold, count, dim, one_line, shortened};

/// How much of a quote is shown.
const QUOTE_LENGTH: usize = 90;

/// How many digits of a commit's id are shown.
const COMMIT_LENGTH: usize = 10;

pub(crate) async fn run(context: &Context, wanted: &str) -> Result<Ending, Failure> {
    let model = context.model().await?;
    let (_, record) = find(&records::export(&model), wanted)?;
    let mut places = BTreeSet::new();
    cited(&record, &mut places);
    let workspace = context.workspace().await?;
    let written = cairn_engine::written(&workspace, &model.documents, &places).await?;
    if context.is_json() {
        let lines: Vec<Value> = written.iter().map(json_record).collect();
        records::print("cairn.authors/1", json!({ "id": records::id(&record), "written": lines }))?;
        return Ok(Ending::Done);
    }
    let mut text = String::new();
    for it in &written {
        let who = match &it.origin {
            Some(origin) => {
                let commit = shortened(&origin.commit, COMMIT_LENGTH);
                format!("{} {} {}", origin.day, bold(&one_line(&origin.author)), dim(&commit))
            }
            None => dim("not committed"),
        };
        let place = format!("{}:{}", one_line(&it.path), it.line);
        let quote = shortened(&one_line(&it.quote), QUOTE_LENGTH);
        text.extend([format!("{who}\n  {place}  {quote}\n")]);
    }
    context.print(&(text + &summary(&written) + "\n"))?;
    Ok(Ending::Done)
}

/// The places of all citations in a record, however deep they are.
fn cited(record: &Value, places: &mut BTreeSet<(String, Span)>) {
    match record {
        Value::Array(list) => list.iter().for_each(|it| cited(it, places)),
        Value::Object(fields) => {
            let number = |name: &str| fields.get(name).and_then(Value::as_u64).and_then(|it| usize::try_from(it).ok());
            let document = fields.get("document").and_then(Value::as_str);
            match (document, number("start"), number("end")) {
                (Some(document), Some(start), Some(end)) => {
                    places.insert((document.to_owned(), Span { start, end }));
                }
                _ => fields.values().for_each(|it| cited(it, places)),
            }
        }
        _ => {}
    }
}

fn json_record(it: &Written) -> Value {
    let origin = it.origin.as_ref();
    json!({
        "path": it.path,
        "line": it.line,
        "quote": it.quote,
        "author": origin.map(|it| &it.author),
        "day": origin.map(|it| it.day.to_string()),
        "commit": origin.map(|it| &it.commit),
    })
}

/// Who wrote most of it.
fn summary(written: &[Written]) -> String {
    let mut quotes: BTreeMap<&str, usize> = BTreeMap::new();
    for origin in written.iter().filter_map(|it| it.origin.as_ref()) {
        *quotes.entry(&origin.author).or_default() += 1;
    }
    let total = count(written.len(), "quote");
    match quotes.iter().max_by(|left, right| left.1.cmp(right.1).then(right.0.cmp(left.0))) {
        Some((author, most)) => format!("{} wrote {most} of {total}", one_line(author)),
        None => format!("{total}; no commit is known to have written any"),
    }
}
