# Shortcuts; `cargo xtask` holds the commands themselves.

# Show what there is.
default:
    @just --list

# Run the whole shop on this machine, with a demo store.
run *arguments:
    cargo run -- {{ arguments }}

# Run the tests, with a Postgres provided for them.
test *filter:
    cargo xtask test -- {{ filter }}

# Run what the gate runs.
ci:
    .ci/run

# Format the code.
fmt:
    cargo fmt --all

# Look for faults without running anything.
lint:
    cargo xtask clippy

# Make up requests from the OpenAPI documents: so many for each operation, with each of the seeds.
fuzz examples="200" *seeds="1 2 3":
    cargo xtask fuzz {{ examples }} {{ seeds }}

# Send the crowds, and fail, stop and overtake everything at every step, on both engines: minutes.
races $CARTWRIGHT_PROOF="long":
    cargo xtask postgres -- cargo test --workspace --test under_fire

# Kill the servers at random under a crowd, so many times on each engine.
crashes kills="200":
    cargo build --workspace --bins
    cargo xtask postgres -- target/debug/crashes --kills {{ kills }}

# Restart, cut off, hold still and fill up the database under a crowd.
outages:
    cargo build --workspace --bins
    cargo xtask postgres -- target/debug/outages

# Pay by card through a Stripe that is slow, fails, and tells late, twice and out of order, on both engines.
gateway *arguments:
    cargo build --workspace --bins
    cargo xtask postgres -- target/debug/gateway {{ arguments }}

# Time what shoppers do most, on both engines, beside the least that it could cost.
speed *arguments:
    cargo build --release --workspace --bin cartwright --bin public-server --bin speed
    target/release/speed {{ arguments }}

# Let a shop grow to a million products and orders on both engines, and see what that costs whom.
growth *arguments:
    cargo build --release --workspace --bins
    target/release/growth {{ arguments }}
