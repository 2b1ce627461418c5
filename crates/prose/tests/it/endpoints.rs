use crate::check::{PARTS, has, lacks, lines};

fn endpoints(text: &str) -> Vec<String> {
    lines("endpoint", &format!("{PARTS}## API\n\n{text}\n"))
}

#[test]
fn a_method_before_a_path_is_an_endpoint() {
    has(&endpoints("Clients call `POST /v1/orders` on the order service."), "POST /v1/orders: implemented");
}

#[test]
fn a_path_in_a_code_span_that_is_spoken_of_as_one_is_an_endpoint() {
    has(&endpoints("The `/healthz` endpoint of the order service answers probes."), "any /healthz: implemented");
}

#[test]
fn a_file_path_is_none() {
    let lines = endpoints("The order service reads `/etc/heron/keys.pem` and writes `/var/log/heron`.");
    lacks(&lines, "/etc");
    lacks(&lines, "/var");
}

#[test]
fn a_host_that_each_installation_fills_in_is_an_endpoint() {
    has(
        &endpoints("The order service answers at `https://<STAGE>.heron.example/orders?page=1`."),
        "any https://<STAGE>.heron.example/orders: implemented",
    );
}

#[test]
fn the_path_of_an_address_on_this_machine_is_an_endpoint() {
    has(&endpoints("```\ncurl http://localhost:8080/ready\n```"), "any /ready: implemented");
}

#[test]
fn an_address_of_others_is_none() {
    lacks(&endpoints("Clone `https://example.org/heron/heron.git` first."), "example.org");
}
