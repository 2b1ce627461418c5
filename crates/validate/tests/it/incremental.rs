//! A model that is kept up to date is the one that a full build makes.

use cairn_model::{Claim, Document};
use cairn_validate::{Incremental, Policy, validate};
use proptest::prelude::*;

use crate::whole::{claims, documents};

/// Which document changes, and to which claims; none withdraws it.
type Edit = (usize, Option<Vec<Claim>>);

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    prop::collection::vec((0..5_usize, prop::option::weighted(0.8, claims())), 1..5)
}

/// Small changes to claims that stay: of each kind of edit, those that leave names alone are most likely to be settled apart.
fn changed(claims: &[Claim], turns: &[usize]) -> Vec<Claim> {
    let others = documents();
    let turned = claims.iter().zip(turns.iter().cycle()).map(|(claim, turn)| {
        let mut claim = claim.clone();
        match turn {
            0 => "One line.".clone_into(&mut claim.evidence[0].text),
            1 => claim.status = cairn_model::Status::Planned,
            2 => claim.evidence[0].document = others[0].id.clone(),
            3 => change_attributes(&mut claim),
            _ => {}
        }
        claim
    });
    turned.collect()
}

fn change_attributes(claim: &mut Claim) {
    use cairn_model::Statement;
    match &mut claim.statement {
        Statement::Component(body) => body.owner = Some("cellar team".to_owned()),
        Statement::Flow(body) => body.encryption = Some("none".to_owned()),
        Statement::Data(body) => body.retention = Some("a year".to_owned()),
        Statement::Endpoint(body) => body.authentication = Some("JWT".to_owned()),
        Statement::Control(body) => body.mechanism = Some("mTLS".to_owned()),
        _ => {}
    }
}

fn check(model: &Incremental<'_>, sources: &[Option<(&Document, &[Claim])>]) -> Result<(), TestCaseError> {
    let documents: Vec<Document> = sources.iter().flatten().map(|(document, _)| (*document).clone()).collect();
    let claims: Vec<Claim> = sources.iter().flatten().flat_map(|(_, claims)| claims.to_vec()).collect();
    prop_assert_eq!(model.system(), &validate(&documents, &claims));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn edits_give_what_a_full_build_gives(start in prop::collection::vec(claims(), 5), edits in edits()) {
        let (documents, policy) = (documents(), Policy::default());
        let mut sources: Vec<Option<(&Document, &[Claim])>> =
            documents.iter().zip(&start).map(|(document, claims)| Some((document, claims.as_slice()))).collect();
        let mut model = Incremental::new(sources.iter().flatten().copied(), &policy);
        check(&model, &sources)?;
        for (at, claims) in &edits {
            let document = &documents[*at];
            match claims {
                Some(claims) => model.replace(document, claims),
                None => model.remove(&document.id),
            }
            sources[*at] = claims.as_ref().map(|claims| (document, claims.as_slice()));
            check(&model, &sources)?;
        }
    }

    #[test]
    fn small_edits_give_what_a_full_build_gives(
        start in prop::collection::vec(claims(), 5),
        edits in prop::collection::vec((0..5_usize, prop::collection::vec(0..8_usize, 1..6)), 1..6),
    ) {
        let (documents, policy) = (documents(), Policy::default());
        let mut versions: Vec<Vec<Claim>> = start.clone();
        let mut history: Vec<(usize, Vec<Claim>)> = Vec::new();
        for (at, turns) in &edits {
            versions[*at] = changed(&versions[*at], turns);
            history.push((*at, versions[*at].clone()));
        }
        let mut sources: Vec<Option<(&Document, &[Claim])>> =
            documents.iter().zip(&start).map(|(document, claims)| Some((document, claims.as_slice()))).collect();
        let mut model = Incremental::new(sources.iter().flatten().copied(), &policy);
        for (at, claims) in &history {
            model.replace(&documents[*at], claims);
            sources[*at] = Some((&documents[*at], claims.as_slice()));
            check(&model, &sources)?;
        }
    }
}
