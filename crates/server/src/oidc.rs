//! Signing in at an identity provider: OpenID Connect, the authorization code flow with PKCE.
//!
//! [`Provider::begin`] gives the address to which a browser is sent and what must be remembered until it comes back; that is kept by the
//! browser itself, sealed ([`ticket`]). [`Provider::finish`] takes the code that it comes back with to the provider and gives the
//! [`Visitor`] of the token that it gets for it. [`entering`] turns a visitor into a person with roles and a session. Pages (`pages::sign_on`)
//! lead through these steps. Who somebody is, is their `sub` at the issuer; an address of mail is never looked at.
//!
//! The provider is first asked when somebody signs in, so that the service starts without it.

mod entering;
mod provider;
mod refusal;
mod ticket;

pub(crate) use entering::{enter, refused};
pub(crate) use provider::{Provider, Visitor};
pub(crate) use refusal::{Failure, Refusal};
pub(crate) use ticket::{Spent, Ticket};
