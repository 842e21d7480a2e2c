using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Naru.Admin;
using Naru.Cli;
using Naru.Engine.Telemetry;
using Naru.Tests.Cli;

namespace Naru.Tests.Admin;

/// <summary>The admin and its client, over a Unix socket in a folder of the test.</summary>
public sealed class AdminServerTests : IDisposable
{
    private const string Token = "0123456789abcdef";

    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _calls = [];
    private bool _draining;
    private ReloadOutcome _reload = new(true, [], []);
    private RoomControlResult? _roomAnswer;

    private string Bind => $"unix:{_folder["admin.sock"]}";

    [Fact]
    public async Task JsonNamesAreAsCheckedIn()
    {
        await using var server = await Start();
        var status = await Run.Naru("status", "--json", "--admin", Bind);
        Assert.Equal(0, status.ExitCode);
        Assert.EndsWith("}\n", status.Output);
        var drain = JsonSerializer.Serialize(new DrainAnswer("web", "10.0.0.11:8080", true), AdminJson.Default.DrainAnswer);
        var reload = JsonSerializer.Serialize(new ReloadOutcome(false, ["error"], ["warning"]), AdminJson.Default.ReloadOutcome);
        var error = JsonSerializer.Serialize(new AdminError("error"), AdminJson.Default.AdminError);
        var rooms = await Run.Naru("room", "list", "--json", "--admin", Bind);
        CheckedInText.AssertSame("admin.json.txt", $"{status.Output}{drain}\n{reload}\n{error}\n{rooms.Output}");
        Assert.Equal($"{{\"rooms\":[{(await Run.Naru("room", "show", "concert", "--json", "--admin", Bind)).Output.TrimEnd()}]}}\n", rooms.Output);
    }

    [Fact]
    public async Task HealthSaysWhenTheProgramDrains()
    {
        await using var server = await Start(Token);
        Assert.Equal((HttpStatusCode.OK, "ok\n"), await Send(HttpMethod.Get, "/health"));
        _draining = true;
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "draining\n"), await Send(HttpMethod.Get, "/health"));
    }

    [Fact]
    public async Task TokenIsDemandedForAllElse()
    {
        await using var server = await Start(Token);
        var run = await Run.Naru("status", "--admin", Bind);
        Assert.Equal(new Run(1, "", $"naru: {Bind} asks for a token; name its file with --token-file\n"), run);

        var wrong = _folder.Write("wrong", "fedcba9876543210");
        run = await Run.Naru("drain", "web/10.0.0.11:8080", "--admin", Bind, "--token-file", wrong);
        Assert.Equal(new Run(1, "", $"naru: {Bind} refuses the token; --token-file must name the file that its admin.tokenFile names\n"), run);
        Assert.Empty(_calls);

        var right = _folder.Write("right", Token + "\n");
        Assert.Equal(0, (await Run.Naru("status", "--admin", Bind, "--token-file", right)).ExitCode);
        server.SetToken("fedcba9876543210");
        Assert.Equal(1, (await Run.Naru("status", "--admin", Bind, "--token-file", right)).ExitCode);
        Assert.Equal(0, (await Run.Naru("status", "--admin", Bind, "--token-file", wrong)).ExitCode);
    }

    [Fact]
    public async Task DrainAndUndrainReachTheServerThatIsNamed()
    {
        await using var server = await Start();
        Assert.Equal(new Run(0, "web/[::1]:8080 is draining\n", ""), await Run.Naru("drain", "web/[::1]:8080", "--admin", Bind));
        Assert.Equal(new Run(0, "web/[::1]:8080 gets traffic again\n", ""), await Run.Naru("undrain", "web/[::1]:8080", "--admin", Bind));
        Assert.Equal(["drain web [::1]:8080", "undrain web [::1]:8080"], _calls);
    }

    [Fact]
    public async Task DrainThatWaitsEndsWhenNothingIsInFlight()
    {
        await using var server = await Start();
        Assert.Equal(new Run(0, "web/[::1]:8080 is drained: nothing is in flight\n", ""), await Run.Naru("drain", "web/[::1]:8080", "--wait", "--admin", Bind));
        var run = await Run.Naru("drain", "web/10.0.0.11:8080", "--wait", "--timeout", "0", "--admin", Bind);
        Assert.Equal(1, run.ExitCode);
        Assert.Equal("naru: web/10.0.0.11:8080 still has 2 in flight after 0 s; it stays draining, naru status shows it\n", run.Error);
    }

    [Theory]
    [InlineData("wbe/10.0.0.11:8080", "no pool 'wbe'; did you mean 'web'?")]
    [InlineData("web/10.0.0.11:8081", "no server '10.0.0.11:8081' in pool 'web'; did you mean '10.0.0.11:8080'?")]
    [InlineData("web/elsewhere", "no server 'elsewhere' in pool 'web'")]
    public async Task UnknownNamesComeWithTheNearest(string name, string message)
    {
        await using var server = await Start();
        Assert.Equal(new Run(1, "", $"naru: {message}\n"), await Run.Naru("drain", name, "--admin", Bind));
    }

    [Fact]
    public async Task RefusedReloadTellsEveryError()
    {
        await using var server = await Start();
        Assert.Equal(new Run(0, "reloaded\n", ""), await Run.Naru("reload", "--admin", Bind));
        _reload = new ReloadOutcome(false, ["naru.yaml:1:1: first", "naru.yaml:2:1: second"], ["odd"]);
        var run = await Run.Naru("reload", "--admin", Bind);
        Assert.Equal(2, run.ExitCode);
        Assert.Equal(
            "naru: warning: odd\nnaru: naru.yaml:1:1: first\nnaru: naru.yaml:2:1: second\nnaru: not reloaded; nothing has changed\n", run.Error);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Send(HttpMethod.Post, "/reload")).Status);
    }

    [Theory]
    [InlineData("rate concert 500/s", "RoomControl { Action = Rate, Rate = 500, IsAuto = False, Active = , Message =  }")]
    [InlineData("rate concert 30/m", "RoomControl { Action = Rate, Rate = 0.5, IsAuto = False, Active = , Message =  }")]
    [InlineData("rate concert auto", "RoomControl { Action = Rate, Rate = , IsAuto = True, Active = , Message =  }")]
    [InlineData("rate concert default", "RoomControl { Action = Rate, Rate = , IsAuto = False, Active = , Message =  }")]
    [InlineData("active concert 20000", "RoomControl { Action = Active, Rate = , IsAuto = False, Active = 20000, Message =  }")]
    [InlineData("active concert default", "RoomControl { Action = Active, Rate = , IsAuto = False, Active = , Message =  }")]
    [InlineData("pause concert", "RoomControl { Action = Pause, Rate = , IsAuto = False, Active = , Message =  }")]
    [InlineData("resume concert", "RoomControl { Action = Resume, Rate = , IsAuto = False, Active = , Message =  }")]
    [InlineData("drain concert", "RoomControl { Action = Drain, Rate = , IsAuto = False, Active = , Message =  }")]
    [InlineData("open concert", "RoomControl { Action = Open, Rate = , IsAuto = False, Active = , Message =  }")]
    [InlineData("close concert", "RoomControl { Action = Close, Rate = , IsAuto = False, Active = , Message =  }")]
    [InlineData("message concert 공연이_\"곧\"_시작됩니다", "RoomControl { Action = Message, Rate = , IsAuto = False, Active = , Message = 공연이_\"곧\"_시작됩니다 }")]
    [InlineData("message concert ", "RoomControl { Action = Message, Rate = , IsAuto = False, Active = , Message =  }")]
    [InlineData("revoke concert --yes", "RoomControl { Action = Revoke, Rate = , IsAuto = False, Active = , Message =  }")]
    public async Task EveryMoveOfTheOperatorReachesTheRoom(string verb, string call)
    {
        await using var server = await Start();
        var run = await Run.Naru(["room", .. verb.Split(' '), "--admin", Bind]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.StartsWith("concert ", run.Output);
        Assert.Equal([call], _calls);
    }

    [Fact]
    public async Task RevokeWithoutYesOnlySaysWhoWouldLoseTheirPlace()
    {
        await using var server = await Start();
        Assert.Equal(
            new Run(2, "", "naru: this ends the place of 40211 who wait in concert and the session of 19987 who are inside, for good; add --yes to do it\n"),
            await Run.Naru("room", "revoke", "concert", "--admin", Bind));
        Assert.Empty(_calls);
    }

    [Theory]
    [InlineData("show", "concret")]
    [InlineData("pause", "concret")]
    [InlineData("revoke", "concret")]
    public async Task UnknownRoomComesWithTheNearest(string verb, string room)
    {
        await using var server = await Start();
        Assert.Equal(new Run(1, "", "naru: no waiting room 'concret'; did you mean 'concert'?\n"), await Run.Naru("room", verb, room, "--admin", Bind));
    }

    [Fact]
    public async Task RoomThatCannotSaysWhy()
    {
        await using var server = await Start();
        _roomAnswer = new(RoomControlOutcome.Refused, "its mode is reject, which has no rate", null);
        Assert.Equal(new Run(1, "", "naru: waiting room 'concert': its mode is reject, which has no rate\n"), await Run.Naru("room", "rate", "concert", "5/s", "--admin", Bind));
        Assert.Equal(HttpStatusCode.Conflict, (await Send(HttpMethod.Post, "/rooms/concert/pause")).Status);
        _roomAnswer = new(RoomControlOutcome.StoreLost, "no answer from Redis at 10.0.0.5:6379", null);
        Assert.Equal(new Run(1, "", "naru: waiting room 'concert': nothing has changed, no answer from Redis at 10.0.0.5:6379\n"), await Run.Naru("room", "pause", "concert", "--admin", Bind));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await Send(HttpMethod.Post, "/rooms/concert/pause")).Status);
    }

    [Theory]
    [InlineData("rate", "", "give {\"rate\":\"500/s\"}")]
    [InlineData("rate", "500/s", "the body is not JSON; give {\"rate\":\"500/s\"}")]
    [InlineData("rate", "{\"rate\":true}", "give {\"rate\":\"500/s\"}")]
    [InlineData("rate", "{\"rate\":500}", "'500' has no unit; write 500/s or 500/m")]
    [InlineData("rate", "{\"rate\":\"1/s\",\"active\":5}", "give {\"rate\":\"500/s\"}")]
    [InlineData("active", "{\"active\":0}", "a room that holds 0 lets nobody in; pause does that")]
    [InlineData("active", "{\"active\":1.5}", "'1.5' is not a number of visitors; write one from 1 to 10000000, or default for the one of the file")]
    [InlineData("active", "[20000]", "give {\"active\":20000}")]
    [InlineData("message", "{\"message\":\"a\\nb\"}", "a message is one line of text")]
    [InlineData("message", "{\"message\":\"\\ud800\"}", "the body is not JSON; give {\"message\":\"one line of text\"}")]
    [InlineData("pause", "{\"for\":\"5m\"}", "pause takes no body")]
    public async Task BodyOfACallMustSayWhatIsMeant(string action, string body, string error)
    {
        await using var server = await Start();
        var (status, answer) = await Send(HttpMethod.Post, $"/rooms/concert/{action}", body: body);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(error, JsonSerializer.Deserialize(answer, AdminJson.Default.AdminError)!.Error);
        Assert.Empty(_calls);
    }

    [Fact]
    public async Task RoomsAreUnderTheSameRulesAsAllElse()
    {
        await using var server = await Start(Token);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Send(HttpMethod.Get, "/rooms")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Send(HttpMethod.Post, "/rooms/concert/revoke")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await Send(HttpMethod.Post, "/rooms/concert/revoke", origin: "http://evil.example")).Status);
        Assert.Empty(_calls);
    }

    [Fact]
    public async Task ClientFindsTheAdminInAFileEvenWhenTheRestOfItIsBad()
    {
        await using var server = await Start(Token);
        _folder.Write("token", Token);
        var bad = _folder.Write("bad.yaml", $"admin: {{ bind: \"{Bind}\", tokenFile: token }}\nlisteners: 5\n");
        Assert.Equal(0, (await Run.Naru("status", "-c", bad)).ExitCode);
    }

    [Fact]
    public async Task BrowsersAndUnknownPlacesAreRefusedWithAReason()
    {
        await using var server = await Start();
        Assert.Equal(HttpStatusCode.Forbidden, (await Send(HttpMethod.Post, "/reload", origin: "http://evil.example")).Status);
        Assert.Empty(_calls);
        var (status, body) = await Send(HttpMethod.Get, "/reload");
        Assert.Equal(HttpStatusCode.MethodNotAllowed, status);
        Assert.Contains("POST /reload", body);
        Assert.Equal(HttpStatusCode.NotFound, (await Send(HttpMethod.Get, "/nope")).Status);
    }

    [Fact]
    public async Task SocketIsForItsOwnerAloneAndGoneAfterwards()
    {
        await using (await Start())
        {
            if (!OperatingSystem.IsWindows())
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder["admin.sock"]));
        }
        Assert.False(File.Exists(_folder["admin.sock"]));
    }

    [Fact]
    public async Task StaleSocketIsReplacedAndALiveOneIsNot()
    {
        var path = _folder["admin.sock"];
        using (var killed = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            killed.Bind(new UnixDomainSocketEndPoint(path));
            killed.Listen();
            // Closing removes the file; a killed process does not.
            File.Move(path, path + ".kept");
        }
        File.Move(path + ".kept", path);
        await using var server = await Start();
        var error = await Assert.ThrowsAsync<AdminException>(() => Start());
        Assert.Equal($"admin.bind {Bind}: another process listens there; is naru running already?", error.Message);
        Assert.False(error.IsConfiguration);
    }

    [Fact]
    public async Task OtherFileInThePlaceOfTheSocketIsLeftAlone()
    {
        _folder.Write("admin.sock", "precious");
        var error = await Assert.ThrowsAsync<AdminException>(() => Start());
        Assert.Contains("a file that is not a socket", error.Message);
        Assert.Equal("precious", await File.ReadAllTextAsync(_folder["admin.sock"]));
    }

    public void Dispose() => _folder.Dispose();

    private Task<AdminServer> Start(string? token = null)
    {
        Assert.True(AdminAddress.TryParse(Bind, out var address));
        return AdminServer.StartAsync(address, token, new AdminActions
        {
            IsDraining = () => _draining,
            Status = Status,
            Drain = (pool, server) => Note("drain", pool, server),
            Undrain = (pool, server) => Note("undrain", pool, server),
            Reload = () => _reload,
            Rooms = () => [SampleStatus.Room()],
            ControlRoom = ControlRoom,
        });
    }

    private static StatusReport Status() => SampleStatus.Report(SampleStatus.Pool(
        "web", failOpen: false, SampleStatus.Server("10.0.0.11:8080"), SampleStatus.Server("[::1]:8080", "ejected", "5 failures in a row", inFlight: 0)));

    private bool Note(string verb, string pool, string server)
    {
        if (!Status().Pools.Any(p => p.Name == pool && p.Servers.Any(s => s.Address == server)))
            return false;
        _calls.Add($"{verb} {pool} {server}");
        return true;
    }

    private Task<RoomControlResult> ControlRoom(string room, RoomControl control)
    {
        if (room != "concert")
            return Task.FromResult(new RoomControlResult(RoomControlOutcome.UnknownRoom, "", null));
        _calls.Add(control.ToString());
        return Task.FromResult(_roomAnswer ?? new RoomControlResult(RoomControlOutcome.Done, "", SampleStatus.Room()));
    }

    private async Task<(HttpStatusCode Status, string Body)> Send(HttpMethod method, string path, string? origin = null, string? body = null)
    {
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(_folder["admin.sock"]), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        using var client = new HttpClient(handler);
        using var request = new HttpRequestMessage(method, "http://localhost" + path);
        if (body is not null)
            request.Content = new StringContent(body);
        if (origin is not null)
            request.Headers.Add("Origin", origin);
        using var response = await client.SendAsync(request);
        Assert.False(response.Headers.Contains("Server"));
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
