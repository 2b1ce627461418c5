//! Package manifests: only what reaches an AI provider.

use std::fmt::Write as _;

use crate::check::claims;

#[test]
fn manifests_name_their_providers() {
    let npm = r#"{"name": "@heron/helper", "description": "größe", "dependencies": {"left-pad": "1", "openai": "^4.2.0", "@anthropic-ai/sdk": "git+https://user:tell-nobody@git.example/sdk"}, "devDependencies": {"cohere-ai": "1"}}"#;
    let cargo = "[package]\nname = \"heron\"\n\n[dependencies]\nserde = \"1\"\nasync-openai = { version = \"0.3\", features = [\"x\"] }\nbed = { package = \"aws-sdk-bedrockruntime\", version = \"1\" }\n\n[dev-dependencies]\nollama-rs = \"1\"\n\n[target.'cfg(unix)'.dependencies]\nllama-cpp-2 = \"0.1\"\n";
    let poetry =
        "[tool.poetry]\nname = \"heron\"\n[tool.poetry.dependencies]\npython = \"^3.12\"\nLangchain_OpenAI = \"*\"\n";
    let project = "[project]\nname = \"heron\"\ndependencies = [\n  \"flask>=3\",\n  \"openai[datalib]>=1.2 ; python_version > '3.8'\",\n]\n[project.optional-dependencies]\nlocal = [\"vllm\"]\n";
    let requirements = "# größe\n--extra-index-url https://user:tell-nobody@pypi.example\nflask==3.0\nopenai\nmistralai==1.0  # the model\ngroq @ https://user:tell-nobody@git.example/groq.whl\n";
    let go = "module git.example/heron/v2\n\ngo 1.23\n\nrequire github.com/openai/openai-go/v2 v2.1.0\nrequire (\n\tgithub.com/ollama/ollama v0.5.0 // pinned\n\tgoogle.golang.org/genai v1.0.0 // indirect\n)\n";
    let mut printed = String::new();
    for (path, text) in [
        ("package.json", npm),
        ("crates/heron/Cargo.toml", cargo),
        ("pyproject.toml", poetry),
        ("api/pyproject.toml", project),
        ("requirements-dev.txt", requirements),
        ("go.mod", go),
    ] {
        writeln!(printed, "{path}\n{}", claims(path, text)).unwrap();
    }
    assert!(!printed.contains("tell-nobody"), "{printed}");
    insta::assert_snapshot!(printed);
}

#[test]
fn a_manifest_without_a_provider_says_nothing_and_a_broken_one_is_named() {
    assert_eq!(claims("package.json", r#"{"name": "a", "dependencies": {"openai-like": "1"}}"#), "");
    assert_eq!(claims("Cargo.toml", "[package\n"), "? Cargo.toml:1 not TOML\n");
}
