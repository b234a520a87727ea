//! A mail server that takes everything, or nothing, and delivers nowhere.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// A mail as it came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedMail {
    /// The sender of the envelope.
    pub from: String,
    /// The receivers of the envelope.
    pub to: Vec<String>,
    /// Headers, an empty line, and the text.
    pub data: String,
}

#[derive(Debug)]
struct State {
    received: Vec<ReceivedMail>,
    to_receivers: String,
}

/// A server on a port of its own; it is gone with this value.
#[derive(Debug)]
pub struct FakeSmtp {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    serving: JoinHandle<()>,
}

impl FakeSmtp {
    /// Starts a server that takes every mail.
    pub async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("the machine has a free port");
        let address = listener.local_addr().expect("a listener has an address");
        let state = Arc::new(Mutex::new(State { received: Vec::new(), to_receivers: "250 ok".to_owned() }));
        let shared = Arc::clone(&state);
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(converse(stream, Arc::clone(&shared)));
            }
        });
        Self { address, state, serving }
    }

    /// Where it is, as the product's configuration says it.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// The mails it took, in order.
    pub fn received(&self) -> Vec<ReceivedMail> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).received.clone()
    }

    /// Answers every receiver so from now on, such as `550 no such user`.
    pub fn answer_receivers_with(&self, answer: &str) {
        answer.clone_into(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner).to_receivers);
    }
}

impl Drop for FakeSmtp {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// Speaks with one client until it leaves. Whoever breaks off is none of the test's business.
async fn converse(stream: TcpStream, state: Arc<Mutex<State>>) {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    let mut mail = ReceivedMail { from: String::new(), to: Vec::new(), data: String::new() };
    let mut say = async |text: &str| writer.write_all(format!("{text}\r\n").as_bytes()).await.is_ok();
    if !say("220 fake ready").await {
        return;
    }
    while let Ok(Some(line)) = lines.next_line().await {
        let command = line.to_ascii_uppercase();
        let answer = if command.starts_with("EHLO") || command.starts_with("HELO") {
            "250 fake".to_owned()
        } else if command.starts_with("MAIL FROM:") {
            mail = ReceivedMail { from: bracketed(&line), to: Vec::new(), data: String::new() };
            "250 ok".to_owned()
        } else if command.starts_with("RCPT TO:") {
            mail.to.push(bracketed(&line));
            state.lock().unwrap_or_else(PoisonError::into_inner).to_receivers.clone()
        } else if command == "DATA" {
            if !say("354 go on").await {
                return;
            }
            while let Ok(Some(line)) = lines.next_line().await {
                if line == "." {
                    break;
                }
                // A line that begins with a dot comes with a second one before it.
                mail.data.push_str(line.strip_prefix('.').unwrap_or(&line));
                mail.data.push_str("\r\n");
            }
            state.lock().unwrap_or_else(PoisonError::into_inner).received.push(mail.clone());
            "250 taken".to_owned()
        } else if command == "QUIT" {
            say("221 bye").await;
            return;
        } else {
            "250 ok".to_owned()
        };
        if !say(&answer).await {
            return;
        }
    }
}

fn bracketed(line: &str) -> String {
    let inner = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inner.map_or("", |(address, _)| address).to_owned()
}
