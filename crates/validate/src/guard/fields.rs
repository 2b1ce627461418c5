//! The attributes of a claim against its quote: what is needed must stand there, what is not needed goes when it does not.

use cairn_model::{
    ComponentClaim, ControlClaim, DataClaim, EndpointClaim, Exposure, FlowClaim, FlowMode, PermissionClaim,
    RejectedReason, Statement,
};

use super::cues::{cues, has_negation};
use super::evidence::Evidence;
use super::nature::{shows_class, shows_type};

/// Holds every attribute to the quote.
pub(super) fn hold(statement: &mut Statement, evidence: &Evidence) -> Result<(), RejectedReason> {
    match statement {
        Statement::Component(body) => component(body, evidence),
        Statement::Boundary(body) => {
            named(&body.name, evidence)?;
            keep_named(&mut body.members, evidence);
            Ok(())
        }
        Statement::Flow(body) => flow(body, evidence),
        Statement::Data(body) => data(body, evidence),
        Statement::Endpoint(body) => endpoint(body, evidence),
        Statement::Control(body) => control(body, evidence),
        Statement::Permission(body) => permission(body, evidence),
        Statement::Assumption(body) => {
            spoken_of("assumption", evidence)?;
            said(&mut body.statement, &mut body.about, evidence);
            Ok(())
        }
        Statement::Decision(body) => {
            spoken_of("decision", evidence)?;
            said(&mut body.statement, &mut body.about, evidence);
            keep_held(&mut body.rationale, evidence);
            body.alternatives.retain(|it| evidence.holds(it));
            Ok(())
        }
        Statement::AcceptedRisk(body) => {
            spoken_of("accepted_risk", evidence)?;
            said(&mut body.statement, &mut body.about, evidence);
            for field in [&mut body.owner, &mut body.accepted_on, &mut body.expires_on, &mut body.rationale] {
                keep_held(field, evidence);
            }
            Ok(())
        }
        Statement::Question(body) => {
            spoken_of("question", evidence)?;
            said(&mut body.statement, &mut body.about, evidence);
            Ok(())
        }
        Statement::Incident(body) => {
            spoken_of("incident", evidence)?;
            said(&mut body.statement, &mut body.about, evidence);
            for field in [&mut body.occurred_on, &mut body.cause, &mut body.follow_up] {
                keep_held(field, evidence);
            }
            Ok(())
        }
    }
}

fn component(body: &mut ComponentClaim, evidence: &Evidence) -> Result<(), RejectedReason> {
    named(&body.name, evidence)?;
    keep_held(&mut body.technology, evidence);
    let technology = body.technology.as_deref();
    body.component_type = body.component_type.filter(|it| shows_type(*it, &body.name, technology, evidence));
    keep_held(&mut body.owner, evidence);
    keep_exposure(&mut body.exposure, evidence);
    body.aliases.retain(|alias| evidence.names_closely(alias));
    Ok(())
}

/// One end may stand in the headings ("## Ledger", "It writes to …"), never both.
fn flow(body: &mut FlowClaim, evidence: &Evidence) -> Result<(), RejectedReason> {
    named(&body.source, evidence)?;
    named(&body.target, evidence)?;
    if !evidence.names_closely(&body.source) && !evidence.names_closely(&body.target) {
        return Err(RejectedReason::NameNotInQuote);
    }
    keep_held(&mut body.protocol, evidence);
    keep_means(&mut body.authentication, evidence);
    keep_means(&mut body.encryption, evidence);
    body.data.retain(|it| evidence.holds(it));
    body.mode = body.mode.filter(|mode| {
        evidence.speaks_of(cues().list(match mode {
            FlowMode::Async => "asynchronous",
            FlowMode::Sync => "synchronous",
        }))
    });
    Ok(())
}

fn data(body: &mut DataClaim, evidence: &Evidence) -> Result<(), RejectedReason> {
    if !evidence.names_closely(&body.name) {
        return Err(RejectedReason::NameNotInQuote);
    }
    body.component = body.component.take().filter(|name| evidence.names(name));
    body.classification = body.classification.filter(|it| shows_class(*it, &body.name, evidence));
    keep_held(&mut body.retention, evidence);
    body.encrypted_at_rest = body.encrypted_at_rest.filter(|encrypted| {
        let open = evidence.speaks_of(cues().list("in_the_clear")) || has_negation(&evidence.words);
        evidence.speaks_of(cues().list("at_rest")) && *encrypted != open
    });
    Ok(())
}

fn endpoint(body: &mut EndpointClaim, evidence: &Evidence) -> Result<(), RejectedReason> {
    if !evidence.holds_literally(&body.path) {
        return Err(RejectedReason::ValueNotInQuote);
    }
    body.component = body.component.take().filter(|name| evidence.names(name));
    keep_held(&mut body.method, evidence);
    keep_exposure(&mut body.exposure, evidence);
    keep_means(&mut body.authentication, evidence);
    keep_means(&mut body.authorization, evidence);
    Ok(())
}

fn control(body: &mut ControlClaim, evidence: &Evidence) -> Result<(), RejectedReason> {
    // A mechanism alone says nothing of the family: "certificates" may be anything.
    if !cues().control(body.control_type).is_some_and(|cues| evidence.speaks_of(cues)) {
        return Err(RejectedReason::NotSpokenOf);
    }
    keep_held(&mut body.mechanism, evidence);
    keep_named(&mut body.on, evidence);
    Ok(())
}

fn permission(body: &mut PermissionClaim, evidence: &Evidence) -> Result<(), RejectedReason> {
    spoken_of("permission", evidence)?;
    named(&body.principal, evidence)?;
    named(&body.resource, evidence)?;
    if !evidence.holds(&body.action) {
        return Err(RejectedReason::ValueNotInQuote);
    }
    keep_held(&mut body.condition, evidence);
    Ok(())
}

fn named(name: &str, evidence: &Evidence) -> Result<(), RejectedReason> {
    if evidence.names(name) { Ok(()) } else { Err(RejectedReason::NameNotInQuote) }
}

fn spoken_of(list: &str, evidence: &Evidence) -> Result<(), RejectedReason> {
    if evidence.is_about(cues().list(list)) { Ok(()) } else { Err(RejectedReason::NotSpokenOf) }
}

/// A statement in other words than the source's becomes the source's.
fn said(statement: &mut String, about: &mut Vec<String>, evidence: &Evidence) {
    if !evidence.holds(statement) {
        let words = evidence.quote.split_whitespace().collect::<Vec<_>>().join(" ");
        words.trim_start_matches(['-', '*', '+', '#', '>', '|', ' ']).clone_into(statement);
    }
    keep_named(about, evidence);
}

fn keep_named(names: &mut Vec<String>, evidence: &Evidence) {
    names.retain(|name| evidence.names(name));
}

fn keep_held(field: &mut Option<String>, evidence: &Evidence) {
    *field = field.take().filter(|value| evidence.holds(value));
}

/// How something is done, or `none` where the quote says that it is not.
fn keep_means(field: &mut Option<String>, evidence: &Evidence) {
    *field = field.take().filter(|value| {
        if value.eq_ignore_ascii_case("none") {
            has_negation(&evidence.words) || evidence.speaks_of(cues().list("in_the_clear"))
        } else {
            evidence.holds(value)
        }
    });
}

fn keep_exposure(field: &mut Option<Exposure>, evidence: &Evidence) {
    *field = field.filter(|exposure| {
        evidence.speaks_of(cues().list(match exposure {
            Exposure::Internet => "exposure_internet",
            Exposure::Partner => "exposure_partner",
            Exposure::Internal => "exposure_internal",
        }))
    });
}
