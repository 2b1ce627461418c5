//! `cairn inbox`: what a reviewer has not seen.

use cairn_engine::{Expiring, Inbox as Unseen, Revision};
use cairn_model::Date;

use super::decide::reviewer;
use super::diff::{other, threat};
use crate::arguments::Inbox;
use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::records;
use crate::text::{bold, count, dim, one_line, red};

pub(crate) async fn run(context: &Context, arguments: Inbox) -> Result<Ending, Failure> {
    let reviewer = reviewer(arguments.reviewer)?;
    let workspace = context.workspace().await?;
    if arguments.seen {
        let Some(revision) = cairn_engine::mark_seen(&workspace, &reviewer, context.as_of).await? else {
            return Err(Failure::no_input("there is nothing to have seen yet\nhint: run `cairn scan PATH…`"));
        };
        let name = Revision::name(revision);
        context.print(&format!("{} has seen everything up to {name}\n", one_line(&reviewer)))?;
        return Ok(Ending::Done);
    }
    let within = arguments.within.unwrap_or(workspace.settings().freshness.expiry_days);
    let unseen = cairn_engine::inbox(&workspace, &reviewer, context.as_of, within).await?;
    if context.is_json() {
        records::print("cairn.inbox/1", unseen.record(&reviewer))?;
        return Ok(Ending::Done);
    }
    context.print(&text(context, &unseen))?;
    Ok(Ending::Done)
}

fn text(context: &Context, unseen: &Unseen) -> String {
    let since = unseen.seen.as_ref().map(|it| format!("since {} ({})", Revision::name(it.revision), it.seen_on));
    let mut text = dim(&format!("{}\n", since.unwrap_or_else(|| "never looked: everything is new".to_owned())));
    let all = context.verbose;
    let parts: [(&str, Vec<String>); 5] = [
        ("threats", unseen.threats().map(|it| threat(it, all)).collect()),
        ("resolved by evidence or decision", unseen.resolved().map(|it| threat(it, all)).collect()),
        ("contradictions", unseen.conflicts().map(|it| other(it, all)).collect()),
        ("questions that are answered", unseen.answered().map(|it| other(it, all)).collect()),
        ("acceptances that end", unseen.expiring.iter().map(|it| ends(it, context.as_of)).collect()),
    ];
    for (name, lines) in parts.iter().filter(|(_, lines)| !lines.is_empty()) {
        text.extend([format!("\n{}\n{}", bold(&format!("{name} ({})", lines.len())), lines.concat())]);
    }
    if unseen.is_empty() {
        text += "nothing to look at\n";
    } else {
        text += &dim("\n`cairn inbox --seen` notes that all of this is seen\n");
    }
    text
}

fn ends(it: &Expiring, today: Date) -> String {
    let owner = it.owner.as_ref().map(|owner| format!(", {}", one_line(owner))).unwrap_or_default();
    let days = usize::try_from(today.days_until(it.on)).unwrap_or_default();
    let when = if it.is_past {
        red(&format!("ended {}", it.on))
    } else {
        format!("ends {}, in {}", it.on, count(days, "day"))
    };
    format!("{when}: {}{owner} {}\n", one_line(&it.title), dim(it.id.as_str()))
}
