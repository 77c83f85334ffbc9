import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.client.api.IGenericClient;
import ca.uhn.fhir.rest.client.api.ServerValidationModeEnum;
import ca.uhn.fhir.rest.client.interceptor.BearerTokenAuthInterceptor;
import ca.uhn.fhir.rest.server.exceptions.AuthenticationException;
import ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException;
import java.util.Date;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.Bundle;

/** HAPI FHIR's client, unmodified, with the tokens of a real issuer: base URL, a sender's, a reader's. */
final class Bearer {
  private final FhirContext context = FhirContext.forR4();
  private final String base;

  private Bearer(String base) {
    this.base = base;
    context.getRestfulClientFactory().setServerValidationMode(ServerValidationModeEnum.NEVER);
  }

  public static void main(String[] arguments) {
    new Bearer(arguments[0]).run(arguments[1], arguments[2]);
    System.out.println("as expected");
  }

  private void run(String senderToken, String readerToken) {
    IGenericClient sender = client(senderToken);
    IGenericClient reader = client(readerToken);
    var created = sender.create().resource(event()).execute();
    check(created.getCreated() && created.getId().hasIdPart(), "a sender is told where its event is");
    String id = created.getId().getIdPart();
    check(created.getResource() == null, "and sees nothing of it");
    refused(ForbiddenOperationException.class,
        () -> sender.read().resource(AuditEvent.class).withId(id).execute());
    refused(ForbiddenOperationException.class, () -> search(sender));
    AuditEvent read = reader.read().resource(AuditEvent.class).withId(id).execute();
    check("by HAPI".equals(read.getAgentFirstRep().getName()), "a reader reads it");
    check(search(reader).getEntry().size() == 1, "and finds it");
    refused(ForbiddenOperationException.class, () -> reader.create().resource(event()).execute());
    refused(AuthenticationException.class, () -> search(client(null)));
    refused(AuthenticationException.class, () -> search(client(readerToken + "x")));
  }

  private IGenericClient client(String token) {
    IGenericClient client = context.newRestfulGenericClient(base);
    if (token != null) {
      client.registerInterceptor(new BearerTokenAuthInterceptor(token));
    }
    return client;
  }

  private static Bundle search(IGenericClient client) {
    return client.search().forResource(AuditEvent.class)
        .where(AuditEvent.AGENT_NAME.matches().value("by HAPI")).returnBundle(Bundle.class).execute();
  }

  private static AuditEvent event() {
    AuditEvent event = new AuditEvent();
    event.getType().setSystem("http://dicom.nema.org/resources/ontology/DCM").setCode("110114");
    event.setRecorded(new Date());
    event.addAgent().setName("by HAPI").setRequestor(true);
    event.getSource().getObserver().setDisplay("HAPI");
    return event;
  }

  private static void refused(Class<? extends Exception> expected, Runnable work) {
    try {
      work.run();
    } catch (RuntimeException refusal) {
      check(expected.isInstance(refusal), "refused as " + expected + ", not " + refusal);
      return;
    }
    throw new AssertionError("not refused: " + expected);
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }
}
