import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.client.api.IGenericClient;
import ca.uhn.fhir.rest.gclient.ICriterion;
import ca.uhn.fhir.util.BundleUtil;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.hl7.fhir.instance.model.api.IBaseBundle;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.instance.model.api.IIdType;

/**
 * HAPI's fluent client of one release in one format.
 *
 * <p>It looks at Kiln's capabilities first, which must be those of its release.
 */
class Client<T extends IBaseResource> {
  /** More than one page. */
  static final int EVENTS = 7;

  private static final int PAGE = 3;

  final Ward<T> ward;
  private final IGenericClient client;

  /** @param encoding none: what HAPI takes of itself */
  Client(Ward<T> ward, String base, EncodingEnum encoding) {
    this.ward = ward;
    client = ward.context.newRestfulGenericClient(base + "/" + ward.path);
    if (encoding != null) {
      client.setEncoding(encoding);
    }
    client.forceConformanceCheck();
  }

  /** Sends events about a patient; their ids. */
  Set<String> create(String patient) {
    var ids = new HashSet<String>();
    for (int number = 0; number < EVENTS; number++) {
      var event = ward.event(patient);
      var outcome = client.create().resource(event).execute();
      check(Boolean.TRUE.equals(outcome.getCreated()), "not created");
      var stored = outcome.getId();
      check(read(stored.toUnqualifiedVersionless()).equals(encoded(event)), "read is not sent");
      check(read(stored).equals(encoded(event)), "the version read is not sent");
      ids.add(stored.getIdPart());
    }
    check(ids.size() == EVENTS, "ids repeat");
    return ids;
  }

  /** Tries each parameter of the release with a hit and a miss; how many there are. */
  int search(String patient, Set<String> ids) {
    var about = ward.patient().hasId(patient);
    var searches = ward.searches(patient);
    for (var search : searches) {
      check(found(about, search.hit()).equals(ids), "no hit: " + search.hit());
      check(found(about, search.miss()).isEmpty(), "no miss: " + search.miss());
    }
    return searches.size();
  }

  /** Follows the pages of the events about a patient; how many there are. */
  int page(String patient, Set<String> ids) {
    var query = client.search().forResource(ward.type).where(ward.patient().hasId(patient));
    IBaseBundle bundle = query.count(PAGE).returnBundle(ward.bundle).execute();
    var seen = new ArrayList<>(ids(bundle));
    int pages = 1;
    while (BundleUtil.getLinkUrlOfType(ward.context, bundle, "next") != null) {
      bundle = client.loadPage().next(bundle).execute();
      seen.addAll(ids(bundle));
      pages++;
    }
    check(seen.size() == EVENTS && ids.equals(new HashSet<>(seen)), "pages lack or repeat events");
    check(pages == (EVENTS + PAGE - 1) / PAGE, pages + " pages");
    return pages;
  }

  /** Finds and reads what another client sent about a patient. */
  void readOthers(String patient, Set<String> ids, Ward.Facts facts) {
    check(found(ward.patient().hasId(patient)).equals(ids), "not found");
    for (var id : ids) {
      var event = client.read().resource(ward.type).withId(id).execute();
      var read = ward.facts(event);
      check(read.equals(facts), "it says " + read + ", not " + facts);
    }
  }

  private Set<String> found(ICriterion<?>... criteria) {
    var query = client.search().forResource(ward.type);
    for (var criterion : criteria) {
      query = query.and(criterion);
    }
    return new HashSet<>(ids(query.returnBundle(ward.bundle).execute()));
  }

  private List<String> ids(IBaseBundle bundle) {
    return BundleUtil.toListOfResources(ward.context, bundle).stream()
        .map(resource -> resource.getIdElement().getIdPart())
        .toList();
  }

  private String read(IIdType id) {
    var query = client.read().resource(ward.type);
    var event =
        id.hasVersionIdPart()
            ? query.withIdAndVersion(id.getIdPart(), id.getVersionIdPart()).execute()
            : query.withId(id.getIdPart()).execute();
    return encoded(event);
  }

  /** The event without what a server says of it. */
  private String encoded(T event) {
    var parser = ward.context.newJsonParser().setOmitResourceId(true);
    parser.setDontEncodeElements("AuditEvent.id", "AuditEvent.meta");
    return parser.encodeResourceToString(event);
  }

  private static void check(boolean isTrue, String message) {
    if (!isTrue) {
      throw new AssertionError(message);
    }
  }
}
