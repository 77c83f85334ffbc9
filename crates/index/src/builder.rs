//! Collects the documents of one index file.
use crate::{
    HashKey, LogIndex, Millis, Terms,
    content::{self, Columns, Identity, TermWriter},
    dictionary,
    forms::{Form, Forms},
    hash::{HashedMap, TermHasher},
    runs::Main,
    sort,
};
use std::fmt;

/// One record as the index sees it.
#[derive(Copy, Clone, Debug)]
pub struct Document<'a> {
    /// When the sender says it was recorded.
    pub recorded: Millis,
    /// When it was received; never below the one before.
    pub received: Millis,
    /// Where the store keeps it; opaque here.
    pub location: u64,
    /// Its terms.
    pub terms: &'a Terms,
}

/// Documents of a point, about.
const PAIRS_A_POINT: usize = 4;

/// Documents of a file that is built rather than merged.
const BUILT_MAX: usize = 1 << 20;

/// Builds one index file from documents pushed in log order.
///
/// Takes 16 bytes of memory for each term of each document until the file is written: build files
/// of some thousand documents and [`merge`](crate::merge()) them rather than one of a million.
pub struct Builder {
    hasher: TermHasher,
    identity: Identity,
    recorded: Vec<i64>,
    received: Vec<i64>,
    location: Vec<u64>,
    main: Main,
    /// Hash and log offset.
    points: Vec<(u64, u32)>,
    /// Where each record's points end.
    ends: Vec<usize>,
    values: Values,
}

impl Builder {
    /// A file whose first document stands at `first`.
    pub fn new(key: &HashKey, extract_version: u32, first: LogIndex) -> Self {
        let hasher = TermHasher::new(key);
        let key_check = hasher.check();
        let identity = Identity { extract_version, first, key_check, forms: Forms::default() };
        Self {
            hasher,
            identity,
            recorded: Vec::new(),
            received: Vec::new(),
            location: Vec::new(),
            main: Main::default(),
            points: Vec::new(),
            ends: Vec::new(),
            values: Values::default(),
        }
    }

    /// Adds the next document of the log.
    ///
    /// # Panics
    /// When 2^20 were added already: larger files are merged.
    pub fn push(&mut self, document: &Document<'_>) {
        assert!(self.len() < BUILT_MAX, "at most {BUILT_MAX} documents are built at once");
        let offset = self.len() as u32;
        // Searching by time of receipt relies on the order that the log promises.
        let before = self.received.last().copied().unwrap_or(i64::MIN);
        debug_assert!(document.received.0 >= before, "received time never goes back");
        let received = document.received.0.max(before);
        self.received.push(received);
        self.recorded.push(document.recorded.0);
        self.main.add(document.recorded.0, received);
        self.location.push(document.location);
        self.points.reserve(document.terms.len());
        let terms = document.terms;
        let hashes = terms.hashes(self.identity.key_check);
        for at in 0..terms.len() {
            let (field, kind) = terms.form(at);
            let hash = || self.hasher.hash(field, kind, terms.value(at));
            let hash = hashes.get(at).copied().unwrap_or_else(hash);
            if kind.is_ordered() {
                let write = |out: &mut _| dictionary::push_key(out, field, kind, terms.value(at));
                self.values.push(hash, offset, write);
            } else {
                self.identity.forms.add(Form::of(field, kind));
                self.points.push((hash, offset));
            }
        }
        self.ends.push(self.points.len());
    }

    /// How many documents were pushed.
    pub fn len(&self) -> usize {
        self.recorded.len()
    }

    /// Whether none was.
    pub fn is_empty(&self) -> bool {
        self.recorded.is_empty()
    }

    /// Writes the file.
    pub fn finish(mut self, out: &mut impl std::io::Write) -> std::io::Result<()> {
        let order = self.order();
        let documents = inverse(&order);
        let mut points = in_order(self.points, &self.ends, &order);
        let mut terms = TermWriter::new(order.len() as u32, points.len() / PAIRS_A_POINT);
        sort::by_hash(&mut points, &mut Vec::new(), 0, |point| point.0);
        let mut group = Vec::new();
        for same in points.chunk_by(|a, b| a.0 == b.0) {
            group.clear();
            group.extend(same.iter().map(|(_, document)| *document));
            group.dedup();
            let reference = terms.posting(&group);
            terms.point(same[0].0, reference);
        }
        self.values.write(&documents, &mut terms);
        let recorded = order.iter().map(|offset| self.recorded[*offset as usize]).collect();
        let Self { identity, received, location, main, .. } = self;
        let columns = Columns { recorded, order, received, location, main };
        content::write(&identity, &columns, terms, out)
    }

    /// The log offset of each document.
    fn order(&self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..self.recorded.len() as u32).collect();
        // Stable, so equal instants stay in the order of the log.
        if !self.recorded.is_sorted() {
            order.sort_by_key(|offset| self.recorded[*offset as usize]);
        }
        order
    }
}

impl fmt::Debug for Builder {
    // The hasher holds the store's key: never in a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = self.identity.first;
        f.debug_struct("Builder")
            .field("first", &first)
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}

/// The document number of each log offset.
fn inverse(order: &[u32]) -> Vec<u32> {
    let mut documents = vec![0; order.len()];
    for (document, offset) in order.iter().enumerate() {
        documents[*offset as usize] = document as u32;
    }
    documents
}

/// The points by document, and numbered so.
fn in_order(points: Vec<(u64, u32)>, ends: &[usize], order: &[u32]) -> Vec<(u64, u32)> {
    if order.is_sorted() {
        return points;
    }
    let mut ordered = Vec::with_capacity(points.len());
    for (document, &offset) in order.iter().enumerate() {
        let start = offset.checked_sub(1).map_or(0, |before| ends[before as usize]);
        let of_record = &points[start..ends[offset as usize]];
        ordered.extend(of_record.iter().map(|(hash, _)| (*hash, document as u32)));
    }
    ordered
}

fn renumber<'a>(numbers: impl Iterator<Item = &'a mut u32>, documents: &[u32]) {
    if !documents.is_sorted() {
        numbers.for_each(|number| *number = documents[*number as usize]);
    }
}

/// The values of ordered kinds: each distinct key once, in the order they came.
#[derive(Default)]
struct Values {
    text: Vec<u8>,
    /// Where each key ends in the text.
    ends: Vec<u32>,
    numbers: HashedMap<u32>,
    /// Number of the key, log offset.
    pairs: Vec<(u32, u32)>,
}

impl Values {
    fn push(&mut self, hash: u64, offset: u32, write: impl FnOnce(&mut Vec<u8>)) {
        let start = self.text.len();
        write(&mut self.text);
        let mut hash = hash;
        loop {
            let next = self.ends.len() as u32;
            let number = *self.numbers.entry(hash).or_insert(next);
            if number == next {
                self.ends.push(self.text.len() as u32);
            } else if self.key(number) != &self.text[start..] {
                hash = hash.wrapping_add(1);
                continue;
            } else {
                self.text.truncate(start);
            }
            self.pairs.push((number, offset));
            return;
        }
    }

    fn key(&self, number: u32) -> &[u8] {
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before as usize]);
        &self.text[start as usize..self.ends[number as usize] as usize]
    }

    fn write(&mut self, documents: &[u32], terms: &mut TermWriter) {
        let mut sorted: Vec<(u128, u32)> = (0..self.ends.len() as u32)
            .map(|number| (start_of(self.key(number)), number))
            .collect();
        sorted
            .sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| self.key(a.1).cmp(self.key(b.1))));
        let mut ranks = vec![0; sorted.len()];
        for (rank, (_, number)) in sorted.iter().enumerate() {
            ranks[*number as usize] = rank as u32;
        }
        renumber(self.pairs.iter_mut().map(|(_, at)| at), documents);
        self.pairs.iter_mut().for_each(|(number, _)| *number = ranks[*number as usize]);
        self.pairs.sort_unstable();
        let mut group = Vec::new();
        for same in self.pairs.chunk_by(|a, b| a.0 == b.0) {
            group.clear();
            group.extend(same.iter().map(|(_, document)| *document));
            group.dedup();
            let reference = terms.posting(&group);
            terms.value(self.key(sorted[same[0].0 as usize].1), reference);
        }
    }
}

/// The first bytes of a key as a number that orders as the key does, up to ties.
fn start_of(key: &[u8]) -> u128 {
    let mut start = [0; 16];
    let len = key.len().min(16);
    start[..len].copy_from_slice(&key[..len]);
    u128::from_be_bytes(start)
}

#[cfg(test)]
mod tests;
