use super::*;

/// How often a record of groups of these sizes is merged in memory, on average.
fn merges(groups: impl Iterator<Item = u64>) -> f64 {
    let (merges, most) = merged(groups);
    assert!(most < 150, "{most} files");
    merges
}

/// The same, and how many files there were at most.
fn merged(groups: impl Iterator<Item = u64>) -> (f64, usize) {
    let (mut sizes, mut merged, mut total, mut most) = (Vec::new(), 0, 0, 0);
    for group in groups {
        sizes.push(group);
        total += group;
        if sizes.iter().sum::<u64>() >= 16_384 {
            sizes.clear();
        }
        while let Some(run) = run_to_merge(&sizes) {
            let sum: u64 = sizes[run.clone()].iter().sum();
            merged += sum;
            sizes.splice(run, [sum]);
        }
        most = most.max(sizes.len());
    }
    (merged as f64 / total as f64, most)
}

#[test]
fn small_files_are_merged_when_they_are_many() {
    assert_eq!(run_to_merge(&[1; 31]), None);
    assert_eq!(run_to_merge(&[1; 32]), Some(0..32));
    let mut mixed = vec![100; 3];
    mixed.extend([1; 32]);
    assert_eq!(run_to_merge(&mixed), Some(3..35));
}

#[test]
fn files_that_alternate_in_size_are_merged_too() {
    let alternating: Vec<u64> = (0..64).map(|n| if n % 2 == 0 { 1 } else { 20 }).collect();
    assert_eq!(run_to_merge(&alternating[..60]), None);
    assert_eq!(run_to_merge(&alternating), Some(0..64));
}

#[test]
fn large_groups_wait_for_the_disk() {
    assert_eq!(run_to_merge(&[256; 63]), None);
    assert_eq!(run_to_merge(&[4000, 300, 4096, 2048]), None);
}

#[test]
fn what_was_merged_is_not_merged_again_with_each_few_that_follow() {
    for group in [1, 3, 8, 20, 25, 64, 150, 400] {
        let merges = merges(std::iter::repeat_n(group, 3 * 16_384 / group as usize / 4));
        assert!(merges <= 2.0, "groups of {group}: {merges} merges a record");
    }
}

#[test]
fn however_groups_come_few_files_remain() {
    let pattern = [1, 1, 40, 3, 1, 300];
    merges((0..1500).map(|n| pattern[n % pattern.len()]));
    // Runs of what is tiny that end before they are merged.
    merges((0..1500).map(|n| if n % 20 == 0 { 16 } else { 1 }));
    merges((0..1500).map(|n| if n % 2 == 0 { 15 } else { 16 }));
}

#[test]
fn large_files_between_small_ones_do_not_make_them_many() {
    let small = [vec![1; 31], vec![16], vec![1; 31]].concat();
    let groups = [small.clone(), vec![256], small, vec![4096]].concat();
    let (_, most) = merged(groups.iter().copied().cycle().take(8 * groups.len()));
    assert!(most < 256, "{most} files");
}
