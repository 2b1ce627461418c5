//! Addresses in configuration values: which host is called, in which protocol, and whether a password travels with it.

/// What an address says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Address<'a> {
    /// The URL's scheme, as written.
    pub(crate) scheme: Option<&'a str>,
    /// The host without port.
    pub(crate) host: &'a str,
    /// Whether user name and password stand in the address.
    pub(crate) has_password: bool,
}

impl Address<'_> {
    /// The name by which the host is known inside: the first part of a cluster name, the whole of any other.
    pub(crate) fn name(&self) -> &str {
        let inside = self.host.contains(".svc") || !self.host.contains('.');
        let first = self.host.split('.').next().unwrap_or(self.host);
        if inside { first } else { self.host }
    }

    /// The scheme in the words of the trade; JDBC's and similar prefixes are dropped.
    pub(crate) fn protocol(&self) -> Option<String> {
        let scheme = self.scheme?;
        Some(match scheme.trim_start_matches("jdbc:") {
            "http" => "HTTP".to_owned(),
            "https" => "HTTPS".to_owned(),
            "grpc" => "gRPC".to_owned(),
            "grpcs" => "gRPC over TLS".to_owned(),
            "amqp" => "AMQP".to_owned(),
            "amqps" => "AMQPS".to_owned(),
            "ws" => "WebSocket".to_owned(),
            "wss" => "WebSocket over TLS".to_owned(),
            "postgresql" | "postgres" => "PostgreSQL".to_owned(),
            "mongodb" | "mongodb+srv" => "MongoDB".to_owned(),
            "tls" | "ssl" => "TLS".to_owned(),
            "redis" => "Redis".to_owned(),
            "rediss" => "Redis over TLS".to_owned(),
            other => other.to_owned(),
        })
    }

    /// How the exchange is encrypted, where the scheme says.
    pub(crate) fn encryption(&self) -> Option<String> {
        match self.scheme? {
            "https" | "grpcs" | "amqps" | "wss" | "rediss" | "ldaps" | "ftps" | "mqtts" => Some("TLS".to_owned()),
            "tls" | "ssl" => Some("TLS".to_owned()),
            "http" | "ws" | "redis" | "amqp" | "mqtt" | "ftp" => Some("none".to_owned()),
            _ => None,
        }
    }
}

/// The address in the variable `name` with this value: a URL, a host with a port, or a bare host where the name says so.
pub(crate) fn find<'a>(name: &str, value: &'a str) -> Option<Address<'a>> {
    let value = value.trim();
    if value.contains(char::is_whitespace) || value.len() > 500 {
        return None;
    }
    let address = match value.split_once("://") {
        Some((scheme, rest)) => url(scheme, rest)?,
        None => host_port(name, value)?,
    };
    let letters = address.host.chars().any(|c| c.is_ascii_alphabetic());
    let clean = address.host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'));
    let elsewhere = !matches!(address.host, "localhost" | "host.docker.internal");
    (letters && clean && elsewhere).then_some(address)
}

fn url<'a>(scheme: &'a str, rest: &'a str) -> Option<Address<'a>> {
    let scheme_ok = scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.' | ':'));
    if !scheme_ok || matches!(scheme, "file" | "unix" | "data" | "arn" | "") {
        return None;
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let (user, host) = authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
    let host = host.split([':', ',']).next().unwrap_or(host);
    let password = user.and_then(|user| user.split_once(':')).map(|(_, password)| password);
    let has_password = password.is_some_and(|password| !password.is_empty() && !password.contains(['$', '{']));
    Some(Address { scheme: Some(scheme), host, has_password })
}

fn host_port<'a>(name: &str, value: &'a str) -> Option<Address<'a>> {
    let upper = name.to_uppercase();
    let own = ["LISTEN", "BIND", "SELF", "HOSTNAME", "PUBLIC", "DOMAIN", "ALLOWED", "ORIGIN", "CORS"];
    if own.iter().any(|word| upper.contains(word)) {
        return None;
    }
    let names_host =
        ["HOST", "ADDR", "ADDRESS", "SERVER", "SERVERS", "BROKER", "BROKERS", "ENDPOINT", "URL", "SERVICE"];
    let last = upper.rsplit(['_', '-', '.']).next().unwrap_or_default();
    let fits = names_host.contains(&last);
    let first = value.split(',').next().unwrap_or(value);
    match first.split_once(':') {
        Some((host, rest)) => {
            let port = rest.split('/').next().unwrap_or(rest);
            let is_port = port.parse::<u16>().is_ok();
            (is_port && !host.is_empty() && (fits || host.contains('-') || host.contains('.'))).then_some(Address {
                scheme: None,
                host,
                has_password: false,
            })
        }
        None => (fits && !first.contains('/') && first.len() > 1 && !matches!(last, "SERVICE" | "ENDPOINT"))
            .then_some(Address { scheme: None, host: first, has_password: false }),
    }
}
