import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.client.api.ServerValidationModeEnum;
import ca.uhn.fhir.rest.client.interceptor.BearerTokenAuthInterceptor;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;

/**
 * Twenty users work on a HAPI FHIR server behind Kiln: what they know that they did is what the
 * AuditEvents tell, one to one.
 */
class Trial {
  private static final int USERS = 20;
  private static final int ROUNDS = 2;
  private static final int SHOWN = 40;

  /** The program, and an empty folder. */
  public static void main(String[] arguments) {
    try {
      run(arguments);
      // Threads of HAPI and of the issuer would stay.
      System.exit(0);
    } catch (Exception failed) {
      failed.printStackTrace();
      System.exit(1);
    }
  }

  private static void run(String[] arguments) throws Exception {
    var folder = Path.of(arguments[1]);
    var issuer = new Issuer();
    var settings = folder.resolve("kiln.toml");
    Files.writeString(settings, settings(issuer, Upstream.start()));
    var kiln =
        new ProcessBuilder(arguments[0], "serve", "--listen", "127.0.0.1:0", "--settings",
                settings.toString(), "--data", folder.resolve("data").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(kiln::destroy));
    var lines = new BufferedReader(new InputStreamReader(kiln.getInputStream()));
    var own = after(lines, "listening on ");
    var passing = after(lines, "passing on ").split(" ")[0];
    var fhir = FhirContext.forR4();
    fhir.getRestfulClientFactory().setServerValidationMode(ServerValidationModeEnum.NEVER);
    fhir.getRestfulClientFactory().setSocketTimeout(60_000);
    fhir.getRestfulClientFactory().setPoolMaxPerRoute(USERS);
    fhir.getRestfulClientFactory().setPoolMaxTotal(2 * USERS);
    var done = work(fhir, passing + "/fhir", issuer);
    var auditor = fhir.newRestfulGenericClient(own + "/fhir/r4");
    var token = issuer.token("auditor", "", ",\"roles\":[\"audit-office\"]");
    auditor.registerInterceptor(new BearerTokenAuthInterceptor(token));
    compare(done, Told.all(auditor));
  }

  private static List<Told> work(FhirContext fhir, String base, Issuer issuer) throws Exception {
    var users = Executors.newFixedThreadPool(USERS);
    var works = new ArrayList<Callable<List<Told>>>();
    for (int user = 0; user < USERS; user++) {
      var name = "user-" + user;
      var token = issuer.token(name, "user/*.cruds", "");
      var readOnly = issuer.token(name, "user/*.rs", "");
      works.add(() -> {
        var ward = new Ward(fhir, base, name, token, readOnly);
        for (int round = 0; round < ROUNDS; round++) {
          ward.round(round);
        }
        return ward.done;
      });
    }
    var done = new ArrayList<Told>();
    for (var work : users.invokeAll(works)) {
      done.addAll(work.get());
    }
    return done;
  }

  private static void compare(List<Told> done, List<Told> told) {
    var missing = new ArrayList<>(done);
    var unexpected = new ArrayList<Told>();
    for (var event : told) {
      if (!missing.remove(event)) {
        unexpected.add(event);
      }
    }
    System.out.printf("%d interactions were done, %d are told%n", done.size(), told.size());
    var kinds = new TreeMap<String, Integer>();
    done.forEach(it -> kinds.merge(it.kind() + " " + it.outcome(), 1, Integer::sum));
    System.out.println(kinds);
    if (missing.isEmpty() && unexpected.isEmpty()) {
      return;
    }
    var by = Comparator.comparing(Told::request);
    missing.stream().sorted(by).limit(SHOWN).forEach(it -> System.out.println("done: " + it));
    unexpected.stream().sorted(by).limit(SHOWN).forEach(it -> System.out.println("told: " + it));
    throw new IllegalStateException(
        missing.size() + " were done and are not told so, " + unexpected.size() + " were not done");
  }

  private static String settings(Issuer issuer, String upstream) {
    return """
        [log]
        level = "error"

        [[identity.issuers]]
        name = "clinic"
        issuer = "%1$s"
        audience = ["%2$s"]
        jwks_url = "%1$s/jwks"
        algorithms = ["RS256"]
        roles_claim = "roles"
        roles = { "audit-office" = "auditor" }

        [gateway]
        upstream = "%3$s"
        listen = "127.0.0.1:0"
        """
        .formatted(issuer.url, Issuer.AUDIENCE, upstream);
  }

  private static String after(BufferedReader lines, String words) throws Exception {
    String line;
    while ((line = lines.readLine()) != null) {
      if (line.contains(words)) {
        return line.substring(line.indexOf(words) + words.length()).trim();
      }
    }
    throw new IllegalStateException("Kiln ended");
  }
}
