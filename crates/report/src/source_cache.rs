//! source_cache
