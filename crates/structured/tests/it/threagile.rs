//! Threat models of Threagile.

use crate::check::claims;

#[test]
fn assets_links_data_and_walls() {
    let text = "threagile_version: 1.0.0
data_assets:
  Orders:
    id: orders
    confidentiality: confidential
technical_assets:
  Web Shop:
    id: shop
    type: process
    technology: web-application
    internet: true
    owner: Sales
    communication_links:
      Store Traffic:
        target: store
        protocol: http
        authentication: none
        data_assets_sent:
          - orders
  Order Store:
    id: store
    type: datastore
    encryption: none
    data_assets_stored:
      - orders
trust_boundaries:
  Inner Zone:
    id: inner
    type: network-on-prem
    technical_assets_inside:
      - store
risk_tracking:
  missing-hardening@store:
    status: accepted
    justification: it is rebuilt each night
    date: 2026-01-04
    checked_by: Mara
";
    insta::assert_snapshot!(claims("model.yaml", text));
}

#[test]
fn references_to_nothing_are_left_out() {
    let text = "threagile_version: 1.0.0
technical_assets:
  Web Shop:
    id: shop
    communication_links:
      Nowhere:
        target: nobody
    data_assets_stored: [nothing]
";
    let found = claims("model.yaml", text);
    assert!(!found.contains("flow") && !found.contains("nothing"), "{found}");
}

#[test]
fn what_an_asset_says_itself_outranks_what_it_inherits() {
    let text = "threagile_version: 1.0.0
data_assets:
  Contracts: &contracts
    id: contracts
    confidentiality: confidential
  Price List:
    <<: *contracts
    id: prices
    confidentiality: public
technical_assets:
  Order Store:
    id: store
    type: datastore
    data_assets_stored:
      - contracts
      - prices
";
    let claims = claims("model.yaml", text);
    for name in ["Contracts", "Price List"] {
        assert!(claims.contains(name), "{claims}");
    }
    assert!(claims.contains("public"), "{claims}");
}
