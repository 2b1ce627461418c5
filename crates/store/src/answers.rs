//! Answers of a model, what they took, and batches on their way: everything that must survive a crash because it is paid for.
//!
//! Each call is a transaction of its own. An answer and its price are kept together, so that neither is ever there alone, and a
//! batch item is paid for when it stops waiting, which happens once.

use std::collections::BTreeMap;

use sqlx::{QueryBuilder, Row as _, Sqlite, SqliteConnection};

use crate::error::Failure;
use crate::{Store, StoreError};

/// How many keys one query asks for, and how many rows one statement inserts.
const ROWS_PER_STATEMENT: usize = 250;

/// The state of an item whose answer has not come.
const WAITING: &str = "waiting";
/// The state of an item whose answer is kept.
const ANSWERED: &str = "answered";

/// An answer to keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptAnswer {
    /// The question's key.
    pub key: String,
    /// The answer as JSON.
    pub completion: String,
    /// What it took.
    pub spend: Spend,
}

/// What calls took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spend {
    /// Number of calls.
    pub calls: u64,
    /// Tokens of questions.
    pub input_tokens: u64,
    /// Of these, taken from the endpoint's cache.
    pub cached_tokens: u64,
    /// Tokens of answers.
    pub output_tokens: u64,
    /// Price in millionths of the currency.
    pub cost_micros: u64,
}

/// A batch that was given to an endpoint, or is about to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredBatch {
    /// Our name for it.
    pub id: String,
    /// The endpoint's name for it; empty until it has answered.
    pub remote_id: String,
    /// `open`, or the word with which it ended.
    pub state: String,
    /// Questions by state.
    pub items: BTreeMap<String, String>,
}

impl StoredBatch {
    /// The keys of the questions whose answers have not come.
    pub fn waiting(&self) -> impl Iterator<Item = &str> {
        self.items.iter().filter(|(_, state)| *state == WAITING).map(|(key, _)| key.as_str())
    }

    /// Whether answers may still come.
    pub fn is_open(&self) -> bool {
        self.state == "open"
    }
}

impl Spend {
    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            calls: self.calls.saturating_add(other.calls),
            input_tokens: self.input_tokens.saturating_add(other.input_tokens),
            cached_tokens: self.cached_tokens.saturating_add(other.cached_tokens),
            output_tokens: self.output_tokens.saturating_add(other.output_tokens),
            cost_micros: self.cost_micros.saturating_add(other.cost_micros),
        }
    }
}

impl Store {
    /// Those answers to the questions of `keys` that are kept, as JSON.
    pub async fn answers(&self, keys: &[&str]) -> Result<BTreeMap<String, String>, StoreError> {
        let answers = async {
            let mut connection = self.pool.begin().await?;
            let mut found = BTreeMap::new();
            for keys in keys.chunks(ROWS_PER_STATEMENT) {
                let mut query =
                    QueryBuilder::<Sqlite>::new("SELECT ask_key, completion FROM answer WHERE ask_key IN (");
                let mut list = query.separated(", ");
                for key in keys {
                    list.push_bind(*key);
                }
                query.push(")");
                for row in query.build().fetch_all(&mut *connection).await? {
                    found.insert(row.try_get("ask_key")?, row.try_get("completion")?);
                }
            }
            Ok(found)
        };
        answers.await.map_err(|failure: Failure| failure.about(&self.dir, "read"))
    }

    /// Keeps answers and adds what they took to the day's account. When it returns, they are on the disk.
    pub async fn keep_answers(&self, answers: &[KeptAnswer], day: &str) -> Result<(), StoreError> {
        self.keep_answers_and(answers, Spend::default(), day).await
    }

    async fn keep_answers_and(&self, answers: &[KeptAnswer], more: Spend, day: &str) -> Result<(), StoreError> {
        let kept = async {
            let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
            for answer in answers {
                insert(&mut transaction, answer).await?;
            }
            let total = answers.iter().fold(more, |total, answer| total.and(answer.spend));
            charge(&mut transaction, day, total).await?;
            Ok(transaction.commit().await?)
        };
        kept.await.map_err(|failure: Failure| failure.about(&self.dir, "write to"))
    }

    /// Adds what brought no answer to keep, such as a probe, to the day's account.
    pub async fn charge(&self, spend: Spend, day: &str) -> Result<(), StoreError> {
        self.keep_answers_and(&[], spend, day).await
    }

    /// What was spent on `day`.
    pub async fn spent(&self, day: &str) -> Result<Spend, StoreError> {
        let spent = async {
            let row = sqlx::query("SELECT * FROM spend WHERE day = $1")
                .bind(day)
                .fetch_optional(&mut *self.pool.acquire().await?)
                .await?;
            let Some(row) = row else { return Ok(Spend::default()) };
            let number = |name: &str| -> Result<u64, Failure> {
                Ok(u64::try_from(row.try_get::<i64, _>(name)?).unwrap_or_default())
            };
            Ok(Spend {
                calls: number("calls")?,
                input_tokens: number("input_tokens")?,
                cached_tokens: number("cached_tokens")?,
                output_tokens: number("output_tokens")?,
                cost_micros: number("cost_micros")?,
            })
        };
        spent.await.map_err(|failure: Failure| failure.about(&self.dir, "read"))
    }

    /// What an endpoint was found to do with a model, as JSON.
    pub async fn capabilities(&self, address: &str, model: &str) -> Result<Option<String>, StoreError> {
        let found = async {
            let query = sqlx::query_scalar("SELECT capabilities FROM endpoint WHERE address = $1 AND model = $2");
            Ok(query.bind(address).bind(model).fetch_optional(&mut *self.pool.acquire().await?).await?)
        };
        found.await.map_err(|failure: Failure| failure.about(&self.dir, "read"))
    }

    /// Keeps what an endpoint was found to do with a model.
    pub async fn keep_capabilities(&self, address: &str, model: &str, json: &str) -> Result<(), StoreError> {
        let kept = async {
            sqlx::query(
                "INSERT INTO endpoint (address, model, capabilities) VALUES ($1, $2, $3) \
                 ON CONFLICT (address, model) DO UPDATE SET capabilities = excluded.capabilities",
            )
            .bind(address)
            .bind(model)
            .bind(json)
            .execute(&mut *self.pool.acquire().await?)
            .await?;
            Ok(())
        };
        kept.await.map_err(|failure: Failure| failure.about(&self.dir, "write to"))
    }

    /// Notes a batch before it is given to an endpoint.
    pub async fn open_batch(&self, id: &str, keys: &[&str]) -> Result<(), StoreError> {
        let opened = async {
            let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
            sqlx::query("INSERT INTO batch (batch_id, remote_id, state) VALUES ($1, '', 'open')")
                .bind(id)
                .execute(&mut *transaction)
                .await?;
            for keys in keys.chunks(ROWS_PER_STATEMENT) {
                let mut insert = QueryBuilder::<Sqlite>::new("INSERT INTO batch_item (batch_id, ask_key, state) ");
                insert.push_values(keys, |mut row, key| {
                    row.push_bind(id).push_bind(*key).push_bind(WAITING);
                });
                insert.build().execute(&mut *transaction).await?;
            }
            Ok(transaction.commit().await?)
        };
        opened.await.map_err(|failure: Failure| failure.about(&self.dir, "write to"))
    }

    /// Notes the endpoint's name for a batch.
    pub async fn name_batch(&self, id: &str, remote_id: &str) -> Result<(), StoreError> {
        self.update_batch("UPDATE batch SET remote_id = $2 WHERE batch_id = $1", id, remote_id).await
    }

    /// Notes how a batch ended. Questions that still wait in it can be asked again.
    pub async fn end_batch(&self, id: &str, state: &str) -> Result<(), StoreError> {
        self.update_batch("UPDATE batch SET state = $2 WHERE batch_id = $1", id, state).await
    }

    async fn update_batch(&self, statement: &'static str, id: &str, value: &str) -> Result<(), StoreError> {
        let updated = async {
            sqlx::query(statement).bind(id).bind(value).execute(&mut *self.pool.acquire().await?).await?;
            Ok(())
        };
        updated.await.map_err(|failure: Failure| failure.about(&self.dir, "write to"))
    }

    /// Takes over items of a batch: answers, and the words for why there is none. An item that waits no more is left as it is and
    /// costs nothing again. How many were new.
    pub async fn settle_items(
        &self,
        batch: &str,
        answers: &[KeptAnswer],
        failed: &[(String, String)],
        day: &str,
    ) -> Result<usize, StoreError> {
        let settled = async {
            let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
            let mut total = Spend::default();
            let mut new = 0;
            for answer in answers {
                if settle(&mut transaction, batch, &answer.key, ANSWERED).await? {
                    insert(&mut transaction, answer).await?;
                    total = total.and(answer.spend);
                    new += 1;
                }
            }
            for (key, reason) in failed {
                new += usize::from(settle(&mut transaction, batch, key, reason).await?);
            }
            charge(&mut transaction, day, total).await?;
            transaction.commit().await?;
            Ok(new)
        };
        settled.await.map_err(|failure: Failure| failure.about(&self.dir, "write to"))
    }

    /// All batches, by our names for them.
    pub async fn batches(&self) -> Result<Vec<StoredBatch>, StoreError> {
        let batches = async {
            let mut connection = self.pool.begin().await?;
            let mut batches: BTreeMap<String, StoredBatch> = BTreeMap::new();
            for row in sqlx::query("SELECT batch_id, remote_id, state FROM batch").fetch_all(&mut *connection).await? {
                let id: String = row.try_get("batch_id")?;
                let (remote_id, state) = (row.try_get("remote_id")?, row.try_get("state")?);
                batches.insert(id.clone(), StoredBatch { id, remote_id, state, items: BTreeMap::new() });
            }
            let rows =
                sqlx::query("SELECT batch_id, ask_key, state FROM batch_item").fetch_all(&mut *connection).await?;
            for row in rows {
                if let Some(batch) = batches.get_mut(row.try_get::<&str, _>("batch_id")?) {
                    batch.items.insert(row.try_get("ask_key")?, row.try_get("state")?);
                }
            }
            Ok(batches.into_values().collect())
        };
        batches.await.map_err(|failure: Failure| failure.about(&self.dir, "read"))
    }
}

async fn insert(connection: &mut SqliteConnection, answer: &KeptAnswer) -> Result<(), Failure> {
    sqlx::query("INSERT INTO answer (ask_key, completion) VALUES ($1, $2) ON CONFLICT (ask_key) DO NOTHING")
        .bind(&answer.key)
        .bind(&answer.completion)
        .execute(connection)
        .await?;
    Ok(())
}

/// Whether the item was waiting.
async fn settle(connection: &mut SqliteConnection, batch: &str, key: &str, state: &str) -> Result<bool, Failure> {
    let result =
        sqlx::query("UPDATE batch_item SET state = $3 WHERE batch_id = $1 AND ask_key = $2 AND state = 'waiting'")
            .bind(batch)
            .bind(key)
            .bind(state)
            .execute(connection)
            .await?;
    Ok(result.rows_affected() > 0)
}

async fn charge(connection: &mut SqliteConnection, day: &str, spend: Spend) -> Result<(), Failure> {
    if spend == Spend::default() {
        return Ok(());
    }
    let number = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    sqlx::query(
        "INSERT INTO spend (day, calls, input_tokens, cached_tokens, output_tokens, cost_micros) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (day) DO UPDATE SET calls = spend.calls + excluded.calls, \
         input_tokens = spend.input_tokens + excluded.input_tokens, \
         cached_tokens = spend.cached_tokens + excluded.cached_tokens, \
         output_tokens = spend.output_tokens + excluded.output_tokens, \
         cost_micros = spend.cost_micros + excluded.cost_micros",
    )
    .bind(day)
    .bind(number(spend.calls))
    .bind(number(spend.input_tokens))
    .bind(number(spend.cached_tokens))
    .bind(number(spend.output_tokens))
    .bind(number(spend.cost_micros))
    .execute(connection)
    .await?;
    Ok(())
}
