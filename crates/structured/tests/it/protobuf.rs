//! Protocol buffers.

use crate::check::claims;

const PARCELS: &str = r#"syntax = "proto3";
// größe 🦀
package ferry.v1;

import "google/api/annotations.proto";

// Takes bookings.
service BookingService {
  // Books a place.
  rpc Book(BookRequest) returns (Booking) {
    option (google.api.http) = {
      post: "/v1/bookings"
      body: "*"
      additional_bindings { put: "/v1/bookings/{booking_id}" body: "*" }
    };
  }
  rpc Watch(stream WatchRequest) returns (stream Booking);
  rpc Old(.ferry.v1.BookRequest) returns (Nothing) {
    option deprecated = true;
    option (ferry.scope) = "bookings:read";
  }
}

message BookRequest {
  Passenger passenger = 1; /* one */
  bool email_verified = 2;
  message Passenger {
    string email = 1 [(ferry.secret) = "tell-nobody"];
    map<string, Phone> phones = 2;
    BookRequest again = 3;
  }
}
message Phone { string phone = 1; }
message Booking { string booking_id = 1; oneof pay { string iban = 2; int64 card_number = 3; } }
message Nobody { repeated bytes api_key = 1; }
"#;

#[test]
fn services_with_their_paths_and_fields() {
    let printed = claims("ferry.proto", PARCELS);
    assert!(!printed.contains("tell-nobody"), "{printed}");
    insta::assert_snapshot!(printed);
}

#[test]
fn any_line_end_and_any_script_before_the_place() {
    for before in ["", "// größer 🦀 als\n", "/* ö\n ä */ "] {
        for end in ["\n", "\r\n"] {
            let text = format!("{before}syntax = \"proto2\";\nmessage M {{ optional string email = 7; }}\n")
                .replace('\n', end);
            let printed = claims("m.proto", &text);
            assert!(printed.ends_with("<- \"optional string email = 7\"\n"), "{printed}");
        }
    }
}

#[test]
fn an_edition_is_read_in_its_place() {
    let text =
        "edition = \"2023\";\npackage a;\nmessage M { string email = 7 [features.field_presence = EXPLICIT]; }\n";
    assert!(claims("m.proto", text).ends_with("<- \"string email = 7\"\n"));
}

#[test]
fn a_broken_file_is_named_with_its_line() {
    insta::assert_snapshot!(claims("a.proto", "syntax = \"proto3\";\nservice A {\n  rpc B(C) returns\n"));
    insta::assert_snapshot!(claims("b.proto", "edition = \"2077\";\nmessage A { string email = 1; }\n"));
}
