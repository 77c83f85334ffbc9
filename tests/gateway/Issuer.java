import com.sun.net.httpserver.HttpServer;
import java.math.BigInteger;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Base64;

/** Signs tokens, and publishes the key that they are verified with. */
class Issuer {
  static final String AUDIENCE = "https://kiln.test/fhir";
  private static final int KEY_BITS = 2048;
  private static final int VALID_SECONDS = 1200;

  final String url;
  private final KeyPair keys;

  Issuer() throws Exception {
    var generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(KEY_BITS);
    keys = generator.generateKeyPair();
    var server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    url = "http://127.0.0.1:" + server.getAddress().getPort();
    var key = (RSAPublicKey) keys.getPublic();
    var jwks =
        """
        {"keys":[{"kty":"RSA","alg":"RS256","use":"sig","kid":"1","n":"%s","e":"%s"}]}
        """
            .formatted(base64(key.getModulus()), base64(key.getPublicExponent()))
            .getBytes(StandardCharsets.UTF_8);
    server.createContext(
        "/jwks",
        exchange -> {
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, jwks.length);
          exchange.getResponseBody().write(jwks);
          exchange.close();
        });
    server.start();
  }

  /** A token of this subject; {@code more} are further claims, each with a comma before it. */
  String token(String subject, String scope, String more) throws Exception {
    long now = Instant.now().getEpochSecond();
    var claims =
        """
        {"iss":"%s","aud":"%s","sub":"%s","client_id":"ward-app","scope":"%s","iat":%d,"exp":%d%s}
        """
            .formatted(url, AUDIENCE, subject, scope, now, now + VALID_SECONDS, more);
    var signed = base64("{\"alg\":\"RS256\",\"kid\":\"1\",\"typ\":\"JWT\"}") + "." + base64(claims);
    var signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(keys.getPrivate());
    signature.update(signed.getBytes(StandardCharsets.US_ASCII));
    return signed + "." + base64(signature.sign());
  }

  private static String base64(BigInteger number) {
    byte[] bytes = number.toByteArray();
    int sign = bytes[0] == 0 ? 1 : 0;
    return base64(java.util.Arrays.copyOfRange(bytes, sign, bytes.length));
  }

  private static String base64(String text) {
    return base64(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
