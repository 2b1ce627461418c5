//! A rule file to a [`Rule`]: reads the TOML, parses every condition and sentence, and names each mistake at its place.

use std::ops::Range;

use cairn_model::{ControlType, Stride};
use serde::Deserialize;
use toml::Spanned;

use crate::catalogues::{Catalogues, Framework, Linddun, owasp_list};
use crate::condition::parse::parse;
use crate::condition::vocabulary::SubjectKind;
use crate::condition::{Condition, Phrase};
use crate::error::RuleError;
use crate::example::{Case, Example};
use crate::notation;
use crate::rule::{Answer, Broader, Grammar, Maturity, Pack, Raise, Rule, RuleInfo, RulePremise, Scope, Silence};
use crate::severity::{Impact, Likelihood, Points};
use crate::template::Template;

/// The file as TOML has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleFile {
    id: Spanned<String>,
    title: Spanned<String>,
    subject: SubjectKind,
    pack: Pack,
    stride: Vec<StrideWord>,
    cwe: Option<u32>,
    #[serde(default)]
    linddun: Vec<Linddun>,
    #[serde(default)]
    capec: Vec<Spanned<u32>>,
    #[serde(default)]
    attack: Vec<Spanned<String>>,
    #[serde(default)]
    atlas: Vec<Spanned<String>>,
    #[serde(default)]
    owasp: Vec<Spanned<String>>,
    #[serde(default)]
    asvs: Vec<Spanned<String>>,
    #[serde(default)]
    nist: Vec<Spanned<String>>,
    #[serde(default)]
    references: Vec<String>,
    rationale: String,
    remediation: String,
    trade_off: Option<String>,
    statement: Option<GrammarFile>,
    question: Spanned<String>,
    #[serde(default)]
    silence: Silence,
    #[serde(default)]
    topics: Vec<String>,
    #[serde(default)]
    is_own_acceptance: bool,
    #[serde(default)]
    refines: Vec<Spanned<String>>,
    maturity: Maturity,
    since: String,
    severity: SeverityFile,
    premises: Spanned<Vec<PremiseFile>>,
    #[serde(default)]
    answered_by: Vec<AnswerFile>,
    #[serde(default)]
    examples: Vec<ExampleFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GrammarFile {
    who: Spanned<String>,
    does: Spanned<String>,
    effect: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SeverityFile {
    likelihood: Likelihood,
    impact: Impact,
    #[serde(default)]
    raised_by: Vec<RaiseFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RaiseFile {
    say: Spanned<String>,
    when: Spanned<String>,
    #[serde(default)]
    likelihood: i16,
    #[serde(default)]
    impact: i16,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PremiseFile {
    say: Spanned<String>,
    when: Spanned<String>,
    #[serde(default)]
    anchor: bool,
    ask: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AnswerFile {
    #[serde(default)]
    control: Vec<ControlType>,
    #[serde(default)]
    on: Vec<Scope>,
    #[serde(default)]
    mechanism: Vec<String>,
    say: Option<Spanned<String>>,
    when: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExampleFile {
    case: Case,
    model: Spanned<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StrideWord {
    Spoofing,
    Tampering,
    Repudiation,
    InformationDisclosure,
    DenialOfService,
    ElevationOfPrivilege,
}

impl From<StrideWord> for Stride {
    fn from(word: StrideWord) -> Self {
        match word {
            StrideWord::Spoofing => Self::Spoofing,
            StrideWord::Tampering => Self::Tampering,
            StrideWord::Repudiation => Self::Repudiation,
            StrideWord::InformationDisclosure => Self::InformationDisclosure,
            StrideWord::DenialOfService => Self::DenialOfService,
            StrideWord::ElevationOfPrivilege => Self::ElevationOfPrivilege,
        }
    }
}

/// Reads one rule file. `path` names it in messages; its stem must be the rule's id.
pub(crate) fn load(path: &str, text: &str) -> Result<Rule, RuleError> {
    let source = Source { path, text };
    let file: RuleFile = toml::from_str(text)
        .map_err(|error| RuleError::new(path, text, error.span().unwrap_or(0..0), toml_message(&error)))?;
    source.check_id(&file.id)?;
    let kind = file.subject;
    let premises = source.premises(&file.premises, kind)?;
    let answers = file.answered_by.iter().map(|answer| source.answer(answer, kind)).collect::<Result<Vec<_>, _>>()?;
    let catalogues = source.catalogues(&file)?;
    let statement = file.statement.as_ref().map(|parts| source.grammar(parts, kind)).transpose()?;
    let mut stride: Vec<Stride> = file.stride.iter().copied().map(Stride::from).collect();
    stride.sort_unstable();
    stride.dedup();
    Ok(Rule {
        title: source.template(&file.title, kind)?,
        question: source.template(&file.question, kind)?,
        statement,
        silence: file.silence,
        premises,
        raises: file.severity.raised_by.iter().map(|raise| source.raise(raise, kind)).collect::<Result<_, _>>()?,
        is_own_acceptance: file.is_own_acceptance,
        topics: file.topics.iter().map(|topic| Phrase::new(topic)).collect(),
        refines: file.refines.iter().map(|id| source.broader(id)).collect(),
        examples: file.examples.iter().map(|example| source.example(example)).collect::<Result<_, _>>()?,
        info: RuleInfo {
            id: file.id.into_inner(),
            title: file.title.into_inner(),
            pack: file.pack,
            subject: kind,
            stride,
            cwe: file.cwe,
            catalogues,
            references: file.references,
            rationale: file.rationale.trim().to_owned(),
            remediation: file.remediation.trim().to_owned(),
            trade_off: file.trade_off.map(|text| text.trim().to_owned()),
            likelihood: file.severity.likelihood,
            impact: file.severity.impact,
            answered_by: file.answered_by.into_iter().flat_map(|answer| answer.control).collect(),
            maturity: file.maturity,
            since: file.since,
            file: path.to_owned(),
        },
        answers,
    })
}

/// The file being read, for messages.
#[derive(Clone, Copy)]
struct Source<'t> {
    path: &'t str,
    text: &'t str,
}

impl Source<'_> {
    fn check_id(self, id: &Spanned<String>) -> Result<(), RuleError> {
        let written = id.get_ref();
        let kebab = written
            .split('-')
            .all(|word| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()));
        if !kebab {
            let message = format!("`{written}` is not lower-case words joined by `-`");
            return Err(self.error(id.span(), message));
        }
        let file = self.path.rsplit('/').next().unwrap_or(self.path);
        if file.strip_suffix(".toml") == Some(written) {
            return Ok(());
        }
        let message = format!("the id `{written}` differs from the file's name");
        Err(self.error(id.span(), message).hint(Some(format!("name the file `{written}.toml`"))))
    }

    fn premises(self, files: &Spanned<Vec<PremiseFile>>, kind: SubjectKind) -> Result<Vec<RulePremise>, RuleError> {
        let list = files.get_ref();
        if list.is_empty() {
            return Err(self.error(files.span(), "a rule needs a premise".to_owned()));
        }
        // A rule that marks none is anchored in its first premise.
        let marked = list.iter().any(|premise| premise.anchor);
        let build = |(position, premise): (usize, &PremiseFile)| {
            Ok(RulePremise {
                say: self.template(&premise.say, kind)?,
                when: self.condition(&premise.when, kind)?,
                written: premise.when.get_ref().clone(),
                anchor: premise.anchor || (!marked && position == 0),
                ask: premise.ask.as_ref().map(|ask| self.template(ask, kind)).transpose()?,
            })
        };
        list.iter().enumerate().map(build).collect()
    }

    fn answer(self, file: &AnswerFile, kind: SubjectKind) -> Result<Answer, RuleError> {
        match (&file.say, &file.when) {
            (Some(say), Some(when)) if file.control.is_empty() => {
                Ok(Answer::Attribute { say: self.template(say, kind)?, when: self.condition(when, kind)? })
            }
            (None, None) if !file.control.is_empty() => {
                let on = if file.on.is_empty() { vec![Scope::Subject] } else { file.on.clone() };
                let mechanism = file.mechanism.iter().map(|phrase| Phrase::new(phrase)).collect();
                Ok(Answer::Control { types: file.control.clone(), on, mechanism })
            }
            _ => {
                let span = file.when.as_ref().or(file.say.as_ref()).map_or(0..0, Spanned::span);
                let message = "an answer is either `control` with `on`, or `say` with `when`".to_owned();
                Err(self.error(span, message))
            }
        }
    }

    /// The typed references, each with the form that its catalogue's ids have.
    fn catalogues(self, file: &RuleFile) -> Result<Catalogues, RuleError> {
        let mut found = Catalogues::default();
        let mut add = |framework: Framework, id: &str, span: Range<usize>| {
            found.add(framework, id).map_err(|message| self.error(span, message))
        };
        for category in &file.linddun {
            add(Framework::Linddun, category.as_str(), 0..0)?;
        }
        for number in &file.capec {
            add(Framework::Capec, &number.get_ref().to_string(), number.span())?;
        }
        for id in &file.owasp {
            add(owasp_list(id.get_ref()), id.get_ref(), id.span())?;
        }
        let lists = [
            (Framework::Attack, &file.attack),
            (Framework::Atlas, &file.atlas),
            (Framework::Asvs, &file.asvs),
            (Framework::Nist, &file.nist),
        ];
        for (framework, list) in lists {
            for id in list {
                add(framework, id.get_ref(), id.span())?;
            }
        }
        Ok(found)
    }

    fn grammar(self, file: &GrammarFile, kind: SubjectKind) -> Result<Grammar, RuleError> {
        Ok(Grammar {
            who: self.template(&file.who, kind)?,
            does: self.template(&file.does, kind)?,
            effect: self.template(&file.effect, kind)?,
        })
    }

    fn raise(self, file: &RaiseFile, kind: SubjectKind) -> Result<Raise, RuleError> {
        Ok(Raise {
            say: self.template(&file.say, kind)?,
            when: self.condition(&file.when, kind)?,
            points: Points { likelihood: file.likelihood, impact: file.impact },
        })
    }

    fn example(self, file: &ExampleFile) -> Result<Example, RuleError> {
        let text = file.model.get_ref();
        let model = notation::parse(text)
            .map_err(|problem| self.error(self.inside(&file.model, problem.span), problem.message))?;
        Ok(Example { case: file.case, text: text.clone(), model })
    }

    fn broader(self, id: &Spanned<String>) -> Broader {
        let written = id.get_ref().clone();
        Broader { unknown: self.error(id.span(), format!("unknown rule `{written}`")), written }
    }

    fn condition(self, text: &Spanned<String>, kind: SubjectKind) -> Result<Condition, RuleError> {
        parse(text.get_ref(), kind)
            .map_err(|problem| self.error(self.inside(text, problem.span), problem.message).hint(problem.hint))
    }

    fn template(self, text: &Spanned<String>, kind: SubjectKind) -> Result<Template, RuleError> {
        Template::parse(text.get_ref(), kind)
            .map_err(|place| self.error(self.inside(text, place.span), place.message).hint(place.hint))
    }

    /// The file's bytes of a part of a string value. A value with escapes does not stand in the file as it is; the whole
    /// string is meant then.
    fn inside(self, value: &Spanned<String>, part: Range<usize>) -> Range<usize> {
        let whole = value.span();
        let literal = self.text.get(whole.clone()).unwrap_or_default();
        literal.find(value.get_ref().as_str()).map_or(whole.clone(), |offset| {
            let start = whole.start + offset;
            start + part.start..start + part.end
        })
    }

    fn error(self, span: Range<usize>, message: String) -> RuleError {
        RuleError::new(self.path, self.text, span, message)
    }
}

fn toml_message(error: &toml::de::Error) -> String {
    error.message().lines().next().unwrap_or("not TOML").to_owned()
}
