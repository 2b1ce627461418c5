//! docker-compose files.

use crate::check::claims;

#[test]
fn services_networks_and_switches() {
    let text = r#"services:
  web:
    image: harbour/web:latest
    ports: ["127.0.0.1:8080:80"]
    user: "1000:1000"
    read_only: true
    environment:
      - API_URL=http://api:9000
      - SESSION_SECRET=open-sesame-1
    networks: [front]
    cap_drop: [ALL]
  api:
    build: ./api
    privileged: true
    environment:
      DATABASE_URL: postgres://app:letmein99@store/app
      CACHE_HOST: cache
      KEY_FILE: /run/secrets/key
    secrets: [key]
    networks:
      - front
      - back
    volumes:
      - /var/run/docker.sock:/var/run/docker.sock
    deploy:
      resources:
        limits: {memory: 256M}
  store:
    image: postgres:16
    container_name: harbour-store
    networks: [back]
  cache:
    image: redis
networks:
  front:
  back:
    internal: true
"#;
    let printed = claims("docker-compose.yml", text);
    assert!(!printed.contains("letmein99") && !printed.contains("open-sesame"), "{printed}");
    insta::assert_snapshot!(printed);
}

#[test]
fn a_secret_on_the_next_line_is_not_quoted() {
    let text = "services:\n  a: {image: b}\n  x:\n    build: .\n    environment:\n      PASSWORD: hidden-words\nnetworks:\n  n:\n    token: hidden-words\n";
    let printed = claims("compose.yaml", text);
    assert!(printed.contains("\"name\":\"n\"") && !printed.contains("hidden-words"), "{printed}");
}
