use crate::check::{has, lacks, lines, lines_at};

#[test]
fn a_component_table_names_components_with_their_types() {
    let lines = lines(
        "component",
        "# Parts\n\n| Component | Purpose |\n|---|---|\n| parcel router | Chooses lockers. |\n| `label-cache` | Keeps labels. |\n",
    );
    has(&lines, "parcel router (gateway): implemented");
    has(&lines, "label-cache (cache): implemented");
}

#[test]
fn typed_heads_in_prose_name_components_once_they_take_part() {
    let lines = lines(
        "component",
        "# Flow\n\nThe intake service reads from the parcel database. The intake service calls the rating engine. The parcel database is backed up.\n",
    );
    has(&lines, "intake service (service): implemented");
    has(&lines, "parcel database (datastore): implemented");
}

#[test]
fn well_known_products_are_typed() {
    let lines = lines(
        "component",
        "# Data\n\nThe intake service stores rows in PostgreSQL. PostgreSQL replicates. The intake service caches in Redis. Redis is small.\n",
    );
    has(&lines, "PostgreSQL (datastore): implemented");
    has(&lines, "Redis (cache): implemented");
}

#[test]
fn file_names_and_notations_are_no_components() {
    let lines = lines(
        "component",
        "# Setup\n\nThe service reads `config.yaml` and sends JSON over HTTP. `config.yaml` sets JSON. JSON calls `config.yaml`.\n",
    );
    lacks(&lines, "config.yaml");
    lacks(&lines, "JSON");
}

#[test]
fn licences_say_nothing_of_the_system() {
    let lines = lines_at(
        "LICENSE.md",
        "component",
        "# Terms\n\nThe vendor service calls the vendor service. The vendor service stores data in Redis.\n",
    );
    assert_eq!(lines, Vec::<String>::new());
}

#[test]
fn an_acronym_that_the_text_defines_is_the_same_component() {
    let lines = lines(
        "flow",
        "# Keys\n\nThe Key Custody Server (KCS) reads from PostgreSQL. The Key Custody Server is small. The KCS writes to PostgreSQL. PostgreSQL is large.\n",
    );
    assert_eq!(lines.len(), 1, "both sentences speak of one component: {lines:#?}");
}
