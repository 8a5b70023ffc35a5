//! The binary; everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    instainstru_server::cli::main(std::env::args_os())
}
