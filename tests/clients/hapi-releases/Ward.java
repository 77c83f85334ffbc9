import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.gclient.DateClientParam;
import ca.uhn.fhir.rest.gclient.ICriterion;
import ca.uhn.fhir.rest.gclient.ReferenceClientParam;
import ca.uhn.fhir.rest.gclient.StringClientParam;
import ca.uhn.fhir.rest.gclient.TokenClientParam;
import ca.uhn.fhir.rest.gclient.UriClientParam;
import java.util.Date;
import java.util.List;
import org.hl7.fhir.instance.model.api.IBaseBundle;
import org.hl7.fhir.instance.model.api.IBaseResource;

/** A program of one release: the events it sends, and what it searches for. */
abstract class Ward<T extends IBaseResource> {
  static final String DICOM = "http://dicom.nema.org/resources/ontology/DCM";
  static final String REST = "http://hl7.org/fhir/restful-interaction";
  static final String PURPOSE = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
  static final String USERS = "urn:oid:2.16.840.1.113883.4.2";
  static final String USER = "jdoe";
  static final String ALTID = "doe.j";
  static final String AGENT = "Practitioner/dr456";
  static final String AGENT_NAME = "Jane Doe";
  static final String ADDRESS = "ward7.example.org";
  static final String POLICY = "http://example.org/policies/1";
  static final String SITE = "Hospital 7";
  static final String DEVICE = "ward-app";
  static final String DOCUMENT = "DocumentReference/report-1";
  static final String DOCUMENT_NAME = "Discharge letter";
  static final Date RECORDED = new Date(1795338930125L);

  /** Where Kiln serves it. */
  final String path;

  final FhirContext context;
  final Class<T> type;
  final Class<? extends IBaseBundle> bundle;

  Ward(String path, FhirContext context, Class<T> type, Class<? extends IBaseBundle> bundle) {
    this.path = path;
    this.context = context;
    this.type = type;
    this.bundle = bundle;
  }

  /** An event about a patient, as in Patient/1, that every search of {@link #searches} finds. */
  abstract T event(String patient);

  /** What an event says, whatever its release calls it. */
  abstract Facts facts(T event);

  /** One for every parameter of the release. */
  abstract List<Search> searches(String patient);

  /** Those about a patient. */
  abstract ReferenceClientParam patient();

  /** What no release may lose. */
  record Facts(Date recorded, String action, String patient, String user, String address) {}

  /** A parameter with a value that the events have, and one that none has. */
  record Search(ICriterion<?> hit, ICriterion<?> miss) {}

  static Search token(TokenClientParam parameter, String system, String code) {
    var hit = parameter.exactly().systemAndCode(system, code);
    return new Search(hit, parameter.exactly().systemAndCode(system, "nothing"));
  }

  static Search token(TokenClientParam parameter, String code) {
    return new Search(parameter.exactly().code(code), parameter.exactly().code("nothing"));
  }

  static Search string(StringClientParam parameter, String text) {
    var start = text.substring(0, 4).toUpperCase();
    return new Search(parameter.matches().value(start), parameter.matches().value("nothing"));
  }

  static Search reference(ReferenceClientParam parameter, String reference) {
    return new Search(parameter.hasId(reference), parameter.hasId(reference + "-not"));
  }

  static Search uri(UriClientParam parameter, String uri) {
    return new Search(parameter.matches().value(uri), parameter.matches().value(uri + "/not"));
  }

  static Search date(DateClientParam parameter) {
    var late = new Date(RECORDED.getTime() + 1000);
    return new Search(parameter.beforeOrEquals().second(RECORDED), parameter.after().second(late));
  }
}
