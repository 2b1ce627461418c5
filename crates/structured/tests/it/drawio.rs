//! draw.io files.

use crate::check::claims;

#[test]
fn cells_containers_and_compressed_pages() {
    let text = r#"<mxfile host="test">
  <diagram id="p1" name="Overview">
    <mxGraphModel>
      <root>
        <mxCell id="0" />
        <mxCell id="1" parent="0" />
        <mxCell id="z" value="Harbour network" style="swimlane;" vertex="1" parent="1"><mxGeometry as="geometry" /></mxCell>
        <mxCell id="a" value="&lt;b&gt;Crane&lt;/b&gt;&lt;br&gt;Control" style="rounded=1;" vertex="1" parent="z"><mxGeometry as="geometry" /></mxCell>
        <object label="Event Log" id="b"><mxCell style="shape=cylinder3;" vertex="1" parent="z"><mxGeometry as="geometry" /></mxCell></object>
        <mxCell id="p" value="Pilot" style="shape=umlActor;" vertex="1" parent="1" />
        <mxCell id="e1" style="endArrow=classic;" edge="1" source="a" target="b" parent="1"><mxGeometry as="geometry" /></mxCell>
        <mxCell id="l1" value="SQL" style="edgeLabel;html=1;" vertex="1" parent="e1" />
        <mxCell id="e2" value="HTTPS" style="startArrow=classic;" edge="1" source="p" target="a" parent="1" />
        <mxCell id="e3" value="" style="" edge="1" source="p" parent="1" />
      </root>
    </mxGraphModel>
  </diagram>
  <diagram id="p2" name="Details">7VjbctowEP0aHpPxBQM8</diagram>
</mxfile>
"#;
    insta::assert_snapshot!(claims("harbour.drawio", text));
}
