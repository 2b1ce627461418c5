//! In place of `otlp`, in builds without that feature: nothing is sent, and whoever expects it is told.

use cairn_engine::Proxy;
use tracing_subscriber::layer::Identity;

use super::endpoint;
use crate::context::Context;
use crate::ending::Failure;

/// Where spans go: nowhere.
pub(crate) struct Traces;

impl Traces {
    #[expect(clippy::unnecessary_wraps, reason = "it can fail where there is something to begin")]
    pub(crate) fn start(context: &Context, _proxy: fn(&str) -> Option<Proxy>) -> Result<Self, Failure> {
        if let Some((variable, _)) = endpoint() {
            context
                .announce(&format!("`{variable}` is set, but this build sends no traces: it lacks the feature `otlp`"));
        }
        Ok(Self)
    }

    #[expect(clippy::unused_self, reason = "there is nothing to listen with")]
    pub(crate) fn layer(&self) -> Identity {
        Identity::new()
    }

    #[expect(clippy::unused_async, reason = "there is nothing to send")]
    pub(crate) async fn end(self) {}
}
