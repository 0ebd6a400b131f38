using System;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;

/// <summary>
/// Tells Jobchime of the calls that Huawei Cloud's SDK for .NET makes. Needs JOBCHIME_URL, and a token with the scope track in
/// JOBCHIME_TOKEN.
/// <code>
/// EcsClient.NewBuilder().WithHttpHandler(new HttpHandler().AddResponseHandler((message, logger) => Jobchime.Tell(message)))
/// </code>
/// </summary>
public static class Jobchime
{
    private static readonly HttpClient Client = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };

    /// <summary>Does not wait for Jobchime, and no error leaves it.</summary>
    public static void Tell(HttpResponseMessage answer)
    {
        try
        {
            if (answer.RequestMessage.Method == HttpMethod.Get || !answer.IsSuccessStatusCode) return;
            // A buffered content can be read again by the SDK.
            answer.Content.LoadIntoBufferAsync().GetAwaiter().GetResult();
            var body = answer.Content.ReadAsStringAsync().GetAwaiter().GetResult();
            if (body.IndexOf("job", StringComparison.OrdinalIgnoreCase) < 0) return;
            var call = JsonSerializer.Serialize(new { url = answer.RequestMessage.RequestUri.ToString(), body });
            var request = new HttpRequestMessage(HttpMethod.Post, Environment.GetEnvironmentVariable("JOBCHIME_URL") + "/v1/intake")
            {
                Content = new StringContent(call, Encoding.UTF8, "application/json"),
            };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Environment.GetEnvironmentVariable("JOBCHIME_TOKEN"));
            Client.SendAsync(request).ContinueWith(done => _ = done.Exception, TaskContinuationOptions.OnlyOnFaulted);
        }
        catch (Exception)
        {
            // The caller's own call has succeeded; a job that is missed here must not spoil it.
        }
    }
}
