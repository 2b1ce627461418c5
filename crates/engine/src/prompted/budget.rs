//! What a run and a day may take, asked before every call.

use std::collections::BTreeSet;

use cairn_extract::prompted::Ask;
use cairn_llm::{ChatRequest, Completion, Prices, Usage, estimate_tokens};
use cairn_store::Spend;

use crate::ModelSettings;

/// Tokens of an answer that states nothing: the form alone.
const EMPTY_ANSWER_TOKENS: u64 = 80;

/// The bounds of a run, and what is spent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    cost_run: u64,
    cost_day: u64,
    tokens_run: u64,
    tokens_day: u64,
    /// Spent by this run.
    run: Spend,
    /// Spent on this day before this run.
    before: Spend,
    /// Expected of calls that are under way.
    under_way: Spend,
}

impl Budget {
    pub(crate) fn new(settings: &ModelSettings, before: Spend) -> Self {
        let (cost_run, cost_day) = settings.budgets();
        Self {
            cost_run,
            cost_day,
            tokens_run: settings.tokens_run,
            tokens_day: settings.tokens_day,
            run: Spend::default(),
            before,
            under_way: Spend::default(),
        }
    }

    /// What this run has spent.
    pub(crate) fn run(&self) -> Spend {
        self.run
    }

    /// Why a call that takes `expected` may not be made, if it may not.
    pub(crate) fn refusal(&self, expected: Spend) -> Option<String> {
        let run = self.run.and(self.under_way).and(expected);
        let day = run.and(self.before);
        let over = |spent: u64, bound: u64| bound > 0 && spent > bound;
        let bounds = [
            (over(run.cost_micros, self.cost_run), "the budget of the run"),
            (over(day.cost_micros, self.cost_day), "the budget of the day"),
            (over(tokens(run), self.tokens_run), "the tokens of the run"),
            (over(tokens(day), self.tokens_day), "the tokens of the day"),
        ];
        bounds.iter().find(|(over, _)| *over).map(|(_, what)| format!("{what} would be exceeded"))
    }

    pub(crate) fn begin(&mut self, expected: Spend) {
        self.under_way = self.under_way.and(expected);
    }

    pub(crate) fn end(&mut self, expected: Spend, spent: Spend) {
        let less = |all: u64, part: u64| all.saturating_sub(part);
        self.under_way = Spend {
            calls: less(self.under_way.calls, expected.calls),
            input_tokens: less(self.under_way.input_tokens, expected.input_tokens),
            cached_tokens: less(self.under_way.cached_tokens, expected.cached_tokens),
            output_tokens: less(self.under_way.output_tokens, expected.output_tokens),
            cost_micros: less(self.under_way.cost_micros, expected.cost_micros),
        };
        self.run = self.run.and(spent);
    }
}

/// What a call will probably take. An answer repeats the text as quotes and names what is in it.
pub(super) fn expected(ask: &Ask) -> Usage {
    let request = &ask.request;
    let text = (ask.chunk.span.len() / 4) as u64;
    let output = (EMPTY_ANSWER_TOKENS + text * 2).min(u64::from(request.parameters.tokens_max));
    Usage {
        input: estimate_tokens(&request.system) + estimate_tokens(&request.user) + of_schema(ask),
        cached: 0,
        output,
    }
}

/// Tokens of the beginnings that `asks` share: each prompt's schema and instructions are read once and kept from then on.
pub(super) fn shared(asks: &[&Ask]) -> u64 {
    let mut seen = BTreeSet::new();
    let repeated = asks.iter().filter(|ask| !seen.insert(ask.prompt.name()));
    repeated.map(|ask| estimate_tokens(&ask.request.system) + of_schema(ask)).sum()
}

fn of_schema(ask: &Ask) -> u64 {
    ask.request.schema.as_ref().map_or(0, |(_, schema)| estimate_tokens(&schema.to_string()))
}

/// What a call took. Endpoints that count nothing are charged by estimate.
pub(super) fn taken(ask: &Ask, completion: &Completion, prices: &Prices, percent: u32) -> Spend {
    let estimated = || Usage { output: estimate_tokens(&completion.content), ..expected(ask) };
    spend(completion.usage.unwrap_or_else(estimated), prices, percent)
}

/// What any other call took.
pub(crate) fn of_call(request: &ChatRequest, completion: &Completion, prices: &Prices) -> Spend {
    let estimated = || Usage {
        input: estimate_tokens(&request.system) + estimate_tokens(&request.user),
        cached: 0,
        output: estimate_tokens(&completion.content),
    };
    spend(completion.usage.unwrap_or_else(estimated), prices, 100)
}

pub(crate) fn spend(usage: Usage, prices: &Prices, percent: u32) -> Spend {
    let cost = u128::from(prices.of(usage)) * u128::from(percent) / 100;
    Spend {
        calls: 1,
        input_tokens: usage.input,
        cached_tokens: usage.cached,
        output_tokens: usage.output,
        cost_micros: u64::try_from(cost).unwrap_or(u64::MAX),
    }
}

fn tokens(spend: Spend) -> u64 {
    spend.input_tokens.saturating_add(spend.output_tokens)
}
