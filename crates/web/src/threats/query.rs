//! Which threats are asked for: read from an address and written into one, so that every view has an address.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{Date, ElementId, Severity, Threat, ThreatStatus};

use crate::Material;
use crate::material::is_pressing;

/// Which threats, and in which order. An empty text asks for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Of this status.
    pub status: String,
    /// Of this severity or worse.
    pub severity: String,
    /// Of this STRIDE category, by letter.
    pub stride: String,
    /// Of this rule.
    pub rule: String,
    /// About this element, by id.
    pub element: String,
    /// `yes`: those that wait for a decision; `no`: the others.
    pub waiting: String,
    /// That somebody answers for: the owner of its decision or of its element, or whom it is assigned to.
    pub owner: String,
    /// New or otherwise since this revision: `r3`.
    pub since: String,
    /// By the age of what it rests on: `recent`, `old` or `undated`.
    pub fresh: String,
    /// With these words in title, statement or the name of the element.
    pub words: String,
    /// In which order.
    pub order: Order,
    /// The page of the table, counted from 1.
    pub page: usize,
}

/// What stands beside the model, and threats are filtered by.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// Who threats are assigned to, by id.
    pub assigned: BTreeMap<String, String>,
    /// The threats that are new or otherwise since the revision that is asked for; none where none is asked for.
    pub changed: Option<BTreeSet<ElementId>>,
    /// The revisions that may be asked for, the newest first: number and day.
    pub revisions: Vec<(i64, String)>,
    /// The day on which ages are judged, and from how many days on a document is old.
    pub ages: Option<(Date, u32)>,
}

impl Beside {
    /// Everybody who answers for something, by name.
    pub(crate) fn owners(&self, material: &Material<'_>) -> BTreeSet<String> {
        let of_parts = material.system.components.iter().filter_map(|it| Some(it.owner.as_ref()?.value.clone()));
        let ruling = |it: &Threat| it.ruling.as_ref()?.owner.clone();
        of_parts.chain(material.threats.iter().filter_map(ruling)).chain(self.assigned.values().cloned()).collect()
    }
}

/// In which order threats stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// What somebody has to do something about first, by score.
    #[default]
    Urgency,
    /// The worst first.
    Score,
    /// By element.
    Subject,
    /// By rule.
    Rule,
}

impl Order {
    /// The word in addresses; none for the usual order.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Urgency => "",
            Self::Score => "score",
            Self::Subject => "subject",
            Self::Rule => "rule",
        }
    }
}

impl Query {
    /// The question of an address. What it does not know is left alone.
    pub fn of<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut query = Self { page: 1, ..Self::default() };
        for (name, value) in pairs {
            let text = match name {
                "status" => &mut query.status,
                "severity" => &mut query.severity,
                "stride" => &mut query.stride,
                "rule" => &mut query.rule,
                "element" => &mut query.element,
                "waiting" => &mut query.waiting,
                "owner" => &mut query.owner,
                "since" => &mut query.since,
                "fresh" => &mut query.fresh,
                "words" => &mut query.words,
                "page" => {
                    query.page = value.parse().unwrap_or(1).max(1);
                    continue;
                }
                "sort" => {
                    let orders = [Order::Score, Order::Subject, Order::Rule];
                    query.order = orders.into_iter().find(|it| it.as_str() == value).unwrap_or_default();
                    continue;
                }
                _ => continue,
            };
            value.trim().clone_into(text);
        }
        query
    }

    /// The same as pairs of an address, on another page.
    pub(crate) fn pairs(&self, page: Option<usize>) -> Vec<(&'static str, String)> {
        let texts = [
            ("status", &self.status),
            ("severity", &self.severity),
            ("stride", &self.stride),
            ("rule", &self.rule),
            ("element", &self.element),
            ("waiting", &self.waiting),
            ("owner", &self.owner),
            ("since", &self.since),
            ("fresh", &self.fresh),
            ("words", &self.words),
        ];
        let set = texts.into_iter().filter(|(_, text)| !text.is_empty()).map(|(name, text)| (name, text.clone()));
        let order = (self.order != Order::Urgency).then(|| ("sort", self.order.as_str().to_owned()));
        let page = page.filter(|page| *page > 1).map(|page| ("page", page.to_string()));
        set.chain(order).chain(page).collect()
    }

    /// The question as text, for telling whether two are the same.
    pub(crate) fn question(&self) -> String {
        let pairs: Vec<String> = self.pairs(None).into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("&")
    }

    /// The threats that are asked for, in the order that is asked for.
    pub fn sift<'m>(&self, material: &Material<'m>, beside: &Beside) -> Vec<&'m Threat> {
        let owners: BTreeMap<&ElementId, &str> = material
            .system
            .components
            .iter()
            .filter_map(|it| Some((&it.id, it.owner.as_ref()?.value.as_str())))
            .collect();
        let is_owned = |threat: &Threat| {
            let ruled = threat.ruling.as_ref().and_then(|it| it.owner.as_deref());
            let assigned = beside.assigned.get(threat.id.as_str()).map(String::as_str);
            [ruled, assigned, owners.get(&threat.subject).copied()].contains(&Some(self.owner.as_str()))
        };
        let is_changed = |threat: &Threat| beside.changed.as_ref().is_none_or(|changed| changed.contains(&threat.id));
        let is_wanted = |threat: &&Threat| {
            self.matches(material, threat)
                && (self.owner.is_empty() || is_owned(threat))
                && is_changed(threat)
                && self.is_of_age(material, beside, threat)
        };
        let mut found: Vec<&Threat> = material.threats.iter().filter(is_wanted).collect();
        self.sort(&mut found);
        found
    }

    /// Whether what a threat rests on is as old as is asked for. What counts is the newest of its documents.
    fn is_of_age(&self, material: &Material<'_>, beside: &Beside, threat: &Threat) -> bool {
        let Some((today, old_days)) = beside.ages.filter(|_| !self.fresh.is_empty()) else { return true };
        let cited = threat.explanation.iter().flat_map(|it| &it.evidence);
        let newest = cited.filter_map(|it| material.document(&it.document)?.modified).max();
        let age = newest.map(|day| if day.days_until(today) > i64::from(old_days) { "old" } else { "recent" });
        self.fresh == age.unwrap_or("undated")
    }

    fn matches(&self, material: &Material<'_>, threat: &Threat) -> bool {
        let is = |wanted: &str, own: &str| wanted.is_empty() || wanted == own;
        is(&self.status, threat.status.as_str())
            && is(&self.rule, &threat.rule)
            && self.is_severe_enough(threat.severity)
            && (self.stride.is_empty() || threat.stride.iter().any(|it| it.letter() == self.stride))
            && (self.element.is_empty()
                || threat.about.iter().chain([&threat.subject]).any(|it| it.as_str() == self.element))
            && match self.waiting.as_str() {
                "yes" => is_pressing(threat),
                "no" => !is_pressing(threat),
                _ => true,
            }
            && self.has_words(material, threat)
    }

    fn is_severe_enough(&self, severity: Severity) -> bool {
        let all = [Severity::Low, Severity::Medium, Severity::High, Severity::Critical];
        all.into_iter().find(|it| it.as_str() == self.severity).is_none_or(|least| severity >= least)
    }

    fn has_words(&self, material: &Material<'_>, threat: &Threat) -> bool {
        if self.words.is_empty() {
            return true;
        }
        let label = material.label(&threat.subject);
        let text = [&threat.title, &threat.statement, label, &threat.rule].join(" ").to_lowercase();
        self.words.to_lowercase().split_whitespace().all(|word| text.contains(word))
    }

    /// Puts threats in the order that is asked for.
    fn sort(&self, threats: &mut [&Threat]) {
        let urgency = |it: &Threat| {
            let rank = ThreatStatus::ALL.iter().position(|status| *status == it.status);
            (!is_pressing(it), rank, u16::MAX - it.score_tenths)
        };
        match self.order {
            Order::Urgency => threats.sort_by_cached_key(|it| (urgency(it), it.id.clone())),
            Order::Score => threats.sort_by_cached_key(|it| (u16::MAX - it.score_tenths, it.id.clone())),
            Order::Subject => threats.sort_by_cached_key(|it| (it.subject.clone(), urgency(it), it.id.clone())),
            Order::Rule => threats.sort_by_cached_key(|it| (it.rule.clone(), urgency(it), it.id.clone())),
        }
    }
}
