//! Changes that keep JSON an event more often than changes of bytes do: elements go, come twice,
//! change places, get other values and names. libFuzzer's own changes come in between.
use libfuzzer_sys::fuzzer_mutate;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde_json::{Map, Value};

const CHANGES_MAX: usize = 4;

/// Names that the releases have, and those that conversion and XML give a meaning to.
const NAMES: &[&str] = &[
    "_recorded",
    "action",
    "address",
    "agent",
    "altId",
    "authorization",
    "basedOn",
    "category",
    "code",
    "coding",
    "contained",
    "dateTime",
    "description",
    "detail",
    "display",
    "encounter",
    "entity",
    "event",
    "extension",
    "fhir_comments",
    "id",
    "identifier",
    "implicitRules",
    "language",
    "lifecycle",
    "location",
    "media",
    "meta",
    "modifierExtension",
    "name",
    "network",
    "networkReference",
    "networkString",
    "networkUri",
    "object",
    "observer",
    "occurredDateTime",
    "occurredPeriod",
    "outcome",
    "outcomeDesc",
    "participant",
    "patient",
    "period",
    "policy",
    "purposeOfEvent",
    "purposeOfUse",
    "query",
    "recorded",
    "reference",
    "requestor",
    "resourceType",
    "role",
    "securityLabel",
    "severity",
    "site",
    "source",
    "subtype",
    "system",
    "text",
    "type",
    "url",
    "userId",
    "value",
    "valueBase64Binary",
    "valueCodeableConcept",
    "valueDecimal",
    "valueInteger",
    "valueString",
    "version",
    "what",
    "who",
    "Mary Smith",
    "",
];

/// Values that are something in one release and something else, or nothing, in another.
const VALUES: &[&str] = &[
    r"null",
    r"true",
    r"false",
    r"0",
    r"-1",
    r"1.00",
    r"1e-7",
    r"[]",
    r"{}",
    r#""""#,
    r#""0""#,
    r#""12""#,
    r#""R""#,
    r#""success""#,
    r#""2024-03-10T09:15:30.125+01:00""#,
    r#""rest""#,
    r#""Patient/1""#,
    r##""#a""##,
    r#""urn:uuid:c72f""#,
    r#""http://hl7.org/fhir/x""#,
    r#""http://nema.org/dicom/dicm""#,
    r#""QUJD""#,
    r#""\t\u0085\u2028""#,
    r#""\u0001""#,
    r#""]]>&lt;<a b='c'/>""#,
    r#"{"code":"rest"}"#,
    r#"{"coding":[{"code":"8"}],"text":"t"}"#,
    r#"{"reference":"Patient/1"}"#,
    r#"{"display":"d"}"#,
    r#"{"value":"1"}"#,
    r#"[{"id":"a"}]"#,
    r#"{"extension":[{"url":"u","valueString":"v"}]}"#,
    r#"[null,{"id":"a"}]"#,
    r#"{"url":"http://hl7.org/fhir/5.0/StructureDefinition/extension-AuditEvent.severity",
        "valueCode":"debug"}"#,
    r#"{"url":"http://hl7.org/fhir/4.0/StructureDefinition/extension-AuditEvent.agent",
        "extension":[]}"#,
    r#"{"url":"https://kiln-audit.org/fhir/StructureDefinition/derived","valueBoolean":true}"#,
    r#"{"url":"https://kiln-audit.org/fhir/StructureDefinition/residue","valueString":"{}"}"#,
];

/// Changes the first `size` of `bytes`; how many there are then, `size_max` at most.
pub fn mutate(bytes: &mut [u8], size: usize, size_max: usize, seed: u32) -> usize {
    let read = serde_json::from_slice::<Value>(&bytes[..size]);
    let mut choice = Choice(ChaCha8Rng::seed_from_u64(seed.into()));
    if let Ok(mut document) = read
        && choice.below(4) > 0
    {
        for _ in 0..=choice.below(CHANGES_MAX) {
            change(&mut document, &mut choice);
        }
        let text = document.to_string();
        if text.len() <= size_max.min(bytes.len()) {
            bytes[..text.len()].copy_from_slice(text.as_bytes());
            return text.len();
        }
    }
    fuzzer_mutate(bytes, size, size_max)
}

/// What happens, by the seed that libFuzzer gives alone.
struct Choice(ChaCha8Rng);

impl Choice {
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.0.next_u32()).unwrap_or_default() % end.max(1)
    }

    fn value(&mut self, document: &Value) -> Value {
        if self.below(2) == 0 {
            let at = self.below(count(document));
            return nth(document, at).clone();
        }
        let text = VALUES[self.below(VALUES.len())];
        serde_json::from_str(text).expect("the values above are JSON")
    }

    fn name(&mut self) -> String {
        NAMES[self.below(NAMES.len())].to_owned()
    }
}

fn change(document: &mut Value, choice: &mut Choice) {
    let value = choice.value(document);
    let at = choice.below(count(document));
    match nth_mut(document, at) {
        Value::Object(members) => change_object(members, value, choice),
        Value::Array(items) => change_array(items, value, choice),
        leaf => *leaf = value,
    }
}

fn change_object(members: &mut Map<String, Value>, value: Value, choice: &mut Choice) {
    let own = choice.below(members.len());
    let own = members.keys().nth(own).cloned();
    match (choice.below(5), own) {
        (0, Some(own)) => drop(members.shift_remove(&own)),
        (1, Some(own)) => drop(members.insert(own, value)),
        (2, Some(own)) => {
            let moved = members.shift_remove(&own).unwrap_or_default();
            members.insert(choice.name(), moved);
        }
        // What stands beside a primitive.
        (3, Some(own)) => drop(members.insert(format!("_{own}"), value)),
        _ => drop(members.insert(choice.name(), value)),
    }
}

fn change_array(items: &mut Vec<Value>, value: Value, choice: &mut Choice) {
    let at = choice.below(items.len());
    match choice.below(4) {
        0 if !items.is_empty() => drop(items.remove(at)),
        1 if !items.is_empty() => items.insert(at, items[at].clone()),
        2 if items.len() > 1 => items.swap(0, at),
        _ => items.push(value),
    }
}

fn count(value: &Value) -> usize {
    1 + children(value).map(count).sum::<usize>()
}

fn children(value: &Value) -> Box<dyn Iterator<Item = &Value> + '_> {
    match value {
        Value::Object(members) => Box::new(members.values()),
        Value::Array(items) => Box::new(items.iter()),
        _ => Box::new(std::iter::empty()),
    }
}

/// The value that is number `at` from the root, which is 0.
fn nth(value: &Value, at: usize) -> &Value {
    let mut at = at;
    for child in children(value) {
        let inside = count(child);
        match at {
            0 => break,
            _ if at <= inside => return nth(child, at - 1),
            _ => at -= inside,
        }
    }
    value
}

fn nth_mut(value: &mut Value, at: usize) -> &mut Value {
    if at == 0 {
        return value;
    }
    let mut at = at;
    let mut chosen = 0;
    for child in children(value) {
        let inside = count(child);
        if at <= inside {
            break;
        }
        at -= inside;
        chosen += 1;
    }
    match value {
        Value::Object(members) => {
            nth_mut(members.values_mut().nth(chosen).expect("counted"), at - 1)
        }
        Value::Array(items) => nth_mut(&mut items[chosen], at - 1),
        leaf => leaf,
    }
}
