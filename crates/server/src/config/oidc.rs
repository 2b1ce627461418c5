//! The settings of signing in at an identity provider, as far as they hold or fail before anybody signs in.

use super::Config;
use crate::access::{EVERY_PROJECT, Role};

/// Where signing in at the provider begins.
pub(crate) const START: &str = "/login/oidc";
/// Where the provider sends browsers back to, below `public_url`.
pub(crate) const CALLBACK: &str = "/login/oidc/callback";

/// What being in a group gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Grant {
    /// The project, or [`EVERY_PROJECT`].
    pub(crate) project: String,
    /// What its people may do there.
    pub(crate) role: Role,
    /// The group as the provider writes it.
    pub(crate) group: String,
}

impl Grant {
    /// Reads `PROJECT:ROLE=GROUP`. The group comes last, as it may hold anything.
    fn parse(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "`oidc_roles` has `{text}`, expected `PROJECT:ROLE=GROUP` with a project or `*` and one of `viewer`, `reviewer`, \
                 `editor`, `admin`"
            )
        };
        let (place, group) = text.split_once('=').ok_or_else(wrong)?;
        let (project, role) = place.split_once(':').ok_or_else(wrong)?;
        let role = Role::parse(role.trim()).ok_or_else(wrong)?;
        let (project, group) = (project.trim().to_owned(), group.trim().to_owned());
        let is_project = project == EVERY_PROJECT
            || !project.is_empty()
                && project.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-');
        if is_project && !group.is_empty() { Ok(Self { project, role, group }) } else { Err(wrong()) }
    }
}

impl Config {
    /// Whether people can sign in at an identity provider.
    pub fn has_provider(&self) -> bool {
        !self.oidc_issuer.is_empty()
    }

    /// What groups give.
    #[cfg(feature = "oidc")]
    pub(crate) fn grants(&self) -> Vec<Grant> {
        self.oidc_roles.iter().filter_map(|text| Grant::parse(text).ok()).collect()
    }
}

/// What each key must be like by itself.
pub(super) fn check(config: &Config) -> Result<(), String> {
    for text in &config.oidc_roles {
        Grant::parse(text)?;
    }
    if config.has_provider() && !is_trustworthy(&config.oidc_issuer) {
        return Err(format!(
            "`oidc_issuer` is `{}`, expected an address with `https://`; only one of this machine may have `http://`",
            config.oidc_issuer
        ));
    }
    Ok(())
}

/// What the keys must be like together, once the service is to run. `is_built_in`: whether this program can do it at all.
pub(crate) fn check_together(config: &Config, is_built_in: bool) -> Result<(), String> {
    if !config.has_provider() {
        return Ok(());
    }
    if !is_built_in {
        return Err(
            "`oidc_issuer` is set, and this program was built without sign-in at an identity provider\nhint: build it \
                    with `cargo build --release -p cairn-cli --features oidc`, or leave `oidc_issuer` empty"
                .to_owned(),
        );
    }
    if config.oidc_client_id.is_empty() {
        return Err("`oidc_issuer` is set and `oidc_client_id` is not\nhint: it is the name under which the provider \
                    knows this service"
            .to_owned());
    }
    if config.public_url.is_empty() {
        return Err(format!(
            "`oidc_issuer` is set and `public_url` is not, so that the provider cannot send anybody back\nhint: set \
             `public_url`, and allow `public_url` with `{CALLBACK}` at the provider"
        ));
    }
    if !config.asks_for_keys() {
        return Err("`oidc_issuer` is set, and nobody is asked who they are\nhint: set `auth = \"on\"`".to_owned());
    }
    Ok(())
}

/// Whether nobody on the way can speak for the provider.
fn is_trustworthy(issuer: &str) -> bool {
    let Ok(address) = issuer.parse::<http::Uri>() else { return false };
    let host = address.host().unwrap_or_default().trim_matches(['[', ']']);
    let is_here = host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|it| it.is_loopback());
    match address.scheme_str() {
        Some("https") => !host.is_empty() && !issuer.contains('@'),
        Some("http") => is_here,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_provider() -> Config {
        Config {
            oidc_issuer: "https://id.example".to_owned(),
            oidc_client_id: "cairn".to_owned(),
            public_url: "https://cairn.example".to_owned(),
            auth: crate::AuthMode::On,
            ..Config::default()
        }
    }

    #[test]
    fn a_group_may_be_called_anything() {
        let grant = Grant::parse("shop:editor=Team A: shop=web, and more").unwrap();
        assert_eq!((grant.project.as_str(), grant.role), ("shop", Role::Editor));
        assert_eq!(grant.group, "Team A: shop=web, and more");
        assert_eq!(Grant::parse("*:viewer=all").unwrap().project, EVERY_PROJECT);
        for wrong in ["shop:editor", "shop=team", "shop:owner=team", ":viewer=team", "Shop:viewer=team", "*:admin="] {
            assert!(Grant::parse(wrong).unwrap_err().contains("PROJECT:ROLE=GROUP"), "{wrong}");
        }
    }

    #[test]
    fn what_a_provider_takes_is_asked_for_with_a_hint() {
        assert_eq!(check_together(&with_provider(), true), Ok(()));
        assert_eq!(check_together(&Config::default(), false), Ok(()));
        let wrong = |config: Config, is_built_in: bool, reason: &str| {
            let error = check_together(&config, is_built_in).unwrap_err();
            assert!(error.contains(reason) && error.contains("\nhint: "), "{error}");
        };
        wrong(with_provider(), false, "built without");
        wrong(Config { oidc_client_id: String::new(), ..with_provider() }, true, "`oidc_client_id`");
        wrong(Config { public_url: String::new(), ..with_provider() }, true, "`public_url`");
        wrong(Config { auth: crate::AuthMode::Auto, ..with_provider() }, true, "who they are");
    }

    #[test]
    fn a_provider_is_reached_over_tls_or_on_this_machine() {
        for good in ["https://id.example/realms/a", "http://127.0.0.1:8080", "http://[::1]:80/x", "http://localhost:1"]
        {
            assert!(is_trustworthy(good), "{good}");
        }
        for bad in ["http://id.example", "id.example", "ftp://id.example", "https://", "https://me:secret@id.example"] {
            assert!(!is_trustworthy(bad), "{bad}");
        }
    }
}
