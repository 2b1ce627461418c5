//! `PlantUML` diagrams.

use crate::check::claims;

#[test]
fn a_component_diagram() {
    let text = r#"@startuml
skinparam monochrome true
' comment -> nothing
actor Skipper
package "Harbour office" {
  [Berth Planner] as planner
  database "Tide Tables" as tides
  queue "Arrivals" as arrivals
}
cloud "Weather Bureau" as weather
Skipper --> planner : HTTPS
planner -down-> tides : reads tide levels
planner ..> weather
arrivals <- planner
planner -- Skipper
note right of planner
  a -> b
end note
@enduml
"#;
    insta::assert_snapshot!(claims("berths.puml", text));
}

#[test]
fn a_sequence_and_c4_in_markdown() {
    let text = r#"# Calls

```plantuml
@startuml
participant "Gate" as g
g -> Warehouse : POST /deliveries
Warehouse --> g : accepted
@enduml
```

```plantuml
!include <C4/C4_Container>
Person_Ext(driver, "Driver")
Container_Boundary(yard, "Yard systems") {
  ContainerQueue(slots, "Slot Queue", "RabbitMQ")
}
Rel_D(driver, slots, "books slots", "AMQP")
```

```plantuml
class Ship
Ship -> Cargo
```
"#;
    insta::assert_snapshot!(claims("docs/calls.md", text));
}

#[test]
fn nested_packages_includes_and_tags() {
    let text = r#"@startuml
!include <C4/C4_Container>
!include ../shared/quays.puml
AddElementTag("old", $bgColor="gray")
package "Quay network" {
  together {
    component "Crane Control" as crane
    component Winch
  }
  queue Alarms
}
crane -[#red]-> Winch : MQTT
crane -> Alarms : publishes alarms
Deployment_Node(host, "Edge host", "Linux") {
  Container(agent, "Agent", "Rust")
}
Rel_Back(crane, agent, "reads metrics", "HTTPS")
|||
@enduml
"#;
    insta::assert_snapshot!(claims("quay.puml", text));
}
