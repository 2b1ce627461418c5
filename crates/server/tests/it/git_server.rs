//! A host of repositories on this machine: `git http-backend` behind a few lines of HTTP, which wants a token where a test says so.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use tempfile::TempDir;

use crate::fixture::documents;

/// How the host behaves.
#[derive(Clone, Debug, Default)]
pub(crate) struct Manner {
    /// Who asks must know this token.
    pub(crate) token: Option<String>,
    /// Everything is redirected there.
    pub(crate) redirect: Option<String>,
    /// Nothing is answered at all.
    pub(crate) is_silent: bool,
    /// Every answer repeats what was asked, with its headers.
    pub(crate) is_echo: bool,
}

/// A host with one repository, `team/platform.git`.
pub(crate) struct GitServer {
    pub(crate) address: SocketAddr,
    pub(crate) manner: Arc<Mutex<Manner>>,
    /// The heads of all requests that came.
    pub(crate) heard: Arc<Mutex<Vec<String>>>,
    folder: TempDir,
}

/// Whether there is a `git` that can serve; a test that returns without one says so.
#[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
pub(crate) fn has_git() -> bool {
    let path = Command::new("git")
        .arg("--exec-path")
        .output()
        .ok()
        .map(|it| String::from_utf8_lossy(&it.stdout).trim().to_owned());
    let found = path.is_some_and(|path| Path::new(&path).join("git-http-backend").exists());
    if !found {
        println!("skipped: there is no `git http-backend` to serve a repository with");
    }
    found
}

impl GitServer {
    pub(crate) fn start() -> Self {
        let server = Self::start_without_repository();
        git(server.folder.path(), &["init", "--quiet", "--initial-branch=main", "work"]);
        git(server.folder.path(), &["init", "--quiet", "--bare", "--initial-branch=main", "served/team/platform.git"]);
        server
    }

    /// One that needs no `git`, because it has nothing to serve.
    pub(crate) fn start_without_repository() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (manner, heard) = (Arc::new(Mutex::new(Manner::default())), Arc::default());
        let server = Self { address, manner: Arc::clone(&manner), heard: Arc::clone(&heard), folder };
        let root = server.folder.path().join("served");
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (root, manner, heard) = (root.clone(), manner.lock().unwrap().clone(), Arc::clone(&heard));
                // A client that goes away in the middle is none of the host's business.
                std::thread::spawn(move || drop(answer(stream, &root, &manner, &heard)));
            }
        });
        server
    }

    /// The entry of `git_hosts` for this host.
    pub(crate) fn host(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/team/platform.git", self.address)
    }

    /// Commits these files on a day, and pushes the branch.
    pub(crate) fn push(&self, branch: &str, day: &str, files: &[(&str, &str)]) {
        let work = self.work();
        documents(&work, files);
        git(&work, &["add", "--all", "."]);
        let dated = format!("--date={day}T12:00:00Z");
        git_on(day, &work, &["commit", "--quiet", "--message=change", &dated]);
        git(&work, &["push", "--quiet", "--force", "../served/team/platform.git", &format!("HEAD:{branch}")]);
    }

    /// Where commits are made.
    pub(crate) fn work(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    /// The repository that is served.
    pub(crate) fn served(&self) -> PathBuf {
        self.folder.path().join("served/team/platform.git")
    }
}

/// Runs `git`, which must succeed. Gives what it prints.
pub(crate) fn git(at: &Path, arguments: &[&str]) -> String {
    git_on("2024-01-01", at, arguments)
}

fn git_on(day: &str, at: &Path, arguments: &[&str]) -> String {
    let identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org"];
    let mut command = Command::new("git");
    command.current_dir(at).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_COMMITTER_DATE", format!("{day}T12:00:00Z"));
    let done = command.args(identity).args(arguments).output().unwrap();
    assert!(done.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap().trim().to_owned()
}

fn answer(stream: TcpStream, root: &Path, manner: &Manner, heard: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut head = String::new();
    while reader.read_line(&mut head)? > 2 {}
    heard.lock().unwrap().push(head.clone());
    let field = |name: &str| {
        let lines = head.lines().filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(it, _)| it.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned())
    };
    let mut body = vec![0; field("content-length").and_then(|it| it.parse().ok()).unwrap_or_default()];
    reader.read_exact(&mut body)?;
    let mut stream = stream;
    if manner.is_silent {
        // Until the other side has had enough.
        drop(reader.read(&mut [0]));
        return Ok(());
    }
    if let Some(to) = &manner.redirect {
        let target = head.split(' ').nth(1).unwrap_or_default();
        return write!(
            stream,
            "HTTP/1.1 302 Found\r\nLocation: {to}{target}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        );
    }
    if manner.is_echo {
        let said = format!("ERR {}", head.replace(['\r', '\n'], " "));
        let line = format!("{:04x}{said}", said.len() + 4);
        let kind = "application/x-git-upload-pack-advertisement";
        return write!(
            stream,
            "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{line}",
            line.len()
        );
    }
    let wanted = manner.token.as_ref().map(|token| {
        let pair = format!("x-access-token:{token}");
        format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair))
    });
    if wanted.is_some() && field("authorization") != wanted {
        let ask = "WWW-Authenticate: Basic realm=\"repositories\"";
        return write!(stream, "HTTP/1.1 401 Unauthorized\r\n{ask}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    }
    let (status, fields, served) = backend(root, &head, [field("content-type"), field("git-protocol")], &body)?;
    write!(stream, "HTTP/1.1 {status}\r\n{fields}Content-Length: {}\r\nConnection: close\r\n\r\n", served.len())?;
    stream.write_all(&served)
}

/// What `git http-backend` answers: status, headers and body.
fn backend(
    root: &Path,
    head: &str,
    [content_type, protocol]: [Option<String>; 2],
    body: &[u8],
) -> std::io::Result<(String, String, Vec<u8>)> {
    let mut words = head.split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut command = Command::new("git");
    command
        .arg("http-backend")
        .env("GIT_PROJECT_ROOT", root)
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("PATH_INFO", path)
        .env("QUERY_STRING", query)
        .env("REQUEST_METHOD", method)
        .env("CONTENT_TYPE", content_type.unwrap_or_default())
        .env("GIT_PROTOCOL", protocol.unwrap_or_default());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    child.stdin.take().unwrap().write_all(body)?;
    let said = child.wait_with_output()?.stdout;
    let end = said.windows(4).position(|it| it == b"\r\n\r\n").unwrap_or(said.len().saturating_sub(4));
    let (lines, rest) = said.split_at(end + 4);
    let lines = String::from_utf8_lossy(lines);
    let status = lines.lines().find_map(|line| line.strip_prefix("Status: ")).unwrap_or("200 OK").to_owned();
    let fields = lines.lines().filter(|line| !line.is_empty() && !line.starts_with("Status: "));
    Ok((status, fields.map(|line| format!("{line}\r\n")).collect(), rest.to_vec()))
}
