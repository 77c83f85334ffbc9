//! Where an agent was on the network: an address and its type (up to the draft of R5), or a
//! reference, a uri or a string (R5).
use super::datatype::Except;
use super::given::{Field, Given, Paths};
use super::object::{Conversion, Sink, name};
use crate::definition::{EXTENSIONS_ONLY, Element, Kind, Slot, Type};

/// `network-type` of a uri.
const URI_TYPE: &str = "5";

impl Conversion<'_> {
    pub(super) fn network(&self, given: &Given, target: &'static Type, sink: &mut Sink) {
        if let Some(element) = self.target(target, Slot::Network) {
            if self.uncarry(given, element, &mut sink.out) {
                return;
            }
            if given.slot(Slot::Network).is_some() {
                return self.network_to_network(given, element, sink);
            }
            if let Some(field) = given.slot(Slot::NetworkAddress) {
                self.choice_to_address(given, field, element, sink);
            }
            return;
        }
        if given.slot(Slot::Network).is_some() && !given.is_carried(Slot::NetworkAddress) {
            return self.address_to_choice(given, target, sink);
        }
        self.plain(given, target, Slot::NetworkAddress, sink);
    }

    /// Both have an address and a type.
    fn network_to_network(&self, given: &Given, element: &Element, sink: &mut Sink) {
        let Some(field) = given.slot(Slot::Network) else { return };
        let (Some(at), Kind::Complex(from), Kind::Complex(to)) =
            (field.value, field.element.kind, element.kind)
        else {
            return self.lose(field);
        };
        let inner = self.gather(at, from, to, Paths::default());
        let (start, mark) = (sink.out.len(), sink.ext.len());
        name(&mut sink.out, element.name);
        sink.out.push(b'{');
        self.common(&inner, to, &mut sink.out);
        for slot in [Slot::NetworkAddress, Slot::NetworkType] {
            self.plain(&inner, to, slot, sink);
        }
        if !self.close(inner, mark, sink) {
            sink.out.truncate(start);
            self.piece(at);
        }
    }

    /// The type says whether the address is a uri; any other type is carried.
    fn address_to_choice(&self, given: &Given, target: &'static Type, sink: &mut Sink) {
        let Some(field) = given.slot(Slot::Network) else { return };
        let (Some(at), Kind::Complex(definition)) = (field.value, field.element.kind) else {
            return self.lose(field);
        };
        let address = self.document.member(at, "address");
        let beside = self.document.member(at, "_address");
        let r#type = self.document.member(at, "type");
        let text = address.and_then(|at| self.document.text(at));
        let is_uri = r#type.is_some_and(|at| self.document.is_text(at, URI_TYPE))
            && (address.is_some() || beside.is_some())
            && text.is_none_or(|text| text.bytes().all(|byte| byte > b' '));
        let only =
            if is_uri { &["address", "_address", "type"][..] } else { &["address", "_address"] };
        let mut exact = self.has_only(at, only);
        let as_name = if is_uri { "networkUri" } else { "networkString" };
        if let (Some(source), Some(element)) =
            (definition.element("address", self.from), target.element(as_name, self.to))
        {
            let beside = beside.filter(|_| exact);
            let source = Field { element: source, value: address, beside };
            let (start, pieces) = (sink.out.len(), self.piece_count());
            self.copy(&source, as_name, element.kind, &mut sink.out);
            if is_uri && sink.out.len() == start {
                // Nothing is left to say that it was a uri.
                self.forget_pieces(pieces);
                exact = false;
            }
        }
        if !exact {
            self.carry(field, given.paths, &mut sink.ext);
        }
    }

    fn choice_to_address(&self, given: &Given, field: &Field, element: &Element, sink: &mut Sink) {
        let is_reference = matches!(field.element.kind, Kind::Complex(_));
        if is_reference {
            let before = sink.ext.len();
            self.carry(field, given.paths, &mut sink.ext);
            if sink.ext.len() == before {
                return;
            }
        }
        let address = if is_reference {
            field.value.and_then(|at| self.text_member(at, &["reference", "display"]))
        } else {
            field.value
        };
        let beside = field.beside.filter(|_| !is_reference);
        if address.is_none() && beside.is_none() {
            return;
        }
        let (out, pieces) = (&mut sink.out, self.piece_count());
        let start = out.len();
        name(out, element.name);
        out.push(b'{');
        self.bare(address, "address", out);
        if let Some(at) = beside {
            name(out, "_address");
            if !self.object(at, &EXTENSIONS_ONLY, Except::default(), out) {
                out.truncate(start);
                self.forget_pieces(pieces);
                return self.lose(field);
            }
        }
        if field.element.name == "networkUri" {
            name(out, "type");
            out.extend_from_slice(b"\"5\"");
        }
        out.push(b'}');
    }
}
