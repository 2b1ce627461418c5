//! Vectors of texts from the endpoint.

use serde_json::{Value, json};

use crate::client::{not_built, open_json};
use crate::{CallError, CallFailure, Client};

/// So many texts go into one call; local servers refuse many more.
const TEXTS_PER_CALL: usize = 64;

impl Client {
    /// The vectors that `model` makes of `texts`, in their order, as the endpoint gives them.
    pub async fn embed(&self, model: &str, texts: &[String]) -> Result<Vec<Vec<f32>>, CallError> {
        let mut vectors = Vec::with_capacity(texts.len());
        for texts in texts.chunks(TEXTS_PER_CALL) {
            let request = json!({ "model": model, "input": texts, "encoding_format": "float" });
            let envelope = self.endpoint()?.embeddings().create_byot(request).await.map_err(|_| not_built())?;
            let of_call = open_json(envelope).map(|answer| vectors_of(&answer, texts.len()))?;
            vectors.extend(of_call.ok_or(CallError { failure: CallFailure::NotACompletion, attempts: 1 })?);
        }
        Ok(vectors)
    }
}

/// One vector for each text, all of one length; endpoints may give them in any order, with the text's number beside each.
fn vectors_of(answer: &Value, texts: usize) -> Option<Vec<Vec<f32>>> {
    let mut vectors: Vec<Option<Vec<f32>>> = vec![None; texts];
    for (nth, record) in answer.get("data")?.as_array()?.iter().enumerate() {
        let index = record.get("index").and_then(Value::as_u64).and_then(|index| usize::try_from(index).ok());
        #[expect(clippy::cast_possible_truncation, reason = "vectors are kept in single precision")]
        let values = record.get("embedding")?.as_array()?.iter().map(|value| Some(value.as_f64()? as f32));
        *vectors.get_mut(index.unwrap_or(nth))? = Some(values.collect::<Option<_>>()?);
    }
    let vectors: Vec<Vec<f32>> = vectors.into_iter().collect::<Option<_>>()?;
    let length = vectors.first().map_or(0, Vec::len);
    let sound = |vector: &Vec<f32>| vector.len() == length && length > 0 && vector.iter().all(|it| it.is_finite());
    vectors.iter().all(sound).then_some(vectors)
}
