//! Bodies are judged only once their sender is known to be allowed to send them, whichever of the two is
//! quicker to find out.

use std::future::pending;

use actix_web::{HttpMessage as _, HttpRequest};
use futures::channel::oneshot;

/// Where a body waits for its sender to be admitted; in the extensions of the request.
#[derive(Debug)]
pub(crate) struct Gate(oneshot::Receiver<()>);

/// Opens the gate; dropped, it keeps it shut.
#[derive(Debug)]
pub(super) struct Opener(oneshot::Sender<()>);

/// Shuts the gate before the body of a request, until its sender is admitted.
pub(super) fn shut(request: &HttpRequest) -> Opener {
    let (opener, gate) = oneshot::channel();
    request.extensions_mut().insert(Gate(gate));
    Opener(opener)
}

impl Opener {
    pub(super) fn open(self) {
        // Nobody waits where there is no body.
        let _ = self.0.send(());
    }
}

impl Gate {
    /// The gate before the body of this request; none where anybody may call.
    pub(crate) fn of(request: &HttpRequest) -> Option<Self> {
        request.extensions_mut().remove()
    }

    /// Waits until the gate opens. If it never does, the refusal of the sender is the answer.
    pub(crate) async fn pass(self) {
        if self.0.await.is_err() {
            pending::<()>().await;
        }
    }
}
