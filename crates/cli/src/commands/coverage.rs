//! `cairn coverage`: how much of what a reviewer needs to know is written down.

use cairn_report::Labels;
use serde_json::{Value, json};

use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::records;
use crate::text::{bold, dim, one_line};

pub(crate) async fn run(context: &Context) -> Result<Ending, Failure> {
    let model = context.model().await?;
    let coverage = &model.coverage;
    if context.is_json() {
        let element = |(id, (answered, asked)): (&cairn_model::ElementId, &(usize, usize))| json!({ "id": id.as_str(), "answered": answered, "asked": asked });
        let elements: Vec<Value> = coverage.elements.iter().map(element).collect();
        let fields = json!({ "answered": coverage.answered, "asked": coverage.asked, "elements": elements });
        records::print("cairn.coverage/1", fields)?;
        return Ok(Ending::Done);
    }
    let labels = Labels::of(&model.system);
    // What is least known comes first; of equals, where more is asked.
    let mut elements: Vec<_> = coverage.elements.iter().collect();
    elements.sort_by_key(|(id, (answered, asked))| {
        (answered * 100 / (*asked).max(1), std::cmp::Reverse(*asked), (*id).clone())
    });
    let line = |(id, (answered, asked)): (&cairn_model::ElementId, &(usize, usize))| {
        format!("{answered:>3} of {asked:<3} {} {}\n", one_line(labels.get(id)), dim(id.as_str()))
    };
    let mut text: String = elements.into_iter().map(line).collect();
    let percent = (coverage.answered * 100).checked_div(coverage.asked).unwrap_or(100);
    let answered = bold(&coverage.answered.to_string());
    text.extend([format!("{answered} of {} questions answered ({percent} %)\n", coverage.asked)]);
    context.print(&text)?;
    Ok(Ending::Done)
}
