//! `cairn chat`: a conversation in the terminal, or one question a line from a pipe.
//!
//! What was said stays in memory and ends with the program: nothing of a conversation is kept, but for what is saved on purpose.
//! `/save` and `/open` write files that are there to be reviewed, and `/decide` records a decision after it was confirmed.

mod deciding;

use std::io::{BufRead as _, IsTerminal as _, Write as _};

use cairn_engine::ask::{Answer, Conversation};
use cairn_engine::{Asker, Assistant, PROPOSALS_FILE, PROPOSED_KINDS, Proposal, QUESTIONS_FILE};
use cairn_model::{ClaimKind, DocumentId};
use serde_json::json;

use super::{ask, model};
use crate::arguments::ChatArguments;
use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::text::{bold, count, dim, one_line, shortened};

const HELP: &str = "\
/focus          what the conversation is about; /focus clear forgets it
/history        what was asked so far
/sources        the last answer's passages in full
/query QUERY    look something up in the query language
/save [N] KIND  propose sentence N of the last answer as an assumption, decision, accepted_risk, question or incident
/open           note the last question as open
/decide WHAT    record a decision; asks for everything, and for a confirmation: accept THREAT, mitigated THREAT, reject CLAIM,
                confirm ELEMENT, same NAME, different NAME, set ELEMENT, withdraw DECISION
/help, /quit
A number asks the suggestion of that number. Nothing of the conversation is kept.
";

pub(crate) async fn run(context: &Context, arguments: &ChatArguments) -> Result<Ending, Failure> {
    let asker = ask::open(context).await?;
    let assistant = ask::assistant(&asker, &arguments.model).await?;
    let mut chat = Chat {
        context,
        asker,
        assistant,
        conversation: Conversation::default(),
        by: arguments.by.clone(),
        is_terminal: std::io::stdin().is_terminal(),
    };
    if chat.is_terminal {
        context.tell("ask in plain words; /help lists what else can be done, /quit ends");
    }
    while let Some(line) = chat.line("> ")? {
        let line = line.trim().to_owned();
        if line == "/quit" {
            break;
        }
        if line.is_empty() {
            continue;
        }
        if let Err(failure) = chat.said(&line).await {
            // Whoever mistypes goes on; a pipe has nobody to go on.
            if !chat.is_terminal {
                return Err(failure);
            }
            crate::ending::tell(context, &failure);
        }
    }
    let recording = chat.assistant.as_ref().and_then(Assistant::recorded);
    model::write_recording(&arguments.model, recording.as_ref())?;
    Ok(Ending::Done)
}

struct Chat<'c> {
    context: &'c Context,
    asker: Asker,
    /// The language model that words answers, where there is one.
    assistant: Option<Assistant>,
    conversation: Conversation,
    by: Option<String>,
    is_terminal: bool,
}

impl Chat<'_> {
    /// The next line of the user; none at the end.
    fn line(&self, prompt: &str) -> Result<Option<String>, Failure> {
        if self.is_terminal {
            self.context.print(&bold(prompt))?;
        }
        std::io::stdout().flush()?;
        let mut line = String::new();
        let read = std::io::stdin().lock().read_line(&mut line)?;
        Ok((read > 0).then_some(line))
    }

    async fn said(&mut self, line: &str) -> Result<(), Failure> {
        let (command, rest) = line.split_once(' ').unwrap_or((line, ""));
        let rest = rest.trim();
        match command {
            "/help" => self.context.print(HELP),
            "/focus" => self.focus(rest),
            "/history" => self.history(),
            "/sources" => self.sources(),
            "/query" => self.query(rest).await,
            "/save" => self.save(rest),
            "/open" => self.open(),
            "/decide" => self.decide(rest).await,
            _ if command.starts_with('/') => {
                Err(Failure::usage(format!("there is no command `{}`\nhint: /help lists them", one_line(command))))
            }
            _ => self.ask(line).await,
        }
    }

    async fn ask(&mut self, line: &str) -> Result<(), Failure> {
        let suggested = line.parse::<usize>().ok().and_then(|number| {
            self.conversation.last().and_then(|last| last.suggestions.get(number.checked_sub(1)?).cloned())
        });
        let question = suggested.as_deref().unwrap_or(line);
        let assistant = self.assistant.as_ref();
        let answer = ask::answered(self.context, &mut self.asker, assistant, question, &self.conversation).await?;
        if self.context.is_json() {
            let record =
                json!({ "schema": "cairn.answer/1", "answer": ask::record(&answer, &|id| ask::path(&self.asker, id)) });
            Context::print_data(&format!("{record}\n"))?;
        } else {
            self.context.print(&(ask::text(&answer, &|id| ask::path(&self.asker, id)) + "\n"))?;
        }
        self.conversation.take(answer);
        Ok(())
    }

    fn focus(&mut self, rest: &str) -> Result<(), Failure> {
        if rest == "clear" {
            self.conversation.focus = cairn_engine::ask::Focus::default();
        }
        let focus = &self.conversation.focus;
        let names: Vec<String> = focus.elements.iter().map(|(_, name)| one_line(name)).collect();
        let text = if names.is_empty() { "nothing in particular".to_owned() } else { names.join(", ") };
        self.context.print(&format!("{text}\n"))
    }

    fn history(&self) -> Result<(), Failure> {
        let turns = self.conversation.turns.iter().enumerate();
        let lines = turns.map(|(at, turn)| {
            format!("{}. {} {}\n", at + 1, one_line(&turn.question), dim(turn.answer.status.as_str()))
        });
        self.context.print(&lines.collect::<Vec<_>>().concat())
    }

    fn sources(&self) -> Result<(), Failure> {
        let last = self.last()?;
        let text = last.citations().into_iter().enumerate().map(|(at, citation)| {
            let path = ask::path(&self.asker, &citation.document).unwrap_or_default();
            let place = format!("[{}] {}:{}", at + 1, one_line(&path), citation.line);
            format!("{}\n{}\n", bold(&place), cairn_report::visible(&citation.quote))
        });
        self.context.print(&text.collect::<Vec<_>>().concat())
    }

    async fn query(&mut self, text: &str) -> Result<(), Failure> {
        let rows = self.asker.query(text).await?.map_err(|error| super::query::failure(text, &error))?;
        self.context.print(&super::query::table(&rows, self.asker.model(), self.context.verbose))
    }

    /// Proposes a sentence as a claim, in a file that `cairn import claims` takes over.
    fn save(&self, rest: &str) -> Result<(), Failure> {
        let last = self.last()?;
        let (number, kind) = match rest.split_once(' ') {
            Some((number, kind)) => (number.parse::<usize>().ok(), kind.trim()),
            None => (Some(1), rest),
        };
        let kind = PROPOSED_KINDS.into_iter().find(|it| it.as_str() == kind).ok_or_else(|| {
            let kinds = PROPOSED_KINDS.map(ClaimKind::as_str).join(", ");
            Failure::usage(format!("a sentence is saved as one of {kinds}\nhint: such as `/save 1 assumption`"))
        })?;
        let sentence = number.and_then(|it| it.checked_sub(1)).and_then(|it| last.sentences.get(it));
        let sentence = sentence.ok_or_else(|| {
            Failure::usage(format!("the last answer has {}", count(last.sentences.len(), "sentence")))
        })?;
        let path = |document: &DocumentId| ask::path(&self.asker, document).unwrap_or_default();
        let proposal = Proposal::of(kind, last, sentence, path, "chat")
            .ok_or_else(|| Failure::usage("the sentence rests on no passage that could be proposed"))?;
        let documents = &self.asker.model().documents;
        let record = cairn_engine::propose(self.asker.workspace(), documents, &proposal)?.map_err(Failure::usage)?;
        self.context.print(&format!("{}\n", dim(&shortened(&record.to_string(), 160))))?;
        self.context.tell(&format!(
            "proposed in {PROPOSALS_FILE}; after review, `cairn import claims {PROPOSALS_FILE}` takes it over"
        ));
        Ok(())
    }

    /// Notes the last question in a page of open questions, which is read like every other document once it is scanned.
    fn open(&self) -> Result<(), Failure> {
        let last = self.last()?;
        let (question, whom) = match &last.open {
            Some(open) => (open.question.as_str(), open.ask.as_deref()),
            None => (last.question.as_str(), None),
        };
        let line = cairn_engine::open_question(self.asker.workspace(), question, whom)?;
        self.context.print(&dim(&line))?;
        self.context.tell(&format!("noted in {QUESTIONS_FILE}; scan it with the documents to have it in the model"));
        Ok(())
    }

    fn nothing(&self) -> Result<(), Failure> {
        self.context.print("nothing was recorded\n")
    }

    /// The answer to a question of the program; empty at the end of a pipe.
    fn asked(&self, prompt: &str) -> Result<String, Failure> {
        Ok(self.line(prompt)?.unwrap_or_default().trim().to_owned())
    }

    fn last(&self) -> Result<&Answer, Failure> {
        self.conversation.last().ok_or_else(|| Failure::usage("nothing was asked yet"))
    }
}
