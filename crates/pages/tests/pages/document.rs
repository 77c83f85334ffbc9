//! A page as a browser's parser reads it.
use html5ever::tendril::TendrilSink as _;
use html5ever::tree_builder::TreeBuilderOpts;
use html5ever::{ParseOpts, parse_document};
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use std::collections::BTreeMap;

/// An element, its attributes, and all text inside.
#[derive(Clone, Debug)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: BTreeMap<String, String>,
    pub(crate) text: String,
}

impl Element {
    pub(crate) fn get(&self, attribute: &str) -> Option<&str> {
        self.attributes.get(attribute).map(String::as_str)
    }

    pub(crate) fn has_class(&self, class: &str) -> bool {
        self.get("class").is_some_and(|classes| classes.split(' ').any(|one| one == class))
    }
}

/// Every element of a page, in its order, and how many comments there are.
pub(crate) struct Document {
    pub(crate) elements: Vec<Element>,
    pub(crate) comments: usize,
}

impl Document {
    /// As a browser that runs scripts reads it, or one that does not.
    pub(crate) fn read(html: &str, scripting_enabled: bool) -> Self {
        let tree_builder = TreeBuilderOpts { scripting_enabled, ..Default::default() };
        let options = ParseOpts { tree_builder, ..Default::default() };
        let dom = parse_document(RcDom::default(), options).one(html);
        let mut document = Self { elements: Vec::new(), comments: 0 };
        document.visit(&dom.document);
        document
    }

    pub(crate) fn all<'d>(&'d self, name: &'d str) -> impl Iterator<Item = &'d Element> {
        self.elements.iter().filter(move |element| element.name == name)
    }

    pub(crate) fn classed<'d>(&'d self, class: &'d str) -> impl Iterator<Item = &'d Element> {
        self.elements.iter().filter(move |element| element.has_class(class))
    }

    pub(crate) fn by_id(&self, id: &str) -> Option<&Element> {
        self.elements.iter().find(|element| element.get("id") == Some(id))
    }

    fn visit(&mut self, node: &Handle) {
        match &node.data {
            NodeData::Comment { .. } => self.comments += 1,
            NodeData::Element { name, attrs, .. } => {
                let attributes = attrs.borrow();
                let pairs = attributes.iter();
                let pairs = pairs.map(|it| (it.name.local.to_string(), it.value.to_string()));
                self.elements.push(Element {
                    name: name.local.to_string(),
                    attributes: pairs.collect(),
                    text: text(node),
                });
            }
            _ => {}
        }
        for child in node.children.borrow().iter() {
            self.visit(child);
        }
    }
}

fn text(node: &Handle) -> String {
    if let NodeData::Text { contents } = &node.data {
        return contents.borrow().to_string();
    }
    node.children.borrow().iter().map(text).collect()
}
