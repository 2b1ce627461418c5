//! The text form of queries, by recursive descent.
//!
//! `KIND [LINK TARGET]… [since REVISION] [where CONDITION] [limit N]`; links may stand before `where` for the sake of the ear:
//! `flows from checkout to ledger where encryption is unknown`.

use super::lexer::{Shape, Token, tokens};
use super::vocabulary::{Attribute, Values};
use super::{Condition, Kind, Link, Operator, Query, QueryError, Target};

/// Longer queries are not read.
const QUERY_BYTES_MAX: usize = 4_000;

/// Conditions and queries may stand so deep in each other.
const DEPTH_MAX: usize = 16;

impl Query {
    /// Reads the text form.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        if text.len() > QUERY_BYTES_MAX {
            return Err(QueryError::new(0, format!("the query is longer than {QUERY_BYTES_MAX} bytes")));
        }
        let mut parser = Parser { tokens: tokens(text)?, next: 0, end: text.len(), depth: 0 };
        let query = parser.query()?;
        match parser.peek() {
            None => Ok(query),
            Some(token) => {
                let at = token.at;
                Err(QueryError::new(at, format!("{} was not expected here", parser.shown()))
                    .hint("conditions are joined by `and` and `or`"))
            }
        }
    }
}

struct Parser {
    tokens: Vec<Token>,
    next: usize,
    end: usize,
    depth: usize,
}

impl Parser {
    fn query(&mut self) -> Result<Query, QueryError> {
        self.deeper()?;
        let at = self.at();
        let word = self.word().ok_or_else(|| {
            QueryError::new(at, "a query begins with what it looks for").offering("", Kind::ALL.map(Kind::as_str))
        })?;
        let kind = Kind::parse(&word).ok_or_else(|| {
            QueryError::new(at, format!("there is no kind `{word}`")).offering(&word, Kind::ALL.map(Kind::as_str))
        })?;
        let mut query = Query::of(kind);
        let mut conditions = Vec::new();
        loop {
            if self.takes("where") {
                conditions.push(self.any(kind)?);
            } else if self.takes("limit") {
                query.limit = Some(self.limit()?);
            } else if kind == Kind::Change && self.takes("since") {
                let at = self.at();
                query.since = Some(self.value().ok_or_else(|| QueryError::new(at, "a revision was expected"))?);
            } else if let Some(link) = self.link(kind)? {
                conditions.push(self.linked(link, true)?);
            } else {
                break;
            }
        }
        query.condition = match conditions.len() {
            0 | 1 => conditions.pop(),
            _ => Some(Condition::All(conditions)),
        };
        self.depth -= 1;
        Ok(query)
    }

    fn any(&mut self, kind: Kind) -> Result<Condition, QueryError> {
        let mut parts = vec![self.all(kind)?];
        while self.takes("or") {
            parts.push(self.all(kind)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Condition::Any(parts) })
    }

    fn all(&mut self, kind: Kind) -> Result<Condition, QueryError> {
        let mut parts = vec![self.one(kind)?];
        while self.takes("and") {
            parts.push(self.one(kind)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Condition::All(parts) })
    }

    fn one(&mut self, kind: Kind) -> Result<Condition, QueryError> {
        self.deeper()?;
        let condition = self.one_at_depth(kind)?;
        self.depth -= 1;
        Ok(condition)
    }

    fn one_at_depth(&mut self, kind: Kind) -> Result<Condition, QueryError> {
        if self.takes("not") {
            return Ok(Condition::Not(Box::new(self.one(kind)?)));
        }
        if self.takes_sign("(") {
            let inside = self.any(kind)?;
            self.expect_sign(")")?;
            return Ok(inside);
        }
        if self.takes("no") {
            let at = self.at();
            let link = self.link(kind)?.ok_or_else(|| unknown_link(at, kind, &self.shown()))?;
            return self.linked(link, false);
        }
        if let Some(link) = self.link(kind)? {
            return self.linked(link, true);
        }
        let at = self.at();
        let name = self.word().ok_or_else(|| QueryError::new(at, "a condition was expected").hint(known(kind)))?;
        let attribute = kind.attribute(&name.to_lowercase()).ok_or_else(|| {
            let names: Vec<&str> =
                kind.attributes().iter().map(|it| it.name).chain(["name", "id", "document"]).collect();
            let message = format!("{} have neither attribute nor link `{name}`", kind.as_str());
            let error = QueryError::new(at, message);
            match crate::similar::did_you_mean(&name, names.iter().copied()) {
                Some(hint) => error.hint(hint),
                None => error.hint(known(kind)),
            }
        })?;
        self.comparison(attribute)
    }

    fn comparison(&mut self, attribute: Attribute) -> Result<Condition, QueryError> {
        let at = self.at();
        let name = attribute.name;
        if self.takes("is") {
            let is_known = match self.word().as_deref() {
                Some("known") => true,
                Some("unknown") => false,
                _ => return Err(QueryError::new(at, "`is` is followed by `known` or `unknown`")),
            };
            return Ok(Condition::Stated { attribute: name, is_known });
        }
        let operator = if self.takes("in") { Some(Operator::Equal) } else { self.operator() };
        let Some(operator) = operator else {
            let message = format!("`{name}` must be compared with something");
            return Err(
                QueryError::new(at, message).hint(format!("such as `{name} = …`, `{name} ~ …`, `{name} is unknown`"))
            );
        };
        if self.takes_sign("(") {
            let mut values = vec![self.checked_value(attribute, operator)?];
            while self.takes_sign(",") {
                values.push(self.checked_value(attribute, operator)?);
            }
            self.expect_sign(")")?;
            return Ok(Condition::Compare { attribute: name, operator, values });
        }
        let values = vec![self.checked_value(attribute, operator)?];
        Ok(Condition::Compare { attribute: name, operator, values })
    }

    /// A value that the attribute can have.
    fn checked_value(&mut self, attribute: Attribute, operator: Operator) -> Result<String, QueryError> {
        let at = self.at();
        let name = attribute.name;
        let value = self.value().ok_or_else(|| QueryError::new(at, format!("a value for `{name}` was expected")))?;
        let is_ordering = !matches!(operator, Operator::Equal | Operator::Unequal | Operator::Contains);
        match attribute.values {
            Values::Text if is_ordering => {
                Err(QueryError::new(at, format!("`{name}` is text and has no order")).hint("use `=`, `!=` or `~`"))
            }
            Values::Text => Ok(value),
            Values::Number if value.parse::<f64>().is_ok_and(f64::is_finite) => Ok(value),
            Values::Number => Err(QueryError::new(at, format!("`{name}` is a number, and `{value}` is none"))),
            Values::OneOf(_) if operator == Operator::Contains => Ok(value),
            Values::OneOf(known) => {
                let folded = value.to_lowercase().replace([' ', '-'], "_");
                let found = known().into_iter().find(|it| it.to_lowercase() == folded);
                found.map(str::to_owned).ok_or_else(|| {
                    QueryError::new(at, format!("`{name}` is never `{value}`")).offering(&value, known())
                })
            }
        }
    }

    fn linked(&mut self, link: Link, is_told: bool) -> Result<Condition, QueryError> {
        let at = self.at();
        let target = if self.takes_sign("(") {
            let query = self.query()?;
            self.expect_sign(")")?;
            Target::Found(Box::new(query))
        } else {
            let name = self.value().ok_or_else(|| {
                QueryError::new(at, format!("`{}` leads to a name or a query in parentheses", link.as_str()))
            })?;
            Target::Named { name, at }
        };
        Ok(Condition::Linked { link, target, is_told })
    }

    /// A link of this kind, of one word or of two: `called by`, `called_by`.
    fn link(&mut self, kind: Kind) -> Result<Option<Link>, QueryError> {
        let Some(first) = self.peek_word(0) else { return Ok(None) };
        let first = first.to_lowercase();
        let two = self.peek_word(1).map(|second| format!("{first}_{}", second.to_lowercase()));
        let (link, words) = match (two.as_deref().and_then(Link::parse), Link::parse(&first)) {
            (Some(link), _) => (link, 2),
            (None, Some(link)) => (link, 1),
            (None, None) => return Ok(None),
        };
        if !kind.links().contains(&link) {
            return Err(unknown_link(self.at(), kind, &format!("`{}`", link.as_str())));
        }
        self.next += words;
        Ok(Some(link))
    }

    fn limit(&mut self) -> Result<usize, QueryError> {
        let at = self.at();
        let number = self.word().and_then(|word| word.parse().ok());
        number.ok_or_else(|| QueryError::new(at, "`limit` is followed by a number"))
    }

    fn operator(&mut self) -> Option<Operator> {
        let all = [
            Operator::Equal,
            Operator::Unequal,
            Operator::Contains,
            Operator::Less,
            Operator::AtMost,
            Operator::More,
            Operator::AtLeast,
        ];
        let found = all.into_iter().find(|it| self.peek_sign() == Some(it.as_str()));
        self.next += usize::from(found.is_some());
        found
    }

    fn deeper(&mut self) -> Result<(), QueryError> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(QueryError::new(
                self.at(),
                format!("conditions stand more than {DEPTH_MAX} deep in each other"),
            ));
        }
        Ok(())
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next)
    }

    fn at(&self) -> usize {
        self.peek().map_or(self.end, |token| token.at)
    }

    fn shown(&self) -> String {
        match self.peek().map(|token| &token.shape) {
            Some(Shape::Word(text) | Shape::Quoted(text)) => format!("`{text}`"),
            Some(Shape::Sign(sign)) => format!("`{sign}`"),
            None => "the end".to_owned(),
        }
    }

    fn peek_word(&self, ahead: usize) -> Option<&str> {
        match &self.tokens.get(self.next + ahead)?.shape {
            Shape::Word(word) => Some(word),
            Shape::Quoted(_) | Shape::Sign(_) => None,
        }
    }

    fn peek_sign(&self) -> Option<&'static str> {
        match self.peek()?.shape {
            Shape::Sign(sign) => Some(sign),
            Shape::Word(_) | Shape::Quoted(_) => None,
        }
    }

    fn takes(&mut self, word: &str) -> bool {
        let found = self.peek_word(0).is_some_and(|it| it.eq_ignore_ascii_case(word));
        self.next += usize::from(found);
        found
    }

    fn takes_sign(&mut self, sign: &str) -> bool {
        let found = self.peek_sign() == Some(sign);
        self.next += usize::from(found);
        found
    }

    fn expect_sign(&mut self, sign: &str) -> Result<(), QueryError> {
        if self.takes_sign(sign) {
            return Ok(());
        }
        Err(QueryError::new(self.at(), format!("`{sign}` was expected and not {}", self.shown())))
    }

    fn word(&mut self) -> Option<String> {
        let word = self.peek_word(0)?.to_owned();
        self.next += 1;
        Some(word)
    }

    /// A word or a quoted name.
    fn value(&mut self) -> Option<String> {
        let value = match &self.peek()?.shape {
            Shape::Word(text) | Shape::Quoted(text) => text.clone(),
            Shape::Sign(_) => return None,
        };
        self.next += 1;
        Some(value)
    }
}

fn unknown_link(at: usize, kind: Kind, link: &str) -> QueryError {
    QueryError::new(at, format!("{} have no link {link}", kind.as_str())).hint(known(kind))
}

/// What can be said of a kind, for hints.
fn known(kind: Kind) -> String {
    let names = |names: Vec<&str>| names.join(", ");
    let attributes = names(kind.attributes().iter().map(|it| it.name).chain(["name", "id", "document"]).collect());
    let links = names(kind.links().iter().map(|it| it.as_str()).collect());
    format!("{} have the attributes {attributes} and the links {links}", kind.as_str())
}
