#![doc = include_str!("../README.md")]

mod password;
mod reset;
mod token;

pub use password::{BcryptHasher, CostNotAllowed};
pub use reset::HmacResetTokens;
pub use token::{JwtIssuer, WeakSecret};
