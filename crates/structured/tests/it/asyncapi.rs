//! Descriptions of messages.

use crate::check::{claims, claims_among};

const VERSION_2: &str = r##"asyncapi: 2.6.0
info: { title: Tide Station, version: "1" }
servers:
  production:
    url: broker.tide.example:9093
    protocol: kafka-secure
    security: [{ scram: [] }]
channels:
  readings.raw:  # größe
    publish:
      operationId: takeReading
      message: { $ref: "#/components/messages/Reading" }
  alerts.sent:
    subscribe:
      message:
        oneOf:
          - { $ref: "#/components/messages/Alert" }
          - { $ref: "#/components/messages/Reading" }
    observe: {}
components:
  securitySchemes:
    scram: { type: scramSha512 }
  messages:
    Reading: { payload: { properties: { level: { type: number }, keeper_email: { type: string } } } }
    Alert:
      name: TideAlert
      schemaFormat: application/vnd.apache.avro;version=1.9.0
      payload:
        type: record
        name: Alert
        fields:
          - { name: phone, type: string }
"##;

#[test]
fn version_2_speaks_for_the_client() {
    insta::assert_snapshot!(claims("tide.yaml", VERSION_2));
}

#[test]
fn version_3_speaks_for_the_application() {
    let root = r##"asyncapi: 3.0.0
info: { title: Lock Keeper }
servers:
  harbour: { host: "mqtt.lock.example:1883", protocol: mqtt }
channels:
  gateOpened:
    address: gates/opened
    messages: { opened: { $ref: "messages.json#/opened" } }
  gateOrder: { address: gates/order }
operations:
  tellOpened:
    action: send
    channel: { $ref: "#/channels/gateOpened" }
    security: [{ type: userPassword }]
  takeOrder:
    action: receive
    channel: { $ref: "#/channels/gateOrder" }
    reply: { channel: { $ref: "#/channels/gateOpened" } }
  shout: { action: broadcast, channel: { $ref: "#/channels/gateOrder" } }
"##;
    let messages = r#"{"opened": {"name": "GateOpened", "payload": {"schemaFormat": "application/schema+json;version=draft-07", "schema": {"properties": {"skipper_phone": {"type": "string"}}}}, "headers": {"properties": {"api_key": {"default": "tell-nobody"}}}}}"#;
    let printed = claims_among(&[("lock.yaml", root), ("messages.json", messages)]);
    assert!(!printed.contains("tell-nobody"), "{printed}");
    insta::assert_snapshot!(printed);
}

#[test]
fn json_of_an_unknown_version_and_protocol() {
    let text = r#"{"asyncapi":"4.0.0","info":{"title":"Fog"},"servers":{"a":{"host":"fog.example:1","protocol":"carrier-pigeon"}},"channels":{"a":{"publish":{}}},"x-moon":1}"#;
    insta::assert_snapshot!(claims("fog.json", text));
}

#[test]
fn a_schema_of_a_foreign_format_is_named() {
    let text = "asyncapi: 2.0.0\ninfo: {title: Fog}\nchannels:\n  horn:\n    subscribe:\n      message:\n        schemaFormat: application/vnd.google.protobuf\n        payload: {email: x}\n";
    insta::assert_snapshot!(claims("fog.yaml", text));
}
