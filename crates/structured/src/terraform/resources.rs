//! Resource types of the large providers and what they are.

use cairn_model::ComponentType;

use ComponentType::{
    AiModel, Cache, Datastore, Gateway, IdentityProvider, Infrastructure, Observability, Pipeline, Queue, SecretStore,
    Service,
};

/// Type and product of a resource type that is a component.
pub(super) fn component(kind: &str) -> Option<(ComponentType, &'static str)> {
    COMPONENTS.iter().find(|(name, _, _)| *name == kind).map(|(_, kind, technology)| (*kind, *technology))
}

/// Whether the type is in a table here, or is read or passed over knowingly by one of the readers.
pub(super) fn known(kind: &str) -> bool {
    component(kind).is_some()
        || PARTS.contains(&kind)
        || PART_PREFIXES.iter().any(|prefix| kind.starts_with(prefix))
        || ["random_", "time_", "null_", "local_", "tls_", "archive_"].iter().any(|prefix| kind.starts_with(prefix))
}

const COMPONENTS: &[(&str, ComponentType, &str)] = &[
    ("aws_db_instance", Datastore, "Amazon RDS"),
    ("aws_rds_cluster", Datastore, "Amazon Aurora"),
    ("aws_dynamodb_table", Datastore, "DynamoDB"),
    ("aws_s3_bucket", Datastore, "Amazon S3"),
    ("aws_redshift_cluster", Datastore, "Amazon Redshift"),
    ("aws_opensearch_domain", Datastore, "Amazon OpenSearch"),
    ("aws_elasticsearch_domain", Datastore, "Amazon Elasticsearch"),
    ("aws_docdb_cluster", Datastore, "Amazon DocumentDB"),
    ("aws_neptune_cluster", Datastore, "Amazon Neptune"),
    ("aws_efs_file_system", Datastore, "Amazon EFS"),
    ("aws_ebs_volume", Datastore, "Amazon EBS"),
    ("aws_ecr_repository", Datastore, "Amazon ECR"),
    ("aws_elasticache_cluster", Cache, "Amazon ElastiCache"),
    ("aws_elasticache_replication_group", Cache, "Amazon ElastiCache"),
    ("aws_sqs_queue", Queue, "Amazon SQS"),
    ("aws_sns_topic", Queue, "Amazon SNS"),
    ("aws_kinesis_stream", Queue, "Amazon Kinesis"),
    ("aws_kinesis_firehose_delivery_stream", Queue, "Amazon Data Firehose"),
    ("aws_msk_cluster", Queue, "Amazon MSK"),
    ("aws_mq_broker", Queue, "Amazon MQ"),
    ("aws_cloudwatch_event_bus", Queue, "Amazon EventBridge"),
    ("aws_lambda_function", Service, "AWS Lambda"),
    ("aws_ecs_service", Service, "Amazon ECS"),
    ("aws_ecs_task_definition", Service, "Amazon ECS"),
    ("aws_instance", Service, "Amazon EC2"),
    ("aws_apprunner_service", Service, "AWS App Runner"),
    ("aws_sfn_state_machine", Service, "AWS Step Functions"),
    ("aws_batch_job_definition", Pipeline, "AWS Batch"),
    ("aws_codebuild_project", Pipeline, "AWS CodeBuild"),
    ("aws_codepipeline", Pipeline, "AWS CodePipeline"),
    ("aws_lb", Gateway, "Elastic Load Balancing"),
    ("aws_alb", Gateway, "Elastic Load Balancing"),
    ("aws_elb", Gateway, "Elastic Load Balancing"),
    ("aws_api_gateway_rest_api", Gateway, "Amazon API Gateway"),
    ("aws_apigatewayv2_api", Gateway, "Amazon API Gateway"),
    ("aws_cloudfront_distribution", Gateway, "Amazon CloudFront"),
    ("aws_wafv2_web_acl", Gateway, "AWS WAF"),
    ("aws_cognito_user_pool", IdentityProvider, "Amazon Cognito"),
    ("aws_secretsmanager_secret", SecretStore, "AWS Secrets Manager"),
    ("aws_ssm_parameter", SecretStore, "AWS Systems Manager Parameter Store"),
    ("aws_kms_key", SecretStore, "AWS KMS"),
    ("aws_eks_cluster", Infrastructure, "Amazon EKS"),
    ("aws_ecs_cluster", Infrastructure, "Amazon ECS"),
    ("aws_cloudwatch_log_group", Observability, "Amazon CloudWatch Logs"),
    ("aws_cloudtrail", Observability, "AWS CloudTrail"),
    ("aws_bedrockagent_agent", ComponentType::AiAgent, "Amazon Bedrock"),
    ("aws_sagemaker_endpoint", AiModel, "Amazon SageMaker"),
    ("google_sql_database_instance", Datastore, "Cloud SQL"),
    ("google_storage_bucket", Datastore, "Cloud Storage"),
    ("google_bigquery_dataset", Datastore, "BigQuery"),
    ("google_spanner_instance", Datastore, "Spanner"),
    ("google_firestore_database", Datastore, "Firestore"),
    ("google_artifact_registry_repository", Datastore, "Artifact Registry"),
    ("google_redis_instance", Cache, "Memorystore"),
    ("google_pubsub_topic", Queue, "Pub/Sub"),
    ("google_pubsub_subscription", Queue, "Pub/Sub"),
    ("google_cloud_run_service", Service, "Cloud Run"),
    ("google_cloud_run_v2_service", Service, "Cloud Run"),
    ("google_cloudfunctions_function", Service, "Cloud Functions"),
    ("google_cloudfunctions2_function", Service, "Cloud Functions"),
    ("google_compute_instance", Service, "Compute Engine"),
    ("google_container_cluster", Infrastructure, "GKE"),
    ("google_compute_global_forwarding_rule", Gateway, "Cloud Load Balancing"),
    ("google_api_gateway_gateway", Gateway, "API Gateway"),
    ("google_secret_manager_secret", SecretStore, "Secret Manager"),
    ("google_kms_crypto_key", SecretStore, "Cloud KMS"),
    ("azurerm_storage_account", Datastore, "Azure Storage"),
    ("azurerm_mssql_server", Datastore, "Azure SQL"),
    ("azurerm_mssql_database", Datastore, "Azure SQL"),
    ("azurerm_postgresql_server", Datastore, "Azure Database for PostgreSQL"),
    ("azurerm_postgresql_flexible_server", Datastore, "Azure Database for PostgreSQL"),
    ("azurerm_mysql_flexible_server", Datastore, "Azure Database for MySQL"),
    ("azurerm_cosmosdb_account", Datastore, "Cosmos DB"),
    ("azurerm_container_registry", Datastore, "Azure Container Registry"),
    ("azurerm_search_service", Datastore, "Azure AI Search"),
    ("azurerm_redis_cache", Cache, "Azure Cache for Redis"),
    ("azurerm_servicebus_namespace", Queue, "Azure Service Bus"),
    ("azurerm_servicebus_queue", Queue, "Azure Service Bus"),
    ("azurerm_eventhub", Queue, "Azure Event Hubs"),
    ("azurerm_eventhub_namespace", Queue, "Azure Event Hubs"),
    ("azurerm_linux_web_app", Service, "Azure App Service"),
    ("azurerm_windows_web_app", Service, "Azure App Service"),
    ("azurerm_app_service", Service, "Azure App Service"),
    ("azurerm_linux_function_app", Service, "Azure Functions"),
    ("azurerm_container_app", Service, "Azure Container Apps"),
    ("azurerm_linux_virtual_machine", Service, "Azure Virtual Machines"),
    ("azurerm_kubernetes_cluster", Infrastructure, "AKS"),
    ("azurerm_application_gateway", Gateway, "Azure Application Gateway"),
    ("azurerm_api_management", Gateway, "Azure API Management"),
    ("azurerm_lb", Gateway, "Azure Load Balancer"),
    ("azurerm_key_vault", SecretStore, "Azure Key Vault"),
    ("azurerm_log_analytics_workspace", Observability, "Azure Monitor"),
    ("azurerm_application_insights", Observability, "Application Insights"),
    ("azurerm_cognitive_account", AiModel, "Azure AI services"),
];

/// Types that describe a component of another resource, or that a reader here knows.
const PARTS: &[&str] = &[
    "aws_security_group", "aws_security_group_rule", "aws_vpc_security_group_ingress_rule",
    "aws_vpc_security_group_egress_rule", "aws_lambda_permission", "aws_lambda_event_source_mapping", "aws_flow_log",
    "aws_sns_topic_subscription", "aws_cloudwatch_event_target", "aws_cloudwatch_event_rule", "aws_wafv2_web_acl_association",
    "aws_cloudwatch_metric_alarm", "aws_vpc", "aws_subnet", "aws_route", "aws_route_table", "aws_internet_gateway",
    "aws_nat_gateway", "aws_eip", "aws_route_table_association", "aws_db_subnet_group", "aws_db_parameter_group",
    "aws_elasticache_subnet_group", "aws_rds_cluster_instance", "aws_acm_certificate", "aws_secretsmanager_secret_version",
    "aws_secretsmanager_secret_rotation", "aws_kms_alias", "aws_network_acl", "aws_sqs_queue_policy", "aws_vpc_endpoint",
    "aws_ecr_lifecycle_policy", "aws_key_pair", "aws_autoscaling_group", "aws_launch_template", "aws_eks_node_group",
    "google_project_service", "google_sql_database", "google_sql_user", "google_secret_manager_secret_version",
    "google_cloud_run_service_iam_member", "google_cloud_run_v2_service_iam_member", "google_container_node_pool",
    "google_project_iam_member", "google_project_iam_binding", "google_storage_bucket_iam_member",
    "google_storage_bucket_iam_binding", "google_service_account", "azurerm_resource_group", "azurerm_role_assignment",
    "azurerm_key_vault_secret", "azurerm_storage_container", "azurerm_subnet", "azurerm_virtual_network",
    "azurerm_service_plan", "azurerm_user_assigned_identity", "azurerm_subnet_network_security_group_association",
    "azurerm_public_ip", "azurerm_network_interface",
];

const PART_PREFIXES: &[&str] = &[
    "aws_iam_", "aws_s3_bucket_", "aws_lb_", "aws_alb_", "aws_api_gateway_", "aws_apigatewayv2_", "aws_route53_",
    "aws_cognito_", "aws_backup_", "aws_appautoscaling_", "google_compute_", "google_dns_", "azurerm_dns_",
    "azurerm_network_security_", "azurerm_mssql_", "azurerm_monitor_", "azurerm_private_",
];
