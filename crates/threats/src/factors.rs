//! What the documents say of a threat's place that makes it likelier or worse: exposure, reachability, data, privileges, and
//! what became of the controls. The points are in `severity`'s table; here each is found with its source.
//!
//! A factor that the rule's own premises or raises look at is the rule's business, and does not count a second time. Every
//! factor is about the place or about what flows lead to it, so that an element that has no flow to it moves nothing.

use std::sync::LazyLock;

use cairn_model::{Citation, Premise, PremiseRole, ThreatStatus, Truth};

use crate::condition::Condition;
use crate::condition::parse::parse;
use crate::condition::vocabulary::{Relation, SubjectKind};
use crate::evaluate::Context;
use crate::explain::cite;
use crate::graph::{Element, NodeIndex};
use crate::severity::Points;
use crate::template;

/// What a factor looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aspect {
    Exposure,
    Data,
    Privileges,
}

impl Aspect {
    pub(crate) const ALL: [Self; 3] = [Self::Exposure, Self::Data, Self::Privileges];
}

struct Factor {
    aspect: Aspect,
    say: &'static str,
    when: Condition,
    points: Points,
}

/// The factors in order; of one aspect the first that is true counts.
static FACTORS: LazyLock<Vec<Factor>> = LazyLock::new(|| {
    let rows: [(Aspect, &str, &str, i16, i16); 9] = [
        (Aspect::Exposure, "{} can be reached from the internet", "exposure == internet", 2, 0),
        (Aspect::Exposure, "{} can be reached by partners", "exposure == partner", 1, 0),
        (
            Aspect::Exposure,
            "a way leads from the internet to {}",
            "reached from (exposure == internet or type in [client, external])",
            1,
            0,
        ),
        (Aspect::Exposure, "{} can be reached from inside only", "exposure == internal", -1, 0),
        (Aspect::Data, "{} handles credentials or secrets", "handles secrets", 0, 2),
        (Aspect::Data, "{} handles payment or health data", "handles [payment, health]", 0, 2),
        (Aspect::Data, "{} handles sensitive data", "handles sensitive", 0, 1),
        (
            Aspect::Data,
            "{} handles public data only",
            "handles public and not handles sensitive and not handles internal",
            0,
            -2,
        ),
        (
            Aspect::Privileges,
            "{} may do nearly everything somewhere",
            "any permissions (action mentions [all, any, everything, admin, root, write] or resource mentions [all, any, everything])",
            0,
            1,
        ),
    ];
    let factor = |(aspect, say, when, likelihood, impact)| Factor {
        aspect,
        say,
        when: parse(when, SubjectKind::Component)
            .expect("the table's conditions are checked by every run of the tests"),
        points: Points { likelihood, impact },
    };
    rows.into_iter().map(factor).collect()
});

/// A factor that is true of a place.
#[derive(Clone, Debug)]
pub(crate) struct PlaceFactor {
    aspect: Aspect,
    pub(crate) points: Points,
    pub(crate) premise: Premise,
}

/// The factors of the threat's place but for those that the rule looks at itself.
pub(crate) fn of_place<'g>(
    context: Context<'g, '_>,
    own: &[Aspect],
    at: NodeIndex,
) -> impl Iterator<Item = &'g PlaceFactor> {
    let factors = place(context, at)
        .map_or(&[] as &[PlaceFactor], |place| context.shared.factors(place, || true_of(context, place)));
    factors.iter().filter(|factor| !own.contains(&factor.aspect))
}

/// Of each aspect the first factor that is true.
fn true_of(context: Context<'_, '_>, place: NodeIndex) -> Vec<PlaceFactor> {
    let mut found: Vec<PlaceFactor> = Vec::new();
    for factor in FACTORS.iter() {
        if found.iter().any(|it| it.aspect == factor.aspect) {
            continue;
        }
        let verdict = context.evaluate(&factor.when, place);
        if verdict.truth == Truth::True {
            let sentence = factor.say.replace("{}", &template::name(context.graph, place));
            let premise = premise(&sentence, factor.points, verdict.evidence.iter());
            found.push(PlaceFactor { aspect: factor.aspect, points: factor.points, premise });
        }
    }
    found
}

/// The points of what became of the answers. What states them is said by the premises about the controls.
pub(crate) const fn of_status(status: ThreatStatus) -> Points {
    match status {
        ThreatStatus::Open
        | ThreatStatus::Disputed
        | ThreatStatus::AcceptanceExpired
        | ThreatStatus::Planned
        | ThreatStatus::Accepted => Points { likelihood: 0, impact: 0 },
        ThreatStatus::Unverified | ThreatStatus::Assumed => Points { likelihood: -1, impact: 0 },
        ThreatStatus::Mitigated => Points { likelihood: -4, impact: 0 },
    }
}

/// A factor as a sentence with its points.
pub(crate) fn premise<'c>(sentence: &str, points: Points, evidence: impl IntoIterator<Item = &'c Citation>) -> Premise {
    cite(PremiseRole::Severity, format!("{sentence} ({points})"), Truth::True, evidence)
}

/// The component that the threat is at.
fn place(context: Context<'_, '_>, at: NodeIndex) -> Option<NodeIndex> {
    let node = context.graph.node(at);
    let first = |relation| node.related(relation).first().copied();
    match node.element {
        Element::Component(_) => Some(at),
        Element::Flow(_) => first(Relation::Target),
        Element::Endpoint(_) | Element::Holding(..) => first(Relation::Component),
        Element::Permission(_) => first(Relation::Object).or_else(|| first(Relation::Holder)),
        _ => first(Relation::Components),
    }
}
