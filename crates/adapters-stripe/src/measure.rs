//! How long Stripe takes to answer, told to whoever keeps the process's numbers.

use std::time::Instant;

use metrics::{Unit, describe_histogram, histogram};
use ports::gateway::GatewayError;

use crate::client::Reply;

const SECONDS: &str = "cartwright_gateway_call_duration_seconds";

/// Says what the numbers of this crate mean, once a recorder is there.
pub fn describe_metrics() {
    describe_histogram!(
        SECONDS,
        Unit::Seconds,
        "Time of a call to a payment gateway with its repetitions, by gateway and outcome: done, refused or failed."
    );
}

/// Takes down a call that began then.
pub(crate) fn call(began: Instant, outcome: &Result<Reply, GatewayError>) {
    let outcome = match outcome {
        Ok(Reply::Done(_)) => "done",
        Ok(Reply::Refused { .. }) => "refused",
        Err(_) => "failed",
    };
    histogram!(SECONDS, "gateway" => "stripe", "outcome" => outcome).record(began.elapsed());
}
