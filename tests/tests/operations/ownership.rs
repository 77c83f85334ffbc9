//! One process owns a data folder.
use crate::events::{self, check_all, store};
use crate::program::{run, said};
use kiln_tests::http::Connection;
use kiln_tests::server::Server;

#[test]
fn whoever_comes_second_is_told_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start_in(folder.path()).unwrap();
    let mut connection = Connection::open(server.port).unwrap();
    let first = store(&mut connection, "before", "").unwrap();
    let output = run("serve", folder.path(), &["--listen", "127.0.0.1:0"]);
    let told = said(&output);
    assert_eq!(output.status.code(), Some(3), "{told}");
    assert!(told.contains("a running Kiln holds the data folder"), "{told}");
    assert!(told.contains("stop that server"), "{told}");
    // These work beside it, or have it do what they are asked for.
    let others: [(&str, &[&str]); 3] = [("import", &["/dev/null"]), ("export", &[]), ("fsck", &[])];
    for (subcommand, arguments) in others {
        let output = run(subcommand, folder.path(), arguments);
        assert_eq!(output.status.code(), Some(0), "{subcommand}: {}", said(&output));
    }
    let second = store(&mut connection, "after", "").unwrap();
    check_all(&server, &[first, second]);
    assert_eq!(events::total(&server), 2);
}
