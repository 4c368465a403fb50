//! Where the platform is, and which credential may be sent there.
