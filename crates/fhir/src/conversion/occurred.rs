//! When it happened: a Period (R4 to the draft of R5), a Period or a dateTime (R5), nothing before.
use super::given::Given;
use super::object::{Conversion, Sink, name};
use crate::definition::{Kind, Slot, Type};

impl Conversion<'_> {
    pub(super) fn occurred(&self, given: &Given, target: &'static Type, sink: &mut Sink) {
        self.plain(given, target, Slot::Occurred, sink);
        let (Some(field), Some(element)) =
            (given.slot(Slot::Occurred), self.target(target, Slot::Occurred))
        else {
            return;
        };
        let is_period = matches!(field.element.kind, Kind::Complex(_));
        let has_only_period = element.choice().is_none();
        let Some(at) = field.value.filter(|_| !is_period && has_only_period) else { return };
        if given.is_carried(Slot::Occurred) {
            return;
        }
        // A moment is a period that ends when it begins; the moment itself is carried.
        name(&mut sink.out, element.name);
        sink.out.push(b'{');
        self.bare(Some(at), "start", &mut sink.out);
        self.bare(Some(at), "end", &mut sink.out);
        sink.out.push(b'}');
    }
}
