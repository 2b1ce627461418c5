//! Secrets of many formats, made here, with the text around them. The same ones in every run.

/// Canaries of each format.
const PER_FORMAT: usize = 8;

const LOWER_HEX: &str = "0123456789abcdef";
const DIGITS: &str = "0123456789";
const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const LOWER: &str = "abcdefghijklmnopqrstuvwxyz0123456789";
const MIXED: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const BASE64: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const WORDY: &str = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789!#%*+?";

/// A format: the rule that knows it, how it begins, how it goes on, how it ends, and the text around it with `{}` in its place.
pub(crate) type Format = (&'static str, &'static str, &'static [(&'static str, usize, &'static str)], &'static str);

/// Formats that are recognised by themselves, whatever stands around them.
pub(crate) const WELL_KNOWN: &[Format] = &[
    ("aws-access-key", "AKIA", &[(UPPER, 16, "")], "{}"),
    ("aws-access-key", "ASIA", &[(UPPER, 16, "")], "{}"),
    ("google-api-key", "AIza", &[(MIXED, 35, "")], "{}"),
    ("google-oauth-secret", "GOCSPX-", &[(MIXED, 28, "")], "{}"),
    ("google-access-token", "ya29.", &[(MIXED, 60, "")], "{}"),
    ("github-token", "ghp_", &[(MIXED, 36, "")], "{}"),
    ("github-token", "github_pat_", &[(MIXED, 22, "_"), (MIXED, 59, "")], "{}"),
    ("gitlab-token", "glpat-", &[(MIXED, 20, "")], "{}"),
    ("gitlab-token", "glcbt-", &[(MIXED, 20, "")], "{}"),
    ("slack-token", "xoxb-", &[(DIGITS, 12, "-"), (DIGITS, 12, "-"), (MIXED, 24, "")], "{}"),
    ("slack-token", "xapp-1-", &[(UPPER, 11, "-"), (DIGITS, 13, "-"), (LOWER_HEX, 64, "")], "{}"),
    (
        "slack-webhook",
        "https://hooks.slack.com/services/T",
        &[(UPPER, 8, "/B"), (UPPER, 8, "/"), (MIXED, 24, "")],
        "{}",
    ),
    ("stripe-key", "sk_live_", &[(MIXED, 24, "")], "{}"),
    ("stripe-key", "whsec_", &[(MIXED, 32, "")], "{}"),
    ("model-key", "sk-", &[(MIXED, 48, "")], "{}"),
    ("model-key", "sk-ant-api03-", &[(MIXED, 90, "")], "{}"),
    ("hugging-face-token", "hf_", &[(MIXED, 34, "")], "{}"),
    ("npm-token", "npm_", &[(MIXED, 36, "")], "{}"),
    ("pypi-token", "pypi-AgEIcHlwaS5vcmc", &[(MIXED, 70, "")], "{}"),
    ("rubygems-key", "rubygems_", &[(LOWER_HEX, 48, "")], "{}"),
    ("docker-token", "dckr_pat_", &[(MIXED, 27, "")], "{}"),
    ("sendgrid-key", "SG.", &[(MIXED, 22, "."), (MIXED, 43, "")], "{}"),
    ("digitalocean-token", "dop_v1_", &[(LOWER_HEX, 64, "")], "{}"),
    ("shopify-token", "shpat_", &[(LOWER_HEX, 32, "")], "{}"),
    ("twilio-key", "SK", &[(LOWER_HEX, 32, "")], "{}"),
    ("mailgun-key", "key-", &[(LOWER_HEX, 32, "")], "{}"),
    ("mailchimp-key", "", &[(LOWER_HEX, 32, "-us12")], "{}"),
    ("databricks-token", "dapi", &[(LOWER_HEX, 32, "")], "{}"),
    ("linear-key", "lin_api_", &[(MIXED, 40, "")], "{}"),
    ("notion-token", "ntn_", &[(MIXED, 46, "")], "{}"),
    ("atlassian-token", "ATATT3xFfGF0", &[(MIXED, 170, "="), (UPPER, 8, "")], "{}"),
    ("postman-key", "PMAK-", &[(LOWER_HEX, 24, "-"), (LOWER_HEX, 34, "")], "{}"),
    ("grafana-token", "glsa_", &[(MIXED, 32, "_"), (LOWER_HEX, 8, "")], "{}"),
    ("new-relic-key", "NRAK-", &[(UPPER, 27, "")], "{}"),
    ("doppler-token", "dp.pt.", &[(MIXED, 43, "")], "{}"),
    ("planetscale-secret", "pscale_tkn_", &[(MIXED, 43, "")], "{}"),
    ("pulumi-token", "pul-", &[(LOWER_HEX, 40, "")], "{}"),
    ("terraform-cloud-token", "", &[(MIXED, 14, ".atlasv1."), (MIXED, 67, "")], "{}"),
    ("square-token", "sq0atp-", &[(MIXED, 22, "")], "{}"),
    ("telegram-bot-token", "", &[(DIGITS, 9, ":AA"), (MIXED, 33, "")], "{}"),
    ("azure-client-secret", "", &[(MIXED, 3, "8Q~"), (MIXED, 34, "")], "{}"),
    ("cloudflare-origin-key", "v1.0-", &[(LOWER_HEX, 24, "-"), (LOWER_HEX, 146, "")], "{}"),
    ("fly-token", "fm2_", &[(BASE64, 120, "")], "{}"),
    ("sentry-token", "sntrys_", &[(MIXED, 90, "")], "{}"),
    ("tailscale-key", "tskey-auth-", &[(MIXED, 17, "-"), (MIXED, 32, "")], "{}"),
    ("supabase-key", "sbp_", &[(LOWER_HEX, 40, "")], "{}"),
    ("netlify-token", "nfp_", &[(MIXED, 36, "")], "{}"),
    ("airtable-token", "pat", &[(MIXED, 14, "."), (LOWER_HEX, 64, "")], "{}"),
    ("figma-token", "figd_", &[(MIXED, 40, "")], "{}"),
    ("model-provider-key", "gsk_", &[(MIXED, 52, "")], "{}"),
    ("artifactory-key", "AKCp", &[(MIXED, 69, "")], "{}"),
    ("heroku-key", "HRKU-", &[(MIXED, 60, "")], "{}"),
    ("age-secret-key", "AGE-SECRET-KEY-1", &[(UPPER, 58, "")], "{}"),
    ("vault-token", "hvs.", &[(MIXED, 90, "")], "{}"),
    ("json-web-token", "eyJ", &[(MIXED, 33, ".eyJ"), (MIXED, 60, "."), (MIXED, 43, "")], "{}"),
    (
        "private-key",
        "-----BEGIN PRIVATE KEY-----\n",
        &[(BASE64, 64, "\n"), (BASE64, 64, "\n-----END PRIVATE KEY-----")],
        "{}",
    ),
    (
        "private-key",
        "-----BEGIN OPENSSH PRIVATE KEY-----\n",
        &[(BASE64, 70, "\n-----END OPENSSH PRIVATE KEY-----")],
        "{}",
    ),
    (
        "private-key",
        "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n",
        &[(BASE64, 64, "\n-----END PGP PRIVATE KEY BLOCK-----")],
        "{}",
    ),
];

/// Formats that are recognised by what stands around them.
pub(crate) const BY_CONTEXT: &[Format] = &[
    ("private-key-end", "", &[(BASE64, 64, "")], "\u{1}{}\n-----END RSA PRIVATE KEY-----"),
    ("discord-bot-token", "M", &[(MIXED, 24, "."), (MIXED, 6, "."), (MIXED, 30, "")], "the discord bot uses {}"),
    ("azure-storage-key", "", &[(BASE64, 86, "==")], "DefaultEndpointsProtocol=https;AccountName=pond;AccountKey={};"),
    ("azure-signature", "", &[(BASE64, 43, "%3D")], "https://pond.example/nest?sv=2024&sig={}&sp=r"),
    (
        "kubernetes-bootstrap-token",
        "",
        &[(LOWER, 6, "."), (LOWER, 16, "")],
        "kubeadm join 10.0.0.1:6443 --discovery {}",
    ),
    ("password-in-address", "", &[(WORDY, 14, "")], "postgres://heron:{}@db.pond.example:5432/books"),
    ("bearer-token", "", &[(MIXED, 40, "")], "Authorization: Bearer {}"),
    ("basic-credentials", "", &[(BASE64, 28, "")], "Authorization: Basic {}"),
    ("command-line-password", "", &[(WORDY, 14, "")], "curl -u heron:{} https://pond.example"),
    ("password-flag", "", &[(WORDY, 14, "")], "nest login --password {} --user heron"),
    ("told-secret", "", &[(WORDY, 12, "")], "The password of the nest is `{}` until spring."),
    ("assigned-secret", "", &[(BASE64, 40, "")], "aws_secret_access_key = {}"),
    ("assigned-secret", "", &[(WORDY, 16, "")], "DB_PASSWORD=\"{}\""),
    ("assigned-secret", "", &[(WORDY, 16, "")], "\"client_secret\": \"{}\""),
    ("assigned-secret", "", &[(WORDY, 16, "")], "password: {}"),
    ("assigned-secret", "", &[(WORDY, 16, "")], "Server=db;User Id=heron;Password={};Encrypt=true"),
];

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    fn canary(&mut self, start: &str, pieces: &[(&str, usize, &str)]) -> String {
        let mut canary = start.to_owned();
        for (alphabet, length, after) in pieces {
            let characters: Vec<char> = alphabet.chars().collect();
            canary.extend((0..*length).map(|_| characters[self.below(characters.len())]));
            canary.push_str(after);
        }
        canary
    }
}

/// The places of a document in which a canary is planted.
const PLACES: [&str; 4] = [
    "The quay broker signs in with {} at night.",
    "| Part | Note |\n|---|---|\n| quay broker | {} |",
    "```\nexport NEST={}\n```",
    "- rotate {} in spring",
];

/// A canary in its text.
pub(crate) struct Planted {
    /// The rule that knows its format.
    pub(crate) rule: &'static str,
    pub(crate) canary: String,
    pub(crate) text: String,
}

impl Planted {
    /// Whether `sent`, without its breaks, holds the part of the canary that is secret; a known beginning or end may stay.
    pub(crate) fn is_in(&self, sent: &str) -> bool {
        let canary = without_breaks(&self.canary);
        let core: String = canary.chars().skip(canary.len() / 3).take(12).collect();
        sent.contains(&core)
    }
}

/// The text without line breaks, written as such or as escapes.
pub(crate) fn without_breaks(text: &str) -> String {
    text.replace("\\n", "").replace('\n', "")
}

/// Canaries of all `formats` with the text around them.
pub(crate) fn planted(formats: &[Format]) -> Vec<Planted> {
    let mut dice = Dice(20_261_122);
    let mut planted = Vec::new();
    for (rule, start, pieces, around) in formats {
        for number in 0..PER_FORMAT {
            let canary = dice.canary(start, pieces);
            let place = if *around == "{}" { PLACES[number % PLACES.len()] } else { *around };
            let text = match place.strip_prefix('\u{1}') {
                Some(place) => place.replace("{}", &canary),
                None => format!("Before it, a heron.\n\n{}\n\nAfter it, an otter.", place.replace("{}", &canary)),
            };
            planted.push(Planted { rule, canary, text });
        }
    }
    planted
}
