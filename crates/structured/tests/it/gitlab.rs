//! GitLab CI files.

use crate::check::claims;

#[test]
fn a_pipeline_with_includes_jobs_and_environments() {
    let text = r#"stages: [build, deploy]
include:
  - local: /ci/checks.yml
  - project: harbour/pipelines
    ref: main
    file: /sign.yml
  - component: gitlab.example.test/harbour/scan@0123456789abcdef0123456789abcdef01234567
  - remote: https://ci.example.test/lint.yml
workflow:
  name: Berths
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
    - if: $CI_COMMIT_BRANCH == "main"
default:
  image: registry.example.test/build@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
variables:
  TIDE_URL: https://tides.example.test
  DEPLOY_TOKEN: "ship-it-42-now"
  DOCKER_TLS_CERTDIR: ""
.template:
  tags: [shared]
build:
  stage: build
  image: rust:latest
  services: [docker:dind]
  script: [make]
deploy:
  stage: deploy
  environment: {name: production, url: https://berths.example.test}
  id_tokens:
    VAULT_ID_TOKEN: {aud: https://vault.example.test}
  secrets:
    DATABASE_PASSWORD:
      vault: harbour/db/password@ops
  when: manual
  identity: google_cloud
  script: [./deploy.sh]
notify:
  trigger: {project: harbour/announcements}
"#;
    let printed = claims(".gitlab-ci.yml", text);
    assert!(!printed.contains("ship-it-42"), "{printed}");
    insta::assert_snapshot!(printed);
}

#[test]
fn references_and_broken_files() {
    let text = "job:\n  script:\n    - !reference [.setup, script]\n    - make\n  variables: {A_TOKEN: abc123\n";
    let printed = claims("team/.gitlab-ci.yml", text);
    assert!(printed.contains("not YAML") && !printed.contains("abc123"), "{printed}");
}
