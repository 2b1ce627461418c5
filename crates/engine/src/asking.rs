//! Questions to a workspace: queries over its model, and questions in plain words.
//!
//! An [`Asker`] is opened once and then asked as often as one likes: it holds the model, what is made of it for questions, and the
//! index. What answers, and how, is the work of `cairn-ask`; here the model, the texts and the passages found come together.

use std::collections::BTreeMap;
use std::path::Path;

use cairn_ask::{Answer, Asked, Conversation, Facts, Found, Kind, Library, Query as ModelQuery, QueryError, Rows};
use cairn_diff::Changes;
use cairn_index::Query;
use cairn_model::{AttackPath, Date};

use crate::{
    EngineError, Finder, Model, SearchAccess, SearchMode, SearchRequest, Workspace, changes, model, revision,
    revisions, standings,
};

/// How many passages are looked for.
const PASSAGES: usize = 30;

/// A workspace that is ready for questions.
pub struct Asker {
    workspace: Workspace,
    as_of: Date,
    model: Model,
    paths: Vec<AttackPath>,
    library: Library,
    finder: Finder,
    /// What changed, by the revision it is compared with.
    changes: BTreeMap<String, Changes>,
    access: SearchAccess,
    threads: Option<usize>,
}

impl Asker {
    /// Opens a workspace for questions. The day decides which acceptances have expired.
    pub async fn open(workspace: &Workspace, as_of: Date, access: SearchAccess) -> Result<Self, EngineError> {
        let model = model(workspace, as_of).await?;
        let paths = model.exported_paths();
        let library = Library::new(&facts(&model, &paths, None));
        let finder = Finder::open(workspace, false).await?;
        Ok(Self {
            workspace: workspace.clone(),
            as_of,
            model,
            paths,
            library,
            finder,
            changes: BTreeMap::new(),
            access,
            threads: None,
        })
    }

    /// The workspace that is asked about.
    pub fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    /// The day on which it is judged.
    pub(crate) fn as_of(&self) -> Date {
        self.as_of
    }

    /// The model that is asked about.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The folder of the project, in which files for reviewers lie.
    pub fn project(&self) -> &Path {
        self.workspace.decided_at().0
    }

    /// What is made of the model for questions.
    pub fn library(&self) -> &Library {
        &self.library
    }

    /// Everything that questions are answered from.
    pub fn facts(&self) -> Facts<'_> {
        facts(&self.model, &self.paths, None)
    }

    /// Answers a question in plain words, without a language model. What stands in `conversation` counts as said before.
    pub async fn ask(&mut self, question: &str, conversation: &Conversation) -> Result<Answer, EngineError> {
        let words = cairn_ask::search_words(question, &self.library, conversation);
        let (found, left_out) = self.passages(&words).await?;
        let asked = Asked { question, conversation, found: &found };
        let (since, no_revision) = match cairn_ask::changes_since(question, &self.library, conversation) {
            Some(since) => self.compare(&since).await?,
            None => (None, None),
        };
        let compared = since.as_ref().and_then(|it| self.changes.get(it));
        let facts = Facts { changes: compared, ..self.facts() };
        let mut answer = cairn_ask::answer(&asked, &facts, &self.library);
        answer.notes.extend(left_out.into_iter().chain(no_revision));
        answer.notes.extend(since.map(|it| format!("compared with revision {it}")));
        Ok(answer)
    }

    /// Compares with a revision, or with the last one of a day or before it. Gives its name, or why there is none to compare with.
    async fn compare(&mut self, since: &str) -> Result<(Option<String>, Option<String>), EngineError> {
        let none = || format!("there is no revision `{since}` to compare with");
        let name = match Date::parse(since) {
            Some(day) => {
                let log = revisions::log(&self.workspace).await?;
                let last = log.iter().rev().find(|it| revisions::day(&it.at) <= day);
                let Some(last) = last else { return Ok((None, Some(none()))) };
                crate::Revision::name(last.number)
            }
            None => since.to_owned(),
        };
        match compare(&self.workspace, self.as_of, &mut self.changes, &name).await {
            Ok(true) => Ok((Some(name), None)),
            Ok(false) | Err(EngineError::NoRevision { .. }) => Ok((None, Some(none()))),
            Err(error) => Err(error),
        }
    }

    /// Looks a query up. The inner error is the asker's: something that the language or the model does not know.
    pub async fn query(&mut self, text: &str) -> Result<Result<Rows, QueryError>, EngineError> {
        let query = match ModelQuery::parse(text) {
            Ok(query) => query,
            Err(error) => return Ok(Err(error)),
        };
        look_up(&self.workspace, self.as_of, &self.model, &self.paths, &mut self.changes, &query).await
    }

    /// Passages for words of a question, best first, and why meaning played no part where it did not.
    pub async fn passages(&mut self, words: &str) -> Result<(Vec<Found>, Vec<String>), EngineError> {
        // What is typed is a question and no search: marks that mean something there are words here.
        let plain: String = words.chars().map(|it| if "\"~*-".contains(it) { ' ' } else { it }).collect();
        let request = SearchRequest {
            mode: SearchMode::Both,
            access: self.access.clone(),
            threads: self.threads,
            ..SearchRequest::new(Query::new(plain, PASSAGES))
        };
        let answer = self.finder.find(&request).await?;
        let found = answer.hits.iter().map(|hit| Found { document: hit.document.clone(), span: hit.span });
        Ok((found.collect(), answer.left_out))
    }
}

/// Looks a query up in the model of a workspace. The inner error is the asker's.
pub async fn query(workspace: &Workspace, as_of: Date, text: &str) -> Result<Result<Rows, QueryError>, EngineError> {
    let query = match ModelQuery::parse(text) {
        Ok(query) => query,
        Err(error) => return Ok(Err(error)),
    };
    let model = model(workspace, as_of).await?;
    // Paths take longest, and few ask for them.
    let paths = if text.contains("path") { model.exported_paths() } else { Vec::new() };
    look_up(workspace, as_of, &model, &paths, &mut BTreeMap::new(), &query).await
}

async fn look_up(
    workspace: &Workspace,
    as_of: Date,
    model: &Model,
    paths: &[AttackPath],
    known: &mut BTreeMap<String, Changes>,
    query: &ModelQuery,
) -> Result<Result<Rows, QueryError>, EngineError> {
    let mut compared = None;
    if query.kind == Kind::Change {
        let name = query.since.clone().unwrap_or_else(|| "latest~1".to_owned());
        if !compare(workspace, as_of, known, &name).await? {
            let message = format!("`{name}` names no revision to compare with");
            let hint = Some("`cairn log` lists them; `changes since r3` compares with one".to_owned());
            return Ok(Err(QueryError { at: 0, message, hint }));
        }
        compared = known.get(&name);
    }
    Ok(cairn_ask::evaluate(query, &facts(model, paths, compared)))
}

/// Has `known` hold what changed since a revision; says whether there is one of this name.
async fn compare(
    workspace: &Workspace,
    as_of: Date,
    known: &mut BTreeMap<String, Changes>,
    name: &str,
) -> Result<bool, EngineError> {
    if known.contains_key(name) {
        return Ok(true);
    }
    let Some(then) = revision(workspace, name).await? else { return Ok(false) };
    let day = then.day;
    let past = workspace.clone().at_revision(&then).await?;
    let (before, after) = standings((&past, day), (workspace, as_of)).await?;
    known.insert(name.to_owned(), changes(&before, &after));
    Ok(true)
}

fn facts<'m>(model: &'m Model, paths: &'m [AttackPath], changes: Option<&'m Changes>) -> Facts<'m> {
    Facts {
        system: &model.system,
        threats: &model.threats,
        paths,
        coverage: &model.coverage.elements,
        changes,
        documents: &model.documents,
    }
}
