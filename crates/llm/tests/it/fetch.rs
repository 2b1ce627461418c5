//! Single requests: what they bring, and what they never do.

use cairn_llm::{FetchError, Fetcher};
use http::Request;

use crate::stub::{Reply, Stub};

async fn fetch(address: &str) -> Result<(u16, String), FetchError> {
    let request = Request::get(address).header("accept", "application/json").body(Vec::new()).unwrap();
    let answer = Fetcher::new(None).unwrap().fetch(request).await?;
    Ok((answer.status().as_u16(), String::from_utf8_lossy(answer.body()).into_owned()))
}

#[tokio::test]
async fn an_answer_is_given_as_it_came_and_nobody_is_followed_elsewhere() {
    let stub = Stub::start(|question| match question.path.as_str() {
        "/v1/here" => Reply::status(404, "nothing"),
        _ => Reply::Whole(302, vec![("location", "/v1/here".to_owned())], String::new()),
    });
    assert_eq!(fetch(&format!("{}/here", stub.url())).await, Ok((404, "nothing".to_owned())));
    assert_eq!(fetch(&format!("{}/away", stub.url())).await, Ok((302, String::new())));
    assert_eq!(stub.calls(), 2);
    assert_eq!(stub.questions()[0].headers["accept"], "application/json");
}

#[tokio::test]
async fn nobody_on_the_way_is_asked_and_no_answer_goes_on_for_ever() {
    assert_eq!(fetch("http://id.example/keys").await, Err(FetchError::Address));
    assert_eq!(fetch("ftp://id.example/keys").await, Err(FetchError::Address));
    let stub = Stub::start(|_| Reply::Endless);
    assert_eq!(fetch(&stub.url()).await, Err(FetchError::TooLong));
    drop(stub);
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert_eq!(fetch(&format!("http://{nobody}")).await, Err(FetchError::Unreachable));
}
