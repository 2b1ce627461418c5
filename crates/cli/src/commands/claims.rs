//! `cairn claims`: what was read and by whom, what two readers read differently, and what was turned away.

use cairn_engine::{Claims, Disputed, ReadClaim};
use cairn_model::{Citation, Rejected};
use serde_json::{Value, json};

use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::records;
use crate::text::{bold, count, dim, one_line, shortened};

/// How much of a quote is shown unless all is asked for.
const QUOTE_CHARACTERS: usize = 100;

pub(crate) async fn run(context: &Context, disputed: bool, rejected: bool) -> Result<Ending, Failure> {
    let workspace = context.workspace().await?;
    let claims = cairn_engine::claims(&workspace).await?;
    if context.is_json() {
        records::print("cairn.claims/1", record(&claims, disputed, rejected))?;
        return Ok(Ending::Done);
    }
    context.print(&match (disputed, rejected) {
        (true, _) => disputed_text(context, &claims),
        (false, true) => rejected_text(context, &claims),
        (false, false) => all_text(context, &claims),
    })?;
    Ok(Ending::Done)
}

fn record(claims: &Claims, disputed: bool, rejected: bool) -> Value {
    let mut record = json!({ "agreed": claims.agreed, "alone": claims.alone });
    let fields = record.as_object_mut().expect("it is an object");
    if disputed {
        let all: Vec<Value> = claims.disputed.iter().map(|it| disputed_record(claims, it)).collect();
        fields.insert("disputed".to_owned(), all.into());
    }
    if rejected {
        let all: Vec<Value> = claims.rejected.iter().map(|it| rejected_record(claims, it)).collect();
        fields.insert("rejected".to_owned(), all.into());
    }
    if !disputed && !rejected {
        let all: Vec<Value> = claims.verified.iter().map(|it| claim_record(claims, it)).collect();
        fields.insert("claims".to_owned(), all.into());
    }
    record
}

fn claim_record(claims: &Claims, claim: &ReadClaim) -> Value {
    let mut record = serde_json::to_value(&claim.statement).expect("a statement serialises");
    let fields = record.as_object_mut().expect("a statement is an object");
    let evidence: Vec<Value> = claim.evidence.iter().map(|it| citation(claims, it)).collect();
    fields.insert("id".to_owned(), claim.id.as_str().into());
    fields.insert("status".to_owned(), claim.status.to_string().into());
    fields.insert("evidence".to_owned(), evidence.into());
    fields.insert("extractor".to_owned(), claim.extractor.clone().into());
    fields.insert("confidence".to_owned(), f64::from(claim.confidence).into());
    record
}

fn disputed_record(claims: &Claims, it: &Disputed) -> Value {
    let side = |(value, cited): &(String, Citation)| json!({ "value": value, "evidence": citation(claims, cited) });
    json!({
        "kind": it.kind.as_str(), "subject": it.subject, "attribute": it.attribute,
        "embedded": side(&it.first), "model": side(&it.second),
    })
}

fn rejected_record(claims: &Claims, it: &Rejected) -> Value {
    json!({
        "kind": it.kind.as_str(), "reason": it.reason.as_str(), "quote": it.quote,
        "path": claims.path(&it.document), "extractor": it.extractor,
    })
}

fn citation(claims: &Claims, it: &Citation) -> Value {
    json!({
        "path": claims.path(&it.document), "line": it.line, "start": it.span.start, "end": it.span.end, "quote": it.quote.as_str(),
    })
}

fn all_text(context: &Context, claims: &Claims) -> String {
    let line = |claim: &ReadClaim| {
        let cited = claim.evidence.first();
        let place = cited.map(|it| format!("{}:{}", one_line(claims.path(&it.document)), it.line)).unwrap_or_default();
        let quote = cited.map(|it| quote(context, &it.quote)).unwrap_or_default();
        let head = format!("{} {}", bold(claim.kind().as_str()), one_line(&claim.subject()));
        let origin = format!("{} {}", claim.id, one_line(&claim.extractor));
        format!("{head} ({})\n  {place} {quote}\n  {}\n", claim.status, dim(&origin))
    };
    let mut text: String = claims.verified.iter().map(line).collect();
    text.extend([count(claims.verified.len(), "claim"), format!(", {} rejected\n", claims.rejected.len())]);
    text
}

fn disputed_text(context: &Context, claims: &Claims) -> String {
    let side = |reader: &str, (value, cited): &(String, Citation)| {
        let place = format!("{}:{}", one_line(claims.path(&cited.document)), cited.line);
        format!("  {reader:<9} {:<14} {place} {}\n", one_line(value), quote(context, &cited.quote))
    };
    let entry = |it: &Disputed| {
        let head =
            format!("{} {}: {}\n", bold(it.kind.as_str()), one_line(&it.subject), it.attribute.replace('_', " "));
        head + &side("embedded", &it.first) + &side("model", &it.second)
    };
    let mut text: String = claims.disputed.iter().map(entry).collect();
    let disputes = count(claims.disputed.len(), "dispute");
    text.extend([format!(
        "{disputes}; {} of the model agreed with, {} about something only it found\n",
        count(claims.agreed, "claim"),
        claims.alone
    )]);
    text
}

fn rejected_text(context: &Context, claims: &Claims) -> String {
    let entry = |it: &Rejected| {
        let place = one_line(claims.path(&it.document));
        let head = format!("{} {}\n", bold(it.kind.as_str()), it.reason.as_str());
        format!("{head}  {place} {}\n  {}\n", quote(context, &it.quote), dim(&one_line(&it.extractor)))
    };
    claims.rejected.iter().map(entry).collect::<String>() + &count(claims.rejected.len(), "claim") + " rejected\n"
}

fn quote(context: &Context, text: &str) -> String {
    let shown = if context.verbose { one_line(text) } else { shortened(text, QUOTE_CHARACTERS) };
    format!("\u{201c}{shown}\u{201d}")
}
