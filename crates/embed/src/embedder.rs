//! What makes vectors.

use std::pin::Pin;

use crate::EmbedError;

/// The vectors of some texts, in their order, to be waited for.
pub type Vectors<'a> = Pin<Box<dyn Future<Output = Result<Vec<Vec<f32>>, EmbedError>> + Send + 'a>>;

/// Makes vectors of texts.
///
/// The vector of a text must not depend on the texts beside it, because vectors are kept by text. All vectors have the same
/// number of dimensions and the length one.
pub trait Embedder: Send + Sync {
    /// Names the model so that vectors of two models are never compared.
    fn name(&self) -> &str;

    /// The vectors of `texts`, in their order.
    fn embed<'a>(&'a self, texts: &'a [String]) -> Vectors<'a>;
}
