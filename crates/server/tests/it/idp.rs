//! An identity provider on the loopback, with a key of its own, that says what each test wants.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::{HeaderMap, StatusCode};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};
use tokio::sync::oneshot;

/// The name under which the service is known here.
pub(crate) const CLIENT: &str = "cairn";
/// Its secret, with signs that an encoding would change.
pub(crate) const SECRET: &str = "s3cret+/: with signs";
/// No test runs so long.
const YEAR_2100: i64 = 4_102_444_800;

/// The provider, until it is dropped.
pub(crate) struct Idp {
    pub(crate) address: SocketAddr,
    pub(crate) says: Arc<Mutex<Says>>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// What it says, and what it was asked.
pub(crate) struct Says {
    /// The claims beside those that belong to the request.
    pub(crate) claims: Value,
    /// Counts; a key's id is its number.
    pub(crate) key: u32,
    /// Signs with a key that is not published under the id it names.
    pub(crate) forges: bool,
    /// Signs with the client's secret instead of a key.
    pub(crate) signs_with_secret: bool,
    /// Sends everybody back without a code.
    pub(crate) turns_away: bool,
    /// Spaces after the list of keys.
    pub(crate) padding: usize,
    /// How often it was asked for its keys.
    pub(crate) keys_asked: u32,
    /// Codes with what they were asked for with, each good once.
    codes: BTreeMap<String, BTreeMap<String, String>>,
    keys: Vec<EcdsaKeyPair>,
}

impl Idp {
    pub(crate) fn start() -> Self {
        let claims = json!({ "sub": "ada-1", "name": "Ada Moreau", "email": "ada@example.com", "groups": [] });
        let says = Says {
            claims,
            key: 0,
            forges: false,
            signs_with_secret: false,
            turns_away: false,
            padding: 0,
            keys_asked: 0,
            codes: BTreeMap::new(),
            keys: (0..3).map(|_| new_key()).collect(),
        };
        let says = Arc::new(Mutex::new(says));
        let (told, hears) = std::sync::mpsc::channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let shared = Arc::clone(&says);
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
                let address = listener.local_addr().unwrap();
                let router = Router::new()
                    .route("/.well-known/openid-configuration", get(discovery))
                    .route("/keys", get(keys))
                    .route("/authorize", get(authorize))
                    .route("/token", post(token))
                    .with_state((shared, address));
                told.send(address).unwrap();
                let served = axum::serve(listener, router);
                tokio::select! {
                    _ = async { served.await } => {}
                    _ = stopped => {}
                }
            });
        });
        Self { address: hears.recv().unwrap(), says, stop: Some(stop), thread: Some(thread) }
    }

    pub(crate) fn issuer(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Says something else from now on.
    pub(crate) fn now(&self, change: impl FnOnce(&mut Says)) {
        change(&mut self.says.lock().unwrap());
    }

    /// Another value of a claim from now on.
    pub(crate) fn claims(&self, name: &str, value: Value) {
        self.now(|says| says.claims[name] = value);
    }
}

impl Drop for Idp {
    fn drop(&mut self) {
        drop(self.stop.take());
        // Until the thread has ended, somebody might still be answered.
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

type Shared = State<(Arc<Mutex<Says>>, SocketAddr)>;

async fn discovery(State((_, address)): Shared) -> Json<Value> {
    let base = format!("http://{address}");
    Json(json!({
        "issuer": base,
        "authorization_endpoint": format!("{base}/authorize"),
        "token_endpoint": format!("{base}/token"),
        "jwks_uri": format!("{base}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256", "HS256"],
    }))
}

async fn keys(State((says, _)): Shared) -> Response {
    let mut says = says.lock().unwrap();
    says.keys_asked += 1;
    let public = says.keys[says.key as usize].public_key().as_ref().to_vec();
    let (x, y) = public[1..].split_at(32);
    let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
    let key = json!({ "kty": "EC", "use": "sig", "alg": "ES256", "crv": "P-256", "kid": says.key.to_string(), "x": x, "y": y });
    let text = format!("{}{}", json!({ "keys": [key] }), " ".repeat(says.padding));
    ([("content-type", "application/json")], text).into_response()
}

async fn authorize(State((says, _)): Shared, RawQuery(query): RawQuery) -> Redirect {
    let asked = pairs(&query.unwrap_or_default());
    let mut says = says.lock().unwrap();
    let (back, state) = (asked["redirect_uri"].clone(), asked["state"].clone());
    if says.turns_away {
        return Redirect::to(&format!(
            "{back}?error=access_denied&error_description=%3Cb%3Eno%3C%2Fb%3E&state={state}"
        ));
    }
    assert_eq!((asked["response_type"].as_str(), asked["code_challenge_method"].as_str()), ("code", "S256"));
    let code = format!("code-{}", says.codes.len());
    says.codes.insert(code.clone(), asked);
    Redirect::to(&format!("{back}?code={code}&state={state}"))
}

async fn token(State((says, address)): Shared, headers: HeaderMap, body: String) -> Response {
    let refuse = |error: &str| (StatusCode::BAD_REQUEST, Json(json!({ "error": error }))).into_response();
    let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let expected = format!("Basic {}", STANDARD.encode(format!("{CLIENT}:{}", encoded(SECRET))));
    let sent = headers.get("authorization").and_then(|it| it.to_str().ok()).unwrap_or_default();
    // The one way in which encodings of forms differ.
    if sent != expected
        && sent != format!("Basic {}", STANDARD.encode(format!("{CLIENT}:{}", encoded(SECRET).replace("%20", "+"))))
    {
        return refuse("invalid_client");
    }
    let sent = pairs(&body);
    let mut says = says.lock().unwrap();
    let Some(asked) = says.codes.get_mut(&sent["code"]).map(std::mem::take).filter(|it| !it.is_empty()) else {
        return refuse("invalid_grant");
    };
    let challenge = ring::digest::digest(&ring::digest::SHA256, sent["code_verifier"].as_bytes());
    if URL_SAFE_NO_PAD.encode(challenge) != asked["code_challenge"] || sent["redirect_uri"] != asked["redirect_uri"] {
        return refuse("invalid_grant");
    }
    let mut claims = json!({
        "iss": format!("http://{address}"),
        "aud": CLIENT,
        "exp": YEAR_2100,
        "iat": 1,
        "nonce": asked["nonce"],
    });
    for (name, value) in says.claims.as_object().unwrap() {
        claims[name] = value.clone();
    }
    Json(json!({ "access_token": "access-token", "token_type": "Bearer", "id_token": says.sign(&claims) }))
        .into_response()
}

impl Says {
    fn sign(&self, claims: &Value) -> String {
        let algorithm = if self.signs_with_secret { "HS256" } else { "ES256" };
        let head = json!({ "alg": algorithm, "typ": "JWT", "kid": self.key.to_string() });
        let text = format!("{}.{}", encoded(&head), encoded(claims));
        let signature = if self.signs_with_secret {
            let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, SECRET.as_bytes());
            ring::hmac::sign(&key, text.as_bytes()).as_ref().to_vec()
        } else {
            let key = &self.keys[if self.forges { 2 } else { self.key as usize }];
            key.sign(&SystemRandom::new(), text.as_bytes()).unwrap().as_ref().to_vec()
        };
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

fn encoded(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn new_key() -> EcdsaKeyPair {
    let chance = SystemRandom::new();
    let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &chance).unwrap();
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, key.as_ref(), &chance).unwrap()
}

fn pairs(text: &str) -> BTreeMap<String, String> {
    let decoded = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    text.split('&').filter_map(|it| it.split_once('=')).map(|(name, value)| (decoded(name), decoded(value))).collect()
}
