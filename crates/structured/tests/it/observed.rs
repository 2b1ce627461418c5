//! Records of traffic.

use std::fmt::Write as _;

use crate::check::{self, claims};

#[test]
fn nginx_and_apache_lines() {
    let text = r#"203.0.113.9 - - [12/Mar/2026:10:00:00 +0000] "GET /boats/17?token=tell-nobody HTTP/1.1" 200 512 "-" "Mozilla/5.0 größe"
203.0.113.9 - ann [12/Mar/2026:10:00:01 +0000] "GET /boats/18 HTTP/1.1" 304 0 "-" "Mozilla/5.0"
203.0.113.9 - - [12/Mar/2026:10:00:02 +0000] "POST /boats HTTP/2.0" 201 12
203.0.113.9 - - [12/Mar/2026:10:00:02 +0000] "GET /wp-admin.php HTTP/1.1" 404 12 "-" "scan"
203.0.113.9 - - [12/Mar/2026:10:00:02 +0000] "GET /app.3f2a.js HTTP/1.1" 200 12 "-" "Mozilla/5.0"
203.0.113.9 - - [12/Mar/2026:10:00:03 +0000] "\x16\x03\x01" 400 150 "-" "-"
203.0.113.9 - - [12/Mar/2026:10:00:04 +0000] "GET / HTTP/1.1" 200 12 "-" "Mozilla/5.0"
203.0.113.9 - - [12/Mar/2026:10:00:05 +0000] "GET /reset/Tell9Nobody8This7Word6 HTTP/1.1" 200 12 "-" "Mozilla/5.0"
upstream timed out while reading
"#;
    let printed = claims("observed/access.log", text);
    assert!(!printed.contains("tell-nobody") && !printed.contains("Tell9Nobody"), "{printed}");
    insta::assert_snapshot!(printed);
}

#[test]
fn envoy_and_istio_lines() {
    let text = r#"[2026-03-12T10:00:00.000Z] "GET /boats/9f1c2d3e-0000-4000-8000-1234567890ab?x=1 HTTP/1.1" 200 - 0 55 4 3 "-" "curl/8" "id-1" "boats.harbour.svc.cluster.local:8080" "10.0.0.7:8080"
[2026-03-12T10:00:01.000Z] "POST /boats HTTP/2" 200 - via_upstream - "-" 9 5 4 3 "-" "grpc-go" "id-2" "quay" "10.0.0.8:8080" outbound|8080||quay.harbour.svc.cluster.local 10.0.0.1:1 10.0.0.2:2 10.0.0.3:3 - default
[2026-03-12T10:00:02.000Z] "GET /health HTTP/1.1" 200 - 0 5 4 3 "-" "probe" "id-3" "10.0.0.9" "10.0.0.9:1"
"#;
    insta::assert_snapshot!(claims("observed/envoy.log", text));
}

const SPANS: &str = r#"{
  "resourceSpans": [
    {
      "resource": { "attributes": [{ "key": "service.name", "value": { "stringValue": "harbour-web" } }] },
      "scopeSpans": [
        {
          "spans": [
            {
              "spanId": "a1", "kind": 3, "name": "GET",
              "attributes": [
                { "key": "http.request.method", "value": { "stringValue": "GET" } },
                { "key": "server.address", "value": { "stringValue": "quay.harbour.svc" } },
                { "key": "http.request.header.authorization", "value": { "stringValue": "Bearer tell-nobody" } }
              ]
            },
            {
              "spanId": "a2", "kind": "SPAN_KIND_CLIENT",
              "attributes": [
                { "key": "peer.service", "value": { "stringValue": "weather" } },
                { "key": "url.scheme", "value": { "stringValue": "https" } }
              ]
            }
          ]
        }
      ]
    },
    {
      "resource": { "attributes": [{ "key": "service.name", "value": { "stringValue": "quay" } }] },
      "scopeSpans": [
        {
          "spans": [
            {
              "spanId": "b1", "parentSpanId": "a1", "kind": 2,
              "attributes": [
                { "key": "http.request.method", "value": { "stringValue": "GET" } },
                { "key": "http.route", "value": { "stringValue": "/boats/{boatId}" } },
                { "key": "url.path", "value": { "stringValue": "/boats/17" } }
              ]
            },
            {
              "spanId": "b2", "kind": 3,
              "attributes": [
                { "key": "db.system", "value": { "stringValue": "postgresql" } },
                { "key": "db.statement", "value": { "stringValue": "select 'tell-nobody'" } },
                { "key": "server.address", "value": { "stringValue": "boats-db:5432" } }
              ]
            },
            {
              "spanId": "b3", "kind": 4,
              "attributes": [
                { "key": "messaging.system", "value": { "stringValue": "kafka" } },
                { "key": "messaging.destination.name", "value": { "stringValue": "boats.moved" } }
              ]
            },
            {
              "spanId": "b4", "kind": 2,
              "attributes": [
                { "key": "rpc.service", "value": { "stringValue": "quay.v1.Quay" } },
                { "key": "rpc.method", "value": { "stringValue": "Moor" } }
              ]
            },
            {
              "spanId": "b5", "kind": 2,
              "attributes": [
                { "key": "http.method", "value": { "stringValue": "POST" } },
                { "key": "http.target", "value": { "stringValue": "/hook?sign=tell-nobody" } }
              ]
            }
          ]
        }
      ]
    },
    {
      "resource": { "attributes": [{ "key": "service.name", "value": { "stringValue": "tide-clerk" } }] },
      "scopeSpans": [
        {
          "spans": [
            {
              "spanId": "c1", "parentSpanId": "b3", "kind": 5,
              "attributes": [{ "key": "messaging.destination.name", "value": { "stringValue": "boats.moved" } }]
            }
          ]
        }
      ]
    }
  ]
}
"#;

#[test]
fn spans_as_opentelemetry_exports_them() {
    let printed = claims("observed/traces.json", SPANS);
    assert!(!printed.contains("tell-nobody"), "{printed}");
    insta::assert_snapshot!(printed);
    let one_line: String = SPANS.lines().map(str::trim).collect();
    let statements =
        |text: &str| text.lines().filter_map(|line| line.split(" <- ").next()).map(str::to_owned).collect::<Vec<_>>();
    let lines = claims("observed/traces.jsonl", &format!("{one_line}\n{{broken\n{one_line}\n"));
    assert!(!lines.contains("tell-nobody"), "{lines}");
    let expected =
        [statements(&printed), vec!["? observed/traces.jsonl:2 not JSON: expected `\"`".to_owned()]].concat();
    assert_eq!(statements(&lines), expected);
    assert_eq!(claims("observed/traces.json", &SPANS.replace("resourceSpans", "batches")), printed);
}

#[test]
fn jaeger_traces_and_service_graphs() {
    let traces = r#"{"data":[{"traceID":"t","spans":[{"traceID":"t","spanID":"1","processID":"p1","references":[],"tags":[{"key":"span.kind","type":"string","value":"client"}]},{"traceID":"t","spanID":"2","processID":"p2","references":[{"refType":"CHILD_OF","spanID":"1"}],"tags":[{"key":"span.kind","value":"server"},{"key":"http.method","value":"PUT"},{"key":"http.target","value":"/nets/5"},{"key":"http.status_code","value":200}]}],"processes":{"p1":{"serviceName":"boat"},"p2":{"serviceName":"quay"}}}]}"#;
    let dependencies = r#"{"data":[{"parent":"boat","child":"quay","callCount":3},{"parent":"quay","child":"unknown","callCount":1}]}"#;
    let tempo = r#"{"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"traces_service_graph_request_total","client":"quay","server":"nets-postgres","connection_type":"database"},"value":[1,"3"]},{"metric":{"client":"quay","server":"catch","connection_type":"messaging_system"},"value":[1,"3"]}]}}"#;
    let metrics = r#"{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"traces_service_graph_request_total","sum":{"dataPoints":[{"attributes":[{"key":"client","value":{"stringValue":"boat"}},{"key":"server","value":{"stringValue":"quay"}}]}]}}]}]}]}"#;
    let mut printed = String::new();
    for (path, text) in [("jaeger", traces), ("dependencies", dependencies), ("tempo", tempo), ("metrics", metrics)] {
        writeln!(printed, "{path}\n{}", claims(&format!("observed/{path}.json"), text)).unwrap();
    }
    insta::assert_snapshot!(printed);
}

#[test]
fn zeek_connections() {
    let table = "#separator \\x09\n#set_separator\t,\n#path\tconn\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\tconn_state\n#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tstring\n1.0\tC1\t10.0.0.5\t50000\t10.0.0.9\t5432\ttcp\t-\t0.1\tSF\n1.1\tC2\t198.51.100.7\t50001\t10.0.0.5\t443\ttcp\tssl\t0.1\tSF\n1.2\tC3\t198.51.100.8\t50001\t10.0.0.5\t443\ttcp\tssl\t0.1\tS1\n1.3\tC4\t10.0.0.5\t1\t10.0.0.6\t80\ttcp\thttp\t0.1\tS0\n1.4\tC5\t10.0.0.5\t1\t10.0.0.7\t80\ttcp\thttp\t0.1\tRSTO\n";
    let json = "{\"ts\":1.0,\"id.orig_h\":\"10.0.0.5\",\"id.orig_p\":5,\"id.resp_h\":\"8.8.4.4\",\"id.resp_p\":53,\"proto\":\"udp\",\"service\":\"dns\",\"conn_state\":\"SF\"}\n{\"ts\":1.0,\"id.orig_h\":\"10.0.0.5\",\"id.resp_h\":\"8.8.4.4\",\"query\":\"a.example\"}\n";
    let mut printed = claims("observed/conn.log", table);
    printed.push_str(&claims("observed/conn.json", json));
    printed.push_str(&claims("observed/dns.log", &table.replace("conn\n", "dns\n")));
    insta::assert_snapshot!(printed);
}

#[test]
fn an_unknown_record_is_named() {
    assert_eq!(claims("observed/a.json", "{\"a\": 1}"), "? observed/a.json:1 a record of traffic of an unknown kind\n");
}

#[test]
fn a_large_log_is_a_few_claims() {
    let mut text = String::new();
    for number in 0..30_000 {
        writeln!(
            text,
            "10.0.0.1 - - [12/Mar/2026:10:00:00 +0000] \"GET /p{}/items/{number} HTTP/1.1\" 200 1",
            number % 3_000
        )
        .unwrap();
    }
    let document = check::document("observed/big.log", &text);
    let reading = cairn_structured::read(&document);
    check::quotes_stand(&document, &reading);
    assert_eq!(reading.claims.len(), 2_000);
    assert!(reading.claims.iter().all(|claim| claim.evidence.len() <= 3));
    let named: Vec<String> = reading.not_understood.iter().map(ToString::to_string).collect();
    assert_eq!(named, ["observed/big.log:1 and 10000 further parts"]);
}
