import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * An event to store.
 *
 * @param path the release of its endpoint, as in URLs; r6 is one that HAPI cannot read
 */
record Source(String name, String path, String json) {
  private static final Map<String, String> EXAMPLES =
      Map.of(
          "dstu2-1.0.2", "dstu2",
          "stu3-3.0.2", "stu3",
          "r4-4.0.1", "r4",
          "r4b-4.3.0", "r4b",
          "r5-5.0.0", "r5",
          "r6-ballot", "r6");

  /** The official examples, and what is said to be sound of the wild. */
  static List<Source> shared(Path shared) throws IOException {
    var sources = new ArrayList<Source>();
    for (var folder : EXAMPLES.entrySet()) {
      try (var files = Files.list(shared.resolve("fhir/" + folder.getKey() + "/examples-json"))) {
        for (var file : files.sorted().toList()) {
          sources.add(new Source(file.toString(), folder.getValue(), Files.readString(file)));
        }
      }
    }
    for (var line : Files.readAllLines(shared.resolve("wild/index.tsv"))) {
      var cells = line.split("\t", -1);
      var isSound = cells[6].equals("AuditEvent") && cells[15].equals("ok");
      if (isSound) {
        var json = Files.readString(shared.resolve(cells[0]));
        sources.add(new Source(cells[0], cells[1].toLowerCase(), json));
      }
    }
    return sources;
  }

  /** What `kiln generate` wrote, one event a line; its name says the release: r4.ndjson. */
  static List<Source> generated(Path file) throws IOException {
    var path = file.getFileName().toString().replace(".ndjson", "");
    var sources = new ArrayList<Source>();
    for (var line : Files.readAllLines(file)) {
      sources.add(new Source("generated " + path + " " + sources.size(), path, line));
    }
    return sources;
  }

  /** The release in which HAPI can judge it, if there is one. */
  Stream<Release> release() {
    return Stream.of(Release.values()).filter(release -> release.path().equals(path));
  }
}
