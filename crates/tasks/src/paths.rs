//! Paths out of lines that carry prose.
