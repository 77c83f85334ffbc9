//! What clients that take nothing of their answers leave to the others.
use super::world::{FakeClient, World};

const MIB: usize = 1 << 20;

/// A resource of so many bytes, more or less.
fn long(bytes: usize) -> Vec<u8> {
    format!(r#"{{"resourceType":"Basic","id":"{}"}}"#, "1".repeat(bytes)).into_bytes()
}

/// Whether a third is answered while two take nothing of their answers of 1 MiB.
async fn is_third_answered(held_bytes_max: usize, is_declared: bool) -> bool {
    let world = World::new(|settings| {
        (settings.buffer, settings.held_bytes_max) = (32 * MIB, held_bytes_max);
    });
    world.upstream.answers(long(MIB), is_declared);
    let idle = [world.pass_to_idle(World::read()).await, world.pass_to_idle(World::read()).await];
    assert_eq!(idle.each_ref().map(FakeClient::status), [Some(200), Some(200)]);
    world.pass(World::read()).await == Some(200)
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_nobody_takes_holds_no_more_memory_than_its_own() {
    assert!(is_third_answered(36 * MIB, false).await);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_tells_its_length_waits_for_no_more_memory_than_that() {
    assert!(is_third_answered(32 * MIB, true).await);
}

#[tokio::test(start_paused = true)]
async fn strangers_who_take_nothing_leave_the_memory_to_those_who_are_known() {
    let world = World::new(|settings| {
        (settings.buffer, settings.held_bytes_max) = (4 * MIB, 16 * MIB);
    });
    world.upstream.answers(long(3 * MIB / 2), true);
    let mut idle = Vec::new();
    for _ in 0..12 {
        idle.push(world.pass_to_idle(World::anybodys()).await);
    }
    let shown = idle.iter().filter(|client| client.status() == Some(200)).count();
    assert_eq!(shown, 1, "an eighth of all is theirs");
    assert_eq!(world.pass(World::read()).await, Some(200));
}
