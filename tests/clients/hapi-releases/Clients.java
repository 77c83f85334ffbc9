import ca.uhn.fhir.rest.api.EncodingEnum;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.hl7.fhir.instance.model.api.IBaseResource;

/** HAPI's client of each release creates, reads, searches and pages, and reads the others' events. */
class Clients {
  private static final List<Ward<?>> WARDS =
      List.of(new WardDstu2(), new WardStu3(), new WardR4(), new WardR5());

  /** None: what HAPI asks for by itself, quality values and all. */
  private static final List<EncodingEnum> ENCODINGS =
      Arrays.asList(EncodingEnum.JSON, EncodingEnum.XML, null);

  private final String base;
  private int failures;

  private Clients(String base) {
    this.base = base;
  }

  /** Arguments: Kiln's URL before the release. */
  public static void main(String[] arguments) {
    var clients = new Clients(arguments[0]);
    System.out.println("release  format  created  parameters  pages  read by others");
    for (var ward : WARDS) {
      for (var encoding : ENCODINGS) {
        clients.one(ward, encoding);
      }
    }
    System.exit(clients.failures == 0 ? 0 : 1);
  }

  private <T extends IBaseResource> void one(Ward<T> ward, EncodingEnum encoding) {
    var format = String.valueOf(encoding == null ? "any" : encoding).toLowerCase(Locale.ROOT);
    var place = "%-7s  %-6s".formatted(ward.path, format);
    try {
      System.out.println(place + row(ward, encoding, "Patient/" + ward.path + "-" + format));
    } catch (AssertionError | RuntimeException error) {
      failures++;
      System.out.println(place + "  FAILED: " + error);
    }
  }

  private <T extends IBaseResource> String row(Ward<T> ward, EncodingEnum encoding, String patient) {
    var client = new Client<>(ward, base, encoding);
    var ids = client.create(patient);
    var parameters = client.search(patient, ids);
    var pages = client.page(patient, ids);
    var readers = new ArrayList<Client<?>>();
    WARDS.stream().filter(other -> other != ward).forEach(
        other -> ENCODINGS.forEach(format -> readers.add(new Client<>(other, base, format))));
    var facts = ward.facts(ward.event(patient));
    for (var reader : readers) {
      try {
        reader.readOthers(patient, ids, facts);
      } catch (AssertionError | RuntimeException error) {
        throw new AssertionError("read as " + reader.ward.path + ": " + error, error);
      }
    }
    var read = ids.size() * readers.size();
    return "  %7d  %10d  %5d  %14d".formatted(ids.size(), parameters, pages, read);
  }
}
