//! Holds the dependencies whose names are compared; nothing of its own.
