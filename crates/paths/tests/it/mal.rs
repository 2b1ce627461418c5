//! Two small examples of the Meta Attack Language, re-modelled in our terms and compared step by step. Left what an attack step is
//! called there, right what it is called here.
//!
//! Passwords, from the file `exampleLang.mal` of the project mal-lang and its tests. It knows no defence, and `Host.access` leads to
//! nothing; what stops the way and what lies behind the host is ours. `Host.guessPassword` is left out: no step leads to it.
//!
//! | there | here |
//! | --- | --- |
//! | `Network.access` | where the attacker begins |
//! | `Host.connect` | `reach` |
//! | `User.attemptPhishing`, `phish` | `feed`, `assume` |
//! | `Password.obtain`, `Host.authenticate` | no facts of their own: who is assumed brings the password |
//! | `Host.access`, of `connect` and `authenticate` | `use`, of `reach` and `assume` |
//!
//! Machines with credentials, after the example that the formal description of the language describes (Computers & Security 130, 2023).
//! Its parts are machines, networks and credentials that may be encrypted. The names of its steps were not compared with
//! its text; exampleLang has neither machines nor credentials.
//!
//! | there | here |
//! | --- | --- |
//! | `Network.communicate` | a foothold in the zone |
//! | `Machine.connect` | `reach` |
//! | `Machine.compromise`, of `connect` and `authenticate` | `use`, of `reach` and `hold` |
//! | `Credentials.access`, `useUnencrypted`, `use` | `read`, `hold` |
//! | defence `encrypted` | control encryption at rest, with a key that somebody else may use |
//!
//! Two things differ on purpose. What is encrypted can be cracked in time there; here a control that is implemented stops a step.
//! And a step there happens at once or takes a time that is drawn, while here it is also unknown where nobody wrote what would stop it.

use cairn_model::ElementId;
use cairn_paths::{Analysis, Attackers, Hands};

use super::system::{paths, system};

/// A machine stores the credentials of the next one, and both are on one network.
fn machines(defence: &str) -> String {
    format!(
        r#"
component First type=datastore
component Second type=service
boundary Office type=network members=First,Second
control network_isolation on=Second status=absent
control authentication on=Second
data "Second credentials" classification=credential
holding "Second credentials" in First handling=stores
permission Custodian decrypt First
{defence}
"#
    )
}

/// What is had of an element when the first machine is compromised.
fn gains(text: &str, element: &str) -> Vec<String> {
    let model = system(text);
    let attackers = Attackers::built_in();
    let blast = Analysis::new(&model, &[], &attackers).blast(&ElementId::named("cmp", "first"), Hands::Whole).unwrap();
    let lost = blast.lost.into_iter().find(|it| it.element.as_str() == element);
    lost.map(|it| it.gains).unwrap_or_default()
}

#[test]
fn stored_credentials_lead_to_the_next_machine() {
    let open = machines("control encryption_at_rest on=First status=absent");
    for (there, element, here) in [
        ("Credentials.access", "data-second-credential", "read"),
        ("Credentials.use", "data-second-credential", "hold"),
        ("Machine.compromise", "cmp-second", "use"),
    ] {
        assert!(gains(&open, element).contains(&here.to_owned()), "{there}: {:?}", gains(&open, element));
    }
    // `compromise` needs both: what is connected to without credentials is not compromised.
    let connected = open.replace("component First", "component Third type=service\ncomponent First");
    assert!(gains(&connected.replace("Second credentials", "Other letters"), "cmp-second").is_empty());
    // And credentials without a connection are of no use either.
    let apart = open.replace("members=First,Second", "members=First");
    assert!(gains(&apart, "data-second-credential").contains(&"hold".to_owned()));
    assert!(gains(&apart, "cmp-second").is_empty());
}

#[test]
fn encrypted_credentials_do_not() {
    let defended = machines("control encryption_at_rest on=First");
    for (there, element, here) in
        [("Credentials.useUnencrypted", "data-second-credential", "hold"), ("Machine.compromise", "cmp-second", "use")]
    {
        assert!(!gains(&defended, element).contains(&here.to_owned()), "{there}");
    }
}

/// A user who can be talked out of a password, and a host on the internet that asks for it.
const PHISHING: &str = r"
component Alice type=actor
component Server type=service exposure=internet
flow Alice -> Server authentication=password
control authorization on=Server status=absent
data Files classification=personal
holding Files in Server handling=processes
";

#[test]
fn a_password_that_was_phished_opens_the_host() {
    // There `internet.access` and `Alice.attemptPhishing` together lead to `server.access`, with effort.
    assert_eq!(
        paths(&system(PHISHING), &[], "internet"),
        ["Alice.feed, Alice.assume?, Server.reach, Server.use, Files.read -> Files.read"]
    );
}

#[test]
fn neither_half_of_it_is_enough() {
    // There the attacker begins with one half alone; here the system has only one half.
    let no_network = PHISHING.replace("exposure=internet", "exposure=internal");
    assert!(paths(&system(&no_network), &[], "internet").is_empty());
    let no_password = PHISHING.replace("authentication=password", "authentication=certificate");
    assert!(paths(&system(&no_password), &[], "internet").is_empty());
    // A defence that is ours alone.
    let resistant = format!("{PHISHING}control authentication on=Alice mechanism=passkey\n");
    assert!(paths(&system(&resistant), &[], "internet").is_empty());
}
