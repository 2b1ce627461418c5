//! The system and its threats to paths of attack: who reaches what, by which steps, and what would stop it.
//!
//! [`CapabilityGraph`] is built once from a model (`derive`, one module for each field of steps). [`Analysis`] asks it: `reach` finds who
//! can have what at all, `minimal` all ways of which no hop can be left out, `search` the cheapest, `path` what a person reads of them. [`Analysis::chokepoints`] says what to do
//! first, [`Analysis::blast`] what follows when something is in the wrong hands, [`Analysis::losses_when`] what a [`Change`] would
//! change, [`Trials`] many of them one after the other. [`trust()`] lists who is trusted with what. Attackers are data ([`Attackers`]).
//!
//! Threats come from `cairn-threats`, and nothing here judges them: a weakness is a step for whoever can make use of it.
//!
//! # Which steps are derived from what
//!
//! | step | from | not from, because no claim states it |
//! | --- | --- | --- |
//! | P-01 reach | exposure, flows, gateways, zones; implemented network isolation with a list of places cuts | ports, routes |
//! | P-02 open call | flows and endpoints with authentication `none`; silence is unknown | |
//! | P-03 credential | data of class credential or secret whose name names the part, or which the part asks for by name | which account a credential is of |
//! | P-04 weakness | threats, by rule or CWE (`config/paths/effects.toml`) | |
//! | P-05 identity, content | flows, holdings | |
//! | P-06, P-07, P-28 grants, roles, impersonation | permissions, by words of the action | members of groups, policies that deny |
//! | P-08 identity object | permission to write on an identity provider or a role | |
//! | P-09 secret in store | holdings of classified data | secrets that nobody classifies |
//! | P-10 token theft | clients of people; weaknesses of pages | how a session is bound, but by a control that says so |
//! | P-11, P-12 keys | permissions to decrypt, keys by name, control encryption at rest; flows to secret stores | which key encrypts what |
//! | P-13 to P-15 queues | flows from and to queues | deserialising as such, but by a weakness |
//! | P-16, P-18 artifacts, dependencies | flows with parts that are called so | what a manifest imports |
//! | P-17 pipelines | flows of pipelines; repositories by name | branches |
//! | P-19 forged request | weaknesses; metadata services by rule | |
//! | P-20 escape | boundaries of process and device; weaknesses in clusters | nodes |
//! | P-21 copies | flows with parts that are called so | age of a copy |
//! | P-22 logs | observability as a store | what is not detected any more |
//! | P-23 webhook | endpoints by path | |
//! | P-24 federation | flows with identity providers | which claims of a token count |
//! | P-25 tenants | boundaries of kind tenant, controls that separate tenants | |
//! | P-26 context | flows that carry content, agents | which tool does what, but by permissions and flows |
//! | P-27 people | people who sign in with a password | |
//! | P-29 names | threats only | records of DNS |
//! | P-30 vendors | parts of type external; that one is in the wrong hands is assumed, unless documents call it hostile | |

mod analysis;
mod blast;
mod change;
mod chokepoint;
mod listing;
mod path;
mod trials;
mod trust;

mod again;
mod ahead;
mod goal;
mod minimal;
mod reach;
mod search;
mod ways;
mod within;

mod breakable;
mod capability;
mod gate;
mod graph;
mod nodes;
mod parts;
mod rule;

mod derive;

mod attacker;
mod effects;
mod words;

pub use analysis::{Analysis, Loss, Paths};
pub use attacker::{Attacker, AttackerError, Attackers, Gains, Start};
pub use blast::{Blast, Contained, Hands, Lost};
pub use breakable::Remedy;
pub use capability::Capability;
pub use change::{AddedControl, Change};
pub use chokepoint::{Chokepoint, Chokepoints};
pub use graph::CapabilityGraph;
pub use listing::{Had, ListedStep};
pub use trials::{OtherThreats, Trials, Tried};
pub use trust::{End, TrustKind, Trusted, trust};
