import ca.uhn.fhir.validation.SingleValidationMessage;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Errors of renderings, alike ones told once. */
class Findings {
  /** Without lists of other releases' elements, which are not in its packages, HAPI refuses these. */
  private static final String CROSS_VERSION = "Extension_EXT_Version_Invalid";

  private static final String CROSS_VERSION_URL = "/StructureDefinition/extension-AuditEvent";

  /** Names of codes changed from release to release. */
  private static final String DISPLAY = "Display_Name";

  private final Map<String, Integer> leftOut = new TreeMap<>();
  private final Map<String, Finding> findings = new TreeMap<>();

  /** What an error is called by: its id, or all it says where it has none, as schemas' errors. */
  static String id(SingleValidationMessage error) {
    return Objects.requireNonNullElse(error.getMessageId(), error.getMessage());
  }

  /** Whether it is none of ours wherever it stands. */
  static boolean isLeftOut(SingleValidationMessage error) {
    var isCrossVersion =
        id(error).equals(CROSS_VERSION) && error.getMessage().contains(CROSS_VERSION_URL);
    return isCrossVersion || id(error).startsWith(DISPLAY);
  }

  void leaveOut(SingleValidationMessage error) {
    leftOut.merge(id(error), 1, Integer::sum);
  }

  void add(Source source, Release release, SingleValidationMessage error) {
    var place = String.valueOf(error.getLocationString()).replaceAll("\\[\\d+]", "");
    var key = "%s as %s: %s at %s".formatted(source.path(), release, id(error), place);
    findings.computeIfAbsent(key, unused -> new Finding(source, error)).count++;
  }

  void print() {
    leftOut.forEach((id, count) -> System.out.println("left out: " + id + " " + count));
    findings.forEach((key, finding) -> System.out.println(key + finding));
  }

  private static class Finding {
    private final Source source;
    private final SingleValidationMessage error;
    int count;

    Finding(Source source, SingleValidationMessage error) {
      this.source = source;
      this.error = error;
    }

    @Override
    public String toString() {
      return " (%d), as in %s: %s".formatted(count, source.name(), error.getMessage());
    }
  }
}
