//! A panic ends its request and nothing else.
use super::*;
use tokio::task::yield_now;

#[tokio::test]
async fn a_panic_becomes_a_value() {
    let calm = unwound(async {
        yield_now().await;
        7
    });
    assert_eq!(calm.await.unwrap(), 7);
    let at_once = unwound(async { panic!("at once") });
    assert!(at_once.await.is_err());
    let later = unwound(async {
        yield_now().await;
        panic!("later")
    });
    assert!(later.await.is_err());
}
