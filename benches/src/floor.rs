//! The least that an answer can cost: a bare server of the same framework that answers everything with the
//! same bytes, in a process of its own.

use std::{
    io,
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::Duration,
};

use actix_web::{
    App, HttpResponse, HttpServer,
    web::{self, Bytes},
};

/// A running floor; gone with this value.
#[derive(Debug)]
pub struct Floor {
    child: Child,
    /// Where it is reached.
    pub address: SocketAddr,
}

impl Floor {
    /// Starts one that answers with so many bytes. The running program is started again, which has to call
    /// [`serve`] when it is given these arguments.
    pub fn start(bytes: usize) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").expect("the machine has a free port");
        let address = free.local_addr().expect("a bound listener has an address");
        drop(free);
        let this = std::env::current_exe().expect("a running program has a place");
        let arguments = [format!("--floor={address}"), format!("--bytes={bytes}")];
        let mut child = Command::new(this).args(arguments).stdin(Stdio::null()).spawn().expect("it starts");
        while TcpStream::connect(address).is_err() {
            let ended = child.try_wait().expect("it can be waited for");
            assert!(ended.is_none(), "the floor ended: {ended:?}");
            sleep(Duration::from_millis(5));
        }
        Self { child, address }
    }

    /// Its process.
    pub fn process(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Floor {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _waited = self.child.wait();
    }
}

/// Serves as a floor until it is killed.
///
/// # Errors
/// When nobody can listen at `address`.
pub fn serve(address: SocketAddr, bytes: usize, workers: usize) -> io::Result<()> {
    let body = Bytes::from(vec![b' '; bytes]);
    let answer =
        move |body: Bytes| async move { HttpResponse::Ok().content_type("application/json").body(body) };
    actix_web::rt::System::new().block_on(async move {
        let app = move || {
            let body = body.clone();
            App::new().default_service(web::to(move || answer(body.clone())))
        };
        HttpServer::new(app).workers(workers).bind(address)?.run().await
    })
}
