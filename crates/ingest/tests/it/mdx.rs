use crate::check::blocks;

#[test]
fn statements_and_tags_are_hidden() {
    blocks(
        "a.mdx",
        "import Tabs from '@theme/Tabs';\n\n# Title\n\nexport const a = () => {\n  return 1;\n};\n\n<Tabs\n  values={[\n    {label: 'x'},\n  ]}>\n\n    Text in a tag.\n\n</Tabs>\n\n<Note>Tokens expire.</Note>\n\n```jsx\n<Tabs>\nimport x from 'y'\n```\n\nimport taxes apply here\n",
        "html
         h1 Title
         html
         html
         p Text in a tag.
         html
         p Tokens expire.
         code(jsx) <Tabs>/import x from 'y'
         p import taxes apply here",
    );
}
