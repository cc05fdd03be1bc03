# The recipes call the same commands as CI; `just` alone lists them.

_list:
    @just --list --unsorted

# All tests, doc tests included; arguments go to cargo (`just test --test architecture`)
test *arguments:
    cargo test {{arguments}}

# Formatting and lints, with all features and with none
lint:
    bash .ci/run format clippy

# Format the code
format:
    cargo fmt --all

# Each feature alone, and none
features:
    bash .ci/run features

# The documentation, warnings refused
doc:
    bash .ci/run doc

# Licences, sources and versions of the dependencies, and known vulnerabilities where the database is reachable
deny:
    bash .ci/run deny

# The oldest supported compiler
msrv:
    bash .ci/run msrv

# The demo of README.md
demo *arguments:
    cargo run --release --example digest {{arguments}}

# Feeds from a folder of saved documents, through parsing, tagging and clustering
replay folder *arguments:
    cargo run --release --example digest -- --replay {{quote(folder)}} {{arguments}}

# Look at changed snapshots one by one (needs cargo-insta)
review:
    cargo insta review

# Measure
bench *arguments:
    cargo bench {{arguments}}

# Fuzz one target for so many seconds (needs cargo-fuzz; `fuzz/README.md` lists the targets)
fuzz target seconds="300":
    RUSTC_BOOTSTRAP=1 cargo fuzz build --sanitizer none {{target}}
    mkdir -p fuzz/corpus/{{target}}
    ulimit -s 2048 && RUSTC_BOOTSTRAP=1 cargo fuzz run --sanitizer none {{target}} fuzz/corpus/{{target}} fuzz/seeds/{{target}} -- -max_total_time={{seconds}} -timeout=15 -rss_limit_mb=1024 -max_len={{ if target =~ "^(parse|decode)$" { "16384" } else { "4096" } }} -dict=fuzz/feed.dict

# Everything CI runs, or the named steps of it
ci *steps:
    bash .ci/run {{steps}}
