//! One element of the model, whatever its kind.

use cairn_model::{
    AcceptedRisk, Assumption, Boundary, BoundaryType, Citation, Component, Control, Data, Decision, ElementId,
    Endpoint, Flow, Handled, Incident, Permission, Question,
};

use crate::condition::vocabulary::SubjectKind;

/// An element of the model.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Element<'a> {
    Component(&'a Component),
    Flow(&'a Flow),
    Data(&'a Data),
    Holding(&'a Data, &'a Handled),
    Endpoint(&'a Endpoint),
    Boundary(&'a Boundary),
    Control(&'a Control),
    Permission(&'a Permission),
    AcceptedRisk(&'a AcceptedRisk),
    Assumption(&'a Assumption),
    Decision(&'a Decision),
    Question(&'a Question),
    Incident(&'a Incident),
    /// The system as a whole.
    System(&'a ElementId),
}

impl<'a> Element<'a> {
    /// The kind of rules that look at this element.
    pub(crate) const fn kind(self) -> SubjectKind {
        match self {
            Self::Component(_) => SubjectKind::Component,
            Self::Flow(_) => SubjectKind::Flow,
            Self::Data(_) => SubjectKind::Data,
            Self::Holding(..) => SubjectKind::Holding,
            Self::Endpoint(_) => SubjectKind::Endpoint,
            Self::Boundary(_) => SubjectKind::Boundary,
            Self::Control(_) => SubjectKind::Control,
            Self::Permission(_) => SubjectKind::Permission,
            Self::AcceptedRisk(_) => SubjectKind::AcceptedRisk,
            Self::Assumption(_) => SubjectKind::Assumption,
            Self::Decision(_) => SubjectKind::Decision,
            Self::Question(_) => SubjectKind::Question,
            Self::Incident(_) => SubjectKind::Incident,
            Self::System(_) => SubjectKind::System,
        }
    }

    /// The element's id; of a holding, the component's.
    pub(crate) fn id(self) -> &'a ElementId {
        match self {
            Self::Component(it) => &it.id,
            Self::Flow(it) => &it.id,
            Self::Data(it) => &it.id,
            Self::Holding(_, it) => &it.component,
            Self::Endpoint(it) => &it.id,
            Self::Boundary(it) => &it.id,
            Self::Control(it) => &it.id,
            Self::Permission(it) => &it.id,
            Self::AcceptedRisk(it) => &it.id,
            Self::Assumption(it) => &it.id,
            Self::Decision(it) => &it.id,
            Self::Question(it) => &it.id,
            Self::Incident(it) => &it.id,
            Self::System(id) => id,
        }
    }

    pub(crate) fn evidence(self) -> &'a [Citation] {
        match self {
            Self::Component(it) => &it.evidence,
            Self::Flow(it) => &it.evidence,
            Self::Data(it) => &it.evidence,
            Self::Holding(_, it) => &it.evidence,
            Self::Endpoint(it) => &it.evidence,
            Self::Boundary(it) => &it.evidence,
            Self::Control(it) => &it.evidence,
            Self::Permission(it) => &it.evidence,
            Self::AcceptedRisk(it) => &it.evidence,
            Self::Assumption(it) => &it.evidence,
            Self::Decision(it) => &it.evidence,
            Self::Question(it) => &it.evidence,
            Self::Incident(it) => &it.evidence,
            Self::System(_) => &[],
        }
    }

    /// What kind of wall a boundary is, where the documents say so.
    pub(crate) fn boundary_type(self) -> Option<BoundaryType> {
        let Self::Boundary(boundary) = self else { return None };
        boundary.boundary_type.as_ref().map(|stated| stated.value)
    }
}
