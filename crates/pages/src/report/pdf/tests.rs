//! What a reader finds in the PDF is what stands on the page.
use crate::{
    Language,
    report::{Kind, Staff, tests},
};
use html5ever::tendril::TendrilSink as _;
use lopdf::{Document, Encoding, Object, content::Content};
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use std::collections::BTreeMap;

fn without_space(text: &str) -> String {
    text.split_whitespace().collect()
}

/// The text of a page, as a browser shows it.
fn text_of_html(html: &str) -> String {
    let dom = html5ever::parse_document(RcDom::default(), html5ever::ParseOpts::default());
    let dom = dom.one(html);
    let mut text = String::new();
    push_text(&dom.document, &mut text);
    without_space(&text)
}

fn push_text(node: &Handle, text: &mut String) {
    match &node.data {
        NodeData::Text { contents } => text.push_str(&contents.borrow()),
        _ => node.children.borrow().iter().for_each(|child| push_text(child, text)),
    }
}

/// What is tagged as content, in the order of the pages; artifacts left out.
fn text_of_pdf(pdf: &[u8]) -> String {
    let document = Document::load_mem(pdf).unwrap();
    let mut text = String::new();
    for page in document.get_pages().into_values() {
        let fonts = document.get_page_fonts(page).unwrap();
        let encodings: BTreeMap<Vec<u8>, Encoding<'_>> = fonts
            .into_iter()
            .map(|(name, font)| (name, font.get_font_encoding(&document).unwrap()))
            .collect();
        let content = document.get_page_content(page);
        push_content(&Content::decode(&content).unwrap(), &encodings, &mut text);
    }
    without_space(&text)
}

fn push_content(content: &Content, encodings: &BTreeMap<Vec<u8>, Encoding<'_>>, text: &mut String) {
    // Of each marked piece: whether it is content, and the text that stands for it.
    let mut marks: Vec<(bool, Option<String>)> = Vec::new();
    let mut encoding = None;
    for operation in &content.operations {
        let operands = &operation.operands;
        match operation.operator.as_str() {
            "BDC" => {
                let actual = operands[1].as_dict().ok().and_then(|it| it.get(b"ActualText").ok());
                let actual = actual.map(|it| lopdf::decode_text_string(it).unwrap());
                text.push_str(actual.as_deref().unwrap_or_default());
                marks.push((operands[0].as_name().unwrap() != b"Artifact", actual));
            }
            "BMC" => marks.push((operands[0].as_name().unwrap() != b"Artifact", None)),
            "EMC" => drop(marks.pop()),
            "Tf" => encoding = encodings.get(operands[0].as_name().unwrap()),
            "Tj" | "TJ" => {
                assert!(!marks.is_empty(), "every text is tagged");
                if marks.iter().all(|(is_content, actual)| *is_content && actual.is_none()) {
                    for shown in operands {
                        push_shown(shown, encoding.unwrap(), text);
                    }
                }
            }
            _ => {}
        }
    }
}

fn push_shown(shown: &Object, encoding: &Encoding<'_>, text: &mut String) {
    match shown {
        Object::String(bytes, _) => {
            text.push_str(&Document::decode_text(encoding, bytes).unwrap());
        }
        Object::Array(items) => items.iter().for_each(|it| push_shown(it, encoding, text)),
        _ => {}
    }
}

#[test]
fn its_text_is_that_of_the_page_in_both_languages() {
    for language in Language::ALL {
        for (kind, count) in [(Kind::Access, 150), (Kind::Access, 0), (Kind::Disclosure, 3)] {
            let events: Vec<_> = (0..count).map(tests::event).collect();
            let report = tests::report_of(kind, Staff::Name, &events);
            let reader = tests::reader(language);
            let html = text_of_html(report.to_html(&reader).as_str());
            let pdf = text_of_pdf(&report.to_pdf(&reader).unwrap());
            let at =
                html.chars().zip(pdf.chars()).take_while(|(left, right)| left == right).count();
            let around = |text: &str| text.chars().skip(at).take(80).collect::<String>();
            assert!(html == pdf, "at {at}: {:?} and {:?}", around(&html), around(&pdf));
            assert!(html.len() > 1000);
        }
    }
}

#[test]
fn what_the_typeface_lacks_is_still_its_text() {
    let mut event = tests::event(1);
    event["agent"][0]["name"] = "王小明 \u{202e}שלום".into();
    let report = tests::report_of(Kind::Access, Staff::Name, &[event]);
    let pdf = report.to_pdf(&tests::reader(Language::En)).unwrap();
    assert!(text_of_pdf(&pdf).contains("王小明"), "{}", text_of_pdf(&pdf));
}

#[test]
fn it_says_what_it_is_and_in_which_language() {
    let pdf = tests::report(2).to_pdf(&tests::reader(Language::De)).unwrap();
    let document = Document::load_mem(&pdf).unwrap();
    let catalog = document.catalog().unwrap();
    assert_eq!(catalog.get(b"Lang").unwrap().as_str().unwrap(), b"de");
    assert!(catalog.has(b"StructTreeRoot") && catalog.has(b"Outlines"));
    let marked = document.dereference(catalog.get(b"MarkInfo").unwrap()).unwrap().1;
    assert!(marked.as_dict().unwrap().get(b"Marked").unwrap().as_bool().unwrap());
    let metadata = catalog.get(b"Metadata").unwrap().as_reference().unwrap();
    let stream = document.get_object(metadata).unwrap().as_stream().unwrap();
    let xmp = stream.decompressed_content().unwrap_or_else(|_| stream.content.clone());
    let xmp = String::from_utf8_lossy(&xmp);
    assert!(xmp.contains("pdfuaid:part") && xmp.contains("Zugriffsbericht"), "{xmp}");
}

#[test]
fn a_row_that_is_higher_than_a_page_goes_on_on_the_next() {
    let mut event = tests::event(1);
    event["agent"][0]["name"] = "word ".repeat(2000).into();
    let report = tests::report_of(Kind::Access, Staff::Name, &[event]);
    let reader = tests::reader(Language::En);
    let pdf = report.to_pdf(&reader).unwrap();
    assert!(Document::load_mem(&pdf).unwrap().get_pages().len() > 5);
    let html = text_of_html(report.to_html(&reader).as_str());
    assert_eq!(text_of_pdf(&pdf).matches("word").count(), html.matches("word").count());
}
