//! Named pieces of work on inputs that never change, each done a fixed number of times: under
//! callgrind, `cargo xtask instructions` counts what they take. `kiln-benches` lists them,
//! `kiln-benches prepare FOLDER` makes the log that some of them read, `kiln-benches PIECE FOLDER`
//! does one and says how many times.
#![expect(clippy::print_stdout, reason = "this program talks to the one that counts")]

mod events;
mod log;
mod page;
mod questions;
mod tokens;

use anyhow::{Result, bail};
use std::{hint::black_box, path::Path};

/// That of the program, so that what is counted is what the program does.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A piece of work.
struct Piece {
    name: &'static str,
    /// What is done many times.
    unit: &'static str,
    /// Does it in this folder, and tells how many times.
    run: fn(&Path) -> Result<usize>,
}

const PIECES: [Piece; 10] = [
    Piece { name: "parse", unit: "event", run: |_| events::parse() },
    Piece { name: "extract", unit: "event", run: |_| events::extract() },
    Piece { name: "append", unit: "event", run: log::append },
    Piece { name: "search", unit: "page", run: questions::search },
    Piece { name: "read", unit: "page", run: page::read },
    Piece { name: "render-r4", unit: "page", run: page::render_r4 },
    Piece { name: "render-r5", unit: "page", run: page::render_r5 },
    Piece { name: "token-rs256", unit: "token", run: |_| tokens::rs256() },
    Piece { name: "token-es256", unit: "token", run: |_| tokens::es256() },
    Piece { name: "token-known", unit: "token", run: |_| tokens::known() },
];

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => PIECES.iter().for_each(|piece| println!("{} {}", piece.name, piece.unit)),
        ["prepare", folder] => log::prepare(Path::new(folder))?,
        [name, folder] => match PIECES.iter().find(|piece| piece.name == name) {
            Some(piece) => println!("{}", (piece.run)(Path::new(folder))?),
            None => bail!("{name} is no piece of work"),
        },
        _ => bail!("usage: kiln-benches [prepare FOLDER | PIECE FOLDER]"),
    }
    Ok(())
}

/// Does the work. Callgrind counts from the start of this function to its end, and knows it by its
/// name; so it may not be inlined, nor end in a jump.
#[inline(never)]
fn counted<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    black_box(work())
}
