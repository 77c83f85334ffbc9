//! What a file holds as one number that adds up over files: whether a large file holds what many
//! small ones do is told without merging them.
use crate::{
    Error, File, HashKey, LogIndex,
    column::BLOCK_LEN,
    dictionary::{self, Reference},
    file::{Section, View},
    forms::Forms,
    posting,
    runs::{Main, Runs},
    table::Table,
};
use siphasher::sip::SipHasher13;
use std::ops::AddAssign;

/// The sum, modulo 2^64, of a keyed hash of everything that a file says of each record: when it was
/// recorded and received, where it lies, each term and each value that it has.
///
/// Files that differ in anything have equal sums with odds of 2^-64, if the key was drawn at random
/// after they were written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Digest {
    sum: u64,
    forms: Forms,
}

impl AddAssign for Digest {
    fn add_assign(&mut self, other: Self) {
        self.sum = self.sum.wrapping_add(other.sum);
        self.forms.extend(&other.forms);
    }
}

impl<B: AsRef<[u8]>> File<B> {
    /// Reads all of the file under a key that nobody knew when it was written.
    ///
    /// # Errors
    /// Also when what it says does not hold together: documents out of order, or runs that are not
    /// theirs.
    pub fn digest(&self, key: &HashKey) -> Result<Digest, Error> {
        let mut sum =
            Sum { view: self.view(), hasher: SipHasher13::new_with_key(&key.0), so_far: 0 };
        let offsets = sum.documents()?;
        sum.locations()?;
        sum.points(&offsets)?;
        sum.values(&offsets)?;
        Ok(Digest { sum: sum.so_far, forms: sum.view.header().forms.clone() })
    }
}

/// What a hash is of.
#[derive(Copy, Clone)]
enum Part {
    Key,
    Recorded,
    Received,
    Location,
    Point,
    Value,
}

struct Sum<'a> {
    view: View<'a>,
    hasher: SipHasher13,
    so_far: u64,
}

impl Sum<'_> {
    fn add(&mut self, part: Part, offset: u32, value: u64) {
        let LogIndex(first) = self.view.header().first;
        let words = [part as u64, first + u64::from(offset), value].map(u64::to_le_bytes);
        self.so_far = self.so_far.wrapping_add(self.hasher.hash(words.as_flattened()));
    }

    /// The log offset of each document.
    fn documents(&mut self) -> Result<Vec<u32>, Error> {
        let count = self.view.count();
        let (mut offsets, mut main) = (Vec::with_capacity(count as usize), Main::default());
        let mut seen = vec![0_u64; count.div_ceil(64) as usize];
        let recorded = self.numbers(Section::Recorded)?;
        let received = self.numbers(Section::Received)?;
        for (document, instant) in (0..count).zip(&recorded) {
            let offset = self.view.offset(document)?;
            let bit = 1 << (offset % 64);
            let word = &mut seen[offset as usize / 64];
            let before = offsets.last().zip(recorded.get((document as usize).wrapping_sub(1)));
            let ascends = before.is_none_or(|(last, at)| (*at, *last) < (*instant, offset));
            if !ascends || *word & bit != 0 {
                return Err(Error::Damaged("the documents are out of order"));
            }
            *word |= bit;
            offsets.push(offset);
            main.add(*instant, received[offset as usize]);
            self.add(Part::Recorded, offset, *instant as u64);
            self.add(Part::Key, offset, self.view.header().key_check);
        }
        let mut runs = Runs::default();
        for instant in &recorded {
            runs.push(main, *instant);
        }
        if runs != self.view.header().runs {
            return Err(Error::Damaged("its runs are not those of its documents"));
        }
        for (offset, instant) in (0..count).zip(&received) {
            self.add(Part::Received, offset, *instant as u64);
        }
        Ok(offsets)
    }

    fn locations(&mut self) -> Result<(), Error> {
        let locations = self.numbers(Section::Location)?;
        for (offset, location) in (0..self.view.count()).zip(locations) {
            self.add(Part::Location, offset, location as u64);
        }
        Ok(())
    }

    fn points(&mut self, offsets: &[u32]) -> Result<(), Error> {
        for section in [Section::Singles, Section::Terms] {
            let mut cursor = Table::new(self.view, section).entries();
            while let Some((hash, payload)) = cursor.next()? {
                let reference = match section {
                    Section::Singles => Reference::Document(payload),
                    _ => Reference::Posting(payload),
                };
                self.term(Part::Point, hash, reference, offsets)?;
            }
        }
        Ok(())
    }

    fn values(&mut self, offsets: &[u32]) -> Result<(), Error> {
        let mut cursor = dictionary::Cursor::new(self.view);
        cursor.advance()?;
        let mut before = Vec::new();
        while let Some(reference) = cursor.reference() {
            if !before.is_empty() && before.as_slice() >= cursor.key() {
                return Err(Error::Damaged("the dictionary is out of order"));
            }
            before.clear();
            before.extend_from_slice(cursor.key());
            self.term(Part::Value, self.hasher.hash(&before), reference, offsets)?;
            cursor.advance()?;
        }
        Ok(())
    }

    fn term(
        &mut self,
        part: Part,
        hash: u64,
        reference: Reference,
        offsets: &[u32],
    ) -> Result<(), Error> {
        let view = self.view;
        match reference {
            Reference::Document(document) => {
                let offset = *offsets.get(document as usize).ok_or(OUTSIDE)?;
                self.add(part, offset, hash);
            }
            Reference::Posting(at) => posting::read(view, at)?
                .for_each(view, |document| self.add(part, offsets[document as usize], hash))?,
        }
        Ok(())
    }

    fn numbers(&self, section: Section) -> Result<Vec<i64>, Error> {
        let column = self.view.column(section);
        let mut numbers = Vec::with_capacity(self.view.count() as usize);
        let mut buffer = [0; BLOCK_LEN];
        for block in 0..column.blocks() {
            let len = column.block(block, &mut buffer)?;
            numbers.extend_from_slice(&buffer[..len]);
        }
        Ok(numbers)
    }
}

const OUTSIDE: Error = Error::Damaged("a term names a document that is not there");
