//! The closed lists of the claim contract: data-flow-diagram terms for elements, control families, statuses.

use serde::{Deserialize, Serialize};

/// A closed list of words: each has one spelling in exports, rules and claims.
pub trait Term: Copy + Ord + Sized + 'static {
    /// All words in the contract's order.
    const ALL: &'static [Self];
    /// The contract's spelling.
    fn as_str(self) -> &'static str;
    /// The word spelled so.
    fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|term| term.as_str() == text)
    }
}

/// Declares a closed list once: the enum, its spellings for `serde` and its [`Term`] implementation.
macro_rules! terms {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$doc])* #[serde(rename = $text)] $variant,)+ }

        impl Term for $name {
            const ALL: &'static [Self] = &[$(Self::$variant,)+];

            fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

terms! {
    /// What a passage says of the thing it speaks of.
    #[derive(Default)]
    Status {
        /// It is there.
        #[default]
        Implemented = "implemented",
        /// It will be: TODO, later, roadmap, proposed.
        Planned = "planned",
        /// It is not there: no, lacks, not yet, removed.
        Absent = "absent",
        /// It is taken for granted: we assume, should be, trusted to.
        Assumed = "assumed",
        /// It is being retired.
        Deprecated = "deprecated",
    }
}

terms! {
    /// What a component is.
    ComponentType {
        /// A person or role.
        Actor = "actor",
        /// Browser, mobile app, command line.
        Client = "client",
        /// Process, API, worker, controller, daemon, function.
        Service = "service",
        /// Load balancer, API gateway, ingress, proxy, WAF.
        Gateway = "gateway",
        /// Database, object or file store, search index.
        Datastore = "datastore",
        /// Cache.
        Cache = "cache",
        /// Broker, topic, stream, event bus.
        Queue = "queue",
        /// Identity provider.
        IdentityProvider = "identity_provider",
        /// Vault, key management.
        SecretStore = "secret_store",
        /// A third party's system.
        External = "external",
        /// A language or other learned model.
        AiModel = "ai_model",
        /// A program in which a model chooses actions.
        AiAgent = "ai_agent",
        /// CI/CD, batch job.
        Pipeline = "pipeline",
        /// Cluster, host, network.
        Infrastructure = "infrastructure",
        /// Logs, metrics, traces.
        Observability = "observability",
    }
}

terms! {
    /// Who can reach a component or endpoint.
    Exposure {
        /// Anyone.
        Internet = "internet",
        /// Named partners.
        Partner = "partner",
        /// Inside only.
        Internal = "internal",
    }
}

terms! {
    /// What kind of wall a boundary is.
    BoundaryType {
        /// Network, subnet, VPC, zone.
        Network = "network",
        /// Cluster or namespace.
        Cluster = "cluster",
        /// Cloud account, subscription, project.
        Account = "account",
        /// Tenant of a shared system.
        Tenant = "tenant",
        /// Process, container, sandbox.
        Process = "process",
        /// A user's device.
        Device = "device",
        /// Company or department.
        Organisation = "organisation",
    }
}

terms! {
    /// Whether a flow's source waits.
    FlowMode {
        /// It waits for the answer.
        Sync = "sync",
        /// It does not.
        Async = "async",
    }
}

terms! {
    /// What a data set is to those it concerns.
    Classification {
        /// About a person.
        Personal = "personal",
        /// Card and account data.
        Payment = "payment",
        /// About health.
        Health = "health",
        /// What somebody signs in with.
        Credential = "credential",
        /// What a machine signs in with.
        Secret = "secret",
        /// Money, orders, prices.
        Financial = "financial",
        /// Said to be confidential.
        Confidential = "confidential",
        /// Said to be internal.
        Internal = "internal",
        /// Said to be public.
        Public = "public",
    }
}

terms! {
    /// What a component does with data.
    Handling {
        /// Takes it from its subject or source.
        Collects = "collects",
        /// Works on it.
        Processes = "processes",
        /// Keeps it.
        Stores = "stores",
        /// Keeps it for a while.
        Caches = "caches",
        /// Writes it to logs.
        Logs = "logs",
        /// Passes it on.
        Sends = "sends",
    }
}

terms! {
    /// The families of controls.
    ControlType {
        /// Who is it.
        Authentication = "authentication",
        /// Who may; fail-closed defaults and CORS too.
        Authorization = "authorization",
        /// TLS and the like.
        EncryptionInTransit = "encryption_in_transit",
        /// Of stored data; hashing of stored credentials too.
        EncryptionAtRest = "encryption_at_rest",
        /// Checks on what comes in; size, path and SSRF limits too.
        InputValidation = "input_validation",
        /// Quotas, throttling, resource limits, denial-of-service protection.
        RateLimiting = "rate_limiting",
        /// Who did what when.
        AuditLogging = "audit_logging",
        /// Signatures, checksums, attestation.
        Integrity = "integrity",
        /// Firewalls, network policies, egress filtering.
        NetworkIsolation = "network_isolation",
        /// Sandbox, container.
        ProcessIsolation = "process_isolation",
        /// One tenant from another.
        TenantIsolation = "tenant_isolation",
        /// Vaults, rotation.
        SecretManagement = "secret_management",
        /// Alerts, scanning, detection.
        Monitoring = "monitoring",
        /// Backup and recovery.
        Backup = "backup",
        /// No more rights than needed.
        LeastPrivilege = "least_privilege",
        /// Checks on what goes out.
        OutputFiltering = "output_filtering",
        /// A person says yes first.
        HumanApproval = "human_approval",
        /// Updates.
        Patching = "patching",
        /// Kernel, host, read-only root.
        Hardening = "hardening",
        /// Not collected, not logged, deleted.
        DataMinimisation = "data_minimisation",
    }
}
