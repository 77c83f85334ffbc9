use super::Paced;
use crate::proxy::Pace;
use std::{io, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex},
    time::sleep,
};

const PACE: Pace = Pace { patience: Duration::from_secs(30), bytes_per_second_min: 1000 };

/// Sends 100,000 bytes to a client that reads so many of them each second.
async fn sent(bytes_per_second: usize) -> io::Result<()> {
    let (ours, theirs) = duplex(64);
    let mut paced = Paced::new(ours, Some(PACE));
    tokio::select! {
        sent = async {
            paced.write_all(&vec![0; 100_000]).await?;
            paced.flush().await
        } => sent,
        () = reads(theirs, bytes_per_second) => unreachable!("it reads for ever"),
    }
}

async fn reads(mut stream: DuplexStream, bytes_per_second: usize) {
    let mut bytes = vec![0; bytes_per_second];
    loop {
        sleep(Duration::from_secs(1)).await;
        if stream.read_exact(&mut bytes).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_takes_a_byte_now_and_then_is_cut_off() {
    let cut = sent(64).await.unwrap_err();
    assert_eq!(cut.kind(), io::ErrorKind::TimedOut);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_keeps_the_pace_gets_all() {
    sent(1200).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn each_answer_has_its_own_time() {
    let (ours, theirs) = duplex(64);
    let mut paced = Paced::new(ours, Some(PACE));
    let sending = async {
        for _ in 0..10 {
            paced.write_all(&[0; 640]).await.unwrap();
            paced.flush().await.unwrap();
        }
    };
    tokio::select! {
        () = sending => {}
        () = reads(theirs, 64) => unreachable!("it reads for ever"),
    }
}
