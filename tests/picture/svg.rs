//! Coloured terminal text as a picture: an SVG that needs no font but a fixed one, in colours for a light or a dark page.

use std::fmt::Write as _;

/// The colours of a picture.
#[derive(Clone, Copy)]
pub(super) struct Palette {
    pub background: &'static str,
    pub frame: &'static str,
    pub text: &'static str,
    pub dim: &'static str,
    pub red: &'static str,
    pub yellow: &'static str,
    pub magenta: &'static str,
    pub cyan: &'static str,
    pub green: &'static str,
}

pub(super) const LIGHT: Palette = Palette {
    background: "#ffffff",
    frame: "#d0d7de",
    text: "#1f2328",
    dim: "#6e7781",
    red: "#cf222e",
    yellow: "#9a6700",
    magenta: "#8250df",
    cyan: "#0a6b7c",
    green: "#1a7f37",
};

pub(super) const DARK: Palette = Palette {
    background: "#0d1117",
    frame: "#30363d",
    text: "#e6edf3",
    dim: "#8b949e",
    red: "#ff7b72",
    yellow: "#d29922",
    magenta: "#d2a8ff",
    cyan: "#76d9e6",
    green: "#7ee787",
};

const SIZE: f64 = 14.0;
/// How wide a character is, of its size: the advance of the common fixed fonts.
const ADVANCE: f64 = 0.602;
const LINE: f64 = 19.0;
const MARGIN: f64 = 18.0;

/// How a stretch of text looks.
#[derive(Clone, Copy, Default, PartialEq)]
struct Look {
    color: Option<u8>,
    is_bold: bool,
    is_dim: bool,
    is_underlined: bool,
}

impl Look {
    /// Takes the numbers of an escape sequence.
    fn apply(&mut self, numbers: &str) {
        for number in numbers.split(';') {
            match number.parse::<u8>().unwrap_or(0) {
                0 => *self = Self::default(),
                1 => self.is_bold = true,
                2 => self.is_dim = true,
                4 => self.is_underlined = true,
                22 => (self.is_bold, self.is_dim) = (false, false),
                24 => self.is_underlined = false,
                color @ 30..=37 => self.color = Some(color - 30),
                39 => self.color = None,
                other => panic!("the picture knows no style {other}"),
            }
        }
    }

    fn attributes(self, palette: Palette) -> String {
        let color = match self.color {
            Some(1) => palette.red,
            Some(2) => palette.green,
            Some(3) => palette.yellow,
            Some(5) => palette.magenta,
            Some(6) => palette.cyan,
            Some(other) => panic!("the picture knows no color {other}"),
            None if self.is_dim => palette.dim,
            None => palette.text,
        };
        let bold = if self.is_bold { " font-weight=\"700\"" } else { "" };
        let line = if self.is_underlined { " text-decoration=\"underline\"" } else { "" };
        format!("fill=\"{color}\"{bold}{line}")
    }
}

/// A stretch of text with its look and the column at which it begins.
struct Stretch<'t> {
    look: Look,
    column: usize,
    text: &'t str,
}

/// The picture of what a terminal of so many columns shows; `title` is for those who do not see it.
pub(super) fn picture(terminal: &str, columns: usize, title: &str, palette: Palette) -> String {
    let mut look = Look::default();
    let lines: Vec<Vec<Stretch<'_>>> =
        terminal.lines().flat_map(|line| wrapped(stretches(line, &mut look), columns)).collect();
    let width = (columns as f64 * SIZE * ADVANCE + 2.0 * MARGIN).ceil();
    let height = (lines.len() as f64 * LINE + 2.0 * MARGIN).ceil();
    let mut out = String::new();
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         role=\"img\" aria-label=\"{}\">",
        escaped(title)
    );
    let _ = writeln!(
        out,
        "<rect x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\" rx=\"8\" fill=\"{}\" stroke=\"{}\"/>",
        width - 1.0,
        height - 1.0,
        palette.background,
        palette.frame
    );
    let fonts = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace";
    let _ = writeln!(out, "<g font-family=\"{fonts}\" font-size=\"{SIZE}\" xml:space=\"preserve\">");
    for (number, line) in lines.iter().enumerate() {
        let y = MARGIN + LINE * (number as f64 + 0.75);
        for Stretch { look, column, text } in line.iter().filter(|stretch| !stretch.text.trim().is_empty()) {
            // The place and the length of each stretch keep columns below each other in any font.
            let x = MARGIN + *column as f64 * SIZE * ADVANCE;
            let length = text.chars().count() as f64 * SIZE * ADVANCE;
            let _ = writeln!(
                out,
                "<text x=\"{x:.1}\" y=\"{y:.1}\" textLength=\"{length:.1}\" lengthAdjust=\"spacingAndGlyphs\" {}>{}</text>",
                look.attributes(palette),
                escaped(text)
            );
        }
    }
    out.push_str("</g>\n</svg>\n");
    out
}

/// The stretches of a line that look alike, without the escape sequences between them.
fn stretches<'l>(line: &'l str, look: &mut Look) -> Vec<(Look, &'l str)> {
    let mut found = Vec::new();
    for (index, part) in line.split("\u{1b}[").enumerate() {
        let text = match (index, part.split_once('m')) {
            (0, _) => part,
            (_, Some((numbers, text))) => {
                look.apply(numbers);
                text
            }
            (_, None) => panic!("an escape sequence that is not a style: {part:?}"),
        };
        if !text.is_empty() {
            found.push((*look, text));
        }
    }
    found
}

/// The lines of a terminal that a line of output takes.
fn wrapped<'l>(stretches: Vec<(Look, &'l str)>, columns: usize) -> Vec<Vec<Stretch<'l>>> {
    let mut lines = vec![Vec::new()];
    let mut column = 0;
    for (look, mut text) in stretches {
        while !text.is_empty() {
            if column == columns {
                lines.push(Vec::new());
                column = 0;
            }
            let end = text.char_indices().nth(columns - column).map_or(text.len(), |(end, _)| end);
            let (here, rest) = text.split_at(end);
            if let Some(line) = lines.last_mut() {
                line.push(Stretch { look, column, text: here });
            }
            column += here.chars().count();
            text = rest;
        }
    }
    lines
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
