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
