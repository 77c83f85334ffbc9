//! Where the source is: a text (up to the draft of R5), or a reference to a Location (R5).
use super::given::{Field, Given};
use super::object::{Conversion, Sink, name};
use crate::definition::{Kind, REFERENCE, Slot, Type};

impl Conversion<'_> {
    pub(super) fn site(&self, given: &Given, target: &'static Type, sink: &mut Sink) {
        let (Some(field), Some(element)) =
            (given.slot(Slot::Site), self.target(target, Slot::Site))
        else {
            return self.plain(given, target, Slot::Site, sink);
        };
        let is_text = |kind| !matches!(kind, Kind::Complex(_));
        if given.is_carried(Slot::Site) || self.same_shape(field.element, element) {
            return self.plain(given, target, Slot::Site, sink);
        }
        if is_text(field.element.kind) {
            self.to_display(field, element.name, &mut sink.out);
            return;
        }
        let Some(at) = field.value else { return };
        let display = REFERENCE.element("display", self.from);
        if let Some(source) = display.filter(|_| self.has_only(at, &["display", "_display"])) {
            let [value, beside] = ["display", "_display"].map(|n| self.document.member(at, n));
            let source = Field { element: source, value, beside };
            return self.copy(&source, element.name, element.kind, &mut sink.out);
        }
        let before = sink.ext.len();
        self.carry(field, given.paths, &mut sink.ext);
        if sink.ext.len() > before {
            let text = self.text_member(at, &["display", "reference"]);
            self.bare(text, element.name, &mut sink.out);
        }
    }

    /// A text as the display of a reference.
    fn to_display(&self, field: &Field, as_name: &str, out: &mut Vec<u8>) {
        let start = out.len();
        name(out, as_name);
        out.push(b'{');
        self.copy(field, "display", field.element.kind, out);
        if out.last() == Some(&b'{') {
            out.truncate(start);
        } else {
            out.push(b'}');
        }
    }
}
