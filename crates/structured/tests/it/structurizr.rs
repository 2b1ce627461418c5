//! Structurizr workspaces.

use crate::check::claims;

#[test]
fn a_workspace_with_deployment() {
    let text = r#"workspace "Harbour" "Berths and tides" {
    !identifiers hierarchical
    !docs documentation
    model {
        skipper = person "Skipper" "Brings ships in"
        group "Harbour office" {
            berths = softwareSystem "Berth System" "Plans berths" {
                web = container "Planner" "Shows free berths" "Rust, axum"
                store = container "Berth Store" "Keeps bookings" "PostgreSQL" "Database" {
                    tags "Encrypted"
                }
                web -> store "reads bookings" "SQL"
            }
        }
        weather = softwareSystem "Weather Bureau" "Forecasts" "External"
        skipper -> berths.web "Books berths" "HTTPS"
        berths.web -> weather "fetches forecasts" { // a comment
            technology "gRPC"
        }
        live = deploymentEnvironment "Live" {
            deploymentNode "Production VPC" "" "AWS" {
                containerInstance berths.web
                gate = infrastructureNode "Edge Proxy" "" "Envoy"
                gate -> berths.web "forwards" "HTTPS"
            }
        }
    }
    views {
        systemContext berths "context" {
            include *
            autoLayout
        }
        dynamic berths {
            skipper -> weather "asks for storm warnings"
        }
        styles {
            element "Database" { shape Cylinder }
        }
    }
    !include more.dsl
    teapot "Brown"
}
"#;
    insta::assert_snapshot!(claims("workspace.dsl", text));
}
