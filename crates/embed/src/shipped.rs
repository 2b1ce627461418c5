//! The model that comes with the program.
//!
//! Every text runs through the model alone: the model scales its numbers by the largest of a run, so that texts in one run would
//! change each other's vectors. Texts run side by side on threads instead, the longest first so that no thread is left with one.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rten::{Model, ModelOptions, NodeId, RunOptions, ThreadPool};
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, Tensor};

use crate::pieces::Pieces;
use crate::{EmbedError, Embedder, Vectors};

/// The shipped model's name. Count it up when its vectors change: those that are kept are then made anew.
pub const SHIPPED_NAME: &str = "minilm-l6-int8-1";

const MODEL: &[u8] = include_bytes!("../model/model.onnx");

/// The vector of one text.
type Made = Result<Vec<f32>, EmbedError>;

/// The shipped model, loaded: some 80 MB of memory.
pub struct Shipped {
    model: Model,
    inputs: [NodeId; 3],
    output: NodeId,
    pieces: Pieces,
    threads: usize,
}

impl Shipped {
    /// Loads the model; it will use so many threads, as many as the machine has when not given.
    pub fn load(threads: Option<usize>) -> Result<Self, EmbedError> {
        let mut options = ModelOptions::with_all_ops();
        let model = options.prepack_weights(true).load_static_slice(MODEL).map_err(EmbedError::of_model)?;
        let node = |name: &str| model.node_id(name).map_err(EmbedError::of_model);
        let inputs = [node("input_ids")?, node("attention_mask")?, node("token_type_ids")?];
        let output = node("last_hidden_state")?;
        let machine = || std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self { model, inputs, output, pieces: Pieces::load(), threads: threads.unwrap_or_else(machine).max(1) })
    }

    /// The vectors of `texts`, in their order.
    pub fn vectors(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, EmbedError> {
        let pieces: Vec<Vec<i32>> = texts.iter().map(|text| self.pieces.of(text)).collect();
        let mut longest_first: Vec<usize> = (0..pieces.len()).collect();
        longest_first.sort_by_key(|at| std::cmp::Reverse(pieces.get(*at).map_or(0, Vec::len)));
        let made: Mutex<BTreeMap<usize, Made>> = Mutex::default();
        let next = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..self.threads.min(texts.len()) {
                scope.spawn(|| {
                    let alone = Arc::new(ThreadPool::with_num_threads(1));
                    while let Some(at) = longest_first.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let vector = self.vector(pieces.get(*at).map_or(&[], Vec::as_slice), &alone);
                        made.lock().unwrap_or_else(PoisonError::into_inner).insert(*at, vector);
                    }
                });
            }
        });
        let made = made.into_inner().unwrap_or_else(PoisonError::into_inner);
        made.into_values().collect()
    }

    /// The mean over the pieces of what the model makes of them, brought to length one.
    fn vector(&self, pieces: &[i32], alone: &Arc<ThreadPool>) -> Result<Vec<f32>, EmbedError> {
        let shape = [1, pieces.len()];
        let ids = NdTensor::from_data(shape, pieces.to_vec());
        let mask = NdTensor::<i32, 2>::full(shape, 1);
        let types = NdTensor::<i32, 2>::full(shape, 0);
        let [ids_input, mask_input, types_input] = self.inputs;
        let inputs =
            vec![(ids_input, ids.view().into()), (mask_input, mask.view().into()), (types_input, types.view().into())];
        let mut options = RunOptions::default();
        options.thread_pool = Some(Arc::clone(alone));
        let [states] = self.model.run_n(inputs, [self.output], Some(options)).map_err(EmbedError::of_model)?;
        let states: Tensor<f32> = states.try_into().map_err(EmbedError::of_model)?;
        let width = states.shape().last().copied().unwrap_or_default();
        let mut sum = vec![0.0_f32; width];
        for state in states.to_vec().chunks_exact(width.max(1)) {
            for (sum, value) in sum.iter_mut().zip(state) {
                *sum += value;
            }
        }
        Ok(of_length_one(sum))
    }
}

impl Embedder for Shipped {
    fn name(&self) -> &str {
        SHIPPED_NAME
    }

    fn embed<'a>(&'a self, texts: &'a [String]) -> Vectors<'a> {
        Box::pin(async { self.vectors(texts) })
    }
}

/// The vector in its direction, brought to length one.
pub fn of_length_one(mut vector: Vec<f32>) -> Vec<f32> {
    let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
    if length > 0.0 {
        for value in &mut vector {
            *value /= length;
        }
    }
    vector
}
