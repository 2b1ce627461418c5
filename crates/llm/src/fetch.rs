//! Single requests to addresses that an operator named, for those who need HTTP and no model.
//!
//! They go out by [`Outward`] and come back whole. Time and size are bounded. Nothing is tried again: whoever asks knows whether that helps.

use std::time::Duration;

use http::header::CONTENT_TYPE;
use http::{HeaderValue, Request, Response, StatusCode};

use crate::EndpointError;
use crate::endpoint::Proxy;
use crate::outward::{Address, NoAnswer, Outward};

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(5);
/// How long a request and its answer may take together.
const TOTAL: Duration = Duration::from_secs(10);
/// A longer answer counts as none.
const ANSWER_BYTES_MAX: usize = 1 << 20;

/// Sends single requests. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Fetcher {
    outward: Outward,
}

/// Why there is no answer. No text of the request or the answer is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The address is not one that may be asked: its author's fault.
    #[error("the address is neither `https://` nor one of this machine")]
    Address,
    /// Nobody answers there.
    #[error("nobody answers")]
    Unreachable,
    /// The answer did not come in time.
    #[error("no answer within {} seconds", TOTAL.as_secs())]
    TimedOut,
    /// The answer is longer than any that is expected.
    #[error("the answer is longer than {ANSWER_BYTES_MAX} bytes")]
    TooLong,
}

impl Fetcher {
    /// Makes connections through `proxy`, where one is given.
    pub fn new(proxy: Option<&Proxy>) -> Result<Self, EndpointError> {
        Ok(Self { outward: Outward::new(proxy, CONNECT)? })
    }

    /// The answer to a request, whatever its status, with the type of its content and no other header. A request with a body is a `POST`.
    pub async fn fetch(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, FetchError> {
        let address: Address = request.uri().to_string().parse().map_err(|_| FetchError::Address)?;
        // What is asked for may carry a secret, and what is answered is believed.
        if !address.is_guarded() {
            return Err(FetchError::Address);
        }
        tokio::time::timeout(TOTAL, self.answer(&address, request)).await.unwrap_or(Err(FetchError::TimedOut))
    }

    async fn answer(&self, address: &Address, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, FetchError> {
        let failed = |_: NoAnswer| FetchError::Unreachable;
        let text = |value: &HeaderValue| value.to_str().map(str::to_owned).ok();
        let headers = request.headers().iter();
        let headers: Vec<(String, String)> =
            headers.filter_map(|(name, value)| Some((name.as_str().to_owned(), text(value)?))).collect();
        let body = Some(request.into_body()).filter(|body| !body.is_empty());
        let mut answered = self.outward.send(address, &headers, body).await.map_err(failed)?;
        let mut body = Vec::new();
        while let Some(bytes) = answered.next().await.map_err(failed)? {
            if body.len() + bytes.len() > ANSWER_BYTES_MAX {
                return Err(FetchError::TooLong);
            }
            body.extend_from_slice(&bytes);
        }
        let mut answer = Response::new(body);
        *answer.status_mut() = StatusCode::from_u16(answered.status).map_err(|_| FetchError::Unreachable)?;
        if let Some(content) = answered.header(CONTENT_TYPE.as_str()).and_then(|it| HeaderValue::from_str(it).ok()) {
            answer.headers_mut().insert(CONTENT_TYPE, content);
        }
        Ok(answer)
    }
}
