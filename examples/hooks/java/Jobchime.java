import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/**
 * Tells Jobchime of the calls that Huawei Cloud's SDK for Java makes. Needs JOBCHIME_URL, and a token with the scope track in
 * JOBCHIME_TOKEN.
 *
 * <pre>
 * HttpConfig config = HttpConfig.getDefaultHttpConfig().addHttpListener(HttpListener.forResponseListener(
 *     l -> Jobchime.tell(l.httpMethod(), l.uri(), l.statusCode(), l.body().orElse(""))));
 * EcsClient.newBuilder().withHttpConfig(config)...build();
 * </pre>
 */
public final class Jobchime {
  private static final HttpClient CLIENT = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

  private Jobchime() {}

  /** Does not wait for Jobchime, and no error leaves it. */
  public static void tell(Object method, Object url, int status, String body) {
    try {
      if ("GET".equals(String.valueOf(method)) || status / 100 != 2 || !body.toLowerCase().contains("job")) return;
      String call = "{\"url\": " + quoted(String.valueOf(url)) + ", \"body\": " + quoted(body) + "}";
      HttpRequest request = HttpRequest.newBuilder(URI.create(System.getenv("JOBCHIME_URL") + "/v1/intake"))
          .timeout(Duration.ofSeconds(2))
          .header("Authorization", "Bearer " + System.getenv("JOBCHIME_TOKEN"))
          .header("Content-Type", "application/json")
          .POST(HttpRequest.BodyPublishers.ofString(call))
          .build();
      CLIENT.sendAsync(request, HttpResponse.BodyHandlers.discarding());
    } catch (RuntimeException ignored) {
      // The caller's own call has succeeded; a job that is missed here must not spoil it.
    }
  }

  private static String quoted(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      if (c == '"' || c == '\\') out.append('\\').append(c);
      else if (c < ' ') out.append(String.format("\\u%04x", (int) c));
      else out.append(c);
    }
    return out.append('"').toString();
  }
}
