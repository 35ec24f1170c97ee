//! excerpt
