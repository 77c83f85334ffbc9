import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.provider.HashMapResourceProvider;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.Map;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.hl7.fhir.r4.model.Patient;

/** A FHIR server with one patient, audited as docs/senders/balp.md says, that is read once. */
class Ward {
  public static void main(String[] arguments) throws Exception {
    var server = new Server(0);
    var context = new ServletContextHandler();
    context.addServlet(new ServletHolder(fhirServer()), "/fhir/*");
    server.setHandler(context);
    server.start();
    int port = ((ServerConnector) server.getConnectors()[0]).getLocalPort();
    var patient = URI.create("http://127.0.0.1:" + port + "/fhir/Patient/pt_abc123");
    var request = HttpRequest.newBuilder(patient).header("X-User", "prac_dr456").build();
    var answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    server.stop();
    if (answer.statusCode() != 200) {
      throw new IllegalStateException("the patient was not given: " + answer.body());
    }
    while (Thread.getAllStackTraces().entrySet().stream().anyMatch(Ward::isSending)) {
      Thread.sleep(20);
    }
    // The queue's thread would stay for another minute.
    System.exit(0);
  }

  /** Whether it is the thread of HAPI's own queue, and not waiting for more to send. */
  private static boolean isSending(Map.Entry<Thread, StackTraceElement[]> thread) {
    return thread.getKey().getName().startsWith("BalpClientSink-")
        && Arrays.stream(thread.getValue()).noneMatch(at -> at.getMethodName().equals("getTask"));
  }

  private static RestfulServer fhirServer() {
    var fhir = FhirContext.forR4Cached();
    var patients = new HashMapResourceProvider<>(fhir, Patient.class);
    var patient = new Patient();
    patient.setId("pt_abc123");
    patients.store(patient);
    var server = new RestfulServer(fhir);
    server.setResourceProviders(patients);
    server.registerInterceptor(Audit.interceptor());
    return server;
  }
}
