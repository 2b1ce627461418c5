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
