//! A stream whose reader may go away.
//!
//! How a run ends does not depend on who reads: a reader that goes away (`auditlint | head`) takes nothing from the exit code,
//! so what is written after it is dropped without an error. Any other failure to write is one.

use std::io::{self, Write};

/// A stream whose reader may go away.
pub(crate) struct PipeWriter<W> {
    stream: W,
    gone: bool,
}

impl<W: Write> PipeWriter<W> {
    pub(crate) fn new(stream: W) -> Self {
        Self { stream, gone: false }
    }

    /// Whether the reader went away: nobody is there to be told more than what decides the exit code.
    pub(crate) fn is_gone(&self) -> bool {
        self.gone
    }

    fn unless_gone<T>(&mut self, otherwise: T, write: impl FnOnce(&mut W) -> io::Result<T>) -> io::Result<T> {
        if self.gone {
            return Ok(otherwise);
        }
        match write(&mut self.stream) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.gone = true;
                Ok(otherwise)
            }
            result => result,
        }
    }
}

impl<W: Write> Write for PipeWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.unless_gone(bytes.len(), |stream| stream.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.unless_gone((), Write::flush)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes so many bytes, then fails.
    struct Until(usize, io::ErrorKind);

    impl Write for Until {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.0 < bytes.len() {
                return Err(self.1.into());
            }
            self.0 -= bytes.len();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn only_a_reader_that_went_away_is_no_error() {
        let mut out = PipeWriter::new(Until(3, io::ErrorKind::BrokenPipe));
        for _ in 0..4 {
            assert!(out.write_all(b"ab").is_ok() && out.flush().is_ok());
        }
        assert!(out.is_gone());
        let mut out = PipeWriter::new(Until(3, io::ErrorKind::StorageFull));
        assert!(out.write_all(b"ab").is_ok());
        assert_eq!(out.write_all(b"cd").unwrap_err().kind(), io::ErrorKind::StorageFull);
    }
}
