use super::{PIECES_MAX, channel};
use bytes::Bytes;
use http_body_util::BodyExt;

#[tokio::test]
async fn a_slow_client_gets_the_end_of_a_long_answer() {
    let (pieces, end, body) = channel();
    for _ in 0..PIECES_MAX {
        pieces.try_send(Ok(Bytes::from_static(b"piece"))).unwrap();
    }
    assert!(pieces.try_send(Ok(Bytes::new())).is_err(), "nothing was taken yet");
    drop(end.expect("the end has its place").send(Ok(Bytes::new())));
    drop(pieces);
    let whole = body.collect().await.expect("it has not broken off").to_bytes();
    assert_eq!(whole.len(), PIECES_MAX * b"piece".len());
}

#[tokio::test]
async fn an_answer_without_its_end_breaks_off() {
    let (pieces, end, body) = channel();
    pieces.try_send(Ok(Bytes::from_static(b"piece"))).unwrap();
    drop((pieces, end));
    assert!(body.collect().await.is_err());
}
