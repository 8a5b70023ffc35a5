#![doc = include_str!("../README.md")]

mod password;
mod token;

pub use password::{BcryptHasher, CostNotAllowed};
pub use token::{JwtIssuer, WeakSecret};
