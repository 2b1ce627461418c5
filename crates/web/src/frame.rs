//! What every page has around its content: who looks, at which project and revision, and how links are made.

use cairn_model::{DocumentId, ElementId, Span};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What stands in an address as it is.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A finished page: HTML from the first byte to the last.
pub type Page = String;

/// What every page has around its content.
#[derive(Clone, Debug, Default)]
pub struct Frame<'a> {
    /// The project that the page is about; none on pages beside all projects.
    pub project: Option<ProjectName<'a>>,
    /// Who looks; none while nobody is known.
    pub person: Option<&'a str>,
    /// What they may do in the project.
    pub role: Role,
    /// What forms send along to prove that they are of this service.
    pub csrf: &'a str,
    /// Light or dark.
    pub theme: Theme,
    /// The page's own address, with its question.
    pub here: &'a str,
    /// The newest revision; 0 where nothing was read yet.
    pub newest: i64,
    /// The revision that is looked at, where it is not the newest.
    pub at: Option<i64>,
    /// The day on which acceptances are judged.
    pub as_of: &'a str,
    /// How many changes wait in the inbox.
    pub unseen: usize,
    /// How many threats nobody decided about.
    pub pressing: usize,
    /// Something to say before anything else.
    pub notice: Option<Notice<'a>>,
}

/// A project as pages name it.
#[derive(Clone, Copy, Debug)]
pub struct ProjectName<'a> {
    /// Names it in addresses.
    pub id: &'a str,
    /// For people.
    pub name: &'a str,
}

/// What somebody may do. A later role may do all that an earlier one may.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Looks.
    #[default]
    Viewer,
    /// Decides about threats and claims.
    Reviewer,
    /// Brings documents and sources.
    Editor,
    /// Says who may do what.
    Admin,
}

impl Role {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Reviewer => "reviewer",
            Self::Editor => "editor",
            Self::Admin => "admin",
        }
    }
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the browser asks for.
    #[default]
    Auto,
    /// Dark ink on light paper.
    Light,
    /// Light ink on dark paper.
    Dark,
}

impl Theme {
    /// The word in cookies and attributes.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme of a cookie.
    pub fn parse(word: &str) -> Self {
        match word {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::Auto,
        }
    }

    /// The one that the button leads to.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Auto => Self::Dark,
            Self::Dark => Self::Light,
            Self::Light => Self::Auto,
        }
    }
}

/// Something to say before anything else.
#[derive(Clone, Copy, Debug)]
pub struct Notice<'a> {
    /// Whether something went wrong.
    pub is_error: bool,
    /// What there is to say.
    pub text: &'a str,
    /// The step that can be taken back, if one can.
    pub undo: Option<&'a str>,
}

/// The five screens, as the navigation has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// What changed.
    Inbox,
    /// The threats.
    Threats,
    /// The model.
    Model,
    /// Questions and answers.
    Assistant,
    /// Documents, sources, jobs, people.
    Operations,
    /// None of them.
    Elsewhere,
}

/// Makes addresses within a project, each at the revision that is looked at.
#[derive(Clone, Debug)]
pub struct Links {
    base: String,
    at: Option<i64>,
}

impl Frame<'_> {
    /// Addresses within the page's project.
    pub fn links(&self) -> Links {
        let base = self.project.map_or_else(String::new, |project| format!("/p/{}", encoded(project.id)));
        Links { base, at: self.at }
    }

    /// Whether what is shown may be changed by who looks: an old revision is never changed.
    pub fn may(&self, role: Role) -> bool {
        self.role >= role && self.at.is_none()
    }
}

impl Links {
    /// A page of the project by its path: `threats`, `model/flows`.
    pub fn page(&self, path: &str) -> String {
        self.with::<&str>(path, &[])
    }

    /// A page with a question.
    pub fn with<T: AsRef<str>>(&self, path: &str, question: &[(&str, T)]) -> String {
        let mut address = format!("{}/{path}", self.base);
        let at = self.at.map(|number| format!("r{number}"));
        let asked = question.iter().map(|(name, value)| (*name, value.as_ref()));
        let pairs = asked.chain(at.as_deref().map(|at| ("at", at)));
        for (nth, (name, value)) in pairs.enumerate() {
            address.push(if nth == 0 { '?' } else { '&' });
            address.push_str(&encoded(name));
            address.push('=');
            address.push_str(&encoded(value));
        }
        address
    }

    /// Where a form goes. Forms always speak of the newest revision.
    pub fn form(&self, path: &str) -> String {
        format!("{}/{path}", self.base)
    }

    /// The page of anything that has an id.
    pub fn of(&self, id: &ElementId) -> String {
        self.of_text(id.as_str())
    }

    /// As [`of`](Self::of), for an id as text.
    pub fn of_text(&self, id: &str) -> String {
        let list = match id.split_once('-').map_or(id, |(prefix, _)| prefix) {
            "thr" => "threats",
            "path" => "paths",
            "conflict" => "conflicts",
            "gap" => "questions",
            _ => "model",
        };
        match list {
            "conflicts" | "questions" => format!("{}#{}", self.page(list), encoded(id)),
            list => self.page(&format!("{list}/{}", encoded(id))),
        }
    }

    /// A passage of a document.
    pub fn passage(&self, document: &DocumentId, span: Span) -> String {
        let path = format!("documents/{}", encoded(document.as_str()));
        format!("{}#cited", self.with(&path, &[("from", span.start.to_string()), ("to", span.end.to_string())]))
    }

    /// A document, at one of its lines.
    pub fn line(&self, document: &DocumentId, line: usize) -> String {
        let path = format!("documents/{}", encoded(document.as_str()));
        format!("{}#cited", self.with(&path, &[("line", line.to_string())]))
    }

    /// A document.
    pub fn document(&self, document: &DocumentId) -> String {
        self.page(&format!("documents/{}", encoded(document.as_str())))
    }
}

/// A text as part of an address.
pub(crate) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, KEPT).to_string()
}
