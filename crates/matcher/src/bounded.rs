//! Texts that are made from code and cannot grow beyond a limit.

/// A text that stops growing at its limit.
#[derive(Debug)]
pub(crate) struct Bounded {
    bytes: Vec<u8>,
    limit: usize,
    over: bool,
}

impl Bounded {
    pub(crate) fn new(limit: usize) -> Self {
        Self { bytes: Vec::new(), limit, over: false }
    }

    /// Appends as much of `piece` as there is room for.
    pub(crate) fn push(&mut self, piece: &[u8]) {
        let room = self.limit - self.bytes.len();
        self.over |= piece.len() > room;
        self.bytes.extend_from_slice(&piece[..piece.len().min(room)]);
    }

    /// Whether something did not fit, so that nothing more needs to be appended.
    pub(crate) fn is_over(&self) -> bool {
        self.over
    }

    /// Notes that what was appended had been cut before.
    pub(crate) fn note_over(&mut self) {
        self.over = true;
    }

    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The text, without the rest of a character that was cut.
    pub(crate) fn into_text(mut self) -> String {
        if self.over
            && let Err(error) = std::str::from_utf8(&self.bytes)
            && error.error_len().is_none()
        {
            self.bytes.truncate(error.valid_up_to());
        }
        String::from_utf8(self.bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stops_at_the_limit_and_at_a_whole_character() {
        for (limit, pieces, expected, over) in [
            (4, &["ab", "cd"][..], "abcd", false),
            (4, &["abc", "de"], "abcd", true),
            (4, &["abc", "é"], "abc", true),
            (5, &["abc", "é"], "abcé", false),
            (0, &[""], "", false),
        ] {
            let mut text = Bounded::new(limit);
            pieces.iter().for_each(|piece| text.push(piece.as_bytes()));
            assert_eq!((text.is_over(), text.into_text().as_str()), (over, expected), "{limit} {pieces:?}");
        }
    }
}
