//! Terraform plans as JSON.

use crate::check::claims;

const PLAN: &str = r#"{
  "format_version": "1.2",
  "terraform_version": "1.14.0",
  "planned_values": {
    "root_module": {
      "resources": [
        {
          "address": "aws_db_instance.ledger",
          "mode": "managed",
          "type": "aws_db_instance",
          "name": "ledger",
          "values": {
            "identifier": "ledger",
            "engine": "postgres",
            "publicly_accessible": true,
            "storage_encrypted": false,
            "password": "open-sesame-9"
          },
          "sensitive_values": {"password": true}
        },
        {
          "address": "aws_security_group.ledger",
          "mode": "managed",
          "type": "aws_security_group",
          "name": "ledger",
          "values": {
            "name": "ledger-access",
            "ingress": [
              {"from_port": 5432, "to_port": 5432, "cidr_blocks": ["0.0.0.0/0"]}
            ]
          }
        },
        {
          "address": "aws_iam_policy.clerk",
          "mode": "managed",
          "type": "aws_iam_policy",
          "name": "clerk",
          "values": {
            "policy": "{\"Statement\":[{\"Action\":[\"s3:GetObject\"],\"Effect\":\"Allow\",\"Resource\":\"*\"}]}"
          }
        }
      ],
      "child_modules": [
        {
          "address": "module.errands",
          "resources": [
            {
              "address": "module.errands.aws_lambda_function.runner",
              "mode": "managed",
              "type": "aws_lambda_function",
              "name": "runner",
              "values": {"function_name": "errand-runner", "environment": [{"variables": {}}]}
            },
            {
              "address": "module.errands.aws_sqs_queue.list",
              "mode": "managed",
              "type": "aws_sqs_queue",
              "name": "list",
              "values": {"name": "errands", "sqs_managed_sse_enabled": true}
            }
          ]
        }
      ]
    }
  },
  "resource_changes": [
    {
      "address": "aws_s3_bucket.attic",
      "type": "aws_s3_bucket",
      "name": "attic",
      "change": {"actions": ["delete"]}
    }
  ],
  "configuration": {
    "root_module": {
      "resources": [
        {
          "address": "aws_db_instance.ledger",
          "type": "aws_db_instance",
          "name": "ledger",
          "expressions": {
            "vpc_security_group_ids": {"references": ["aws_security_group.ledger.id", "aws_security_group.ledger"]},
            "password": {"references": ["var.ledger_password"]}
          }
        }
      ],
      "module_calls": {
        "errands": {
          "module": {
            "resources": [
              {
                "address": "aws_lambda_function.runner",
                "type": "aws_lambda_function",
                "name": "runner",
                "expressions": {
                  "environment": [
                    {"variables": {"references": ["aws_sqs_queue.list.url", "aws_sqs_queue.list"]}}
                  ]
                }
              }
            ]
          }
        }
      }
    }
  }
}
"#;

#[test]
fn planned_values_references_and_what_is_destroyed() {
    let printed = claims("deploy/plan.json", PLAN);
    assert!(!printed.contains("open-sesame"), "{printed}");
    insta::assert_snapshot!(printed);
}

#[test]
fn a_plan_on_one_line_is_read_alike_and_leaks_nothing() {
    let one_line: String = PLAN.lines().map(str::trim).collect();
    let statements = |printed: &str| -> Vec<String> {
        printed.lines().filter_map(|line| line.split_once(" <- ")).map(|(statement, _)| statement.to_owned()).collect()
    };
    let printed = claims("deploy/plan.json", &one_line);
    assert!(!printed.contains("open-sesame"), "{printed}");
    assert_eq!(statements(&printed), statements(&claims("deploy/plan.json", PLAN)));
}
