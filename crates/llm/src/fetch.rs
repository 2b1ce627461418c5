//! Single requests to addresses that an operator named, for those who need HTTP and no model.
//!
//! They go through the same client as calls to a model: no redirects, no cookies, a proxy only where one is given. Time and size
//! are bounded. Nothing is tried again: whoever asks knows whether that helps.

use std::fmt;
use std::time::Duration;

use http::{Request, Response};

use crate::EndpointError;
use crate::endpoint::{Proxy, is_loopback};
use crate::transport::http_client;

/// How long a connection may take.
const CONNECT_MS: u64 = 5_000;
/// How long a request and its answer may take together.
const TOTAL: Duration = Duration::from_secs(10);
/// A longer answer counts as none.
const ANSWER_BYTES_MAX: usize = 1 << 20;

/// Sends single requests. Cheap to clone.
#[derive(Clone)]
pub struct Fetcher {
    http: reqwest::Client,
}

impl fmt::Debug for Fetcher {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Fetcher")
    }
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
        let proxy = proxy.map(Proxy::checked).transpose()?;
        Ok(Self { http: http_client(CONNECT_MS, proxy)? })
    }

    /// The answer to a request, whatever its status.
    pub async fn fetch(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, FetchError> {
        let request = reqwest::Request::try_from(request).map_err(|_| FetchError::Address)?;
        // What is asked for may carry a secret, and what is answered is believed.
        if request.url().scheme() != "https" && !is_loopback(request.url()) {
            return Err(FetchError::Address);
        }
        tokio::time::timeout(TOTAL, self.answer(request)).await.unwrap_or(Err(FetchError::TimedOut))
    }

    async fn answer(&self, request: reqwest::Request) -> Result<Response<Vec<u8>>, FetchError> {
        let mut response = self.http.execute(request).await.map_err(|_| FetchError::Unreachable)?;
        let mut body = Vec::new();
        while let Some(bytes) = response.chunk().await.map_err(|_| FetchError::Unreachable)? {
            if body.len() + bytes.len() > ANSWER_BYTES_MAX {
                return Err(FetchError::TooLong);
            }
            body.extend_from_slice(&bytes);
        }
        let (status, headers) = (response.status(), std::mem::take(response.headers_mut()));
        let mut answer = Response::new(body);
        *answer.status_mut() = status;
        *answer.headers_mut() = headers;
        Ok(answer)
    }
}
