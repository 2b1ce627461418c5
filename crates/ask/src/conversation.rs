//! What was asked and answered so far, and what it is about now.

use crate::answer::{Answer, AnswerStatus, Focus};

/// Earlier turns are forgotten; a conversation that goes on for hours stays small.
const TURNS_MAX: usize = 50;

/// How many elements stay in sight.
const ELEMENTS_MAX: usize = 6;

/// A conversation. Kept by whoever leads it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Conversation {
    /// What was said, oldest first.
    pub turns: Vec<Turn>,
    /// What it is about.
    pub focus: Focus,
}

/// A question and what came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Turn {
    /// The question.
    pub question: String,
    /// How it was answered.
    pub answer: Answer,
}

impl Conversation {
    /// Takes an answer into the history, and its focus for what follows.
    pub fn take(&mut self, answer: Answer) {
        let before = std::mem::replace(&mut self.focus, answer.focus.clone());
        // What the answer does not speak of stays in sight behind what it does.
        for element in before.elements {
            if self.focus.elements.len() < ELEMENTS_MAX && !self.focus.elements.contains(&element) {
                self.focus.elements.push(element);
            }
        }
        if answer.status == AnswerStatus::NotDocumented && self.focus.places.is_empty() {
            self.focus.places = before.places;
        }
        if self.turns.len() == TURNS_MAX {
            self.turns.remove(0);
        }
        self.turns.push(Turn { question: answer.question.clone(), answer });
    }

    /// The last answer.
    pub fn last(&self) -> Option<&Answer> {
        self.turns.last().map(|turn| &turn.answer)
    }
}
