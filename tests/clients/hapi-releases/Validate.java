import ca.uhn.fhir.validation.SingleValidationMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Stores events, has each rendered in each release, and asks HAPI's validators about all of them.
 *
 * <p>An error that the event itself has in its own release is none of ours; what is left of them
 * fails.
 */
class Validate {
  /** One rendering of so many is asked for as XML, too. */
  private static final int XML_OF = 4;

  private static final String HEADER =
      "release  json   xml  converted  answers  the source's errors  left out  errors";

  private final Kiln kiln;
  private final Map<Release, Judge> judges = new EnumMap<>(Release.class);
  private final Map<Release, Tally> tallies = new EnumMap<>(Release.class);
  private final Findings findings = new Findings();

  Validate(Kiln kiln) {
    this.kiln = kiln;
    for (var release : Release.values()) {
      judges.put(release, new Judge(release));
      tallies.put(release, new Tally());
    }
  }

  /** Arguments: Kiln's URL, how many events at most, the shared folder or files of events. */
  public static void main(String[] arguments) throws Exception {
    var validate = new Validate(new Kiln(arguments[0]));
    var sources = new ArrayList<Source>();
    for (var path : List.of(arguments).subList(2, arguments.length)) {
      var isFile = path.endsWith(".ndjson");
      sources.addAll(isFile ? Source.generated(Path.of(path)) : Source.shared(Path.of(path)));
    }
    System.exit(validate.all(spread(sources, Integer.parseInt(arguments[1]))) ? 0 : 1);
  }

  /** Whether no rendering has an error that its source has not. */
  boolean all(List<Source> sources) throws IOException, InterruptedException {
    for (int index = 0; index < sources.size(); index++) {
      one(sources.get(index), index % XML_OF == 0);
    }
    for (var release : Release.values()) {
      for (var format : List.of("json", "xml")) {
        answers(release, format);
      }
    }
    System.out.println(HEADER);
    tallies.forEach((release, tally) -> System.out.println(tally.row(release)));
    findings.print();
    return tallies.values().stream().allMatch(tally -> tally.errors == 0);
  }

  private void one(Source source, boolean isXmlAsked) throws IOException, InterruptedException {
    var id = kiln.store(source.path(), source.json());
    var known = new HashSet<String>();
    source.release().forEach(release -> known.addAll(ids(release, source.json())));
    for (var release : Release.values()) {
      var tally = tallies.get(release);
      tally.converted += release.path().equals(source.path()) ? 0 : 1;
      tally.json++;
      count(source, release, kiln.read(release, id, "json"), known);
      if (isXmlAsked) {
        tally.xml++;
        count(source, release, kiln.read(release, id, "xml"), known);
      }
    }
  }

  /** What Kiln says for itself. */
  private void answers(Release release, String format) throws IOException, InterruptedException {
    var asked = Map.of("metadata?", 200, "AuditEvent?_count=10&", 200, "AuditEvent/none?", 404);
    for (var one : asked.entrySet()) {
      var answer = kiln.get(release, one.getKey() + "_format=" + format, one.getValue());
      tallies.get(release).answers++;
      count(new Source(one.getKey() + format, "Kiln", answer), release, answer, Set.of());
    }
  }

  private Set<String> ids(Release release, String event) {
    var ids = new HashSet<String>();
    judges.get(release).errors(event).forEach(error -> ids.add(Findings.id(error)));
    return ids;
  }

  private void count(Source source, Release release, String event, Set<String> known) {
    var tally = tallies.get(release);
    for (SingleValidationMessage error : judges.get(release).errors(event)) {
      if (known.contains(Findings.id(error))) {
        tally.known++;
      } else if (Findings.isLeftOut(error)) {
        tally.leftOut++;
        findings.leaveOut(error);
      } else {
        tally.errors++;
        findings.add(source, release, error);
      }
    }
  }

  /** So many of all, from the first to the last. */
  private static List<Source> spread(List<Source> sources, int count) {
    if (count >= sources.size()) {
      return sources;
    }
    var some = new ArrayList<Source>();
    for (int index = 0; index < count; index++) {
      some.add(sources.get((int) ((long) index * sources.size() / count)));
    }
    return some;
  }

  private static class Tally {
    int json;
    int xml;
    int converted;
    int answers;
    int known;
    int leftOut;
    int errors;

    String row(Release release) {
      return "%-7s %5d %5d %10d %8d %20d %9d %7d"
          .formatted(release, json, xml, converted, answers, known, leftOut, errors);
    }
  }
}
