//! The shared sync engine: credentials, plan, push, pull, authorize, status.
