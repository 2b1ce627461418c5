//! The records of a service's store. What no query asks for lies in their bodies as JSON.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Milliseconds since 1970 in UTC.
pub type Millis = i64;

/// Somebody, or some program, that may be let in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Names the person in paths and records.
    pub id: String,
    /// For people.
    pub name: String,
    /// Whether the person runs the whole service.
    pub is_operator: bool,
    /// Whether nobody is let in by this name any more.
    pub is_disabled: bool,
    /// Since when.
    pub created_at: Millis,
}

/// A system under review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Project {
    /// Names the project in paths.
    pub id: String,
    /// For people.
    pub name: String,
    /// Since when.
    pub created_at: Millis,
}

/// What somebody may do in a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The project.
    pub project: String,
    /// The person.
    pub person: String,
    /// The role's name.
    pub role: String,
}

/// A key without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKey {
    /// Names the key.
    pub id: String,
    /// Whose it is.
    pub person: String,
    /// What it is for.
    pub name: String,
    /// How it begins, for recognising it.
    pub prefix: String,
    /// The most it may do, whatever its person may: a role's name, or `operator`.
    pub scope: String,
    /// The projects that it is good for; all of its person's when not given.
    pub projects: Option<Vec<String>>,
    /// Since when.
    pub created_at: Millis,
    /// Until when.
    pub expires_at: Millis,
    /// Since when it is of no use any more.
    #[serde(skip)]
    pub revoked_at: Option<Millis>,
    /// When it was last used, to about a minute.
    #[serde(skip)]
    pub last_used_at: Option<Millis>,
}

/// A session of a browser, opened with a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Digest of the token.
    pub digest: String,
    /// The key it was opened with.
    pub api_key: String,
    /// Until when.
    pub expires_at: Millis,
}

/// Somebody as an identity provider names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The provider's address.
    pub issuer: String,
    /// The provider's own name for the person, which it gives to nobody else. Unlike an address of mail, it never passes on.
    pub subject: String,
}

/// Where documents of a project come from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// Names the source in its project; its documents lie in a folder of this name.
    pub id: String,
    /// The project.
    pub project: String,
    /// What it is: `uploads`, `folder`, `git`.
    pub kind: String,
    /// Where it is, and what of it is read.
    pub config: Value,
    /// Who tells of changes, and the sealed secret by which they are known; none where nobody does.
    pub webhook: Option<Webhook>,
    /// Since when.
    pub created_at: Millis,
    /// How the last reading went.
    #[serde(skip)]
    pub state: Value,
}

/// Who tells of changes of a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    /// The name in the address.
    pub token: String,
    /// The sender's dialect.
    pub sender: String,
    /// The secret, sealed.
    pub sealed_secret: String,
}

/// Work to be done.
#[derive(Clone, Debug, PartialEq)]
pub struct NewJob {
    /// Names the job.
    pub id: String,
    /// The project.
    pub project: String,
    /// The source that it is about.
    pub source: Option<String>,
    /// What is to be done.
    pub kind: String,
    /// A job with the same that waits already stands for this one.
    pub dedupe: String,
    /// What with.
    pub payload: Value,
    /// How often it is tried.
    pub attempts_max: i64,
    /// Not before.
    pub run_at: Millis,
    /// Now.
    pub created_at: Millis,
}

/// A job and how far it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Names the job. Ids of later jobs come later in order.
    pub id: String,
    /// The project.
    pub project: String,
    /// The source that it is about.
    pub source: Option<String>,
    /// What is to be done.
    pub kind: String,
    /// What with.
    pub payload: Value,
    /// `queued`, `running`, `done`, `dead` or `cancelled`.
    pub state: String,
    /// How often it was begun.
    pub attempts: i64,
    /// How often it is tried.
    pub attempts_max: i64,
    /// Not before.
    pub run_at: Millis,
    /// Whether somebody wants it to end.
    pub is_cancelled: bool,
    /// When it was asked for.
    pub created_at: Millis,
    /// When it was last begun.
    pub started_at: Option<Millis>,
    /// When it ended.
    pub finished_at: Option<Millis>,
    /// How far it is.
    pub progress: Value,
    /// What came of it, or why it failed.
    pub outcome: Option<Value>,
}

/// How an attempt at a job ended.
#[derive(Clone, Debug, PartialEq)]
pub enum JobEnd {
    /// It is done, with this.
    Done(Value),
    /// It failed and is tried again at this time.
    Retry(Value, Millis),
    /// It failed for good.
    Dead(Value),
    /// It was ended on request.
    Cancelled,
    /// Its worker has to go; another tries it again, and this attempt does not count.
    GivenBack,
}

/// What somebody did, as it goes into the trail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// When.
    pub at: Millis,
    /// Who: a person's id, or what acted by itself.
    pub actor: String,
    /// With which key.
    pub key: Option<String>,
    /// In which project.
    pub project: Option<String>,
    /// What: `decision.create`, `key.revoke`.
    pub action: String,
    /// About what.
    pub object: String,
    /// How it was before, and is after, where that says more.
    pub before: Option<Value>,
    /// See `before`.
    pub after: Option<Value>,
    /// The request by which it was done.
    pub request: Option<String>,
}

/// A row of the trail.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditRow {
    /// Counts from 1 without gaps.
    pub seq: i64,
    /// What was done.
    pub entry: AuditEntry,
    /// Covers this row and through the row before it all others.
    pub hash: String,
}

/// One change of what is kept. Several are made together or not at all.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Keeps a person, in place of one of its id.
    Person(Person),
    /// Keeps a project, in place of one of its id.
    Project(Project),
    /// Takes away a project with everything that is kept of it here.
    ProjectGone(String),
    /// Gives a person a role.
    Member(Member),
    /// Takes a person out of a project.
    MemberGone {
        /// The project.
        project: String,
        /// The person.
        person: String,
    },
    /// Keeps a new key under the digest of its secret.
    Key(ApiKey, String),
    /// Makes a key useless, and ends its sessions.
    KeyRevoked(String, Millis),
    /// Opens a session.
    Session(Session),
    /// Takes away a key with its sessions.
    KeyGone(String),
    /// Says as whom a provider knows a person; no longer at all, where no subject is given.
    Identity {
        /// The person.
        person: String,
        /// The provider.
        issuer: String,
        /// Its name for the person.
        subject: Option<String>,
    },
    /// Gives a person what follows from their groups at a provider, in place of what followed before.
    Granted {
        /// The person.
        person: String,
        /// Projects with the names of roles; `*` is all projects.
        roles: Vec<(String, String)>,
        /// Until when.
        expires_at: Millis,
    },
    /// Ends the session of this digest.
    SessionGone(String),
    /// Keeps a source, in place of one of its id; how its last reading went stays.
    Source(Source),
    /// Takes away a source.
    SourceGone {
        /// The project.
        project: String,
        /// The source.
        id: String,
    },
    /// Notes how the reading of a source went.
    SourceState {
        /// The project.
        project: String,
        /// The source.
        id: String,
        /// How it went.
        state: Value,
    },
    /// Has work done, unless the same waits already.
    Job(NewJob),
}

/// What becomes of a request that may have been sent before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begun {
    /// It is the first of its key.
    First,
    /// Another with its key is under way.
    UnderWay,
    /// Another with its key asked for something else.
    Other,
    /// It was answered: status and body.
    Answered(i64, String),
}
