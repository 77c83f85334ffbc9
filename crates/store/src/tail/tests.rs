use super::*;
use crate::{disk::Region, snapshot::Indexed};
use kiln_index::{Builder, Document, File, HashKey, Millis, Terms};
use std::sync::Arc;

fn files(records: &[u64]) -> Vec<Indexed> {
    let mut first = 0;
    let terms = Terms::new();
    records
        .iter()
        .map(|records| {
            let mut builder = Builder::new(&HashKey([0; 16]), 1, LogIndex(first));
            first += records;
            for _ in 0..*records {
                let time = Millis(0);
                builder.push(&Document {
                    recorded: time,
                    received: time,
                    location: 0,
                    terms: &terms,
                });
            }
            let mut bytes = Vec::new();
            builder.finish(&mut bytes).unwrap();
            let file = Arc::new(File::open(Region::Heap(bytes)).unwrap());
            Indexed { file, place: Place::Memory }
        })
        .collect()
}

#[test]
fn sixteen_small_files_are_merged() {
    assert_eq!(run_to_merge(&files(&[1; 15])), None);
    assert_eq!(run_to_merge(&files(&[1; 16])), Some(0..16));
    let mut mixed = vec![100; 3];
    mixed.extend([1; 16]);
    assert_eq!(run_to_merge(&files(&mixed)), Some(3..19));
}

#[test]
fn files_that_alternate_in_size_are_merged_too() {
    let alternating: Vec<u64> = (0..16).map(|n| if n % 2 == 0 { 1 } else { 20 }).collect();
    assert_eq!(run_to_merge(&files(&alternating)), Some(0..16));
}

#[test]
fn large_groups_are_merged_up_to_a_full_file() {
    assert_eq!(run_to_merge(&files(&[1000; 4])), None);
    assert_eq!(run_to_merge(&files(&[1000; 5])), Some(0..4));
    assert_eq!(run_to_merge(&files(&[4000, 4096, 2048])), None);
}

#[test]
fn however_groups_come_few_files_remain() {
    let mut sizes: Vec<u64> = Vec::new();
    for n in 0..3000_u64 {
        sizes.push([1, 1, 40, 3, 1, 300][(n % 6) as usize]);
        while sizes.iter().sum::<u64>() > 16_384 {
            sizes.clear();
        }
        loop {
            let files = files(&sizes);
            let Some(run) = run_to_merge(&files) else { break };
            let merged = sizes[run.clone()].iter().sum();
            assert!(merged <= MERGED_RECORDS_MAX);
            sizes.splice(run, [merged]);
        }
        assert!(sizes.len() < 60, "{sizes:?}");
        if n > 300 {
            break;
        }
    }
}
