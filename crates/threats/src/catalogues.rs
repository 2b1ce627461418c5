//! Entries of outside catalogues that a rule names, each checked for the form that its catalogue gives its ids.

use cairn_model::Term;
use serde::Deserialize;

/// The catalogues that rules refer to. A framework is also a filter of rules and threats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Framework {
    /// LINDDUN, for privacy.
    Linddun,
    /// Common Attack Pattern Enumeration and Classification.
    Capec,
    /// MITRE ATT&CK.
    Attack,
    /// MITRE ATLAS, for systems that learn.
    Atlas,
    /// OWASP Top 10 of web applications.
    OwaspTop10,
    /// OWASP API Security Top 10.
    OwaspApi,
    /// OWASP Top 10 for LLM applications.
    OwaspLlm,
    /// OWASP Top 10 for agentic applications, and its list of agentic threats.
    OwaspAgentic,
    /// OWASP Application Security Verification Standard.
    Asvs,
    /// NIST SP 800-53.
    Nist,
}

impl Term for Framework {
    const ALL: &'static [Self] = &[
        Self::Linddun,
        Self::Capec,
        Self::Attack,
        Self::Atlas,
        Self::OwaspTop10,
        Self::OwaspApi,
        Self::OwaspLlm,
        Self::OwaspAgentic,
        Self::Asvs,
        Self::Nist,
    ];

    fn as_str(self) -> &'static str {
        match self {
            Self::Linddun => "linddun",
            Self::Capec => "capec",
            Self::Attack => "attack",
            Self::Atlas => "atlas",
            Self::OwaspTop10 => "owasp-top10",
            Self::OwaspApi => "owasp-api",
            Self::OwaspLlm => "owasp-llm",
            Self::OwaspAgentic => "owasp-agentic",
            Self::Asvs => "asvs",
            Self::Nist => "nist",
        }
    }
}

impl Framework {
    /// The name before an id in a reference.
    const fn title(self) -> &'static str {
        match self {
            Self::Linddun => "LINDDUN",
            Self::Capec => "CAPEC",
            Self::Attack => "ATT&CK",
            Self::Atlas => "ATLAS",
            Self::OwaspTop10 | Self::OwaspApi | Self::OwaspLlm | Self::OwaspAgentic => "OWASP",
            Self::Asvs => "OWASP ASVS",
            Self::Nist => "NIST 800-53",
        }
    }
}

/// The categories of LINDDUN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Linddun {
    /// Data or actions can be brought together.
    Linking,
    /// A person can be told from the data.
    Identifying,
    /// A person cannot deny.
    NonRepudiation,
    /// Others can tell that a person takes part.
    Detecting,
    /// More is collected, kept or shared than needed.
    DataDisclosure,
    /// A person does not know, or cannot intervene.
    Unawareness,
    /// Rules and good practice are not kept.
    NonCompliance,
}

impl Linddun {
    /// The name used in rule files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Linking => "linking",
            Self::Identifying => "identifying",
            Self::NonRepudiation => "non_repudiation",
            Self::Detecting => "detecting",
            Self::DataDisclosure => "data_disclosure",
            Self::Unawareness => "unawareness",
            Self::NonCompliance => "non_compliance",
        }
    }
}

/// The entries of one rule by catalogue, in the order of [`Framework`] and then as written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalogues(Vec<(Framework, String)>);

impl Catalogues {
    /// Adds an entry, unless its id has not the form of the catalogue's ids.
    pub(crate) fn add(&mut self, framework: Framework, id: &str) -> Result<(), String> {
        if !has_form(framework, id) {
            return Err(format!("`{id}` is not an id of {}: expected {}", framework.title(), form(framework)));
        }
        self.0.push((framework, id.to_owned()));
        self.0.sort_by_key(|(framework, _)| *framework);
        Ok(())
    }

    /// The entries as references: `OWASP API2:2023`, `CAPEC-94`.
    pub fn references(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|(framework, id)| match framework {
            Framework::Capec => format!("CAPEC-{id}"),
            Framework::Linddun => format!("LINDDUN {}", id.replace('_', " ")),
            framework => format!("{} {id}", framework.title()),
        })
    }

    /// The ids of one catalogue.
    pub fn of(&self, framework: Framework) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(of, _)| *of == framework).map(|(_, id)| id.as_str())
    }
}

/// The OWASP list that an id belongs to.
pub(crate) fn owasp_list(id: &str) -> Framework {
    let letters: String = id.chars().take_while(char::is_ascii_uppercase).collect();
    match letters.as_str() {
        "API" => Framework::OwaspApi,
        "LLM" => Framework::OwaspLlm,
        "ASI" | "T" => Framework::OwaspAgentic,
        _ => Framework::OwaspTop10,
    }
}

const fn form(framework: Framework) -> &'static str {
    match framework {
        Framework::Linddun => "a category",
        Framework::Capec => "a number",
        Framework::Attack => "`T1190` or `T1552.001`",
        Framework::Atlas => "`AML.T0051` or `AML.T0051.001`",
        Framework::OwaspTop10 | Framework::OwaspApi | Framework::OwaspLlm | Framework::OwaspAgentic => {
            "`A01:2021`, `API2:2023`, `LLM01:2025`, `ASI01:2026` or `T1`"
        }
        Framework::Asvs => "`V4.1.1` or `4.1.1`",
        Framework::Nist => "`AC-3` or `AC-6(9)`",
    }
}

fn has_form(framework: Framework, id: &str) -> bool {
    match framework {
        Framework::Linddun => true,
        Framework::Capec => digits(id, 1, 4),
        Framework::Attack => id.strip_prefix('T').is_some_and(technique),
        Framework::Atlas => id.strip_prefix("AML.T").is_some_and(technique),
        Framework::OwaspTop10 => dated(id, "A", 2),
        Framework::OwaspApi => dated(id, "API", 1),
        Framework::OwaspLlm => dated(id, "LLM", 2),
        Framework::OwaspAgentic => dated(id, "ASI", 2) || id.strip_prefix('T').is_some_and(|it| digits(it, 1, 2)),
        Framework::Asvs => {
            let parts: Vec<&str> = id.strip_prefix('V').unwrap_or(id).split('.').collect();
            (1..=3).contains(&parts.len()) && parts.iter().all(|part| digits(part, 1, 2))
        }
        Framework::Nist => id.split_once('-').is_some_and(|(family, number)| {
            let number = number.strip_suffix(')').map_or(Some((number, "1")), |it| it.split_once('('));
            family.len() == 2
                && family.chars().all(|c| c.is_ascii_uppercase())
                && number.is_some_and(|(control, enhancement)| digits(control, 1, 2) && digits(enhancement, 1, 2))
        }),
    }
}

/// `1190` or `1552.001`.
fn technique(id: &str) -> bool {
    id.split_once('.').map_or_else(|| digits(id, 4, 4), |(main, sub)| digits(main, 4, 4) && digits(sub, 3, 3))
}

/// `API2:2023`: letters, a number of at least so many digits, and a year.
fn dated(id: &str, letters: &str, digits_min: usize) -> bool {
    id.strip_prefix(letters)
        .and_then(|rest| rest.split_once(':'))
        .is_some_and(|(number, year)| digits(number, digits_min, 2) && digits(year, 4, 4))
}

fn digits(text: &str, least: usize, most: usize) -> bool {
    (least..=most).contains(&text.len()) && text.chars().all(|c| c.is_ascii_digit())
}
