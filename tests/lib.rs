//! Shared pieces of the tests of the whole.
