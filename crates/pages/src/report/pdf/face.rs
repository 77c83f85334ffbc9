//! The typeface: which glyph a character has, and how wide it is.
use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::{
    FontRef, MetadataProvider as _,
    charmap::Charmap,
    instance::{LocationRef, Size},
    metrics::GlyphMetrics,
};

static REGULAR: &[u8] = include_bytes!("../../../../../ui/fonts/NotoSans-Regular.ttf");
static SEMI_BOLD: &[u8] = include_bytes!("../../../../../ui/fonts/NotoSans-SemiBold.ttf");

/// A weight of the typeface.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    SemiBold,
}

/// Both of them.
pub(super) struct Faces {
    regular: Face,
    semi_bold: Face,
}

impl Faces {
    /// `None` where the files are no fonts.
    pub(super) fn load() -> Option<Self> {
        Some(Self { regular: Face::load(REGULAR)?, semi_bold: Face::load(SEMI_BOLD)? })
    }

    pub(super) fn of(&self, weight: Weight) -> &Face {
        match weight {
            Weight::Regular => &self.regular,
            Weight::SemiBold => &self.semi_bold,
        }
    }
}

/// One weight.
pub(super) struct Face {
    pub(super) font: Font,
    map: Charmap<'static>,
    metrics: GlyphMetrics<'static>,
    per_em: f32,
    /// Those of the first characters, which nearly all texts are made of.
    first: Vec<Glyph>,
    missing: Glyph,
}

#[derive(Copy, Clone)]
struct Glyph {
    id: u32,
    /// In ems.
    advance: f32,
}

/// Latin with its extensions.
const FIRST: u32 = 0x250;

/// Drawn for what the typeface lacks, the first of these that it has.
const MISSING: [char; 3] = ['\u{25A1}', '\u{FFFD}', '?'];

impl Face {
    fn load(bytes: &'static [u8]) -> Option<Self> {
        let font = FontRef::new(bytes).ok()?;
        let per_em = f32::from(font.metrics(Size::unscaled(), LocationRef::default()).units_per_em);
        let metrics = font.glyph_metrics(Size::unscaled(), LocationRef::default());
        let mut face = Self {
            font: Font::new(bytes.into(), 0)?,
            map: font.charmap(),
            metrics,
            per_em,
            first: Vec::new(),
            missing: Glyph { id: 0, advance: 0.0 },
        };
        face.missing = MISSING.into_iter().find_map(|letter| face.find(letter))?;
        let all = (0..FIRST).filter_map(char::from_u32);
        face.first = all.map(|letter| face.find(letter).unwrap_or(face.missing)).collect();
        Some(face)
    }

    fn find(&self, letter: char) -> Option<Glyph> {
        let id = self.map.map(letter).filter(|id| id.to_u32() != 0)?;
        let advance = self.metrics.advance_width(id)? / self.per_em;
        Some(Glyph { id: id.to_u32(), advance })
    }

    fn glyph(&self, letter: char) -> Glyph {
        let first = self.first.get(letter as usize).copied();
        first.unwrap_or_else(|| self.find(letter).unwrap_or(self.missing))
    }

    /// How wide a character is, in ems.
    pub(super) fn advance(&self, letter: char) -> f32 {
        self.glyph(letter).advance
    }

    /// The glyphs of a text.
    pub(super) fn shape(&self, text: &str, glyphs: &mut Vec<KrillaGlyph>) {
        glyphs.clear();
        glyphs.extend(text.char_indices().map(|(at, letter)| {
            let Glyph { id, advance } = self.glyph(letter);
            let range = at..at + letter.len_utf8();
            KrillaGlyph::new(GlyphId::new(id), advance, 0.0, 0.0, 0.0, range, None)
        }));
    }
}

/// A text without what no PDF may hold: controls, and what is no character (ISO 14289-1 §7.21.7).
pub(super) fn writable(text: &str) -> String {
    let is_bad = |letter: char| letter.is_control() || matches!(letter, '\u{FEFF}' | '\u{FFFE}');
    text.chars()
        .map(|letter| match letter {
            '\t' | '\n' | '\r' => ' ',
            _ if is_bad(letter) => '\u{FFFD}',
            _ => letter,
        })
        .collect()
}
