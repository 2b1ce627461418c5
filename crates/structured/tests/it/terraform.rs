//! Terraform files.

use crate::check::claims;

#[test]
fn stores_and_their_switches() {
    let text = r#"
resource "aws_db_instance" "ledger" {
  identifier              = "ledger-db"
  engine                  = "postgres"
  publicly_accessible     = true
  storage_encrypted       = false
  backup_retention_period = 0
  vpc_security_group_ids  = [aws_security_group.db.id]
  password                = var.password
}

resource "aws_security_group" "db" {
  name = "ledger-access" # größer
  ingress {
    from_port   = 5432
    to_port     = 5432
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_s3_bucket" "statements" {
  bucket = "statements-${var.stage}"
  tags   = { Owner = "finance" }
}

resource "aws_s3_bucket_versioning" "statements" {
  bucket = aws_s3_bucket.statements.id
  versioning_configuration { status = "Enabled" }
}

resource "aws_s3_bucket_public_access_block" "statements" {
  bucket                  = aws_s3_bucket.statements.id
  block_public_acls       = true
  block_public_policy     = false
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "azurerm_storage_account" "archive" {
  https_traffic_only_enabled = true
  min_tls_version            = "TLS1_0"
}

resource "acme_teapot" "brown" {}

module "vpc" {
  source = "../modules/vpc"
}
"#;
    insta::assert_snapshot!(claims("main.tf", text));
}

#[test]
fn programs_what_they_call_and_may_do() {
    let text = r#"
resource "aws_lambda_function" "settle" {
  function_name = "settle-payments"
  role          = aws_iam_role.settle.arn
  environment {
    variables = {
      TABLE      = aws_dynamodb_table.payments.name
      QUEUE_URL  = aws_sqs_queue.receipts.url
      API_TOKEN  = "tok_not_to_be_quoted"
      LOG_LEVEL  = "info"
    }
  }
}

resource "aws_dynamodb_table" "payments" {
  server_side_encryption { enabled = true }
  point_in_time_recovery { enabled = false }
}

resource "aws_sqs_queue" "receipts" {}
resource "aws_sqs_queue" "orders" {}

resource "aws_lambda_event_source_mapping" "orders" {
  event_source_arn = aws_sqs_queue.orders.arn
  function_name    = aws_lambda_function.settle.arn
}

resource "aws_iam_role" "settle" {
  name = "settle-role"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "settle" {
  role   = aws_iam_role.settle.id
  policy = <<EOF
{
  "Version": "2012-10-17",
  "Statement": [
    { "Effect": "Allow", "Action": ["dynamodb:PutItem"], "Resource": "${aws_dynamodb_table.payments.arn}" },
    { "Effect": "Allow", "Action": "*", "Resource": "*" }
  ]
}
EOF
}

data "aws_iam_policy_document" "reader" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["arn:aws:s3:::statements/*"]
  }
}

resource "google_cloud_run_service_iam_member" "open" {
  service = "quotes"
  role    = "roles/run.invoker"
  member  = "allUsers"
}
"#;
    let printed = claims("settle.tf", text);
    assert!(!printed.contains("tok_not"), "{printed}");
    insta::assert_snapshot!(printed);
}

#[test]
fn a_broken_file_is_named() {
    insta::assert_snapshot!(claims("broken.tf", "resource \"aws_sqs_queue\" \"q\" {\n  name = \n"));
}
