//! Properties of `CloudFormation` resources under the names of the Terraform provider: words in lower case with underscores,
//! and a table where the two call the same thing differently.

use crate::terraform::shape;
use crate::tree::{Entry, Kind, Node};

/// The properties of a resource of the provider's type `kind`.
pub(super) fn of(kind: &str, properties: &Node) -> Vec<Entry> {
    let mut body = shape::entries(properties, &|key| renamed(&snake(key)));
    body = body.into_iter().map(|entry| adapted(kind, entry)).collect();
    lifted(kind, &mut body);
    body
}

/// `DBInstanceIdentifier` is `db_instance_identifier`.
fn snake(key: &str) -> String {
    let characters: Vec<char> = key.chars().collect();
    let mut out = String::with_capacity(key.len() + 4);
    for (at, c) in characters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| characters.get(at));
        let after = characters.get(at + 1);
        let starts_word = c.is_uppercase()
            && before.is_some_and(|before| {
                before.is_lowercase() || before.is_ascii_digit() || after.is_some_and(|after| after.is_lowercase())
            });
        if starts_word {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}

fn renamed(key: &str) -> String {
    RENAMED.iter().find(|(own, _)| *own == key).map_or(key, |(_, theirs)| theirs).to_owned()
}

const RENAMED: &[(&str, &str)] = &[
    ("db_instance_identifier", "identifier"),
    ("db_cluster_identifier", "cluster_identifier"),
    ("bucket_name", "bucket"),
    ("queue_name", "name"),
    ("topic_name", "name"),
    ("table_name", "name"),
    ("role_name", "name"),
    ("cluster_name", "name"),
    ("group_name", "name"),
    ("user_pool_name", "name"),
    ("log_group_name", "name"),
    ("repository_name", "name"),
    ("service_name", "name"),
    ("assume_role_policy_document", "assume_role_policy"),
    ("policy_document", "policy"),
    ("key_policy", "policy"),
    ("vpc_security_groups", "vpc_security_group_ids"),
    ("security_group_ingress", "ingress"),
    ("security_group_egress", "egress"),
    ("group_id", "security_group_id"),
    ("cidr_ip", "cidr_ipv4"),
    ("cidr_ipv6", "cidr_ipv6"),
    ("access_control", "acl"),
    ("logging_configuration", "logging"),
    ("master_user_password", "master_password"),
    ("enable_iam_database_authentication", "iam_database_authentication_enabled"),
    ("sse_enabled", "enabled"),
    ("sse_specification", "server_side_encryption"),
    ("point_in_time_recovery_enabled", "enabled"),
    ("point_in_time_recovery_specification", "point_in_time_recovery"),
    ("encryption_at_rest_options", "encrypt_at_rest"),
    ("node_to_node_encryption_options", "node_to_node_encryption"),
    ("enable_cloudwatch_logs_exports", "enabled_cloudwatch_logs_exports"),
    ("deletion_protection", "deletion_protection"),
    ("roles", "role"),
    ("is_logging", "enable_logging"),
    ("pending_window_in_days", "deletion_window_in_days"),
];

/// Values that the two write differently.
fn adapted(kind: &str, mut entry: Entry) -> Entry {
    let text = entry.value.text().unwrap_or_default().to_owned();
    let word = match (kind, entry.key.as_str(), text.as_str()) {
        (_, "acl", "PublicRead" | "PublicReadWrite") => Some("public-read"),
        ("aws_lb" | "aws_elb", "scheme", "internal") => Some("true"),
        ("aws_lb" | "aws_elb", "scheme", "internet-facing") => Some("false"),
        _ => None,
    };
    if let Some(word) = word {
        if entry.key == "scheme" {
            "internal".clone_into(&mut entry.key);
        }
        entry.value.kind = Kind::Scalar { text: word.to_owned(), quoted: false };
    }
    entry
}

/// Blocks whose content stands one level higher there.
fn lifted(kind: &str, body: &mut Vec<Entry>) {
    let nested: &[&str] = match kind {
        "aws_s3_bucket" => &["public_access_block_configuration", "bucket_encryption"],
        "aws_cloudfront_distribution" => &["distribution_config"],
        _ => &[],
    };
    for key in nested {
        if let Some(at) = body.iter().position(|entry| entry.key == *key) {
            let entry = body.remove(at);
            body.extend(entry.value.entries().iter().cloned());
        }
    }
}
