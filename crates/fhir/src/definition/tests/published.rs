//! Our tables beside the published definitions.
use super::*;
use std::collections::BTreeMap;
use std::io::Write as _;

/// Cardinality and type.
type Row = (String, String);

/// Rows of the published definitions: path, cardinality, type, binding.
fn rows(version: &str) -> Vec<[String; 4]> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/fhir/tables/elements.tsv");
    let Ok(table) = std::fs::read_to_string(file) else {
        writeln!(std::io::stderr(), "SKIPPED: no {file}").expect("a line to stderr");
        return Vec::new();
    };
    let rows = table.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    rows.filter(|row| row[0] == version && row[1] != "AuditEvent")
        .map(|row| [1, 2, 3, 4].map(|column| row[column].to_owned()))
        .collect()
}

/// Elements of the release as the published definitions list them.
fn published(version: &str) -> BTreeMap<String, Row> {
    let row = |[path, cardinality, kind, _]: [String; 4]| {
        let kind = type_of(&path, &kind);
        (path, (cardinality, kind))
    };
    rows(version).into_iter().map(row).collect()
}

/// A published type as we say it: without the targets of references, choices in order.
fn type_of(path: &str, published: &str) -> String {
    // Definitions since R4 say `id` of the ids inside, and mean a string of the grammar of ids.
    if path.rsplit_once('.').is_some_and(|(parent, name)| name == "id" && parent != "AuditEvent") {
        return "string".to_owned();
    }
    let mut plain = String::new();
    let mut inside = 0_u32;
    for letter in published.chars() {
        match letter {
            '(' => inside += 1,
            ')' => inside -= 1,
            _ if inside == 0 => plain.push(letter),
            _ => {}
        }
    }
    let mut types: Vec<&str> = plain.split('|').collect();
    types.sort_unstable();
    types.join("|")
}

/// Elements of a table in the same form, choices under their common name.
fn listed(
    path: &str,
    definition: &'static Type,
    release: Release,
    into: &mut BTreeMap<String, Row>,
) {
    for element in definition.elements(release) {
        if matches!(element.name, "resourceType" | "fhir_comments") {
            continue;
        }
        let (name, chosen) = match element.presence {
            Presence::Choice | Presence::MandatoryChoice => {
                let end = element.name.find(char::is_uppercase).expect("a choice has a type");
                (format!("{}[x]", &element.name[..end]), true)
            }
            _ => (element.name.to_owned(), false),
        };
        let min = match element.presence {
            Presence::Optional | Presence::Choice => 0,
            Presence::Mandatory | Presence::Value | Presence::MandatoryChoice => 1,
        };
        let path = format!("{path}.{name}");
        let max = if element.many { "*" } else { "1" };
        let kind = kind(&path, element);
        let row = into.entry(path.clone()).or_insert((format!("{min}..{max}"), String::new()));
        let mut types: Vec<&str> = row.1.split('|').filter(|kind| !kind.is_empty()).collect();
        types.push(&kind);
        types.sort_unstable();
        assert!(chosen || types.len() == 1, "{path}");
        row.1 = types.join("|");
        if kind == "BackboneElement"
            && let Kind::Complex(inner) = element.kind
        {
            listed(&path, inner, release, into);
        }
    }
}

/// What definitions call it. R5's `entity.agent` is a reference to `agent`.
fn kind(path: &str, element: &Element) -> String {
    let inner = match element.kind {
        Kind::Complex(inner) => inner,
        Kind::Code(_) => return "code".to_owned(),
        Kind::Resource => return "Resource".to_owned(),
        Kind::Primitive(Primitive::LogicalId) => return "id".to_owned(),
        Kind::Primitive(primitive) => {
            let name = format!("{primitive:?}");
            return name[..1].to_lowercase() + &name[1..];
        }
        Kind::ResourceType | Kind::Opaque => panic!("{path}: not in an event"),
    };
    if std::ptr::eq(inner.common, datatypes::BACKBONE.as_slice()) {
        let is_link = path == "AuditEvent.entity.agent";
        return if is_link { "-> #AuditEvent.agent" } else { "BackboneElement" }.to_owned();
    }
    let named = DATATYPES.iter().find(|(known, _)| std::ptr::eq(*known, inner));
    named.unwrap_or_else(|| panic!("{path}: a datatype without a name")).1.to_owned()
}

static DATATYPES: &[(&Type, &str)] = &[
    (&META, "Meta"),
    (&datatypes::NARRATIVE, "Narrative"),
    (&EXTENSION, "Extension"),
    (&CODING, "Coding"),
    (&CODEABLE_CONCEPT, "CodeableConcept"),
    (&IDENTIFIER, "Identifier"),
    (&REFERENCE, "Reference"),
    (&PERIOD, "Period"),
    (&QUANTITY, "Quantity"),
    (&datatypes::RANGE, "Range"),
    (&datatypes::RATIO, "Ratio"),
];

fn ours(release: Release) -> BTreeMap<String, Row> {
    let mut ours = BTreeMap::new();
    listed("AuditEvent", audit_event(release), release, &mut ours);
    ours
}

/// Releases with published definitions.
const PUBLISHED: [(&str, Release); 6] = [
    ("dstu2-1.0.2", Release::Dstu2),
    ("stu3-3.0.2", Release::Stu3),
    ("r4-4.0.1", Release::R4),
    ("r4b-4.3.0", Release::R4b),
    ("r5-draft-4.6.0", Release::R5Draft),
    ("r5-5.0.0", Release::R5),
];

/// Elements of a table that have a required binding.
fn bound(path: &str, definition: &'static Type, release: Release, into: &mut BTreeSet<String>) {
    for element in definition.elements(release) {
        let path = format!("{path}.{}", element.name);
        match element.kind {
            Kind::Code(_) => {
                into.insert(path);
            }
            Kind::Complex(inner) if kind(&path, element) == "BackboneElement" => {
                bound(&path, inner, release, into);
            }
            _ => {}
        }
    }
}

#[test]
fn required_bindings_are_the_published_ones() {
    for (version, release) in PUBLISHED {
        // Languages are more than a table can list.
        let is_bound = |[path, _, _, binding]: &[String; 4]| {
            binding.ends_with("/required") && path != "AuditEvent.language"
        };
        let published = rows(version);
        let required: BTreeSet<_> =
            published.iter().filter(|row| is_bound(row)).map(|row| row[0].clone()).collect();
        let mut ours = BTreeSet::new();
        bound("AuditEvent", audit_event(release), release, &mut ours);
        assert!(published.is_empty() || ours == required, "{version}: {ours:?} {required:?}");
    }
}

#[test]
fn tables_are_the_published_definitions() {
    for (version, release) in PUBLISHED {
        let published = published(version);
        if !published.is_empty() {
            assert_eq!(ours(release), published, "{version}");
        }
    }
}

/// Of the ballot of R6 there is a JSON schema: it has no `[x]`, knows no primitive in a choice but
/// JSON's, and asks for no primitive.
#[test]
fn the_table_of_r6_is_its_schema() {
    let published = published("r6-ballot(schema)");
    if published.is_empty() {
        return;
    }
    let mut as_schema = BTreeMap::new();
    for (path, (cardinality, types)) in ours(Release::R6) {
        let Some(choice) = path.strip_suffix("[x]") else {
            let asks = cardinality.starts_with('1') && types == "instant";
            let cardinality = if asks { "0..1".to_owned() } else { cardinality };
            as_schema.insert(path, (cardinality, types));
            continue;
        };
        for kind in types.split('|') {
            let path = format!("{choice}{}{}", kind[..1].to_uppercase(), &kind[1..]);
            as_schema.insert(path, ("0..1".to_owned(), in_a_choice(kind).to_owned()));
        }
    }
    let mut published = published;
    for (path, (_, kind)) in &mut published {
        // Backbone elements are types of their own there.
        if let Some((_, name)) = kind.split_once('_') {
            let is_link = path == "AuditEvent.entity.agent" && name == "Agent";
            *kind = if is_link { "-> #AuditEvent.agent" } else { "BackboneElement" }.to_owned();
        } else if kind == "ResourceList" {
            "Resource".clone_into(kind);
        }
    }
    assert_eq!(as_schema, published);
}

fn in_a_choice(kind: &str) -> &str {
    match kind {
        "dateTime" | "uri" | "time" | "base64Binary" => "string",
        "integer" => "number",
        _ => kind,
    }
}
