//! The connections of a fetch, as git's words are sent over them: to one host, with bounds on what comes back.
//!
//! A `GET` may be redirected within the host (a repository that got another name); whatever leads elsewhere ends the fetch, and the token is sent
//! nowhere else. A body that is posted is gathered first and sent when its answer is asked for.

use std::any::Any;
use std::future::Future;
use std::io::{self, BufRead, BufReader, Cursor, Read, Write};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cairn_llm::{Address, Answered, NoAnswer, Outward};
use gix_transport::client::blocking_io::http::{GetResponse, Http, PostBodyDataKind, PostResponse};
use tokio::runtime::Handle;

use super::bounds::Bounds;
use super::{Remote, RemoteError, TICK};

/// The name that stands before a token that comes alone. Hosts that know tokens heed the token only.
const USER: &str = "x-access-token";
/// Redirects within a host that are followed.
const REDIRECTS_MAX: usize = 3;

/// See the module.
#[derive(Clone)]
pub(super) struct Wire {
    outward: Outward,
    /// All requests go there.
    host: Address,
    /// The header that says who asks.
    proof: Option<String>,
    bounds: Arc<Bounds>,
    runtime: Handle,
    /// Where the repository is after a redirect.
    moved: Option<String>,
}

impl Wire {
    pub(super) fn new(outward: Outward, remote: &Remote, bounds: Arc<Bounds>, runtime: Handle) -> Self {
        let proof = remote.token.as_ref().map(|token| format!("Basic {}", STANDARD.encode(pair(token.expose()))));
        Self { outward, host: remote.address.clone(), proof, bounds, runtime, moved: None }
    }

    /// Sends a request and gives its answer when it is a good one. Any other ends the fetch.
    fn ask(&self, address: &Address, headers: &[(String, String)], body: Option<Vec<u8>>) -> io::Result<Answered> {
        if !address.is_of(&self.host) {
            return Err(self.ended(RemoteError::Redirected { host: self.host.host(), to: address.host() }));
        }
        let mut headers = headers.to_vec();
        headers.extend(self.proof.iter().map(|proof| ("Authorization".to_owned(), proof.clone())));
        self.wait(self.outward.send(address, &headers, body))
    }

    /// Waits for an answer or a piece of one, as long as the fetch goes on.
    fn wait<T>(&self, work: impl Future<Output = Result<T, NoAnswer>>) -> io::Result<T> {
        let waited = self.runtime.block_on(async {
            let mut work = pin!(work);
            while !self.bounds.is_over() {
                if let Ok(done) = tokio::time::timeout(TICK, &mut work).await {
                    return Some(done);
                }
            }
            None
        });
        match waited {
            Some(Ok(done)) => Ok(done),
            Some(Err(error)) => {
                Err(self.ended(RemoteError::Unreachable { host: self.host.host(), reason: error.to_string() }))
            }
            None => Err(self.ended(RemoteError::Ended)),
        }
    }

    fn check(&self, answered: Answered) -> io::Result<Answered> {
        let (host, status, has_token) = (self.host.host(), answered.status, self.proof.is_some());
        let reason = match status {
            200 => return Ok(answered),
            401 | 403 => RemoteError::Refused { host, status, has_token },
            404 | 410 => RemoteError::NoRepository { host, has_token },
            _ => RemoteError::NotGit { host, reason: format!("it answers with the status {status}") },
        };
        Err(self.ended(reason))
    }

    /// Ends the fetch. The kind of the error is one that nobody tries again for.
    fn ended(&self, reason: RemoteError) -> io::Error {
        self.bounds.end(reason);
        io::Error::other("the fetch has ended")
    }
}

impl Http for Wire {
    type Headers = Head;
    type ResponseBody = BufReader<Body>;
    type PostBody = Posted;

    fn get(
        &mut self,
        url: &str,
        base_url: &str,
        headers: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> gix::Result<GetResponse<Head, BufReader<Body>>> {
        let failed = |error: io::Error| gix::Error::from_error(error);
        let headers = fields(headers);
        let tail = url.strip_prefix(base_url).unwrap_or_default();
        let mut address: Address = url.parse().map_err(|reason| failed(io::Error::other(reason)))?;
        for _ in 0..=REDIRECTS_MAX {
            let answered = self.ask(&address, &headers, None).map_err(failed)?;
            if !(300..400).contains(&answered.status) {
                let answered = self.check(answered).map_err(failed)?;
                let (head, body) = Exchange::of(self, State::Open(answered));
                return Ok(GetResponse { headers: head, body });
            }
            let next = answered.header("location").and_then(|location| address.follow(location).ok());
            // What does not end as it was asked is another page, such as one to sign in.
            let Some((next, base)) = next.and_then(|it| Some((it.clone(), it.as_str().strip_suffix(tail)?.to_owned())))
            else {
                let to = answered.header("location").and_then(|it| address.follow(it).ok());
                let to = to.map_or_else(|| "nowhere".to_owned(), |it| it.host());
                return Err(failed(self.ended(RemoteError::Redirected { host: self.host.host(), to })));
            };
            self.moved = Some(base);
            address = next;
        }
        let host = self.host.host();
        Err(failed(self.ended(RemoteError::Redirected { to: host.clone(), host })))
    }

    fn post(
        &mut self,
        url: &str,
        _base_url: &str,
        headers: impl IntoIterator<Item = impl AsRef<str>>,
        _body: PostBodyDataKind,
    ) -> gix::Result<PostResponse<Head, BufReader<Body>, Posted>> {
        let address: Address = url.parse().map_err(|reason: &str| gix::Error::from_error(io::Error::other(reason)))?;
        let (head, body) = Exchange::of(self, State::Gathering { address, headers: fields(headers), body: Vec::new() });
        let post_body = Posted(Arc::clone(&head.exchange));
        Ok(PostResponse { post_body, headers: head, body })
    }

    fn configure(&mut self, _config: &dyn Any) -> gix::Result {
        Ok(())
    }

    fn redirected_base_url(&self) -> Option<String> {
        self.moved.clone()
    }
}

/// A request and its answer.
struct Exchange {
    wire: Wire,
    state: State,
}

enum State {
    /// What is to be posted is still being written.
    Gathering { address: Address, headers: Vec<(String, String)>, body: Vec<u8> },
    /// The answer is being read.
    Open(Answered),
    /// Nothing more comes.
    Over,
}

impl Exchange {
    fn of(wire: &Wire, state: State) -> (Head, BufReader<Body>) {
        let exchange = Arc::new(Mutex::new(Self { wire: wire.clone(), state }));
        let head = Head { exchange: Arc::clone(&exchange), text: None };
        (head, BufReader::new(Body { exchange, piece: Cursor::new(Vec::new()) }))
    }

    /// Sends what was gathered, once.
    fn open(&mut self) -> io::Result<()> {
        if !matches!(self.state, State::Gathering { .. }) {
            return Ok(());
        }
        if let State::Gathering { address, headers, body } = std::mem::replace(&mut self.state, State::Over) {
            let answered = self.wire.ask(&address, &headers, Some(body))?;
            self.state = State::Open(self.wire.check(answered)?);
        }
        Ok(())
    }

    fn head(&mut self) -> io::Result<String> {
        self.open()?;
        let State::Open(answered) = &self.state else { return Ok(String::new()) };
        Ok(format!("content-type:{}\n", answered.header("content-type").unwrap_or_default()))
    }

    fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        self.open()?;
        let State::Open(answered) = &mut self.state else { return Ok(None) };
        let piece = self.wire.wait(answered.next())?;
        match &piece {
            Some(piece) => self.wire.bounds.received(piece.len()),
            None => self.state = State::Over,
        }
        // A bound that was met just now ends it here, and not only at the next piece.
        if self.wire.bounds.is_over() { Err(self.wire.ended(RemoteError::Ended)) } else { Ok(piece) }
    }
}

fn locked(exchange: &Arc<Mutex<Exchange>>) -> MutexGuard<'_, Exchange> {
    exchange.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The headers of an answer, of which only the type of its body matters.
pub(super) struct Head {
    exchange: Arc<Mutex<Exchange>>,
    text: Option<Cursor<String>>,
}

impl Read for Head {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Head {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.text.is_none() {
            self.text = Some(Cursor::new(locked(&self.exchange).head()?));
        }
        self.text.as_mut().map_or(Ok(&[]), |text| text.fill_buf())
    }

    fn consume(&mut self, count: usize) {
        if let Some(text) = &mut self.text {
            text.consume(count);
        }
    }
}

/// The body of an answer.
pub(super) struct Body {
    exchange: Arc<Mutex<Exchange>>,
    piece: Cursor<Vec<u8>>,
}

impl Read for Body {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.piece.fill_buf()?.is_empty() {
            let Some(piece) = locked(&self.exchange).next()? else { return Ok(0) };
            self.piece = Cursor::new(piece);
        }
        self.piece.read(buffer)
    }
}

/// What is to be posted.
pub(super) struct Posted(Arc<Mutex<Exchange>>);

impl Write for Posted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut locked(&self.0).state {
            State::Gathering { body, .. } => body.extend_from_slice(bytes),
            State::Open(_) | State::Over => return Err(io::ErrorKind::BrokenPipe.into()),
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A token in all the shapes in which it goes out.
pub(super) fn shapes(token: &str) -> Vec<String> {
    let pair = pair(token);
    let secret = pair.split_once(':').map_or(token, |(_, secret)| secret).to_owned();
    vec![secret, STANDARD.encode(pair)]
}

fn pair(token: &str) -> String {
    if token.contains(':') { token.to_owned() } else { format!("{USER}:{token}") }
}

fn fields(headers: impl IntoIterator<Item = impl AsRef<str>>) -> Vec<(String, String)> {
    let split =
        |line: &str| line.split_once(':').map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()));
    headers.into_iter().filter_map(|line| split(line.as_ref())).collect()
}
