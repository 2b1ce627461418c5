//! Attributes that turn a protection on or off. One table: where the switch stands, what it protects, when it is on.

use cairn_model::ControlType;

use super::{File, Resource};
use crate::facts::Facts;
use crate::tree::{Entry, Node};

use ControlType::{
    AuditLogging, Authentication, Authorization, Backup, EncryptionAtRest, EncryptionInTransit, Hardening, Integrity,
    LeastPrivilege, Monitoring, NetworkIsolation, SecretManagement,
};

/// When a switch counts as on.
#[derive(Clone, Copy)]
enum When {
    /// `true` is on, `false` is off.
    True,
    /// The other way round.
    False,
    /// One of these words is on, any other literal is off.
    Is(&'static [&'static str]),
    /// A number above zero is on, zero is off.
    AboveZero,
    /// On when it is there at all.
    Present,
}

/// Path of the switch inside the resource, control, mechanism.
const SWITCHES: &[(&[&str], When, ControlType, &str)] = &[
    (&["encryption_at_rest_enabled"], When::True, EncryptionAtRest, "storage encryption"),
    (&["transparent_data_encryption_enabled"], When::True, EncryptionAtRest, "transparent data encryption"),
    (&["customer_managed_key"], When::Present, EncryptionAtRest, "customer-managed key"),
    (&["disk_encryption_set_id"], When::Present, EncryptionAtRest, "disk encryption set"),
    (&["encryption_at_host_enabled"], When::True, EncryptionAtRest, "encryption at host"),
    (&["database_encryption", "state"], When::Is(&["ENCRYPTED"]), EncryptionAtRest, "secrets encryption"),
    (&["disk_encryption_key"], When::Present, EncryptionAtRest, "customer-supplied disk key"),
    (&["settings", "disk_encryption_configuration"], When::Present, EncryptionAtRest, "disk encryption"),
    (&["storage_encrypted"], When::True, EncryptionAtRest, "storage encryption"),
    (&["encrypted"], When::True, EncryptionAtRest, "storage encryption"),
    (&["at_rest_encryption_enabled"], When::True, EncryptionAtRest, "storage encryption"),
    (&["encrypt_at_rest", "enabled"], When::True, EncryptionAtRest, "storage encryption"),
    (&["server_side_encryption", "enabled"], When::True, EncryptionAtRest, "server-side encryption"),
    (&["root_block_device", "encrypted"], When::True, EncryptionAtRest, "root volume encryption"),
    (&["ebs_block_device", "encrypted"], When::True, EncryptionAtRest, "volume encryption"),
    (&["sqs_managed_sse_enabled"], When::True, EncryptionAtRest, "server-side encryption"),
    (&["infrastructure_encryption_enabled"], When::True, EncryptionAtRest, "infrastructure encryption"),
    (&["kms_key_id"], When::Present, EncryptionAtRest, "KMS key"),
    (&["kms_master_key_id"], When::Present, EncryptionAtRest, "KMS key"),
    (&["kms_key_arn"], When::Present, EncryptionAtRest, "KMS key"),
    (&["kms_key_name"], When::Present, EncryptionAtRest, "KMS key"),
    (&["encryption", "default_kms_key_name"], When::Present, EncryptionAtRest, "KMS key"),
    (&["encryption_configuration"], When::Present, EncryptionAtRest, "encryption configuration"),
    (&["encryption_config"], When::Present, EncryptionAtRest, "secrets encryption"),
    (&["server_side_encryption_configuration"], When::Present, EncryptionAtRest, "server-side encryption"),
    (&["rule", "apply_server_side_encryption_by_default"], When::Present, EncryptionAtRest, "server-side encryption"),
    (
        &["server_side_encryption_configuration", "server_side_encryption_by_default"],
        When::Present,
        EncryptionAtRest,
        "server-side encryption",
    ),
    (&["transit_encryption_enabled"], When::True, EncryptionInTransit, "TLS"),
    (&["node_to_node_encryption", "enabled"], When::True, EncryptionInTransit, "TLS between nodes"),
    (&["domain_endpoint_options", "enforce_https"], When::True, EncryptionInTransit, "HTTPS"),
    (&["https_only"], When::True, EncryptionInTransit, "HTTPS"),
    (&["enable_https_traffic_only"], When::True, EncryptionInTransit, "HTTPS"),
    (&["https_traffic_only_enabled"], When::True, EncryptionInTransit, "HTTPS"),
    (&["ssl_enforcement_enabled"], When::True, EncryptionInTransit, "TLS"),
    (&["enable_non_ssl_port"], When::False, EncryptionInTransit, "TLS only"),
    (&["settings", "ip_configuration", "require_ssl"], When::True, EncryptionInTransit, "TLS"),
    (
        &["default_cache_behavior", "viewer_protocol_policy"],
        When::Is(&["redirect-to-https", "https-only"]),
        EncryptionInTransit,
        "HTTPS to viewers",
    ),
    (
        &["settings", "ip_configuration", "ssl_mode"],
        When::Is(&["ENCRYPTED_ONLY", "TRUSTED_CLIENT_CERTIFICATE_REQUIRED"]),
        EncryptionInTransit,
        "TLS",
    ),
    (&["transit_encryption_mode"], When::Is(&["SERVER_AUTHENTICATION"]), EncryptionInTransit, "TLS"),
    (&["encryption_info", "encryption_in_transit", "client_broker"], When::Is(&["TLS"]), EncryptionInTransit, "TLS"),
    (&["non_ssl_port_enabled"], When::False, EncryptionInTransit, "TLS only"),
    (&["ssl_policy"], When::Present, EncryptionInTransit, "TLS policy"),
    (&["deletion_protection"], When::True, Backup, "deletion protection"),
    (&["soft_delete_retention_days"], When::AboveZero, Backup, "soft delete"),
    (&["geo_redundant_backup_enabled"], When::True, Backup, "geo-redundant backups"),
    (
        &["settings", "backup_configuration", "point_in_time_recovery_enabled"],
        When::True,
        Backup,
        "point-in-time recovery",
    ),
    (&["backup_retention_period"], When::AboveZero, Backup, "automated backups"),
    (&["snapshot_retention_limit"], When::AboveZero, Backup, "snapshots"),
    (&["backup_retention_days"], When::AboveZero, Backup, "automated backups"),
    (&["point_in_time_recovery", "enabled"], When::True, Backup, "point-in-time recovery"),
    (&["settings", "backup_configuration", "enabled"], When::True, Backup, "automated backups"),
    (&["versioning", "enabled"], When::True, Backup, "versioning"),
    (&["versioning_configuration", "status"], When::Is(&["Enabled"]), Backup, "versioning"),
    (&["skip_final_snapshot"], When::False, Backup, "final snapshot"),
    (&["access_logs", "enabled"], When::True, AuditLogging, "access logs"),
    (&["logging"], When::Present, AuditLogging, "access logs"),
    (&["enabled_cloudwatch_logs_exports"], When::Present, AuditLogging, "log export"),
    (&["enabled_cluster_log_types"], When::Present, AuditLogging, "control plane logs"),
    (&["enable_logging"], When::True, AuditLogging, "trail logging"),
    (&["enable_log_file_validation"], When::True, Integrity, "log file validation"),
    (&["image_tag_mutability"], When::Is(&["IMMUTABLE"]), Integrity, "immutable image tags"),
    (&["image_scanning_configuration", "scan_on_push"], When::True, Monitoring, "image scan on push"),
    (&["network_rules", "default_action"], When::Is(&["Deny"]), NetworkIsolation, "storage firewall"),
    (&["network_acls", "default_action"], When::Is(&["Deny"]), NetworkIsolation, "network ACL"),
    (&["private_cluster_config", "enable_private_nodes"], When::True, NetworkIsolation, "private nodes"),
    (&["private_cluster_enabled"], When::True, NetworkIsolation, "private cluster"),
    (&["master_authorized_networks_config"], When::Present, NetworkIsolation, "authorized networks"),
    (&["public_access_prevention"], When::Is(&["enforced"]), Authorization, "public access blocked"),
    (&["workload_identity_config"], When::Present, Authentication, "workload identity"),
    (&["azure_active_directory_role_based_access_control"], When::Present, Authorization, "Microsoft Entra ID RBAC"),
    (&["auth_settings", "enabled"], When::True, Authentication, "App Service authentication"),
    (&["client_certificate_enabled"], When::True, Authentication, "client certificate"),
    (&["client_cert_enabled"], When::True, Authentication, "client certificate"),
    (&["auth_token"], When::Present, Authentication, "AUTH token"),
    (&["auth_enabled"], When::True, Authentication, "AUTH token"),
    (
        &["authorization"],
        When::Is(&["AWS_IAM", "COGNITO_USER_POOLS", "CUSTOM", "JWT"]),
        Authentication,
        "API authorizer",
    ),
    (
        &["authorization_type"],
        When::Is(&["AWS_IAM", "COGNITO_USER_POOLS", "CUSTOM", "JWT"]),
        Authentication,
        "API authorizer",
    ),
    (&["shielded_instance_config", "enable_secure_boot"], When::True, Hardening, "secure boot"),
    (&["enable_binary_authorization"], When::True, Integrity, "binary authorization"),
    (&["performance_insights_enabled"], When::True, Monitoring, "performance insights"),
    (&["iam_database_authentication_enabled"], When::True, Authentication, "IAM database authentication"),
    (&["mfa_configuration"], When::Is(&["ON"]), Authentication, "MFA"),
    (&["metadata_options", "http_tokens"], When::Is(&["required"]), Hardening, "IMDSv2"),
    (&["enable_key_rotation"], When::True, SecretManagement, "key rotation"),
    (&["uniform_bucket_level_access"], When::True, Authorization, "uniform bucket-level access"),
    (&["enable_rbac_authorization"], When::True, Authorization, "RBAC"),
    (&["role_based_access_control_enabled"], When::True, Authorization, "RBAC"),
    (&["local_auth_enabled"], When::False, Authentication, "identity provider only"),
    (&["admin_enabled"], When::False, LeastPrivilege, "no admin account"),
    (&["shared_access_key_enabled"], When::False, LeastPrivilege, "no shared access keys"),
    (&["purge_protection_enabled"], When::True, Backup, "purge protection"),
    (&["privileged_mode"], When::False, LeastPrivilege, "unprivileged builds"),
    (&["environment", "privileged_mode"], When::False, LeastPrivilege, "unprivileged builds"),
];

/// Reads every switch that the resource states.
pub(super) fn read(resource: &Resource<'_>, file: &File<'_>, facts: &mut Facts<'_>) {
    if resource.is_data_source() {
        return;
    }
    let name = protected(resource, file);
    for (path, when, family, mechanism) in SWITCHES {
        let Some(entry) = resource.body().entry_at(path) else { continue };
        if let Some(on) = is_on(*when, entry) {
            facts.switch(on, *family, &name, mechanism, &resource.with([entry.place()]));
        }
    }
    minimum_tls(resource, &name, facts);
    sibling(resource, &name, facts);
}

/// The resource itself or, for the ones that configure another (`aws_s3_bucket_versioning`), that other.
fn protected(resource: &Resource<'_>, file: &File<'_>) -> String {
    if resource.component.is_none() {
        for key in ["bucket", "secret_id", "cluster_identifier", "resource_arn"] {
            let target = resource.body().get(key).map(|value| file.references(value)).unwrap_or_default();
            if let Some(target) = target.first() {
                return target.name.clone();
            }
        }
    }
    resource.name.clone()
}

fn is_on(when: When, entry: &Entry) -> Option<bool> {
    let value = &entry.value;
    match when {
        When::True => value.as_bool(),
        When::False => value.as_bool().map(|on| !on),
        When::Is(words) => value.text().map(|text| words.contains(&text)),
        When::AboveZero => value.text().and_then(|text| text.parse::<f64>().ok()).map(|number| number > 0.0),
        When::Present => (!value.is_null() && value.text() != Some("")).then_some(true),
    }
}

/// Versions of TLS that are no longer safe are stated as such.
fn minimum_tls(resource: &Resource<'_>, name: &str, facts: &mut Facts<'_>) {
    let paths =
        [&["min_tls_version"][..], &["minimum_tls_version"], &["viewer_certificate", "minimum_protocol_version"]];
    for entry in paths.iter().filter_map(|path| resource.body().entry_at(path)) {
        let Some(version) = entry.value.name() else { continue };
        let current = ["1.2", "1.3", "1_2", "1_3"].iter().any(|number| version.contains(number));
        facts.switch(current, EncryptionInTransit, name, "TLS 1.2 or newer", &resource.with([entry.place()]));
    }
}

/// Resources that are a control by being there.
fn sibling(resource: &Resource<'_>, name: &str, facts: &mut Facts<'_>) {
    let found = match resource.kind {
        "aws_s3_bucket_server_side_encryption_configuration" => (EncryptionAtRest, "server-side encryption"),
        "aws_s3_bucket_logging" => (AuditLogging, "access logs"),
        "aws_cloudtrail" => (AuditLogging, "AWS CloudTrail"),
        "aws_flow_log" => (AuditLogging, "VPC flow logs"),
        "aws_secretsmanager_secret_rotation" => (SecretManagement, "secret rotation"),
        "aws_backup_plan" => (Backup, "AWS Backup"),
        "aws_cloudwatch_metric_alarm" => (Monitoring, "alarm"),
        "aws_s3_bucket_public_access_block" | "aws_s3_bucket" => return public_access_block(resource, name, facts),
        _ => return,
    };
    facts.protects(found.0, name, found.1, &[resource.head()]);
}

fn public_access_block(resource: &Resource<'_>, name: &str, facts: &mut Facts<'_>) {
    let keys = ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"];
    let entries: Vec<&Entry> = keys.iter().filter_map(|key| resource.body().entry(key)).collect();
    let places = resource.with(entries.iter().map(|entry| entry.place()));
    let values: Vec<Option<bool>> = entries.iter().map(|entry| Node::as_bool(&entry.value)).collect();
    if values.len() == keys.len() && values.iter().all(|value| *value == Some(true)) {
        facts.protects(Authorization, name, "public access blocked", &places);
    } else if values.contains(&Some(false)) {
        facts.lacks(Authorization, name, "public access blocked", &places);
    }
}
