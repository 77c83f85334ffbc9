//! Draws what was laid out, and tells the document what it is.
use super::{
    face::{Faces, Weight, writable},
    flow::{Laid, MARGIN, Mark, PAGE, PageItems, Style, Text, WIDTH},
};
use krilla::{
    color::luma,
    destination::XyzDestination,
    document::Document,
    geom::{Path, PathBuilder, Point, Rect},
    outline::{Outline, OutlineNode},
    page::PageSettings,
    paint::Fill,
    surface::Surface,
    tagging::{Artifact, ArtifactType, ContentTag, Identifier, SpanTag, TagTree},
    text::KrillaGlyph,
};

/// Paints all pages.
pub(super) fn paint(
    document: &mut Document,
    laid: Laid,
    faces: &Faces,
    title: &str,
    number: fn(usize, usize) -> String,
) {
    let Laid { pages, tree, marks } = laid;
    let mut drawn = vec![None; tree.leaves()];
    let count = pages.len();
    for (at, items) in pages.iter().enumerate() {
        let settings = PageSettings::from_wh(PAGE.0, PAGE.1).expect("a page of A4 has a size");
        let mut page = document.start_page_with(settings);
        {
            let mut brush = Brush { surface: page.surface(), faces, glyphs: Vec::new() };
            brush.items(items, &mut drawn);
            brush.foot(title, &number(at + 1, count));
        }
        page.finish();
    }
    document.set_outline(outline(&marks));
    let mut tags = TagTree::new();
    tree.into_tags(&drawn).into_iter().for_each(|node| tags.push(node));
    document.set_tag_tree(tags);
}

struct Brush<'s, 'f> {
    surface: Surface<'s>,
    faces: &'f Faces,
    glyphs: Vec<KrillaGlyph>,
}

impl Brush<'_, '_> {
    fn items(&mut self, items: &PageItems, drawn: &mut [Option<Identifier>]) {
        for text in &items.texts {
            let repeated = ContentTag::Artifact(Artifact::with_kind(ArtifactType::PaginationOther));
            let said = ContentTag::Span(SpanTag::empty());
            let tag = if text.leaf.is_some() { said } else { repeated };
            let identifier = self.surface.start_tagged(tag);
            self.text(text);
            self.surface.end_tagged();
            if let Some(leaf) = text.leaf {
                drawn[leaf] = Some(identifier);
            }
        }
        if let Some(path) = path(&items.rules) {
            self.surface.set_fill(Some(grey(170)));
            self.artifact(ArtifactType::Layout, |brush| brush.surface.draw_path(&path));
            self.surface.set_fill(None);
        }
        for figure in &items.figures {
            let identifier = self.surface.start_tagged(ContentTag::Other);
            if let Some(path) = path(&figure.rectangles) {
                self.surface.draw_path(&path);
            }
            self.surface.end_tagged();
            drawn[figure.leaf] = Some(identifier);
        }
    }

    fn text(&mut self, text: &Text) {
        let line = &text.whole[text.range.clone()];
        self.glyphs(line, text.style, Point::from_xy(text.x, text.baseline));
    }

    fn glyphs(&mut self, text: &str, style: Style, at: Point) {
        let face = self.faces.of(style.weight);
        face.shape(text, &mut self.glyphs);
        self.surface.draw_glyphs(at, &self.glyphs, face.font.clone(), text, style.size, false);
    }

    fn artifact(&mut self, kind: ArtifactType, draw: impl FnOnce(&mut Self)) {
        self.surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(kind)));
        draw(self);
        self.surface.end_tagged();
    }

    /// The title on the left and the number of the page on the right.
    fn foot(&mut self, title: &str, number: &str) {
        let (title, number) = (writable(title), writable(number));
        let y = PAGE.1 - 32.0;
        let style = Style { weight: Weight::Regular, size: 8.0 };
        let face = self.faces.of(style.weight);
        let width: f32 = number.chars().map(|it| face.advance(it)).sum::<f32>() * style.size;
        self.surface.set_fill(Some(grey(80)));
        self.artifact(ArtifactType::Footer, |brush| {
            brush.glyphs(&title, style, Point::from_xy(MARGIN, y));
        });
        self.artifact(ArtifactType::PageNumber, |brush| {
            brush.glyphs(&number, style, Point::from_xy(MARGIN + WIDTH - width, y));
        });
        self.surface.set_fill(None);
    }
}

fn grey(lightness: u8) -> Fill {
    Fill { paint: luma::Color::new(lightness).into(), ..Fill::default() }
}

fn path(rectangles: &[[f32; 4]]) -> Option<Path> {
    let mut path = PathBuilder::new();
    for [left, top, right, bottom] in rectangles {
        path.push_rect(Rect::from_ltrb(*left, *top, *right, *bottom)?);
    }
    path.finish()
}

/// The headings below the title, those of the third level in those of the second.
fn outline(marks: &[Mark]) -> Outline {
    let mut outline = Outline::new();
    let mut marks = marks.iter().peekable();
    while let Some(mark) = marks.next() {
        let mut node = node(mark);
        while let Some(below) = marks.next_if(|next| next.level > 2 && mark.level <= 2) {
            node.push_child(self::node(below));
        }
        outline.push_child(node);
    }
    outline
}

fn node(mark: &Mark) -> OutlineNode {
    let at = Point::from_xy(MARGIN, mark.y);
    OutlineNode::new(mark.text.clone(), XyzDestination::new(mark.page, at))
}
