//! `/decide` in a conversation: everything that a decision needs is asked for, it is shown, and recorded when it is confirmed.

use cairn_engine::NewDecision;
use cairn_model::Date;

use super::Chat;
use crate::arguments::DecideWhat;
use crate::commands::decide;
use crate::ending::Failure;
use crate::text::{bold, one_line};

impl Chat<'_> {
    pub(super) async fn decide(&mut self, rest: &str) -> Result<(), Failure> {
        let Some(what) = self.what(rest)? else { return self.nothing() };
        let role = self.asked("in which role do you decide? ")?;
        if role.is_empty() {
            self.context.tell("a decision needs a role");
            return self.nothing();
        }
        let by = format!("{} ({role})", decide::reviewer(self.by.clone())?);
        let workspace = self.context.workspace_now().await?;
        if let DecideWhat::Withdraw { id } = what {
            if !self.is_confirmed(&format!("withdraw {} by {}", bold(&one_line(&id)), one_line(&by)))? {
                return self.nothing();
            }
            if !cairn_engine::withdraw(&workspace, &id, &by).await? {
                return Err(Failure::usage(format!("there is no decision `{}`", one_line(&id))));
            }
            return self.context.print(&format!("withdrew {}\n", one_line(&id)));
        }
        let new = decide::decision(self.context, what, by).await?;
        if !self.is_confirmed(&summary(&new))? {
            return self.nothing();
        }
        let entry = cairn_engine::decide(&workspace, new, self.context.as_of).await?;
        self.context.print(&format!("recorded {} in {}\n", bold(&entry.id), cairn_engine::DECISIONS_FILE))
    }

    /// What is decided; none where something that it needs is left out.
    fn what(&self, rest: &str) -> Result<Option<DecideWhat>, Failure> {
        let (word, about) = rest.split_once(' ').map_or((rest, ""), |(word, about)| (word, about.trim()));
        let known = ["accept", "mitigated", "reject", "confirm", "same", "different", "set", "withdraw"];
        // An id alone is a threat's.
        let (action, about) = if known.contains(&word) {
            (word.to_owned(), about.to_owned())
        } else {
            (self.asked("accept or mitigated? ")?, rest.to_owned())
        };
        if about.is_empty() {
            self.context.tell("a decision is about something: a threat, claim, element, name or decision");
            return Ok(None);
        }
        let what = match action.as_str() {
            "accept" => self.accept(about)?,
            "mitigated" => self.mitigated(about)?,
            "reject" => self.reason()?.map(|reason| DecideWhat::Reject { claim: about, reason }),
            "confirm" => self.reason()?.map(|reason| DecideWhat::Confirm { element: about, reason }),
            "same" | "different" => {
                let other = self.asked("and the other name? ")?;
                let reason = self.reason()?.filter(|_| !other.is_empty());
                reason.map(|reason| match action.as_str() {
                    "same" => DecideWhat::Same { name: about, other, reason },
                    _ => DecideWhat::Different { name: about, other, reason },
                })
            }
            "set" => {
                let attribute = self.asked("which attribute? ")?;
                let value = self.asked("to which value? ")?;
                let reason = self.reason()?.filter(|_| !attribute.is_empty() && !value.is_empty());
                reason.map(|reason| DecideWhat::Set { element: about, attribute, value, reason })
            }
            "withdraw" => Some(DecideWhat::Withdraw { id: about }),
            _ => None,
        };
        if what.is_none() {
            self.context.tell("something that this decision needs was left out");
        }
        Ok(what)
    }

    fn accept(&self, threat: String) -> Result<Option<DecideWhat>, Failure> {
        let owner = self.asked("who answers for it? ")?;
        let reason = self.reason()?;
        let expires = Date::parse(&self.asked("until when, YYYY-MM-DD? ")?);
        let (Some(reason), Some(expires), false) = (reason, expires, owner.is_empty()) else { return Ok(None) };
        Ok(Some(DecideWhat::Accept { threat, owner, reason, expires }))
    }

    fn mitigated(&self, threat: String) -> Result<Option<DecideWhat>, Failure> {
        let owner = Some(self.asked("who answers for it? Empty for nobody: ")?).filter(|it| !it.is_empty());
        let Some(reason) = self.reason()? else { return Ok(None) };
        let until = self.asked("until when, YYYY-MM-DD? Empty for no end: ")?;
        let expires = Date::parse(&until);
        if expires.is_none() && !until.is_empty() {
            return Ok(None);
        }
        Ok(Some(DecideWhat::Mitigated { threat, reason, owner, expires }))
    }

    fn reason(&self) -> Result<Option<String>, Failure> {
        Ok(Some(self.asked("why? ")?).filter(|it| !it.is_empty()))
    }

    fn is_confirmed(&self, summary: &str) -> Result<bool, Failure> {
        self.context.print(&format!("{summary}\n"))?;
        Ok(self.asked("record it? Type yes: ")? == "yes")
    }
}

/// A decision on one line.
fn summary(new: &NewDecision) -> String {
    let about = if new.about.is_empty() { new.names.join(" and ") } else { new.about.clone() };
    let set = new.set.as_ref().map(|(name, value)| format!(", {name} = {value}")).unwrap_or_default();
    let owner = new.owner.as_ref().map(|it| format!("; answered for by {}", one_line(it))).unwrap_or_default();
    let until = new.expires.map(|it| format!(" until {it}")).unwrap_or_default();
    let (about, set, by, reason) = (one_line(&about), one_line(&set), one_line(&new.by), one_line(&new.reason));
    format!("{} {about}{set} by {by}: {reason}{owner}{until}", bold(new.action.as_str()))
}
