//! Events of a release made from its table: every element, every datatype, ids and extensions
//! anywhere, what is odd among what is usual. What proptest would shrink by its own tree is shrunk
//! by leaving parts out (`Json::smaller`), since the tables, not strategies, say what is valid.
use super::json::Json;
use crate::Release;
use crate::definition::{EXTENSION, EXTENSIONS_ONLY, Element, Kind, Primitive, Slot, Type};

/// Numbers from a seed (<https://prng.di.unimi.it/splitmix64.c>).
pub(super) struct Random(pub(super) u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    /// True so many times of a thousand.
    fn permille(&mut self, chance: usize) -> bool {
        self.below(1000) < chance
    }

    fn pick<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

pub(super) struct Generator {
    pub(super) random: Random,
    pub(super) release: Release,
    /// How many of a thousand extensions have names that conversions read.
    pub(super) ours: usize,
}

const TEXTS: &[&str] = &[
    "a",
    "Anna Ärztin",
    "\"quoted\" \\ /",
    "tab\there",
    "𝄞 clef",
    "0",
    "null",
    "true",
    "110112",
    "https://h/x?y=1&z=2",
    "two  spaces ",
    "line\nfeed",
    "ﷺ",
    "<b>&amp;</b>",
    "12",
    "Grahame",
];
const URIS: &[&str] = &[
    "http://dicom.nema.org/resources/ontology/DCM",
    "http://nema.org/dicom/dicm",
    "http://hl7.org/fhir/audit-event-type",
    "http://terminology.hl7.org/CodeSystem/audit-event-type",
    "http://hl7.org/fhir/object-type",
    "http://hl7.org/fhir/audit-entity-type",
    "http://terminology.hl7.org/CodeSystem/audit-entity-type",
    "http://hl7.org/fhir/object-role",
    "http://terminology.hl7.org/CodeSystem/object-role",
    "http://hl7.org/fhir/dicom-audit-lifecycle",
    "http://hl7.org/fhir/object-lifecycle",
    "http://terminology.hl7.org/CodeSystem/dicom-audit-lifecycle",
    "http://hl7.org/fhir/v3/ActReason",
    "http://hl7.org/fhir/v3/ActCode",
    "http://terminology.hl7.org/CodeSystem/v3-ActReason",
    "http://terminology.hl7.org/CodeSystem/v3-",
    "http://hl7.org/fhir/security-source-type",
    "http://terminology.hl7.org/CodeSystem/security-source-type",
    "http://hl7.org/fhir/extra-security-role-type",
    "http://terminology.hl7.org/CodeSystem/extra-security-role-type",
    "http://hl7.org/fhir/issue-severity",
    "http://hl7.org/fhir/audit-event-outcome",
    "http://terminology.hl7.org/CodeSystem/audit-event-outcome",
    "http://hl7.org/fhir/restful-interaction",
    "http://hl7.org/fhir/resource-types",
    "urn:oid:1.2.3",
    "urn:x:ü",
];
const CODES: &[&str] = &[
    "rest",
    "0",
    "4",
    "8",
    "12",
    "fatal",
    "success",
    "110112",
    "vread",
    "information",
    "error",
    "warning",
    "a b",
    "1",
    "TREAT",
    "BTG",
    "SOC",
    "humanuser",
    "document",
    "validate",
    "batch",
    "search-compartment",
    "IVOCT",
    "ServiceRequest",
    "BodySite",
];
const REFERENCES: &[&str] = &[
    "Patient/1",
    "Patient/1",
    "Patient/2",
    "http://h/fhir/Patient/1",
    "Patient/1/_history/2",
    "Practitioner/p",
    "#p1",
    "urn:uuid:c757873d-ec9a-4326-a141-556f43239520",
    "Device/d",
];
const EXTENSION_URLS: &[&str] = &[
    "http://example.org/a",
    "urn:oid:1.2.3.4",
    "http://hl7.org/fhir/StructureDefinition/auditevent-OnBehalfOf",
    "http://hl7.org/fhir/StructureDefinition/data-absent-reason",
    "address",
];
const OUR_URLS: &[&str] = &[
    "http://hl7.org/fhir/StructureDefinition/auditevent-AlternativeUserID",
    "http://hl7.org/fhir/StructureDefinition/auditevent-Lifecycle",
    "https://kiln-audit.org/fhir/StructureDefinition/derived",
    "https://kiln-audit.org/fhir/StructureDefinition/residue",
    "http://hl7.org/fhir/5.0/StructureDefinition/extension-AuditEvent.severity",
    "http://hl7.org/fhir/5.0/StructureDefinition/extension-AuditEvent.outcome.code",
    "http://hl7.org/fhir/4.0/StructureDefinition/extension-AuditEvent.agent.altId",
    "http://hl7.org/fhir/4.0/StructureDefinition/extension-AuditEvent.agent.network",
    "http://hl7.org/fhir/4.0/StructureDefinition/extension-AuditEvent.type",
    "http://hl7.org/fhir/3.0/StructureDefinition/extension-AuditEvent.agent.userId",
    "http://hl7.org/fhir/1.0/StructureDefinition/extension-AuditEvent.event.outcome",
    "http://hl7.org/fhir/6.0/StructureDefinition/extension-AuditEvent.entity.description",
    "http://hl7.org/fhir/4.6/StructureDefinition/extension-AuditEvent.outcome",
];

impl Generator {
    pub(super) fn event(&mut self) -> Json {
        self.object(crate::definition::audit_event(self.release), 0)
    }

    fn object(&mut self, definition: &'static Type, depth: usize) -> Json {
        let mut members = Vec::new();
        let elements: Vec<_> = definition.elements(self.release).collect();
        let choices: Vec<_> =
            elements.iter().filter(|element| element.choice().is_some()).collect();
        let chosen = (!choices.is_empty()).then(|| *self.random.pick(&choices));
        for element in &elements {
            if element.choice().is_some() && !chosen.is_some_and(|own| std::ptr::eq(own, *element))
            {
                continue;
            }
            let chance = chance(element, depth);
            if self.random.permille(chance) {
                self.member(element, depth, &mut members);
            }
        }
        // sev-1
        let is = |name: &str, members: &[(String, Json)]| {
            members.iter().any(|(own, _)| own == name || own == &format!("_{name}"))
        };
        if is("query", &members) && is("name", &members) {
            members.retain(|(own, _)| own != "name" && own != "_name");
        }
        if members.is_empty() {
            members.push(("id".to_owned(), Json::text("e1")));
        }
        if self.random.permille(200) {
            let at = self.random.below(members.len());
            members.rotate_left(at);
        }
        Json::Object(members)
    }

    fn member(
        &mut self,
        element: &'static Element,
        depth: usize,
        members: &mut Vec<(String, Json)>,
    ) {
        let name = element.name.to_owned();
        if !element.many {
            let only_beside = element.is_primitive()
                && !matches!(element.slot, Slot::Recorded)
                && element.name != "url"
                && self.random.permille(15);
            if !only_beside {
                let value = self.value(element, depth);
                members.push((name.clone(), value));
            }
            if element.is_primitive() && (only_beside || self.random.permille(40)) {
                let beside = self.beside(depth);
                members.push((format!("_{name}"), beside));
            }
            return;
        }
        let count = 1 + self.random.below(if depth < 2 { 3 } else { 2 });
        if !element.is_primitive() {
            let items = (0..count).map(|_| self.value(element, depth)).collect();
            members.push((name, Json::Array(items)));
            return;
        }
        let mut values: Vec<_> = (0..count).map(|_| self.value(element, depth)).collect();
        if self.random.permille(80) && name != "fhir_comments" {
            let null = || Json::Raw("null".to_owned());
            let mut besides: Vec<_> = values.iter().map(|_| null()).collect();
            let at = self.random.below(count);
            besides[at] = self.beside(depth);
            if self.random.permille(400) {
                values[at] = null();
            }
            members.push((format!("_{name}"), Json::Array(besides)));
        }
        members.push((name, Json::Array(values)));
    }

    fn beside(&mut self, depth: usize) -> Json {
        self.object(&EXTENSIONS_ONLY, depth + 2)
    }

    fn value(&mut self, element: &'static Element, depth: usize) -> Json {
        match element.kind {
            Kind::ResourceType => Json::text("AuditEvent"),
            Kind::Code(codes) => Json::text(self.random.pick(codes)),
            Kind::Complex(definition) if std::ptr::eq(definition, &raw const EXTENSION) => {
                self.extension(depth + 1)
            }
            Kind::Complex(definition) if depth < 9 || definition.needed(self.release) > 0 => {
                self.object(definition, depth + 1)
            }
            Kind::Complex(_) => Json::Object(vec![("id".to_owned(), Json::text("deep"))]),
            Kind::Resource => Json::Raw(
                r#"{"resourceType":"Patient","id":"p1","name":[{"text":"x"}]}"#.to_owned(),
            ),
            Kind::Opaque => Json::Raw(r#"{"time":"2020-01-01","text":"t"}"#.to_owned()),
            Kind::Primitive(primitive) => self.primitive(primitive),
        }
    }

    fn extension(&mut self, depth: usize) -> Json {
        let is_ours = self.random.permille(self.ours);
        let url = self.random.pick(if is_ours { OUR_URLS } else { EXTENSION_URLS });
        let mut members = vec![("url".to_owned(), Json::text(url))];
        if self.random.permille(60) {
            members.push(("id".to_owned(), Json::text("x-1")));
        }
        let values: Vec<_> =
            EXTENSION.elements(self.release).filter(|e| e.choice().is_some()).collect();
        if depth < 5 && self.random.permille(150) {
            let inner = (0..=self.random.below(2)).map(|_| self.extension(depth + 1)).collect();
            members.push(("extension".to_owned(), Json::Array(inner)));
        } else {
            let common = values.len().min(12);
            let bound = if self.random.permille(600) { common } else { values.len() };
            let element = values[self.random.below(bound)];
            self.member(element, depth, &mut members);
        }
        Json::Object(members)
    }

    fn primitive(&mut self, primitive: Primitive) -> Json {
        let random = &mut self.random;
        Json::Raw(match primitive {
            Primitive::Boolean => random.pick(&["true", "false"]).to_owned(),
            Primitive::Decimal => random.pick(&["1.10", "0.0", "1e2", "-7", "0.000001"]).to_owned(),
            Primitive::Integer => random.pick(&["0", "-5", "2147483647"]).to_owned(),
            Primitive::PositiveInt => random.pick(&["1", "31"]).to_owned(),
            Primitive::UnsignedInt => random.pick(&["0", "7"]).to_owned(),
            text => return Json::text(Self::text(random, text)),
        })
    }

    fn text(random: &mut Random, primitive: Primitive) -> &'static str {
        match primitive {
            Primitive::Code => random.pick(CODES),
            Primitive::Uri => random.pick(URIS),
            Primitive::Reference => random.pick(REFERENCES),
            Primitive::Id | Primitive::LogicalId => random.pick(&["a-1", "B.2"]),
            Primitive::Oid => "urn:oid:1.2.3",
            Primitive::Uuid => "urn:uuid:c757873d-ec9a-4326-a141-556f43239520",
            Primitive::Instant => {
                random.pick(&["2024-06-15T08:30:00Z", "2012-10-25T22:04:27.646+11:00"])
            }
            Primitive::DateTime => random.pick(&["2024", "2024-06", "2024-06-15T08:30:00Z"]),
            Primitive::Date => random.pick(&["2024", "2024-06-15"]),
            Primitive::Time => "08:30:00",
            Primitive::Base64Binary => random.pick(&["YQ==", "YWJj", "YWI="]),
            Primitive::Integer64 => random.pick(&["0", "-7"]),
            _ => random.pick(TEXTS),
        }
    }
}

/// Of a thousand objects, how many have an element.
fn chance(element: &Element, depth: usize) -> usize {
    if element.is_mandatory() || element.name == "resourceType" || element.name == "url" {
        return 1000;
    }
    match element.name {
        _ if depth > 9 => 0,
        "id" => 60,
        "extension" if depth > 5 => 0,
        "extension" => 70,
        "modifierExtension" => 25,
        "fhir_comments" | "contained" | "implicitRules" | "language" => 30,
        "meta" | "text" => 120,
        _ if element.choice().is_some() => 600,
        _ if element.slot == Slot::None && depth > 2 => 150,
        _ if depth > 4 => 200,
        _ => 520,
    }
}
