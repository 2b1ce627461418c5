//! Labels of diagrams: what is the name in them, and what an edge's words say about the exchange.

use cairn_model::{BoundaryType, name_words};

/// Longest name in words; what is longer is a sentence.
const NAME_WORDS_MAX: usize = 6;
/// Most words of a name that is wrapped over lines.
const WRAPPED_WORDS_MAX: usize = 3;

/// A node's label in its parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Label {
    /// The first line.
    pub(crate) name: String,
    /// What a later line in brackets says that it is built with.
    pub(crate) technology: Option<String>,
}

impl Label {
    /// Splits a label such as `Orders<br/>[Container: Go]`.
    pub(crate) fn of(text: &str) -> Self {
        let lines: Vec<String> = broken(text).iter().map(|line| plain(line)).filter(|line| !line.is_empty()).collect();
        let Some((first, rest)) = lines.split_first() else { return Self::default() };
        let bracketed = rest.iter().find_map(|line| {
            let inner = line.strip_prefix(['[', '('])?.strip_suffix([']', ')'])?;
            let (_, technology) = inner.split_once(':')?;
            Some(technology.trim().to_owned())
        });
        // A short label over several lines is one name that was wrapped.
        let joined = lines.join(" ");
        let wrapped = joined.split(' ').count() <= WRAPPED_WORDS_MAX && !joined.contains(['[', '(']);
        let name = if wrapped { joined } else { first.clone() };
        Self { name, technology: bracketed.filter(|technology| !technology.is_empty()) }
    }
}

fn broken(text: &str) -> Vec<String> {
    let mut unified = text.replace("\\n", "\n");
    for tag in ["<br/>", "<br />", "<br>", "<BR>", "<BR/>", "</div>", "</p>", "&#xa;", "&lt;br&gt;"] {
        unified = unified.replace(tag, "\n");
    }
    unified.split('\n').map(str::to_owned).collect()
}

/// Text without markup: tags, quotes and emphasis are dropped.
pub(crate) fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut in_tag = false;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '<' if rest.peek().is_some_and(|next| next.is_ascii_alphabetic() || matches!(next, '/' | '$' | '&')) => {
                in_tag = true;
            }
            '>' if in_tag => {
                in_tag = false;
                out.push(' ');
            }
            '"' | '`' | '*' => {}
            _ if in_tag => {}
            _ => out.push(c),
        }
    }
    let decoded = out
        .replace("&amp;", "&")
        .replace("&quot;", "")
        .replace("&nbsp;", " ")
        .replace("&lt;", "<")
        .replace("&gt;", ">");
    let is_icon = |word: &&str| ["fa:", "fab:", "fas:", "far:", "mdi:"].iter().any(|set| word.starts_with(set));
    decoded.split_whitespace().filter(|word| !is_icon(word)).collect::<Vec<_>>().join(" ")
}

/// Whether the text is a name rather than a sentence, a question or a mark.
pub(crate) fn is_name(text: &str) -> bool {
    let words = text.split_whitespace().count();
    text.chars().any(char::is_alphabetic)
        && (1..=NAME_WORDS_MAX).contains(&words)
        && text.len() <= 80
        && !text.ends_with(['?', '.', '!', ':', ';'])
        && !text.contains(['{', '}', '=', ';'])
}

/// What an edge's label says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Meaning {
    /// The protocol, as written.
    pub(crate) protocol: Option<String>,
    /// What is exchanged.
    pub(crate) data: Vec<String>,
    /// Method and path that are called.
    pub(crate) endpoint: Option<(String, String)>,
    /// Whether both sides show certificates.
    pub(crate) mutual_tls: bool,
}

/// Reads an edge's label.
pub(crate) fn meaning(label: &str) -> Meaning {
    let clean = plain(&label.replace("\\n", " "));
    let words: Vec<&str> =
        clean.split([' ', ',', '/', '(', ')', '[', ']', ':', '+', '.']).filter(|w| !w.is_empty()).collect();
    let protocol = words.iter().find(|word| PROTOCOLS.iter().any(|known| known.eq_ignore_ascii_case(word)));
    let mutual_tls = words.iter().any(|word| word.eq_ignore_ascii_case("mtls"));
    let endpoint = endpoint(&clean);
    let data = if protocol.is_some() || endpoint.is_some() { Vec::new() } else { data(&clean) };
    let protocol = protocol.map(|word| (*word).to_owned()).or_else(|| endpoint.as_ref().map(|_| "HTTP".to_owned()));
    Meaning { protocol, data, endpoint, mutual_tls }
}

/// `POST /orders` at the start of a label.
fn endpoint(label: &str) -> Option<(String, String)> {
    let mut words = label.split_whitespace();
    let method = words.next().filter(|word| ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"].contains(word))?;
    let path = words.next().filter(|word| word.starts_with('/'))?;
    Some((method.to_owned(), path.trim_end_matches([',', ';']).to_owned()))
}

/// What stands after a verb of exchange: `sends order events` is about order events, `uses` about nothing.
fn data(label: &str) -> Vec<String> {
    let words: Vec<&str> = label.split_whitespace().collect();
    let Some((first, rest)) = words.split_first() else { return Vec::new() };
    let verb = first.trim_end_matches(['.', ':']).to_lowercase();
    let step = verb.chars().all(|c| c.is_ascii_digit());
    if step {
        return data(&rest.join(" "));
    }
    let third_person = [verb.strip_suffix("es"), verb.strip_suffix('s')];
    let is_verb = VERBS.contains(&verb.as_str()) || third_person.iter().flatten().any(|stem| VERBS.contains(stem));
    if !is_verb {
        return if words.len() <= 3 && NOUNS.contains(&singular(words.last().unwrap_or(first)).as_str()) {
            vec![label.to_owned()]
        } else {
            Vec::new()
        };
    }
    let articles = ["the", "a", "an", "its", "their", "all"];
    let rest: Vec<&str> = rest.iter().copied().skip_while(|word| articles.contains(word)).collect();
    let stops = ["to", "from", "in", "into", "via", "with", "using", "for", "on", "over", "through", "at", "by", "of"];
    let object: Vec<&str> = rest.iter().copied().take_while(|word| !stops.contains(word)).collect();
    if (1..=4).contains(&object.len()) { vec![object.join(" ")] } else { Vec::new() }
}

fn singular(word: &str) -> String {
    name_words(word).concat()
}

/// Whether the protocol's name says that the exchange is encrypted.
pub(crate) fn is_encrypted(protocol: &str) -> bool {
    let upper = protocol.to_uppercase();
    ["HTTPS", "TLS", "MTLS", "WSS", "SFTP", "LDAPS", "AMQPS", "FTPS", "SSH"]
        .iter()
        .any(|word| upper.split(|c: char| !c.is_ascii_alphanumeric()).any(|part| part == *word))
}

/// What kind of wall a group's label names.
pub(crate) fn boundary_type(label: &str) -> Option<BoundaryType> {
    let words = name_words(label);
    let table: &[(&[&str], BoundaryType)] = &[
        (
            &["vpc", "vnet", "network", "subnet", "dmz", "zone", "internet", "lan", "intranet", "perimeter"],
            BoundaryType::Network,
        ),
        (&["cluster", "namespace", "kubernete", "k8s", "eks", "aks", "gke"], BoundaryType::Cluster),
        (&["account", "subscription", "project"], BoundaryType::Account),
        (&["tenant"], BoundaryType::Tenant),
        (&["device", "phone", "laptop", "workstation"], BoundaryType::Device),
        (&["pod", "container", "process", "sandbox", "enclave", "vm"], BoundaryType::Process),
        (
            &["company", "organisation", "organization", "enterprise", "partner", "vendor", "department"],
            BoundaryType::Organisation,
        ),
    ];
    let named = |names: &[&str]| words.iter().any(|word| names.contains(&word.as_str()));
    table.iter().find(|(names, _)| named(names)).map(|(_, kind)| *kind)
}

const PROTOCOLS: &[&str] = &[
    "HTTPS",
    "HTTP",
    "HTTP2",
    "gRPC",
    "REST",
    "GraphQL",
    "WebSocket",
    "WebSockets",
    "WSS",
    "WS",
    "AMQP",
    "AMQPS",
    "MQTT",
    "JDBC",
    "ODBC",
    "SQL",
    "TCP",
    "UDP",
    "TLS",
    "mTLS",
    "SSH",
    "SFTP",
    "FTP",
    "SMTP",
    "IMAP",
    "LDAP",
    "LDAPS",
    "SAML",
    "OIDC",
    "OAuth",
    "OAuth2",
    "SOAP",
    "RPC",
    "DNS",
    "NFS",
    "SMB",
    "Kafka",
    "SSE",
    "OTLP",
    "MCP",
    "STOMP",
    "XMPP",
];

const VERBS: &[&str] = &[
    "send",
    "read",
    "write",
    "store",
    "publish",
    "consume",
    "fetch",
    "get",
    "post",
    "push",
    "pull",
    "upload",
    "download",
    "save",
    "load",
    "return",
    "forward",
    "emit",
    "receive",
    "request",
    "query",
    "queries",
    "use",
    "queue",
    "enqueue",
    "call",
    "subscribe",
    "log",
    "sync",
    "export",
    "import",
    "deliver",
    "submit",
    "notify",
    "notifies",
    "stream",
    "cache",
];

const NOUNS: &[&str] = &[
    "event",
    "data",
    "log",
    "metric",
    "trace",
    "message",
    "token",
    "order",
    "file",
    "record",
    "report",
    "email",
    "credential",
    "image",
    "document",
    "backup",
    "alert",
    "job",
    "command",
    "notification",
    "payment",
    "session",
];
