//! One code frame: a headline, the lines around a place, and what to do; drawn by miette.

use std::fmt;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, Severity, SourceCode, ThemeCharacters, ThemeStyles,
};

use crate::excerpt::{CONTEXT, Excerpt};
use crate::style::TextStyle;

/// Narrower terminals would leave no room for prose beside its indent.
const MIN_WIDTH: usize = 40;

/// What a frame shows.
#[derive(Debug)]
pub(crate) struct MessageFrame<'a> {
    /// Stands before the headline, in its colour: `error`, `warning`.
    pub(crate) word: &'a str,
    pub(crate) style: TextStyle,
    pub(crate) headline: &'a str,
    pub(crate) excerpt: Option<&'a Excerpt>,
    pub(crate) help: Option<&'a str>,
}

impl fmt::Display for MessageFrame<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.headline)
    }
}

impl std::error::Error for MessageFrame<'_> {}

impl Diagnostic for MessageFrame<'_> {
    fn severity(&self) -> Option<Severity> {
        Some(match self.style {
            TextStyle::Error => Severity::Error,
            TextStyle::Warning => Severity::Warning,
            _ => Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.excerpt.map(|excerpt| excerpt as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.excerpt.map(|excerpt| Box::new(excerpt.labels()) as Box<dyn Iterator<Item = LabeledSpan>>)
    }
}

impl MessageFrame<'_> {
    /// Appends the frame. Nothing is taken from the environment.
    pub(crate) fn draw(&self, color: bool, width: usize, out: &mut String) {
        let word = self.word.to_owned();
        let theme = GraphicalTheme {
            characters: ThemeCharacters {
                error: word.clone(),
                warning: word.clone(),
                advice: word,
                ..ThemeCharacters::unicode()
            },
            styles: if color { ThemeStyles::ansi() } else { ThemeStyles::none() },
        };
        let drawn = GraphicalReportHandler::new_themed(theme)
            .with_links(false)
            .with_width(width.max(MIN_WIDTH))
            .with_break_words(false)
            .with_context_lines(CONTEXT as usize)
            .without_primary_span_start()
            .without_cause_chain()
            .without_syntax_highlighting()
            .render_report(out, self);
        debug_assert!(drawn.is_ok(), "an excerpt holds all of its labels and a string takes all text");
    }
}
