# Short names for the commands of the README; `just` alone lists them.

[private]
default:
    @just --list

# Run every check, or only the named steps
test *STEPS:
    cargo xtask test {{ STEPS }}

# Start the marketplace on http://127.0.0.1:8000
run *ARGUMENTS:
    cargo run --release -- {{ ARGUMENTS }}

# Measure the figures of the benchmarks
bench *ARGUMENTS:
    cargo xtask bench {{ ARGUMENTS }}

# Measure runs of the analytics on a million bookings
bench-analytics *ARGUMENTS:
    cargo xtask bench-analytics {{ ARGUMENTS }}

# Prove that of many students who want one time exactly one gets it
race *ARGUMENTS:
    cargo xtask race {{ ARGUMENTS }}

# Test the pages in Chromium; `looks --update` takes the pictures of their looks anew, `pictures` those of the README
browser *ARGUMENTS:
    cargo xtask browser {{ ARGUMENTS }}

# Run three servers behind a balancer and let some of them die
cluster *ARGUMENTS:
    cargo xtask cluster {{ ARGUMENTS }}

# Send a million requests and see that nothing stays behind
soak *ARGUMENTS:
    cargo xtask soak {{ ARGUMENTS }}

# Score the search against its golden sets and generated typos
eval-search:
    cargo xtask eval-search

# Generate the TypeScript types and the Postman collection
api-clients *ARGUMENTS:
    cargo xtask api-clients {{ ARGUMENTS }}

# Measure the line coverage of the crates that hold the rules
coverage:
    cargo xtask coverage

# Format the code
fmt:
    cargo fmt --all

# Run the linter
lint:
    cargo clippy --workspace --all-targets --all-features -- -D warnings

# Build and open the documentation
doc:
    cargo doc --workspace --no-deps --open
