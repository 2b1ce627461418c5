//! The identity provider as this service speaks to it. The library builds requests and checks tokens; requests go through the
//! service's own client of HTTP, and chance and the clock are given to it.
//!
//! What the library says about an error may quote what came over the wire, tokens among it. So only the kind of an error leaves
//! this file.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use cairn_engine::{FetchError, Fetcher};
use cairn_store::{Identity, Millis};
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreClientAuthMethod, CoreErrorResponseType,
    CoreGenderClaim, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm as Algorithm,
    CoreProviderMetadata, CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse,
    CoreTokenType,
};
use openidconnect::{
    AdditionalClaims, AuthType, AuthorizationCode, ClaimsVerificationError, Client, ClientId, ClientSecret, CsrfToken,
    DiscoveryError, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, IdToken,
    IdTokenClaims, IdTokenFields, IssuerUrl, Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl,
    RequestTokenError, Scope, SignatureVerificationError, StandardErrorResponse, StandardTokenResponse,
    TokenResponse as _,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Failure, Refusal, Ticket};
use crate::api::people::SUBJECT_BYTES_MAX;
use crate::config::Config;
use crate::config::oidc::CALLBACK;
use crate::edge;

/// What the provider says about itself is asked for again after so long, so that a key that it takes back does not count for ever.
const KNOWN_MS: Millis = 3_600_000;
/// Signatures by a key that only the provider has. None that is made with the client's secret, and none at all, is one.
const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RsaSsaPkcs1V15Sha256,
    Algorithm::RsaSsaPkcs1V15Sha384,
    Algorithm::RsaSsaPkcs1V15Sha512,
    Algorithm::RsaSsaPssSha256,
    Algorithm::RsaSsaPssSha384,
    Algorithm::RsaSsaPssSha512,
    Algorithm::EcdsaP256Sha256,
    Algorithm::EcdsaP384Sha384,
    Algorithm::EdDsa,
];

/// An identity provider.
pub(crate) struct Provider {
    issuer: IssuerUrl,
    client: ClientId,
    /// None for a client without a secret, whom PKCE alone protects.
    secret: Option<ClientSecret>,
    /// Where it sends browsers back to.
    redirect: RedirectUrl,
    scopes: Vec<String>,
    groups_claim: String,
    fetcher: Fetcher,
    /// What it says about itself, and until when that is believed. None until it is first needed.
    known: Mutex<Option<(Arc<CoreProviderMetadata>, Millis)>>,
}

/// Somebody for whom the provider speaks.
#[derive(Debug)]
pub(crate) struct Visitor {
    pub(crate) identity: Identity,
    /// For people.
    pub(crate) name: String,
    pub(crate) groups: BTreeSet<String>,
}

/// The claims of which the library knows nothing.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct OtherClaims {
    #[serde(flatten)]
    all: BTreeMap<String, Value>,
}

impl AdditionalClaims for OtherClaims {}

type Token = IdToken<OtherClaims, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, Algorithm>;
type Claims = IdTokenClaims<OtherClaims, CoreGenderClaim>;
type Tokens = StandardTokenResponse<
    IdTokenFields<OtherClaims, EmptyExtraTokenFields, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, Algorithm>,
    CoreTokenType,
>;
type ErrorAnswer = StandardErrorResponse<CoreErrorResponseType>;
type Speaker = Client<
    OtherClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    ErrorAnswer,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

impl Provider {
    /// The provider of the settings. Nothing is asked of it yet.
    pub(crate) fn new(config: &Config, secret: Option<String>, fetcher: Fetcher) -> Result<Self, String> {
        let wrong = |key: &str| format!("`{key}` does not begin an address");
        let redirect = format!("{}{CALLBACK}", config.public_url.trim_end_matches('/'));
        Ok(Self {
            issuer: IssuerUrl::new(config.oidc_issuer.clone()).map_err(|_| wrong("oidc_issuer"))?,
            client: ClientId::new(config.oidc_client_id.clone()),
            secret: secret.map(ClientSecret::new),
            redirect: RedirectUrl::new(redirect).map_err(|_| wrong("public_url"))?,
            scopes: config.oidc_scopes.clone(),
            groups_claim: config.oidc_groups_claim.clone(),
            fetcher,
            known: Mutex::new(None),
        })
    }

    /// The provider's name in addresses and records.
    pub(crate) fn issuer(&self) -> &str {
        self.issuer.as_str()
    }

    /// Where to send the browser that holds the ticket.
    pub(crate) async fn begin(&self, ticket: &Ticket) -> Result<String, Failure> {
        let speaker = self.speaker(&*self.known().await?);
        let verifier = PkceCodeVerifier::new(ticket.verifier.clone());
        let (state, nonce) = (CsrfToken::new(ticket.state.clone()), Nonce::new(ticket.nonce.clone()));
        let request = speaker
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, move || state, move || nonce)
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .add_scopes(self.scopes.iter().cloned().map(Scope::new));
        Ok(request.url().0.to_string())
    }

    /// Whom the provider means by the code that it gave to the browser with the ticket.
    pub(crate) async fn finish(&self, code: &str, ticket: &Ticket) -> Result<Visitor, Failure> {
        let known = self.known().await?;
        let token = self.exchange(&known, code, ticket).await?;
        let nonce = Nonce::new(ticket.nonce.clone());
        let claims = match self.claims(&known, &token, &nonce) {
            Err(ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey)) => {
                // Providers change their keys whenever they like. Only they can bring us here, so nobody can have them asked for ever.
                self.forget();
                self.claims(&*self.known().await?, &token, &nonce)
            }
            claims => claims,
        };
        self.visitor(&claims.map_err(|error| refusal_of(&error))?)
    }

    async fn exchange(&self, known: &CoreProviderMetadata, code: &str, ticket: &Ticket) -> Result<Token, Failure> {
        let speaker = self.speaker(known);
        let Ok(request) = speaker.exchange_code(AuthorizationCode::new(code.to_owned())) else {
            return Err(Failure::Unusable("no_token_endpoint"));
        };
        let request = request.set_pkce_verifier(PkceCodeVerifier::new(ticket.verifier.clone()));
        let tokens = request.request_async(&self.http()).await.map_err(|error| failure_of_exchange(&error))?;
        Ok(tokens.id_token().cloned().ok_or(Refusal::NoToken)?)
    }

    fn claims(
        &self,
        known: &CoreProviderMetadata,
        token: &Token,
        nonce: &Nonce,
    ) -> Result<Claims, ClaimsVerificationError> {
        let speaker = self.speaker(known);
        let verifier = speaker.id_token_verifier().set_allowed_algs(ALGORITHMS).set_time_fn(|| {
            chrono::DateTime::from_timestamp_millis(edge::now()).unwrap_or(chrono::DateTime::<chrono::Utc>::MAX_UTC)
        });
        token.clone().into_claims(&verifier, nonce)
    }

    fn visitor(&self, claims: &Claims) -> Result<Visitor, Failure> {
        let subject = claims.subject().to_string();
        if subject.is_empty() || subject.len() > SUBJECT_BYTES_MAX {
            return Err(Refusal::Token.into());
        }
        if claims.authorized_party().is_some_and(|party| *party != self.client) {
            return Err(Refusal::Audience.into());
        }
        let name = claims.name().and_then(|name| name.get(None)).map(|name| name.to_string());
        let name = name.or_else(|| claims.preferred_username().map(|name| name.to_string()));
        let groups = match claims.additional_claims().all.get(&self.groups_claim) {
            Some(Value::Array(groups)) => groups.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            Some(Value::String(group)) => BTreeSet::from([group.clone()]),
            _ => BTreeSet::new(),
        };
        let name = name.unwrap_or_else(|| subject.clone());
        Ok(Visitor { identity: Identity { issuer: self.issuer.to_string(), subject }, name, groups })
    }

    /// What the provider says about itself, asked for where that is not known or was long ago.
    async fn known(&self) -> Result<Arc<CoreProviderMetadata>, Failure> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((known, until)) = known
            && until > edge::now()
        {
            return Ok(known);
        }
        let found = CoreProviderMetadata::discover_async(self.issuer.clone(), &self.http()).await;
        let found = Arc::new(found.map_err(|error| failure_of_discovery(&error))?);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        *known = Some((Arc::clone(&found), edge::now() + KNOWN_MS));
        Ok(found)
    }

    fn forget(&self) {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn speaker(&self, known: &CoreProviderMetadata) -> Speaker {
        let speaker = Client::from_provider_metadata(known.clone(), self.client.clone(), self.secret.clone());
        let ways = known.token_endpoint_auth_methods_supported();
        let takes = |way: CoreClientAuthMethod| ways.is_some_and(|ways| ways.contains(&way));
        // Without a word on it, the specification means the header.
        let in_body = takes(CoreClientAuthMethod::ClientSecretPost) && !takes(CoreClientAuthMethod::ClientSecretBasic);
        let way = if in_body { AuthType::RequestBody } else { AuthType::BasicAuth };
        speaker.set_auth_type(way).set_redirect_uri(self.redirect.clone())
    }

    fn http(&self) -> impl Fn(HttpRequest) -> Answering + use<> {
        let fetcher = self.fetcher.clone();
        move |request| {
            let fetcher = fetcher.clone();
            Box::pin(async move { fetcher.fetch(request).await })
        }
    }
}

type Answering = futures_util::future::BoxFuture<'static, Result<openidconnect::HttpResponse, FetchError>>;

fn failure_of_discovery(error: &DiscoveryError<FetchError>) -> Failure {
    match error {
        DiscoveryError::Request(error) => failure_of_fetch(*error),
        DiscoveryError::Response(..) => Failure::Unusable("no_discovery"),
        DiscoveryError::Validation(_) => Failure::Unusable("discovery_of_another_issuer"),
        _ => Failure::Unusable("bad_discovery"),
    }
}

fn failure_of_exchange(error: &RequestTokenError<FetchError, ErrorAnswer>) -> Failure {
    match error {
        RequestTokenError::Request(error) => failure_of_fetch(*error),
        RequestTokenError::ServerResponse(answer) => match answer.error() {
            CoreErrorResponseType::InvalidClient | CoreErrorResponseType::UnauthorizedClient => {
                Failure::Unusable("client_not_known")
            }
            _ => Refusal::Code.into(),
        },
        _ => Failure::Unusable("bad_tokens"),
    }
}

fn failure_of_fetch(error: FetchError) -> Failure {
    match error {
        FetchError::Unreachable | FetchError::TimedOut => Failure::Away,
        FetchError::Address => Failure::Unusable("bad_address"),
        FetchError::TooLong => Failure::Unusable("answer_too_long"),
    }
}

fn refusal_of(error: &ClaimsVerificationError) -> Failure {
    let refusal = match error {
        ClaimsVerificationError::Expired(_) => Refusal::Expired,
        ClaimsVerificationError::InvalidAudience(_) => Refusal::Audience,
        ClaimsVerificationError::InvalidIssuer(_) => Refusal::Issuer,
        ClaimsVerificationError::InvalidNonce(_) => Refusal::Nonce,
        ClaimsVerificationError::SignatureVerification(_) => Refusal::Signature,
        _ => Refusal::Token,
    };
    refusal.into()
}
