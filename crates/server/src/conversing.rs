//! Questions to a project, whoever brings them: the web page, the API, or a client that speaks OpenAI's protocol.
//!
//! A conversation is kept by nobody: whoever asks brings the questions before along, which are answered again without a language model. Only
//! the last may be worded by one. Whoever does not listen any more is not answered: the work ends when the other end of the channel is
//! gone, or the service stops.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use cairn_engine::ask::{Answer, Conversation, Focus};
use cairn_engine::{Asker, Assistant, EngineError, ModelAccess, Progressed, SearchAccess, Workspace};
use cairn_model::{Date, ElementId};
use tokio::runtime::Handle;
use tokio::sync::mpsc::{self, Receiver, Sender};

use crate::app::{App, blocking};
use crate::problem::Problem;
use crate::project::Project;
use crate::sources::model_access;
use crate::view::View;

/// Those who answer that are kept for the next question.
const ASKERS_MAX: usize = 4;
/// Questions before that count as said, and letters of a question.
pub(crate) const BEFORE_MAX: usize = 5;
pub(crate) const QUESTION_CHARS_MAX: usize = 2_000;
/// Elements that a conversation can be about at once.
pub(crate) const FOCUS_MAX: usize = 6;
/// Steps that are told before anybody listens.
const UNHEARD_MAX: usize = 64;
/// When it is worth asking again, in seconds, while many wait for a language model.
const RETRY: u64 = 5;

/// What is asked, and what was asked before.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    /// Questions before, the oldest first.
    pub(crate) before: Vec<String>,
    /// The question.
    pub(crate) question: String,
    /// What the conversation is about, where the caller says so: id and name.
    pub(crate) focus: Vec<(ElementId, String)>,
    /// Whether a language model may word the answer, where the project has one.
    pub(crate) with_model: bool,
}

/// What is told of a question under way. The answer comes last, and after those to the questions before.
pub(crate) enum Told {
    /// A step of the language model.
    Progress(Progressed),
    /// The sentences of the answer so far.
    Says(Box<Said>),
    /// The answers to all questions, the last one to the question itself.
    Answers(Box<Result<Vec<Answer>, Problem>>),
}

/// What the answer begins with.
pub(crate) struct Said {
    /// The sentences, as an answer of its own. Their passages have the numbers that they will have in the whole one.
    pub(crate) answer: Answer,
    /// How many passages the answers before have.
    pub(crate) before: usize,
}

/// How much of an answer was sent: sentences and passages.
#[derive(Default)]
pub(crate) struct Sent(usize, usize);

impl Sent {
    /// How many sentences and passages were sent before, where now all of `answer` is.
    pub(crate) fn take(&mut self, answer: &Answer) -> (usize, usize) {
        let Self(sentences, passages) = std::mem::replace(self, Self(answer.sentences.len(), answer.citations().len()));
        (sentences, passages)
    }
}

/// Those who answer questions about a project at a revision, while nobody asks them.
#[derive(Default)]
pub(crate) struct Askers(Mutex<Vec<(String, i64, Date, Asker)>>);

impl Askers {
    fn take(&self, project: &str, view: &View) -> Option<Asker> {
        let mut askers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_right = |(of, number, day, _): &(String, i64, Date, Asker)| {
            of == project && *number == view.revision && *day == view.as_of
        };
        let at = askers.iter().position(is_right)?;
        Some(askers.remove(at).3)
    }

    fn keep(&self, project: &str, view: &View, asker: Asker) {
        let mut askers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        askers.insert(0, (project.to_owned(), view.revision, view.as_of, asker));
        askers.truncate(ASKERS_MAX);
    }
}

/// Answers in the background. Whoever drops the receiver stops the work.
pub(crate) fn follow(app: &App, project: &Arc<Project>, view: &Arc<View>, asked: Asked) -> Receiver<Told> {
    let (tell, told) = mpsc::channel(UNHEARD_MAX);
    let (app, project, view) = (app.clone(), Arc::clone(project), Arc::clone(view));
    tokio::spawn(async move {
        let answers = answer(&app, &project, &view, asked, tell.clone()).await;
        // Nobody may be there any more, who is then told nothing.
        tell.send(Told::Answers(Box::new(answers))).await.ok();
    });
    told
}

/// The answers, waited for.
pub(crate) async fn answers(
    app: &App,
    project: &Arc<Project>,
    view: &Arc<View>,
    asked: Asked,
) -> Result<Vec<Answer>, Problem> {
    let mut told = follow(app, project, view, asked);
    loop {
        match told.recv().await {
            Some(Told::Progress(_) | Told::Says(_)) => {}
            Some(Told::Answers(answers)) => return *answers,
            None => return Err(Problem::unavailable("the question was broken off", RETRY)),
        }
    }
}

async fn answer(
    app: &App,
    project: &Arc<Project>,
    view: &Arc<View>,
    asked: Asked,
    tell: Sender<Told>,
) -> Result<Vec<Answer>, Problem> {
    let model = if asked.with_model { model_of(app, project).await? } else { None };
    let asker = app.askers.take(&project.id, view);
    let (of, as_of, stop) = (Arc::clone(project), view.as_of, app.stopping.subscribe());
    let has_model = model.is_some();
    let work = move || async move {
        let mut stop = stop;
        let gone = tell.clone();
        tokio::select! {
            done = Box::pin(converse(&of, as_of, asker, model, &asked, &tell)) => done.map(Some),
            () = gone.closed() => Ok(None),
            _ = stop.wait_for(|is_stopping| *is_stopping) => Ok(None),
        }
    };
    let done = if has_model { beside(app, work).await? } else { app.compute(work).await? };
    let Some((asker, answers)) = done else { return Err(Problem::unavailable("the question was broken off", RETRY)) };
    app.askers.keep(&project.id, view, asker);
    Ok(answers)
}

/// The project's language model, by the settings as they are now: who answers may have been opened under others.
async fn model_of(app: &App, project: &Project) -> Result<Option<(Workspace, ModelAccess)>, Problem> {
    let workspace = project.workspace().await?;
    let access = model_access(app, workspace.settings());
    Ok(access.filter(|_| workspace.settings().assistant.enabled).map(|it| (workspace, it)))
}

/// Waits for a language model on a thread of its own, and takes nobody's turn at computing for it.
async fn beside<T, F>(app: &App, work: impl FnOnce() -> F + Send + 'static) -> Result<T, Problem>
where
    T: Send + 'static,
    F: Future<Output = Result<T, EngineError>>,
{
    let busy = || Problem::unavailable("many questions wait for the language model just now", RETRY);
    let place = Arc::clone(&app.conversing).try_acquire_owned().map_err(|_| busy())?;
    let done = blocking(move || {
        let _place = place;
        Handle::current().block_on(work())
    });
    Ok(done.await??)
}

async fn converse(
    project: &Project,
    as_of: Date,
    asker: Option<Asker>,
    model: Option<(Workspace, ModelAccess)>,
    asked: &Asked,
    tell: &Sender<Told>,
) -> Result<(Asker, Vec<Answer>), EngineError> {
    let mut asker = match asker {
        Some(asker) => asker,
        None => Box::pin(Asker::open(&project.workspace().await?, as_of, SearchAccess::default())).await?,
    };
    let assistant = match &model {
        Some((workspace, access)) => Box::pin(Assistant::open(workspace, access)).await?,
        None => None,
    };
    let mut conversation = Conversation::default();
    for question in &asked.before {
        let answer = Box::pin(asker.ask(question, &conversation)).await?;
        conversation.take(answer);
    }
    if !asked.focus.is_empty() {
        conversation.focus = Focus { elements: asked.focus.clone(), ..conversation.focus };
    }
    let passages_before = conversation.turns.iter().map(|turn| turn.answer.citations().len()).sum();
    let mut progress = |it: Progressed| {
        let told = match it {
            Progressed::Says(sentences) => {
                let answer = Answer { sentences, ..Answer::default() };
                Told::Says(Box::new(Said { answer, before: passages_before }))
            }
            step => Told::Progress(step),
        };
        // Whoever does not keep up misses a step, and no answer.
        tell.try_send(told).ok();
    };
    let answer = match &assistant {
        Some(it) => Box::pin(asker.ask_with(it, &asked.question, &conversation, &mut progress)).await?,
        None => Box::pin(asker.ask(&asked.question, &conversation)).await?,
    };
    conversation.take(answer);
    Ok((asker, conversation.turns.into_iter().map(|turn| turn.answer).collect()))
}
