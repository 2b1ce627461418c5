//! `cairn mcp`: the model for an agent. The standard output is the protocol's alone.

use cairn_mcp::{Workbench, stdio};

use crate::context::Context;
use crate::ending::{Ending, Failure};

pub(crate) async fn run(context: &Context, may_decide: bool) -> Result<Ending, Failure> {
    let folder = context.workspace_now().await?.folder().to_owned();
    stdio(Workbench::new(folder, context.given_day(), may_decide)).await.map_err(std::io::Error::other)?;
    Ok(Ending::Done)
}
