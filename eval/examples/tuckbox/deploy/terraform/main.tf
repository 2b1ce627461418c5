terraform {
  required_version = ">= 1.9"
}

provider "aws" {
  region = "eu-central-1"
}

resource "aws_vpc" "main" {
  cidr_block = "10.40.0.0/16"
}

resource "aws_security_group" "parcel_db" {
  name   = "parcel-db"
  vpc_id = aws_vpc.main.id

  ingress {
    description = "cluster"
    from_port   = 5432
    to_port     = 5432
    protocol    = "tcp"
    cidr_blocks = ["10.40.0.0/16"]
  }
}

resource "aws_security_group" "reporting_replica" {
  name   = "reporting-replica"
  vpc_id = aws_vpc.main.id

  ingress {
    description = "Glasspane, until the VPN is up"
    from_port   = 5432
    to_port     = 5432
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

# Imported from the old account. Turning encryption on needs a restore from a snapshot.
resource "aws_db_instance" "parcel_db" {
  identifier              = "parcel-db"
  engine                  = "postgres"
  engine_version          = "16.4"
  instance_class          = "db.r6g.xlarge"
  allocated_storage       = 400
  multi_az                = true
  storage_encrypted       = false
  publicly_accessible     = false
  backup_retention_period = 7
  deletion_protection     = true
  vpc_security_group_ids  = [aws_security_group.parcel_db.id]
}

resource "aws_db_instance" "reporting_replica" {
  identifier             = "reporting-replica"
  replicate_source_db    = aws_db_instance.parcel_db.identifier
  instance_class         = "db.r6g.large"
  publicly_accessible    = true
  vpc_security_group_ids = [aws_security_group.reporting_replica.id]
}

resource "aws_s3_bucket" "labels" {
  bucket = "tuckbox-labels"
}

resource "aws_s3_bucket_server_side_encryption_configuration" "labels" {
  bucket = aws_s3_bucket.labels.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "aws:kms"
    }
  }
}

resource "aws_s3_bucket_public_access_block" "labels" {
  bucket                  = aws_s3_bucket.labels.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_lifecycle_configuration" "labels" {
  bucket = aws_s3_bucket.labels.id

  rule {
    id     = "id-photos"
    status = "Enabled"

    filter {
      prefix = "id-photos/"
    }

    expiration {
      days = 365
    }
  }
}

resource "aws_iam_role" "parcel_api" {
  name = "parcel-api"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "pods.eks.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "parcel_api_labels" {
  name = "labels"
  role = aws_iam_role.parcel_api.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "s3:*"
      Resource = "*"
    }]
  })
}

resource "aws_secretsmanager_secret" "stripe" {
  name = "money/stripe"
}
