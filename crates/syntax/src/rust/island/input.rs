//! The text that the parser reads for one island: bytes of the source, and between them bytes that are made up so
//! that they are whole Rust. Nothing is copied, and every offset leads back to the source.

use auditlint_source::Span;

use super::transcriber::{ReadAs, Rewordings};
use crate::rust::readable::Readable;

/// Bytes of the source in order, with made-up bytes before, between and after them.
#[derive(Debug, Default)]
pub(crate) struct MacroInput {
    pieces: Vec<InputPiece>,
    len: u32,
    /// The source up to here has been taken or left out.
    taken: u32,
    /// What of the source is read as something else.
    pub(super) rewordings: Rewordings,
}

#[derive(Debug)]
struct InputPiece {
    /// Where it starts in the text that the parser reads.
    at: u32,
    bytes: InputBytes,
}

#[derive(Debug)]
enum InputBytes {
    Source(Span),
    /// Bytes of the source that are read as others, of which there are as many.
    Reworded(Span, &'static [u8]),
    MadeUp(&'static [u8]),
}

impl InputBytes {
    /// The bytes of the source that they stand for.
    fn span(&self) -> Option<Span> {
        match self {
            Self::Source(span) | Self::Reworded(span, _) => Some(*span),
            Self::MadeUp(_) => None,
        }
    }
}

impl MacroInput {
    /// Starts anew with `prefix`, then the source from `start` on.
    pub(crate) fn open(&mut self, prefix: &'static str, start: u32) {
        self.pieces.clear();
        self.len = 0;
        self.taken = start;
        self.make_up(prefix);
    }

    /// The source up to `span` is read as it is, `span` as `text`. Spans must come in order.
    pub(crate) fn replace(&mut self, span: Span, text: &'static str) {
        self.take(span.start);
        self.make_up(text);
        self.taken = span.end;
    }

    /// The source up to `end` is read as it is, and `suffix` closes it.
    pub(crate) fn close(&mut self, end: u32, suffix: &'static str) {
        self.take(end);
        self.make_up(suffix);
    }

    fn take(&mut self, end: u32) {
        if end <= self.taken {
            return;
        }
        let rewordings = std::mem::take(&mut self.rewordings);
        for (stretch, read_as) in rewordings.within(Span::new(self.taken, end)) {
            if stretch.end > end {
                break;
            }
            self.take_source(stretch.start);
            match read_as {
                ReadAs::Bytes(bytes) => {
                    self.pieces.push(InputPiece { at: self.len, bytes: InputBytes::Reworded(*stretch, bytes) });
                    self.len += stretch.len();
                }
                ReadAs::MadeUp(text) => self.make_up(text),
            }
            self.taken = stretch.end;
        }
        self.rewordings = rewordings;
        self.take_source(end);
    }

    fn take_source(&mut self, end: u32) {
        if end > self.taken {
            let span = Span::new(self.taken, end);
            self.pieces.push(InputPiece { at: self.len, bytes: InputBytes::Source(span) });
            self.len += span.len();
            self.taken = end;
        }
    }

    fn make_up(&mut self, text: &'static str) {
        if !text.is_empty() {
            self.pieces.push(InputPiece { at: self.len, bytes: InputBytes::MadeUp(text.as_bytes()) });
            self.len += text.len() as u32;
        }
    }

    /// Length of the whole in bytes.
    pub(crate) fn len(&self) -> u32 {
        self.len
    }

    /// What the parser reads from `offset` on: the rest of one piece, empty at the end.
    pub(crate) fn read<'t>(&self, offset: usize, source: &Readable<'t>) -> &'t [u8] {
        let Some(piece) = u32::try_from(offset).ok().and_then(|offset| self.piece_at(offset)) else { return &[] };
        let inside = offset - piece.at as usize;
        match piece.bytes {
            InputBytes::Source(span) => {
                let left = (span.len() as usize).saturating_sub(inside);
                let bytes = source.read(span.start as usize + inside);
                &bytes[..left.min(bytes.len())]
            }
            InputBytes::MadeUp(bytes) | InputBytes::Reworded(_, bytes) => bytes.get(inside..).unwrap_or_default(),
        }
    }

    fn piece_at(&self, offset: u32) -> Option<&InputPiece> {
        let after = self.pieces.partition_point(|piece| piece.at <= offset);
        self.pieces.get(after.checked_sub(1)?)
    }

    /// Where `start..end` stands in the source; `None` where it starts or ends in made-up bytes.
    pub(crate) fn source_span(&self, start: u32, end: u32) -> Option<Span> {
        let first = self.piece_at(start)?;
        let span = first.bytes.span()?;
        let start = span.start + (start - first.at);
        if end <= first.at + span.len() {
            return Some(Span { start, end: span.start + (end - first.at) });
        }
        // An end belongs to the piece that holds the byte before it.
        let last = self.piece_at(end.checked_sub(1)?)?;
        let span = last.bytes.span()?;
        Some(Span { start, end: span.start + (end - last.at) })
    }

    /// The part of the source that `start..end` covers, from its first byte of source to its last.
    pub(crate) fn clip(&self, start: u32, end: u32) -> Option<Span> {
        let part = |piece: &InputPiece| {
            let span = piece.bytes.span()?;
            let from = start.clamp(piece.at, piece.at + span.len());
            let to = end.clamp(piece.at, piece.at + span.len());
            (from < to).then(|| Span { start: span.start + (from - piece.at), end: span.start + (to - piece.at) })
        };
        // Pieces stand in order, so the first and the last part hold all others between them.
        let first = self.pieces.partition_point(|piece| piece.at <= start).saturating_sub(1);
        let behind = self.pieces.partition_point(|piece| piece.at < end);
        let covered = self.pieces.get(first..behind)?;
        Some(covered.iter().find_map(part)?.union(covered.iter().rev().find_map(part)?))
    }
}
