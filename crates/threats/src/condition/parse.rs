//! Condition text to [`Condition`], checked against the kind of element that it is about.
//!
//! ```text
//! or        = and { "or" and }
//! and       = unary { "and" unary }
//! unary     = "not" unary | "(" or ")" | quantity RELATION { "." RELATION } "(" or ")" | predicate
//! quantity  = "any" | "every" | "no" | "at" "least" NUMBER
//! predicate = [path] ("crosses" ["network" | BOUNDARY TYPE] "boundary" | "says" PHRASES
//!                    | "is" ("documented" | "observed" | "described" | "deployed" | "designed")
//!                    | ("carries" | "handles" | "stores" | "logs") CLASSES
//!                    | ("has" | "lacks" | "plans" | "assumes" | "retires") CONTROLS
//!                    | ("reaches" | "reached" "from" | "influenced" "by") "(" or ")" ["through" "(" or ")"])
//!           | [path "."] ATTRIBUTE ("==" | "!=" | "in" | "mentions" | "is" ["not"] ("none" | "stated" | "past")
//!                                  | "is" ["not"] "older" "than" NUMBER "days" | "has" "parameter"
//!                                  | ("same" "as" | "differs" "from") [path "."] ATTRIBUTE) …
//! ```

use std::ops::Range;

use cairn_model::{BoundaryType, Classification, ControlType, Term};

use super::lexer::{Token, tokens};
use super::vocabulary::{Attribute, CLASS_SETS, Domain, Relation, SubjectKind, attributes, domain, nearest, relations};
use super::{Condition, Crossing, Phrase, Place, Predicate, Reach, Speaker, Stance, Touch, Way};

/// How deep parentheses, quantifiers and `not` may nest.
const DEPTH_MAX: usize = 32;
/// The largest number of elements or days.
const NUMBER_MAX: usize = 36500;

/// What is wrong with a condition, and where in its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) span: Range<usize>,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
}

impl Problem {
    pub(super) fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), hint: None }
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// Reads and checks a condition on a `kind`.
pub(crate) fn parse(text: &str, kind: SubjectKind) -> Result<Condition, Problem> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, depth: 0 };
    let condition = parser.or(kind)?;
    match parser.peek() {
        Token::End => Ok(condition),
        other => Err(parser.here(format!("expected `and`, `or` or the end, found {}", other.shown()))),
    }
}

struct Parser {
    tokens: Vec<(Token, Range<usize>)>,
    at: usize,
    /// Open parentheses, quantifiers and negations; bounded so that no text overflows the stack.
    depth: usize,
}

impl Parser {
    fn or(&mut self, kind: SubjectKind) -> Result<Condition, Problem> {
        let mut sides = vec![self.and(kind)?];
        while self.eat_word("or") {
            sides.push(self.and(kind)?);
        }
        Ok(joined(sides, Condition::Or))
    }

    fn and(&mut self, kind: SubjectKind) -> Result<Condition, Problem> {
        let mut sides = vec![self.unary(kind)?];
        while self.eat_word("and") {
            sides.push(self.unary(kind)?);
        }
        Ok(joined(sides, Condition::And))
    }

    fn unary(&mut self, kind: SubjectKind) -> Result<Condition, Problem> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(self.here(format!("the condition nests deeper than {DEPTH_MAX} levels")));
        }
        let condition = if self.eat_word("not") {
            negated(self.unary(kind)?)
        } else if self.eat_sign("(") {
            let inner = self.or(kind)?;
            self.expect_sign(")")?;
            inner
        } else {
            self.quantified_or_predicate(kind)?
        };
        self.depth -= 1;
        Ok(condition)
    }

    fn quantified_or_predicate(&mut self, kind: SubjectKind) -> Result<Condition, Problem> {
        for quantifier in ["any", "every", "no"] {
            if self.eat_word(quantifier) {
                let (relations, inner) = self.quantified(kind)?;
                return Ok(match quantifier {
                    "any" => Condition::Any(relations, inner),
                    "every" => Condition::Every(relations, inner),
                    _ => negated(Condition::Any(relations, inner)),
                });
            }
        }
        if self.eat_word("at") {
            self.expect_word("least")?;
            let least = self.number()?;
            let (relations, inner) = self.quantified(kind)?;
            return Ok(Condition::AtLeast(least, relations, inner));
        }
        self.predicate(kind)
    }

    /// The relations of a quantity, one after the other, and what is said of the elements at their end.
    fn quantified(&mut self, mut kind: SubjectKind) -> Result<(Vec<Relation>, Box<Condition>), Problem> {
        let mut relations = Vec::new();
        loop {
            let (relation, next) = self.relation(kind)?;
            relations.push(relation);
            kind = next;
            if !self.eat_sign(".") {
                break;
            }
        }
        self.inside(kind).map(|inner| (relations, Box::new(inner)))
    }

    /// A condition in parentheses.
    fn inside(&mut self, kind: SubjectKind) -> Result<Condition, Problem> {
        self.expect_sign("(")?;
        let inner = self.or(kind)?;
        self.expect_sign(")")?;
        Ok(inner)
    }

    fn number(&mut self) -> Result<usize, Problem> {
        let (word, span) = self.word("a number")?;
        let number = word.parse().ok().filter(|number| (1..=NUMBER_MAX).contains(number));
        number.ok_or_else(|| Problem::new(span, format!("expected a number from 1 to {NUMBER_MAX}, found `{word}`")))
    }

    fn relation(&mut self, kind: SubjectKind) -> Result<(Relation, SubjectKind), Problem> {
        let (word, span) = self.word("a relation")?;
        let rows = relations(kind);
        rows.iter().find(|(name, ..)| *name == word).map(|(_, relation, inner, _)| (*relation, *inner)).ok_or_else(
            || unknown(span, &word, &format!("relation of a {}", kind.as_str()), rows.iter().map(|(name, ..)| *name)),
        )
    }

    fn predicate(&mut self, root: SubjectKind) -> Result<Condition, Problem> {
        let mut kind = root;
        let mut path = Vec::new();
        while let Some((relation, next)) = self.step(kind) {
            self.at += 1;
            path.push(relation);
            kind = next;
            if !self.eat_sign(".") {
                return self.verb(kind).map(|predicate| at(path, predicate));
            }
        }
        if path.is_empty() && self.is_verb() {
            return self.verb(kind).map(|predicate| at(path, predicate));
        }
        let attribute = self.attribute(kind)?;
        self.comparison(root, kind, attribute, path)
    }

    /// An attribute, perhaps of a related element.
    fn place(&mut self, mut kind: SubjectKind) -> Result<Place, Problem> {
        let mut path = Vec::new();
        while let Some((relation, next)) = self.step(kind) {
            self.at += 1;
            path.push(relation);
            kind = next;
            self.expect_sign(".")?;
        }
        Ok((path, self.attribute(kind)?))
    }

    /// The single relation that the next word names.
    fn step(&self, kind: SubjectKind) -> Option<(Relation, SubjectKind)> {
        let Token::Word(word) = self.peek() else { return None };
        let row = relations(kind).into_iter().find(|(name, _, _, single)| name == word && *single)?;
        Some((row.1, row.2))
    }

    fn is_verb(&self) -> bool {
        matches!(self.peek(), Token::Word(word) if VERBS.contains(&word.as_str()))
    }

    fn verb(&mut self, kind: SubjectKind) -> Result<Predicate, Problem> {
        let (word, span) = self.word("a verb")?;
        let wrong_kind = |wanted: &str| {
            Err(Problem::new(span.clone(), format!("`{word}` can be said of a {wanted}, not of a {}", kind.as_str())))
        };
        match word.as_str() {
            "is" if self.eat_word("observed") => Ok(Predicate::SpokenOf(Speaker::Traffic)),
            "is" if self.eat_word("described") => Ok(Predicate::SpokenOf(Speaker::Description)),
            "is" if self.eat_word("deployed") => Ok(Predicate::SpokenOf(Speaker::Deployment)),
            "is" if self.eat_word("designed") => Ok(Predicate::SpokenOf(Speaker::Design)),
            "is" => {
                self.expect_word("documented")?;
                Ok(Predicate::Documented)
            }
            "crosses" if kind != SubjectKind::Flow => wrong_kind("flow"),
            "crosses" => {
                let crossing = self.crossing()?;
                self.expect_word("boundary")?;
                Ok(Predicate::Crosses(crossing))
            }
            "says" => self.phrases().map(Predicate::Says),
            "reaches" | "reached" | "influenced" if kind != SubjectKind::Component => wrong_kind("component"),
            "reaches" => self.reach(Way::Forth),
            "reached" => {
                self.expect_word("from")?;
                self.reach(Way::Back)
            }
            "influenced" => {
                self.expect_word("by")?;
                self.reach(Way::Content)
            }
            "carries" if kind != SubjectKind::Flow => wrong_kind("flow"),
            "handles" | "stores" | "logs" if kind != SubjectKind::Component => wrong_kind("component"),
            "carries" => self.classes().map(|classes| Predicate::Touches(Touch::Carries, classes)),
            "handles" => self.classes().map(|classes| Predicate::Touches(Touch::Handles, classes)),
            "stores" => self.classes().map(|classes| Predicate::Touches(Touch::Stores, classes)),
            "logs" => self.classes().map(|classes| Predicate::Touches(Touch::Logs, classes)),
            "has" => self.controls().map(|types| Predicate::Control(Stance::Has, types)),
            "lacks" => self.controls().map(|types| Predicate::Control(Stance::Lacks, types)),
            "plans" => self.controls().map(|types| Predicate::Control(Stance::Plans, types)),
            "retires" => self.controls().map(|types| Predicate::Control(Stance::Retires, types)),
            "assumes" => self.controls().map(|types| Predicate::Control(Stance::Assumes, types)),
            _ => Err(unknown(span, &word, "verb", VERBS)),
        }
    }

    /// What stands between `crosses` and `boundary`; a bare `network` is every wall that separates networks.
    fn crossing(&mut self) -> Result<Crossing, Problem> {
        if matches!(self.peek(), Token::Word(word) if word == "boundary") {
            return Ok(Crossing::Any);
        }
        if self.eat_word("network") {
            return Ok(Crossing::Network);
        }
        let (word, span) = self.word("`boundary` or a type of boundary")?;
        let known = BoundaryType::ALL.iter().map(|term| term.as_str()).chain(["boundary"]);
        BoundaryType::parse(&word).map(Crossing::Of).ok_or_else(|| unknown(span, &word, "boundary type", known))
    }

    fn reach(&mut self, way: Way) -> Result<Predicate, Problem> {
        let wanted = self.inside(SubjectKind::Component)?;
        let through = if self.eat_word("through") { Some(self.inside(SubjectKind::Flow)?) } else { None };
        Ok(Predicate::Reaches(Box::new(Reach { way, wanted, through })))
    }

    fn phrases(&mut self) -> Result<Vec<Phrase>, Problem> {
        self.list(|parser| parser.text().map(|(text, _)| Phrase::new(&text)))
    }

    fn attribute(&mut self, kind: SubjectKind) -> Result<Attribute, Problem> {
        let (word, span) = self.word("an attribute, a relation or a verb")?;
        let known = attributes(kind);
        known.iter().copied().find(|attribute| attribute.as_str() == word).ok_or_else(|| {
            let words = known.iter().map(|attribute| attribute.as_str());
            let names = relations(kind).into_iter().map(|(name, ..)| name);
            unknown(span, &word, &format!("attribute of a {}", kind.as_str()), words.chain(names).chain(VERBS))
        })
    }

    fn comparison(
        &mut self,
        root: SubjectKind,
        kind: SubjectKind,
        attribute: Attribute,
        path: Vec<Relation>,
    ) -> Result<Condition, Problem> {
        let negative = |condition, no: bool| if no { negated(condition) } else { condition };
        if self.eat_sign("==") {
            let word = self.value(kind, attribute)?;
            return Ok(at(path, Predicate::Among(attribute, vec![word])));
        }
        if self.eat_sign("!=") {
            let word = self.value(kind, attribute)?;
            return Ok(negated(at(path, Predicate::Among(attribute, vec![word]))));
        }
        if self.eat_word("mentions") {
            let phrases = self.phrases()?;
            return Ok(at(path, Predicate::Mentions(attribute, phrases)));
        }
        if attribute == Attribute::Path && self.eat_word("has") {
            self.expect_word("parameter")?;
            return Ok(at(path, Predicate::Parameter(attribute)));
        }
        for (first, second) in [("same", "as"), ("differs", "from")] {
            if self.eat_word(first) {
                self.expect_word(second)?;
                let same = Condition::Same((path, attribute), self.place(root)?);
                return Ok(negative(same, first == "differs"));
            }
        }
        if self.eat_word("is") {
            let no = self.eat_word("not");
            return self.adjective(kind, attribute).map(|(predicate, none)| negative(at(path, predicate), no != none));
        }
        let no = self.eat_word("not");
        if self.eat_word("in") {
            if let Some(classes) = (attribute == Attribute::Classification).then(|| self.class_set()).flatten() {
                let words = classes.iter().map(|class| class.as_str().to_owned()).collect();
                return Ok(negative(at(path, Predicate::Among(attribute, words)), no));
            }
            let words = self.list(|parser| parser.value(kind, attribute))?;
            return Ok(negative(at(path, Predicate::Among(attribute, words)), no));
        }
        Err(self.here(format!("expected `==`, `!=`, `in`, `is` or `mentions`, found {}", self.peek().shown())))
    }

    /// What follows `is`: the predicate, and whether it is to be negated.
    fn adjective(&mut self, kind: SubjectKind, attribute: Attribute) -> Result<(Predicate, bool), Problem> {
        let (word, span) = self.word("`none`, `stated` or `past`")?;
        match word.as_str() {
            "none" => Ok((Predicate::Stated(attribute), true)),
            "stated" => Ok((Predicate::Stated(attribute), false)),
            "past" if matches!(domain(kind, attribute), Domain::Date) => Ok((Predicate::Past(attribute), false)),
            "past" => Err(Problem::new(span, format!("`{}` is not a date", attribute.as_str()))),
            "older" if matches!(domain(kind, attribute), Domain::Date) => {
                self.expect_word("than")?;
                let days = self.number()?;
                self.expect_word("days")?;
                Ok((Predicate::Older(attribute, i32::try_from(days).unwrap_or(i32::MAX)), false))
            }
            "older" => Err(Problem::new(span, format!("`{}` is not a date", attribute.as_str()))),
            _ => Err(unknown(span, &word, "adjective", ["none", "stated", "past", "older"])
                .hint(format!("write `{} == {word}` to compare", attribute.as_str()))),
        }
    }

    fn value(&mut self, kind: SubjectKind, attribute: Attribute) -> Result<String, Problem> {
        let (word, span) = self.text()?;
        match domain(kind, attribute) {
            Domain::Words(known) if !known.contains(&word.as_str()) => {
                Err(unknown(span, &word, &format!("value of `{}`", attribute.as_str()), known))
            }
            Domain::Date => Err(Problem::new(span, "a date can only be `past`, `stated` or `none`")),
            _ => Ok(word.to_lowercase()),
        }
    }

    fn classes(&mut self) -> Result<Vec<Classification>, Problem> {
        if let Some(classes) = self.class_set() {
            return Ok(classes.to_vec());
        }
        self.terms("data class", &CLASS_SETS.map(|(name, _)| name))
    }

    fn class_set(&mut self) -> Option<&'static [Classification]> {
        let Token::Word(word) = self.peek() else { return None };
        let set = CLASS_SETS.iter().find(|(name, _)| name == word)?;
        self.at += 1;
        Some(set.1)
    }

    fn controls(&mut self) -> Result<Vec<ControlType>, Problem> {
        self.terms("control type", &[])
    }

    fn terms<T: Term>(&mut self, what: &str, further: &[&'static str]) -> Result<Vec<T>, Problem> {
        self.list(|parser| {
            let (word, span) = parser.word(&format!("a {what}"))?;
            let known = T::ALL.iter().map(|term| term.as_str()).chain(further.iter().copied());
            T::parse(&word).ok_or_else(|| unknown(span, &word, what, known))
        })
    }

    /// One item, or several in brackets.
    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Result<T, Problem>) -> Result<Vec<T>, Problem> {
        if !self.eat_sign("[") {
            return Ok(vec![item(self)?]);
        }
        let mut items = vec![item(self)?];
        while self.eat_sign(",") {
            items.push(item(self)?);
        }
        self.expect_sign("]")?;
        Ok(items)
    }

    fn word(&mut self, wanted: &str) -> Result<(String, Range<usize>), Problem> {
        match self.tokens.get(self.at) {
            Some((Token::Word(word), span)) => {
                self.at += 1;
                Ok((word.clone(), span.clone()))
            }
            _ => Err(self.here(format!("expected {wanted}, found {}", self.peek().shown()))),
        }
    }

    fn text(&mut self) -> Result<(String, Range<usize>), Problem> {
        match self.tokens.get(self.at) {
            Some((Token::Quoted(text), span)) => {
                self.at += 1;
                Ok((text.clone(), span.clone()))
            }
            _ => self.word("a value"),
        }
    }

    fn peek(&self) -> &Token {
        self.tokens.get(self.at).map_or(&Token::End, |(token, _)| token)
    }

    fn here(&self, message: String) -> Problem {
        let span = self.tokens.get(self.at).or(self.tokens.last()).map_or(0..0, |(_, span)| span.clone());
        Problem::new(span, message)
    }

    fn eat_word(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Token::Word(found) if found == word);
        self.at += usize::from(found);
        found
    }

    fn eat_sign(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Token::Sign(found) if *found == sign);
        self.at += usize::from(found);
        found
    }

    fn expect_word(&mut self, word: &str) -> Result<(), Problem> {
        if self.eat_word(word) {
            Ok(())
        } else {
            Err(self.here(format!("expected `{word}`, found {}", self.peek().shown())))
        }
    }

    fn expect_sign(&mut self, sign: &str) -> Result<(), Problem> {
        if self.eat_sign(sign) {
            Ok(())
        } else {
            Err(self.here(format!("expected `{sign}`, found {}", self.peek().shown())))
        }
    }
}

const VERBS: [&str; 15] = [
    "is",
    "says",
    "crosses",
    "carries",
    "handles",
    "stores",
    "logs",
    "has",
    "lacks",
    "plans",
    "assumes",
    "retires",
    "reaches",
    "reached",
    "influenced",
];

fn at(path: Vec<Relation>, predicate: Predicate) -> Condition {
    Condition::At(path, predicate)
}

fn negated(condition: Condition) -> Condition {
    Condition::Not(Box::new(condition))
}

fn joined(mut sides: Vec<Condition>, join: impl Fn(Vec<Condition>) -> Condition) -> Condition {
    match sides.pop() {
        Some(only) if sides.is_empty() => only,
        last => join(sides.into_iter().chain(last).collect()),
    }
}

fn unknown<'a>(span: Range<usize>, word: &str, what: &str, known: impl IntoIterator<Item = &'a str>) -> Problem {
    let known: Vec<&str> = known.into_iter().collect();
    let hint = match nearest(word, known.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("known are {}", known.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")),
    };
    Problem::new(span, format!("unknown {what}: `{word}`")).hint(hint)
}
