import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Verifies webhooks of Jobchime (Standard Webhooks 1.0) with the standard library alone. Hand in the body as it came: in
 * Spring, take it as `@RequestBody byte[] body`. com.standardwebhooks:standardwebhooks is a library that does the same.
 */
public final class Verify {
  static final long TOLERANCE_SECONDS = 300;

  /** Why a message must not be believed; null: it is genuine. Several keys: an old one and a new one. */
  static String problemOf(String id, String timestamp, String signatures, byte[] body, List<String> keys, long now)
      throws GeneralSecurityException {
    if (id == null || timestamp == null || signatures == null) return "missing header";
    if (id.isEmpty() || timestamp.isEmpty() || signatures.isEmpty()) return "missing header";
    if (!timestamp.matches("[0-9]{1,12}")) return "stale";
    if (Math.abs(now - Long.parseLong(timestamp)) > TOLERANCE_SECONDS) return "stale";
    for (String key : keys) {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(Base64.getDecoder().decode(key.replaceFirst("^whsec_", "")), "HmacSHA256"));
      mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
      byte[] expected = Base64.getEncoder().encode(mac.doFinal(body));
      for (String signature : signatures.split(" ")) {
        if (!signature.startsWith("v1,")) continue;
        byte[] given = signature.substring(3).getBytes(StandardCharsets.UTF_8);
        if (MessageDigest.isEqual(expected, given)) return null;
      }
    }
    return "bad signature";
  }

  /** WEBHOOK_KEYS='whsec_... whsec_...' java Verify.java ID TIMESTAMP SIGNATURE < body */
  public static void main(String[] args) throws IOException, GeneralSecurityException {
    String at = System.getenv("WEBHOOK_NOW");
    long now = at == null ? System.currentTimeMillis() / 1000 : Long.parseLong(at);
    List<String> keys = List.of(System.getenv("WEBHOOK_KEYS").split(" "));
    String problem = problemOf(args[0], args[1], args[2], System.in.readAllBytes(), keys, now);
    if (problem == null) System.out.println("verified");
    else System.err.println(problem);
    System.exit(problem == null ? 0 : 1);
  }
}
