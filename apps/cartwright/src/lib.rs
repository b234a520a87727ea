//! cartwright
