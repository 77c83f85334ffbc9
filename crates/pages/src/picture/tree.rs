//! The way from a record to the root (RFC 6962 §2.1.1), as a ladder: on each rung, what is known so
//! far and the hash that the proof gives, joined to the node above.
use super::Tree;
use crate::{
    Html, Reader,
    texts::{Picture, TreeSays},
};
use askama::Template;
use std::ops::Range;

const NODE_WIDTH: usize = 180;
const NODE_HEIGHT: usize = 28;
/// From one rung to the next.
const RUNG: usize = 56;
const MIDDLE: usize = 310;
const LEFT: usize = 100;
const RIGHT: usize = 520;
const MARGIN: usize = 20;
/// Digits of a hash in a node; the table has them all.
const DIGITS: usize = 8;

#[derive(Template)]
#[template(path = "tree.html")]
struct Drawn<'a> {
    texts: &'a Picture,
    says: String,
    height: usize,
    lines: Vec<(usize, usize, usize, usize)>,
    nodes: Vec<Node>,
    rows: Vec<Row>,
}

struct Node {
    class: &'static str,
    x: usize,
    y: usize,
    text_x: usize,
    text_y: usize,
    label: String,
}

struct Row {
    step: usize,
    covers: String,
    what: &'static str,
    hash: String,
}

/// What the proof gives on one rung, and what comes of it.
struct Rung {
    sibling: Range<u64>,
    parent: Range<u64>,
}

/// From the leaf up.
fn rungs(index: u64, size: u64) -> Vec<Rung> {
    let mut rungs = Vec::new();
    let mut whole = 0..size;
    while whole.end - whole.start > 1 {
        let middle = whole.start + split(whole.end - whole.start);
        let (left, right) = (whole.start..middle, middle..whole.end);
        let (own, sibling) = if left.contains(&index) { (left, right) } else { (right, left) };
        rungs.push(Rung { sibling, parent: whole });
        whole = own;
    }
    rungs.reverse();
    rungs
}

/// The largest power of two below a number of at least 2.
fn split(size: u64) -> u64 {
    1 << (u64::BITS - 1 - (size - 1).leading_zeros())
}

pub(super) fn draw(tree: &Tree, reader: &Reader) -> Html {
    let texts = reader.texts();
    let is_there = tree.index < tree.size;
    let rungs = if is_there { rungs(tree.index, tree.size) } else { Vec::new() };
    let height = MARGIN * 2 + rungs.len() * RUNG + NODE_HEIGHT;
    let says = (texts.picture.tree_says)(&TreeSays {
        index: &(texts.number)(tree.index),
        size: &(texts.number)(tree.size),
        steps: rungs.len(),
    });
    let mut drawn = Drawn {
        texts: &texts.picture,
        says,
        height,
        lines: Vec::new(),
        nodes: Vec::new(),
        rows: Vec::new(),
    };
    drawn.add_leaf(tree, rungs.is_empty());
    for (at, rung) in rungs.iter().enumerate() {
        let given = tree.path.get(at).map_or("", String::as_str);
        let root = (at + 1 == rungs.len()).then_some(tree.root.as_str());
        drawn.add(at, tree.index, rung, given, root);
    }
    Html::of(&drawn)
}

impl Drawn<'_> {
    fn add_leaf(&mut self, tree: &Tree, is_root: bool) {
        let covers = tree.index.to_string();
        let what = if is_root { self.texts.root } else { self.texts.leaf };
        self.rows.push(Row { step: 0, covers, what, hash: tree.leaf.clone() });
        let label = format!("{} {} · {}", self.texts.record, tree.index, cut(&tree.leaf));
        self.push("leaf", MIDDLE, self.top(0), label);
    }

    fn add(&mut self, at: usize, index: u64, rung: &Rung, given: &str, root: Option<&str>) {
        let (below, above) = (self.top(at), self.top(at + 1));
        let side = if rung.sibling.start > index { RIGHT } else { LEFT };
        for x in [MIDDLE, side] {
            self.lines.push((x, below, MIDDLE, above + NODE_HEIGHT));
        }
        let covers = told(&rung.sibling);
        self.push("given", side, below, format!("{covers} · {}", cut(given)));
        let (step, hash) = (at + 1, given.to_owned());
        self.rows.push(Row { step, covers, what: self.texts.from_proof, hash });
        let covers = told(&rung.parent);
        let (class, what) =
            if root.is_some() { ("root", self.texts.root) } else { ("", self.texts.computed) };
        let hash = root.unwrap_or_default();
        let label =
            if hash.is_empty() { covers.clone() } else { format!("{covers} · {}", cut(hash)) };
        self.push(class, MIDDLE, above, label);
        self.rows.push(Row { step, covers, what, hash: hash.to_owned() });
    }

    /// Where the nodes of a rung begin.
    fn top(&self, at: usize) -> usize {
        self.height - MARGIN - NODE_HEIGHT - at * RUNG
    }

    fn push(&mut self, class: &'static str, middle: usize, y: usize, label: String) {
        let (x, text_y) = (middle - NODE_WIDTH / 2, y + 19);
        self.nodes.push(Node { class, x, y, text_x: middle, text_y, label });
    }
}

fn told(range: &Range<u64>) -> String {
    if range.end - range.start == 1 {
        range.start.to_string()
    } else {
        format!("{}–{}", range.start, range.end - 1)
    }
}

fn cut(hash: &str) -> &str {
    &hash[..hash.floor_char_boundary(DIGITS)]
}
