//! A local stand-in for the Base44 platform, with a consent page.
