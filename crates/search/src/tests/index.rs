//! The index answers what the definition of a query says, for the terms and queries of this room.
use super::{ENDPOINTS, RECEIVED, find, real, said, terms};
use crate::{EXTRACT_VERSION, Handling, Names, Settings, parse};
use kiln_fhir::Limits;
use kiln_index::{
    Builder, Document, DocumentView, File, HashKey, LogIndex, Millis, Order, Page, Query, Terms,
};

const KEY: HashKey = HashKey([3; 16]);

struct Record {
    recorded: Millis,
    terms: Terms,
}

#[test]
fn the_index_finds_what_a_scan_finds() {
    let (records, searches) = records_and_searches();
    let file = file(&records);
    for (names, name, value) in searches {
        for handling in ["", ":not"] {
            let pairs = [(format!("{name}{handling}"), value.clone())];
            let settings = Settings::default();
            let Ok(search) = parse(names, &pairs, Handling::Strict, &settings, &find) else {
                assert_eq!(handling, ":not", "{names:?} {name}={value}");
                continue;
            };
            let scanned: Vec<_> = scan(&records, &search.query);
            assert_eq!(paged(&file, &search.query), scanned, "{name}{handling}={value}");
        }
    }
}

fn records_and_searches() -> (Vec<Record>, Vec<(Names, String, String)>) {
    let mut records = Vec::new();
    let mut searches = Vec::new();
    for (_, release, body) in real::bodies() {
        let Ok(parsed) = kiln_fhir::parse(&body, release, &Limits::default()) else { continue };
        let recorded = Millis(parsed.event.recorded.millis);
        records.push(Record { recorded, terms: terms(&parsed.event) });
        let fhir = ENDPOINTS.into_iter().flat_map(|at| {
            let searches = said::searches(&parsed.event, at).into_iter();
            searches.map(move |search| (Names::Release(at), search))
        });
        let plain = said::plain_searches(&parsed.event).into_iter();
        for (names, search) in fhir.chain(plain.map(|search| (Names::Plain, search))) {
            let (name, value) = search.split_once('=').expect("name=value");
            searches.push((names, name.to_owned(), value.to_owned()));
        }
    }
    let order = |names| match names {
        Names::Release(release) => release.number(),
        Names::Plain | Names::Page => 0,
    };
    searches.sort_by(|a, b| (order(a.0), &a.1, &a.2).cmp(&(order(b.0), &b.1, &b.2)));
    searches.dedup();
    (records, searches)
}

fn file(records: &[Record]) -> File<Vec<u8>> {
    let mut builder = Builder::new(&KEY, EXTRACT_VERSION, LogIndex(0));
    for (location, Record { recorded, terms }) in records.iter().enumerate() {
        builder.push(&Document {
            recorded: *recorded,
            received: Millis(RECEIVED),
            location: location as u64,
            terms,
        });
    }
    let mut bytes = Vec::new();
    builder.finish(&mut bytes).expect("memory takes it");
    File::open(bytes).expect("just written")
}

fn scan(records: &[Record], query: &Query) -> Vec<LogIndex> {
    let matches = |(at, record): (usize, &Record)| {
        let log_index = LogIndex(at as u64);
        let Record { recorded, terms } = record;
        let document =
            DocumentView { log_index, recorded: *recorded, received: Millis(RECEIVED), terms };
        query.matches(&document).then_some(log_index)
    };
    records.iter().enumerate().filter_map(matches).collect()
}

fn paged(file: &File<Vec<u8>>, query: &Query) -> Vec<LogIndex> {
    let size = file.end();
    let page = Page { query, order: Order::LogOldest, after: None, size, limit: 1000 };
    let hits = kiln_index::page(&[file], &KEY, None, &page, &|| false).expect("a whole file");
    hits.into_iter().map(|position| position.log_index).collect()
}
