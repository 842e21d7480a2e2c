using System.Net;
using System.Text.Json;

namespace Naru.Demo;

/// <summary>
/// One simulated visitor of the ticket shop: takes a place, asks again when told, claims the turn, looks around, leaves. Speaks
/// the JSON that a mobile application would. Thread: the .NET pool.
/// </summary>
internal sealed class DemoVisitor(HttpMessageInvoker client, Uri shop)
{
    /// <summary>Share that closes the page while it waits.</summary>
    private const double NoShow = 0.08;

    private const int FailuresMax = 3;

    private static readonly TimeSpan VisitMin = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan VisitMax = TimeSpan.FromSeconds(11);
    private static readonly TimeSpan ClickEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, string> _cookies = [];
    private readonly bool _isNoShow = Random.Shared.NextDouble() < NoShow;

    /// <param name="isWaiting">Told when the visitor gets into the line and out of it.</param>
    public async Task VisitAsync(Action<bool> isWaiting, CancellationToken cancellation)
    {
        var isInLine = false;
        try
        {
            var place = await Ask(HttpMethod.Get, "/", cancellation);
            var hasClaimed = false;
            for (var failures = 0; !place.IsInside; place = await AskAgain(place.State, cancellation))
            {
                failures = place.HasFailed ? failures + 1 : 0;
                if (failures > FailuresMax)
                    return;
                if (!isInLine && place.State == "waiting")
                    isWaiting(isInLine = true);
                if (_isNoShow && isInLine && Random.Shared.Next(4) == 0)
                    return;
                // The turn is claimed at once, and again when told as long as the gate holds.
                if (hasClaimed || place.State != "called")
                    await Task.Delay(place.PollAfter, cancellation);
                hasClaimed = place.State == "called";
            }
            if (isInLine)
                isWaiting(isInLine = false);
            var leavesAt = DateTime.UtcNow + VisitMin + (VisitMax - VisitMin) * Random.Shared.NextDouble();
            while (DateTime.UtcNow < leavesAt)
            {
                await Ask(HttpMethod.Get, "/", cancellation);
                await Task.Delay(ClickEvery, cancellation);
            }
            await Ask(HttpMethod.Get, ShopDemoServer.LeavePath, cancellation);
        }
        catch (OperationCanceledException)
        {
        }
        finally
        {
            if (isInLine)
                isWaiting(false);
        }
    }

    /// <summary>One question at a time, as the page does: a claim tells the place too.</summary>
    private Task<Place> AskAgain(string state, CancellationToken cancellation) => state switch
    {
        "unknown" => Ask(HttpMethod.Get, "/", cancellation),
        "called" or "admitted" => Ask(HttpMethod.Post, $"/.naru/rooms/{DemoRoom.Name}/claim", cancellation),
        _ => Ask(HttpMethod.Get, $"/.naru/rooms/{DemoRoom.Name}/me", cancellation),
    };

    private async Task<Place> Ask(HttpMethod method, string path, CancellationToken cancellation)
    {
        try
        {
            using var request = new HttpRequestMessage(method, new Uri(shop, path));
            request.Headers.TryAddWithoutValidation("Accept", "application/json");
            if (_cookies.Count > 0)
                request.Headers.TryAddWithoutValidation("Cookie", string.Join("; ", _cookies.Select(c => $"{c.Key}={c.Value}")));
            using var response = await client.SendAsync(request, cancellation);
            Keep(response);
            if (response.StatusCode == HttpStatusCode.OK && (method == HttpMethod.Post || !path.StartsWith("/.naru/", StringComparison.Ordinal)))
                return Place.Inside;
            return Place.Read(await response.Content.ReadAsByteArrayAsync(cancellation));
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException)
        {
            return new Place("", AfterFailure, HasFailed: true);
        }
    }

    private void Keep(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Set-Cookie", out var lines))
            return;
        foreach (var line in lines)
        {
            var pair = line.AsSpan(0, line.IndexOf(';') is var end and >= 0 ? end : line.Length);
            var equals = pair.IndexOf('=');
            if (equals > 0)
                _cookies[pair[..equals].ToString()] = pair[(equals + 1)..].ToString();
        }
    }

    /// <summary>Where the visitor stands.</summary>
    internal readonly record struct Place(string State, TimeSpan PollAfter, bool IsInside = false, bool HasFailed = false)
    {
        public static readonly Place Inside = new("admitted", TimeSpan.Zero, IsInside: true);

        public static Place Read(byte[] json)
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            return root.TryGetProperty("state", out var state) && root.TryGetProperty("pollAfterMs", out var poll)
                ? new Place(state.GetString() ?? "", TimeSpan.FromMilliseconds(poll.GetInt32()))
                : new Place("", AfterFailure, HasFailed: true);
        }
    }
}
