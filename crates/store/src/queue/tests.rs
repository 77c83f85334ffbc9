use super::*;
use crate::testing::unit;
use std::thread;

/// A group would wait for more than an hour: whoever waits in vain does not come back.
fn patient() -> Settings {
    Settings { linger_us_max: u32::MAX, ..Settings::default() }
}

fn push(queue: &Queue, settings: &Settings) {
    drop(queue.push(unit(&["word"]), None, settings).unwrap());
}

#[test]
fn a_group_waits_for_some_of_those_that_are_on_their_way() {
    let (queue, settings) = (Arc::new(Queue::new()), patient());
    let expected: Vec<Expected> = (0..3).map(|_| queue.expect()).collect();
    push(&queue, &settings);
    let taking = {
        let (queue, settings) = (Arc::clone(&queue), settings.clone());
        thread::spawn(move || queue.take(&settings).unwrap().len())
    };
    push(&queue, &settings);
    push(&queue, &settings);
    // Alone it would have been taken at once.
    assert!(taking.join().unwrap() >= 2);
    drop(expected);
}

#[test]
fn what_comes_no_more_is_not_waited_for() {
    let (queue, settings) = (Queue::new(), patient());
    drop((0..6).map(|_| queue.expect()).collect::<Vec<_>>());
    push(&queue, &settings);
    assert_eq!(queue.take(&settings).unwrap().len(), 1);
}

#[test]
fn nobody_waits_for_one_other() {
    let (queue, settings) = (Queue::new(), patient());
    let _other = queue.expect();
    push(&queue, &settings);
    assert_eq!(queue.take(&settings).unwrap().len(), 1);
}
