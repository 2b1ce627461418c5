//! Telling clients that the model, or an inbox, is another than it was.
//!
//! Nothing in a workspace calls out when it changes, and it may be another process that changes it. So what the model follows from is looked at now
//! and then, for as long as somebody wants to know. Revision 2026-07-28 of the protocol listens within one request ([`listen`]); earlier ones
//! subscribe ([`Watches`]), which takes a connection that stays.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rmcp::model::{ResourceUpdatedNotificationParam, SubscriptionFilter};
use rmcp::service::{Peer, SubscriptionContext};
use rmcp::{ErrorData, RoleServer};
use tokio::task::AbortHandle;

use crate::resources::changes_with_model;
use crate::state::State;

/// How often it is looked whether something has changed.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// One client subscribes to so many resources at most.
const WATCHES_MAX: usize = 64;

/// What of `requested` one can be told of.
pub(crate) fn accepted(state: &State, requested: &SubscriptionFilter) -> SubscriptionFilter {
    let wanted = requested.resource_subscriptions.iter().flatten();
    let told = wanted.filter(|uri| changes_with_model(state, uri)).take(WATCHES_MAX).cloned();
    SubscriptionFilter::builder().resource_subscriptions(told).build()
}

/// Tells of changes until the client goes.
pub(crate) async fn listen(state: &State, subscription: &SubscriptionContext) -> Result<(), ErrorData> {
    let uris = subscription.accepted().resource_subscriptions.clone().unwrap_or_default();
    let mut known = state.fingerprint().await;
    loop {
        tokio::select! {
            () = subscription.cancelled() => return Ok(()),
            () = changed(state, &mut known) => {}
        }
        for uri in &uris {
            // Whoever cannot be told is gone.
            if subscription.sink().notify_resource_updated(uri).await.is_err() {
                return Ok(());
            }
        }
    }
}

/// Waits until the model follows from something else than `known`.
async fn changed(state: &State, known: &mut Option<String>) {
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        if state.has_changed(known).await {
            return;
        }
    }
}

/// What a client of an earlier revision has subscribed to, by address.
#[derive(Clone, Default)]
pub(crate) struct Watches(Arc<Mutex<BTreeMap<String, AbortHandle>>>);

impl Watches {
    /// Tells `peer` of changes from now on.
    pub(crate) async fn begin(&self, state: &Arc<State>, uri: String, peer: Peer<RoleServer>) -> Result<(), ErrorData> {
        if !changes_with_model(state, &uri) {
            return Err(ErrorData::invalid_params(format!("`{uri}` is no resource that one can subscribe to"), None));
        }
        let mut known = state.fingerprint().await;
        let mut watches = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if watches.len() >= WATCHES_MAX && !watches.contains_key(&uri) {
            return Err(ErrorData::invalid_params(format!("{WATCHES_MAX} subscriptions are all there can be"), None));
        }
        let (state, told) = (Arc::clone(state), uri.clone());
        let watching = tokio::spawn(async move {
            loop {
                changed(&state, &mut known).await;
                let update = ResourceUpdatedNotificationParam::new(told.clone());
                if peer.notify_resource_updated(update).await.is_err() {
                    return;
                }
            }
        });
        if let Some(before) = watches.insert(uri, watching.abort_handle()) {
            before.abort();
        }
        Ok(())
    }

    /// Tells of no more changes.
    pub(crate) fn end(&self, uri: &str) {
        let mut watches = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(watching) = watches.remove(uri) {
            watching.abort();
        }
    }
}

impl Drop for Watches {
    /// With the last one who knows of them, they end.
    fn drop(&mut self) {
        if let Some(watches) = Arc::get_mut(&mut self.0) {
            watches.get_mut().unwrap_or_else(PoisonError::into_inner).values().for_each(AbortHandle::abort);
        }
    }
}
