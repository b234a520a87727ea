//! adapters-sandbox
