//! Lays blocks out on pages, from the top down.
use super::{
    face::{Faces, Weight, writable},
    heading,
    lines::wrap,
    tree::Tree,
};
use krilla::tagging::{Tag, TagKind};
use std::{ops::Range, rc::Rc};

/// Points of a page of A4.
pub(super) const PAGE: (f32, f32) = (595.28, 841.89);
/// Points that stay free on the left and on the right.
pub(super) const MARGIN: f32 = 45.0;
const TOP: f32 = 50.0;
const BOTTOM: f32 = 60.0;
/// Points between the lines of text.
pub(super) const WIDTH: f32 = PAGE.0 - 2.0 * MARGIN;
/// Lines are so many times as high as their text.
const LEADING: f32 = 1.36;
/// Baselines stand so far below the top of their line, in sizes of the text.
const BASELINE: f32 = 1.04;

/// How a text looks.
#[derive(Copy, Clone, Debug)]
pub(super) struct Style {
    pub(super) weight: Weight,
    pub(super) size: f32,
}

impl Style {
    pub(super) fn text(weight: Weight) -> Self {
        Self { weight, size: 9.5 }
    }

    pub(super) fn small() -> Self {
        Self { weight: Weight::Regular, size: 7.5 }
    }

    pub(super) fn height(self) -> f32 {
        self.size * LEADING
    }
}

/// What is drawn on a page.
#[derive(Default)]
pub(super) struct PageItems {
    pub(super) texts: Vec<Text>,
    /// Lines between rows, which nobody reads: left, top, right, bottom.
    pub(super) rules: Vec<[f32; 4]>,
    pub(super) figures: Vec<Figure>,
}

/// A line of a text.
pub(super) struct Text {
    pub(super) x: f32,
    pub(super) baseline: f32,
    pub(super) style: Style,
    pub(super) whole: Rc<str>,
    pub(super) range: Range<usize>,
    /// Its place in the structure; `None`: it repeats what was said.
    pub(super) leaf: Option<usize>,
}

/// Dark rectangles: left, top, right, bottom.
pub(super) struct Figure {
    pub(super) rectangles: Vec<[f32; 4]>,
    pub(super) leaf: usize,
}

/// A heading, for the outline.
pub(super) struct Mark {
    pub(super) text: String,
    pub(super) level: u8,
    pub(super) page: usize,
    pub(super) y: f32,
}

/// All pages.
pub(super) struct Laid {
    pub(super) pages: Vec<PageItems>,
    pub(super) tree: Tree,
    pub(super) marks: Vec<Mark>,
}

/// Pages under way.
pub(super) struct Flow<'f> {
    faces: &'f Faces,
    laid: Laid,
    /// Where the next thing begins.
    pub(super) y: f32,
}

/// A text of a cell, broken into lines.
pub(super) struct Cell {
    pub(super) x: f32,
    pub(super) width: f32,
    pub(super) style: Style,
    pub(super) text: Rc<str>,
    pub(super) lines: Vec<Range<usize>>,
    pub(super) is_right: bool,
}

impl<'f> Flow<'f> {
    pub(super) fn new(faces: &'f Faces) -> Self {
        let pages = vec![PageItems::default()];
        let laid = Laid { pages, tree: Tree::default(), marks: Vec::new() };
        Self { faces, laid, y: TOP }
    }

    pub(super) fn finish(self) -> Laid {
        self.laid
    }

    pub(super) fn open(&mut self, tag: impl Into<TagKind>) -> usize {
        self.laid.tree.open(tag.into())
    }

    pub(super) fn close(&mut self) {
        self.laid.tree.close();
    }

    pub(super) fn skip(&mut self, points: f32) {
        self.y += points;
    }

    /// Begins a new page where less than this is left on it.
    pub(super) fn need(&mut self, points: f32) {
        if self.left() < points {
            self.new_page();
        }
    }

    /// Points that are left on the page.
    pub(super) fn left(&self) -> f32 {
        PAGE.1 - BOTTOM - self.y
    }

    pub(super) fn new_page(&mut self) {
        self.laid.pages.push(PageItems::default());
        self.y = TOP;
    }

    fn page(&mut self) -> &mut PageItems {
        self.laid.pages.last_mut().expect("there is always a page")
    }

    /// A heading, with room for something below it.
    pub(super) fn heading(&mut self, level: u8, text: &str) {
        let size = match level {
            1 => 18.0,
            2 => 13.0,
            _ => 10.5,
        };
        let style = Style { weight: Weight::SemiBold, size };
        self.need(style.height() + 110.0);
        if self.y > TOP {
            self.skip(size * 0.7);
        }
        let (page, y) = (self.laid.pages.len() - 1, self.y);
        self.laid.marks.push(Mark { text: writable(text), level, page, y });
        self.paragraph(text, style, heading(level, text));
    }

    /// A text in the whole width.
    pub(super) fn paragraph(&mut self, text: &str, style: Style, tag: impl Into<TagKind>) {
        self.columns(&[(text, 1.0, style, tag.into())]);
        self.skip(style.size * 0.45);
    }

    /// Texts beside each other, each with its part of the width.
    pub(super) fn columns(&mut self, columns: &[(&str, f32, Style, TagKind)]) {
        let mut x = MARGIN;
        let mut cells = Vec::with_capacity(columns.len());
        let mut groups = Vec::with_capacity(columns.len());
        for (text, part, style, tag) in columns {
            let width = part * WIDTH;
            cells.push(self.cell(text, x, width, *style));
            groups.push(Some(self.open(tag.clone())));
            self.close();
            x += width;
        }
        self.row(&cells, &groups, 0.0, &mut |_| {});
    }

    /// A text in a column, less a little room on its right.
    pub(super) fn cell(&self, text: &str, x: f32, width: f32, style: Style) -> Cell {
        let text = writable(text);
        let face = self.faces.of(style.weight);
        let lines = wrap(&text, face, style.size, width - GUTTER);
        Cell { x, width: width - GUTTER, style, text: text.into(), lines, is_right: false }
    }

    /// Cells of a row, over as many pages as it takes; on each new one `begin` comes first. Those
    /// without a group repeat what was said.
    pub(super) fn row(
        &mut self,
        cells: &[Cell],
        groups: &[Option<usize>],
        padding: f32,
        begin: &mut dyn FnMut(&mut Self),
    ) {
        let height = cells.iter().map(|cell| cell.style.height()).fold(1.0, f32::max);
        let count = cells.iter().map(|cell| cell.lines.len()).max().unwrap_or_default();
        let mut done = 0;
        while done < count {
            let whole = (count - done) as f32 * height + 2.0 * padding;
            let fit = ((self.left() - 2.0 * padding) / height) as usize;
            // A row stays together where a page has room for it.
            let is_short = whole < PAGE.1 / 2.0;
            if fit == 0 || is_short && fit < count - done {
                self.new_page();
                begin(self);
                continue;
            }
            let until = count.min(done + fit);
            for (cell, group) in cells.iter().zip(groups) {
                self.lines(cell, *group, done..until, padding);
            }
            self.y += (until - done) as f32 * height + 2.0 * padding;
            done = until;
        }
    }

    fn lines(&mut self, cell: &Cell, group: Option<usize>, range: Range<usize>, padding: f32) {
        let first = range.start;
        for at in range.start..range.end.min(cell.lines.len()) {
            let range = cell.lines[at].clone();
            if range.is_empty() {
                continue;
            }
            let leaf = group.map(|group| self.laid.tree.leaf(group));
            let style = cell.style;
            let line = &cell.text[range.clone()];
            let top = self.y + padding + (at - first) as f32 * style.height();
            let x = if cell.is_right {
                let face = self.faces.of(style.weight);
                let used: f32 = line.trim_end().chars().map(|it| face.advance(it)).sum();
                cell.x + cell.width - used * style.size
            } else {
                cell.x
            };
            let baseline = top + style.size * BASELINE;
            let whole = Rc::clone(&cell.text);
            self.page().texts.push(Text { x, baseline, style, whole, range, leaf });
        }
    }

    /// A line over the whole width.
    pub(super) fn rule(&mut self, thick: f32) {
        let y = self.y;
        self.page().rules.push([MARGIN, y, MARGIN + WIDTH, y + thick]);
    }

    /// A picture of this side, of dark stretches of one height: left, top, length.
    pub(super) fn figure(&mut self, side: f32, height: f32, dark: &[[f32; 3]], describes: &str) {
        let y = self.y;
        let group = self.open(Tag::Figure(Some(describes.to_owned())));
        self.close();
        let leaf = self.laid.tree.leaf(group);
        let rectangle = |[x, top, length]: &[f32; 3]| {
            [MARGIN + x, y + top, MARGIN + x + length, y + top + height]
        };
        let rectangles = dark.iter().map(rectangle).collect();
        self.page().figures.push(Figure { rectangles, leaf });
        self.skip(side);
    }
}

/// Points between columns.
const GUTTER: f32 = 6.0;
