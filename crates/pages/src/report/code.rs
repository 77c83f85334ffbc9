//! A text as a QR code: which of its modules are dark.
use qrcode::{Color, EcLevel, QrCode};

/// A square of modules.
#[derive(Clone, Debug)]
pub(super) struct Modules {
    /// Modules of a side.
    pub(super) side: usize,
    dark: Vec<bool>,
}

impl Modules {
    /// Of a text; `None` where it is too long for the largest code.
    pub(super) fn of(text: &str) -> Option<Self> {
        let code = QrCode::with_error_correction_level(text, EcLevel::L).ok()?;
        let side = code.width();
        let dark = code.into_colors().into_iter().map(|color| color == Color::Dark).collect();
        Some(Self { side, dark })
    }

    /// Stretches of dark modules in a row: column, row, length.
    pub(super) fn runs(&self) -> impl Iterator<Item = (usize, usize, usize)> {
        (0..self.side).flat_map(move |row| {
            let line = &self.dark[row * self.side..(row + 1) * self.side];
            let starts = (0..self.side).filter(|at| line[*at] && (*at == 0 || !line[at - 1]));
            starts.map(move |at| (at, row, line[at..].iter().take_while(|dark| **dark).count()))
        })
    }
}

/// Light modules that a reader needs around a code (ISO/IEC 18004 §6.3.8).
pub(super) const QUIET: usize = 4;

#[cfg(test)]
mod tests;
