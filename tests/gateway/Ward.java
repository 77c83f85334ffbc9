import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.api.MethodOutcome;
import ca.uhn.fhir.rest.client.api.IClientInterceptor;
import ca.uhn.fhir.rest.client.api.IGenericClient;
import ca.uhn.fhir.rest.client.api.IHttpRequest;
import ca.uhn.fhir.rest.client.api.IHttpResponse;
import ca.uhn.fhir.rest.client.interceptor.BearerTokenAuthInterceptor;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/** One user's work, and the list of what was done, as its client has seen it. */
class Ward implements IClientInterceptor {
  final List<Told> done = new ArrayList<>();
  private final String user;
  private final IGenericClient client;
  private final IGenericClient reader;
  private int request;

  Ward(FhirContext fhir, String base, String user, String token, String readOnly) {
    this.user = user;
    client = client(fhir, base, token);
    reader = client(fhir, base, readOnly);
  }

  private IGenericClient client(FhirContext fhir, String base, String token) {
    var client = fhir.newRestfulGenericClient(base);
    client.registerInterceptor(new BearerTokenAuthInterceptor(token));
    client.registerInterceptor(this);
    return client;
  }

  @Override
  public void interceptRequest(IHttpRequest sent) {
    sent.addHeader("X-Request-Id", user + "." + request);
  }

  @Override
  public void interceptResponse(IHttpResponse answer) {}

  void round(int number) {
    var name = user + "-" + number;
    var patient = create(new Patient().addIdentifier(identifier(name)), "");
    var whom = patient.toUnqualifiedVersionless().getValue();
    read(patient.toVersionless(), patient, whom);
    vread(patient, whom);
    var second = update(patient.toVersionless(), "1", whom);
    var third = update(second, "2", whom);
    // The version that it was to replace is the one that its If-Match names.
    refused("update", whom, "2", whom, "4", () -> client.update().resource(patient(second)).execute());
    var fourth = patch(third, whom);
    var observation = create(observation(whom), whom);
    conditional(name, whom, fourth);
    search(whom, observation);
    history(fourth, whom);
    bundles(name, fourth, whom);
    operation(fourth, whom);
    failures(whom, observation, name);
  }

  private void conditional(String name, String whom, IIdType fourth) {
    var again = name + "-again";
    var made =
        client.create().resource(new Patient().addIdentifier(identifier(again)))
            .conditionalByUrl("Patient?identifier=ward|" + again).execute();
    tell("create", version(made), "", plain(made.getId()), "", "0");
    var there =
        client.create().resource(new Patient().addIdentifier(identifier(again)))
            .conditionalByUrl("Patient?identifier=ward|" + again).execute();
    tell("create", version(there), "", plain(there.getId()), "", "0");
    var changed = new Patient().addIdentifier(identifier(again)).setActive(true);
    var updated =
        client.update().resource(changed).conditionalByUrl("Patient?identifier=ward|" + again)
            .execute();
    tell("update", version(updated), "1", plain(updated.getId()), "", "0");
  }

  private IIdType create(Resource resource, String whom) {
    var id = client.create().resource(resource).execute().getId();
    tell("create", versioned(id), "", whom.isEmpty() ? plain(id) : whom, "", "0");
    return id;
  }

  private void read(IIdType asked, IIdType found, String whom) {
    client.read().resource(Patient.class).withId(asked).execute();
    tell("read", versioned(found), "", whom, "", "0");
  }

  private void vread(IIdType id, String whom) {
    client.read().resource(Patient.class).withId(id).execute();
    tell("vread", versioned(id), "", whom, "", "0");
  }

  /** With If-Match where the id has a version. */
  private IIdType update(IIdType id, String before, String whom) {
    var patient = patient(id);
    patient.addName().setFamily("after " + before);
    var made = client.update().resource(patient).execute().getId();
    tell("update", versioned(made), before, whom, "", "0");
    return made;
  }

  private IIdType patch(IIdType id, String whom) {
    var body = "[{\"op\":\"add\",\"path\":\"/birthDate\",\"value\":\"1970-01-01\"}]";
    var made = client.patch().withBody(body).withId(id.toUnqualifiedVersionless()).execute().getId();
    tell("patch", versioned(made), id.getVersionIdPart(), whom, "", "0");
    return made;
  }

  private void search(String whom, IIdType observation) {
    var hits = client.search().forResource(Observation.class)
        .where(Observation.SUBJECT.hasId(whom));
    hits.returnBundle(Bundle.class).execute();
    tell("search-type", "", "", whom, versioned(observation), "0");
    client.search().forResource(Observation.class).where(Observation.SUBJECT.hasId(whom))
        .usingStyle(ca.uhn.fhir.rest.api.SearchStyleEnum.POST).returnBundle(Bundle.class).execute();
    tell("search-type", "", "", whom, versioned(observation), "0");
    client.search().forResource(Observation.class)
        .where(Observation.CODE.exactly().code("never")).returnBundle(Bundle.class).execute();
    tell("search-type", "", "", "", "", "0");
  }

  private void history(IIdType newest, String whom) {
    client.history().onInstance(newest.toUnqualifiedVersionless()).returnBundle(Bundle.class)
        .execute();
    var versions = new TreeSet<String>();
    for (int version = 1; version <= 4; version++) {
      versions.add(whom + "/_history/" + version);
    }
    tell("history-instance", whom, "", whom, String.join(" ", versions), "0");
  }

  private void bundles(String name, IIdType patient, String whom) {
    var batch = new Bundle().setType(Bundle.BundleType.BATCH);
    batch.addEntry().getRequest().setMethod(HTTPVerb.GET).setUrl(whom);
    batch.addEntry().setResource(observation(whom)).getRequest().setMethod(HTTPVerb.POST)
        .setUrl("Observation");
    batch.addEntry().getRequest().setMethod(HTTPVerb.GET).setUrl("Patient/nobody-" + name);
    var answer = client.transaction().withBundle(batch).execute();
    // Its three entries are told, and it is not: one request.
    add("read", versioned(patient), "", whom, "", "0");
    add("create", location(answer, 1), "", whom, "", "0");
    var nobody = "Patient/nobody-" + name;
    tell("read", nobody, "", nobody, "", "4");
    var transaction = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    transaction.addEntry().setFullUrl("urn:uuid:1b4c2a6e-6c70-4a5b-9b60-f6d1a3e0c001")
        .setResource(new Patient().addIdentifier(identifier(name + "-t"))).getRequest()
        .setMethod(HTTPVerb.POST).setUrl("Patient");
    transaction.addEntry()
        .setResource(observation("urn:uuid:1b4c2a6e-6c70-4a5b-9b60-f6d1a3e0c001")).getRequest()
        .setMethod(HTTPVerb.POST).setUrl("Observation");
    var done = client.transaction().withBundle(transaction).execute();
    var made = new IdType(location(done, 0)).toUnqualifiedVersionless().getValue();
    add("create", location(done, 0), "", made, "", "0");
    tell("create", location(done, 1), "", made, "", "0");
  }

  private void operation(IIdType patient, String whom) {
    client.operation().onInstance(patient.toUnqualifiedVersionless()).named("$meta")
        .withNoParameters(Parameters.class).useHttpGet().execute();
    tell("operation", whom, "", whom, "", "0");
  }

  private void failures(String whom, IIdType observation, String name) {
    var gone = observation.toUnqualifiedVersionless();
    client.delete().resourceById(gone).execute();
    tell("delete", gone.getValue(), observation.getVersionIdPart(), whom, "", "0");
    refused("read", gone.getValue(), "", "", "4", () ->
        client.read().resource(Observation.class).withId(gone).execute());
    refused("read", "Patient/no-" + name, "", "Patient/no-" + name, "4", () ->
        client.read().resource(Patient.class).withId("no-" + name).execute());
    refused("vread", whom + "/_history/99", "", whom, "4", () ->
        client.read().resource(Patient.class).withId(new IdType(whom + "/_history/99")).execute());
    // A reference to nobody.
    refused("create", "", "", "Patient/none-" + name, "4", () ->
        client.create().resource(observation("Patient/none-" + name)).execute());
    var denied = patient(new IdType(whom));
    // Kiln itself does not let it pass, and so did not look for the version.
    refused("update", whom, "(unknown)", whom, "8", () -> reader.update().resource(denied).execute());
  }

  private void refused(
      String kind, String resource, String before, String whom, String outcome, Runnable ask) {
    try {
      ask.run();
      throw new IllegalStateException(kind + " of " + resource + " was not refused");
    } catch (BaseServerResponseException expected) {
      tell(kind, resource, before, whom, "", outcome);
    }
  }

  private void tell(
      String kind, String resource, String before, String whom, String shown, String outcome) {
    add(kind, resource, before, whom, shown, outcome);
    request++;
  }

  /** An entry of the request that is under way. */
  private void add(
      String kind, String resource, String before, String whom, String shown, String outcome) {
    var id = user + "." + request;
    done.add(new Told(id, user, kind, resource, before, whom, shown, outcome));
  }

  private static String location(Bundle answer, int entry) {
    return versioned(new IdType(answer.getEntry().get(entry).getResponse().getLocation()));
  }

  private static Patient patient(IIdType id) {
    var patient = new Patient();
    patient.setId(id.toUnqualified().getValue());
    return patient;
  }

  private static Observation observation(String whom) {
    var observation = new Observation().setStatus(ObservationStatus.FINAL);
    observation.setSubject(new Reference(whom)).getCode().setText("temperature");
    return observation;
  }

  private static org.hl7.fhir.r4.model.Identifier identifier(String value) {
    return new org.hl7.fhir.r4.model.Identifier().setSystem("ward").setValue(value);
  }

  private static String version(MethodOutcome made) {
    return versioned(made.getId());
  }

  private static String versioned(IIdType id) {
    return id.toUnqualified().getValue();
  }

  private static String plain(IIdType id) {
    return id.toUnqualifiedVersionless().getValue();
  }
}
