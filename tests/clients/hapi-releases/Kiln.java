import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;

/** A running Kiln, spoken to without HAPI: what is validated are the bytes that it sends. */
class Kiln {
  private final HttpClient client = HttpClient.newHttpClient();
  private final String base;

  /** @param base the URL before the release, as in http://127.0.0.1:8080/fhir */
  Kiln(String base) {
    this.base = base;
  }

  /** Stores an event; its id. */
  String store(String path, String json) throws IOException, InterruptedException {
    var request = request(path + "/AuditEvent").POST(BodyPublishers.ofString(json));
    request.header("Content-Type", "application/json");
    var answer = client.send(request.build(), BodyHandlers.ofString());
    if (answer.statusCode() != 201) {
      throw new IOException("not stored: " + answer.statusCode() + " " + answer.body());
    }
    var location = answer.headers().firstValue("Location").orElseThrow();
    return location.replaceAll(".*/AuditEvent/|/_history/.*", "");
  }

  /** A stored event as a release has it; format is json or xml. */
  String read(Release release, String id, String format) throws IOException, InterruptedException {
    return get(release, "AuditEvent/" + id + "?_format=" + format, 200);
  }

  /** Any other answer; its status must be this. */
  String get(Release release, String path, int status) throws IOException, InterruptedException {
    var request = request(release.path() + "/" + path).build();
    var answer = client.send(request, BodyHandlers.ofString());
    if (answer.statusCode() != status) {
      throw new IOException(request.uri() + ": " + answer.statusCode() + " " + answer.body());
    }
    return answer.body();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(base + "/" + path));
  }
}
