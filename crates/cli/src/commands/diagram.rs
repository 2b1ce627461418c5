//! `cairn diagram`: the model as a drawing.

use cairn_diagram::{Layer, View, diagram};
use cairn_engine::EngineError;

use super::show;
use crate::arguments::{Diagram, LayerName};
use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::records;

pub(crate) async fn run(context: &Context, arguments: Diagram) -> Result<Ending, Failure> {
    let model = context.model().await?;
    let focus = match &arguments.focus {
        None => None,
        Some(wanted) => {
            let (_, record) = show::find(&records::export(&model), wanted)?;
            let id = records::id(&record);
            let part = model.system.components.iter().find(|it| it.id.as_str() == id);
            let part = part.ok_or_else(|| {
                Failure::usage(format!(
                    "`{id}` is no component\nhint: only components can be in the middle of a diagram"
                ))
            })?;
            Some((part.id.clone(), arguments.hops))
        }
    };
    let layers = arguments.layers.iter().map(|layer| match layer {
        LayerName::Data => Layer::Data,
        LayerName::Authentication => Layer::Authentication,
        LayerName::Encryption => Layer::Encryption,
        LayerName::Threats => Layer::Threats,
        LayerName::Unknown => Layer::Unknown,
    });
    let view = View { layers: layers.collect(), focus, styled: true, ..View::default() };
    let svg = diagram(&model.system, &model.threats, &view);
    match &arguments.output {
        None => Context::print_data(&svg)?,
        Some(path) => {
            std::fs::write(path, svg).map_err(|source| EngineError::File { path: path.clone(), source })?;
            context.tell(&format!("wrote `{}`", path.display()));
        }
    }
    Ok(Ending::Done)
}
