//! `CloudFormation` and SAM templates.

use crate::check::claims;

#[test]
fn a_template_with_short_tags() {
    let text = r#"AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  LedgerPassword: {Type: String, NoEcho: true}
  MailToken:
    Type: String
    Default: winter-harbour-7
Resources:
  Ledger:
    Type: AWS::RDS::DBInstance
    Properties:
      DBInstanceIdentifier: ledger
      Engine: postgres
      StorageEncrypted: false
      PubliclyAccessible: true
      BackupRetentionPeriod: 0
      MasterUserPassword: !Ref LedgerPassword
      VPCSecurityGroups: [!GetAtt LedgerAccess.GroupId]
  LedgerAccess:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: who may reach the ledger
      SecurityGroupIngress:
        - IpProtocol: tcp
          FromPort: 5432
          ToPort: 5432
          CidrIp: 0.0.0.0/0
  Statements:
    Type: AWS::S3::Bucket
    Condition: KeepStatements
    Properties:
      BucketEncryption:
        ServerSideEncryptionConfiguration:
          - ServerSideEncryptionByDefault: {SSEAlgorithm: aws:kms}
      PublicAccessBlockConfiguration:
        BlockPublicAcls: true
        BlockPublicPolicy: true
        IgnorePublicAcls: true
        RestrictPublicBuckets: true
  Clerk:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: clerk
      Role: !GetAtt ClerkRole.Arn
      Environment:
        Variables:
          BUCKET: !Ref Statements
          QUEUE_URL: !Sub "https://queue/${Errands.QueueName}"
  ClerkRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "sts:AssumeRole"}]
      Policies:
        - PolicyName: errands
          PolicyDocument:
            Statement:
              - Effect: Allow
                Action: ["sqs:SendMessage"]
                Resource: !GetAtt Errands.Arn
              - Effect: Deny
                Action: "s3:*"
                Resource: "*"
  Errands:
    Type: AWS::SQS::Queue
    Properties: {SqsManagedSseEnabled: true}
  Teapot:
    Type: Acme::Kitchen::Teapot
"#;
    let printed = claims("deploy/ledger.yaml", text);
    assert!(!printed.contains("winter-harbour"), "{printed}");
    insta::assert_snapshot!(printed);
}

#[test]
fn json_and_serverless_functions() {
    let text = r#"{
  "AWSTemplateFormatVersion": "2010-09-09",
  "Transform": "AWS::Serverless-2016-10-31",
  "Resources": {
    "Tides": {
      "Type": "AWS::Serverless::Function",
      "Properties": {
        "Runtime": "python3.13",
        "Environment": {"Variables": {"TABLE": {"Ref": "Levels"}}},
        "Events": {
          "Read": {"Type": "Api", "Properties": {"Path": "/tides/{port}", "Method": "get", "Auth": {"Authorizer": "NONE"}}},
          "New": {"Type": "SQS", "Properties": {"Queue": {"Fn::GetAtt": ["Readings", "Arn"]}}}
        }
      }
    },
    "Levels": {"Type": "AWS::DynamoDB::Table", "Properties": {
      "SSESpecification": {"SSEEnabled": true},
      "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": false}
    }},
    "Readings": {"Type": "AWS::SQS::Queue"}
  }
}
"#;
    insta::assert_snapshot!(claims("deploy/tides.json", text));
}
