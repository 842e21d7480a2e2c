using System.Net;
using System.Text;
using Naru.Core.Config;
using Naru.Core.Health;
using Naru.Core.Http;
using Naru.Core.Http1;
using Naru.Core.ProxyProtocol;
using Naru.Engine.Linux;
using Naru.Engine.Loop;
using Naru.Engine.Net;
using Naru.Engine.Pools;
using Naru.Engine.Workers;

namespace Naru.Engine.Health;

/// <summary>
/// Checks one server again and again: wait until it is due, connect, ask, judge. HTTP checks go over the connection of the
/// one before, if the server keeps it, and every fourth connects anew: accepting a connection is part of being well, but costs
/// several times what a question over an open one does. Owner: the pool's keeper. Thread: the health loop.
/// </summary>
internal sealed class Probe : Connection
{
    private readonly PoolKeeper _keeper;
    private readonly ActiveCheckOptions _options;
    private readonly CheckExpectation _expectation;
    private readonly SocketName _target;
    private readonly byte[] _header;
    private readonly EngineState _state;
    private readonly byte[] _firstRequest;
    private readonly byte[] _nextRequest;
    private readonly byte[] _lastRequest;
    private readonly int _timeoutMs;
    private readonly LoopSignal _due = new();
    private readonly ResponseHead _response = new();
    private readonly CheckBody _body = new();
    private bool _isStopped;
    private bool _isKept;
    private int _reuses;

    // The last check was one: without a socket nothing was asked, and nothing is said of the server.
    private bool _wasAsked;
    private long _dueMs;
    private long _deadlineMs;

    /// <param name="loop">Of the health thread.</param>
    /// <param name="keeper">Gets the verdicts.</param>
    /// <param name="server">To be checked.</param>
    /// <param name="options">How.</param>
    /// <param name="header">What the server is used to in front of a connection.</param>
    /// <param name="state">Counts the sockets.</param>
    public Probe(EventLoop loop, PoolKeeper keeper, Server server, ActiveCheckOptions options, ProxyProtocolVersion header, EngineState state)
        : base(loop)
    {
        _keeper = keeper;
        _state = state;
        _options = options;
        _expectation = new CheckExpectation(options);
        _timeoutMs = (int)options.Timeout.TotalMilliseconds;
        Server = server;
        var endpoint = options.Port == 0 ? server.EndPoint : new IPEndPoint(server.EndPoint.Address, options.Port);
        _target = SocketName.From(endpoint);
        string head = $"GET {options.Path} HTTP/1.1\r\nHost: {options.Host ?? server.Name}\r\nUser-Agent: naru-health\r\n";
        _header = options.Port == 0 ? OwnHeader(header) : [];
        _nextRequest = Encoding.ASCII.GetBytes(head + "\r\n");
        _firstRequest = [.. _header, .. _nextRequest];
        _lastRequest = Encoding.ASCII.GetBytes(head + "Connection: close\r\n\r\n");
    }

    public Server Server { get; }

    public void Start(long firstDueMs) => RunAsync(firstDueMs).Detach();

    public void Stop()
    {
        _isStopped = true;
        _due.TrySet(0);
        CancelRead();
        CancelWrite();
    }

    protected override void OnIdleTimeout() => _due.TrySet(0);

    protected override void OnUnawaitedInput()
    {
        // The server gives the kept connection up. The socket goes, the timer of the next check must stay.
        if (!_due.IsWaiting)
            return;
        long dueMs = _dueMs;
        Close();
        ArmIdle(dueMs);
    }

    private async Job<bool> RunAsync(long dueMs)
    {
        while (!_isStopped)
        {
            _dueMs = dueMs;
            ArmIdle(dueMs);
            await _due.WaitAsync();
            if (_isStopped)
                break;
            _keeper.Lag.Observe(dueMs, Loop.NowMs);
            string? fault = await CheckAsync();
            if (!_isKept)
                End();
            if (_isStopped)
                break;
            if (fault != null)
                NoteLag();
            if (_wasAsked && _keeper.Lag.Counts(Loop.NowMs))
                _keeper.OnCheck(Server, fault);
            dueMs = _keeper.Schedule.NextDueMs(dueMs, Loop.NowMs);
        }

        End();
        Loop.Forget(this);
        return true;
    }

    private void End()
    {
        _isKept = false;
        if (!IsOpen)
            return;
        // Its port is needed again soon; without the reset it would rest for a minute.
        StreamSocket.ResetOnClose(Fd);
        Close();
    }

    private void Close()
    {
        CloseSocket();
        _state.RemoveDescriptor();
    }

    /// <summary>Naru speaks for itself: UNKNOWN in version 1, LOCAL in version 2, as the specification says of health checks.</summary>
    private static byte[] OwnHeader(ProxyProtocolVersion version)
    {
        Span<byte> header = stackalloc byte[ProxyProtocolWriter.BytesMax];
        return header[..ProxyProtocolWriter.Write(version, default, default, header)].ToArray();
    }

    /// <summary>A timeout that came late was late for every check that was under way.</summary>
    private void NoteLag() => _keeper.Lag.Observe(_deadlineMs, Math.Max(_deadlineMs, Loop.NowMs));

    /// <summary>Null: as expected.</summary>
    private async Job<string?> CheckAsync()
    {
        _wasAsked = true;
        if (_isKept && IsOpen)
        {
            _deadlineMs = Loop.NowMs + _timeoutMs;
            bool isLast = ++_reuses == EngineLimits.CheckReuses;
            _isKept = false;
            string? fault = await AskAsync(isLast ? _lastRequest : _nextRequest, keep: !isLast);
            if (fault == null || _isStopped)
                return fault;
            // Any fault is looked at again from the start, and with all of the time: the server may just have ended the
            // connection, or forgotten it.
            End();
            NoteLag();
        }

        _isKept = false;
        _reuses = 0;
        _deadlineMs = Loop.NowMs + _timeoutMs;
        return await CheckAnewAsync();
    }

    private async Job<string?> AskAsync(byte[] request, bool keep)
    {
        int result = await SendAsync(request, 0, request.Length, _timeoutMs);
        if (result < 0)
            return $"connect: {Errno.Text(result)}";
        string? fault = await JudgeAsync();
        if (fault == null && keep && _state.IsRoomy)
            _isKept = await ReadToEndAsync();
        _body.Release();
        return fault;
    }

    /// <summary>Whether the response is over and the connection may be asked again.</summary>
    private async Job<bool> ReadToEndAsync()
    {
        TakeBody();
        // The end is waited for only where it is near.
        bool isNear = _response.Framing == BodyFraming.Length && _response.ContentLength <= CheckExpectation.MaxBodyBytes;
        while (_response.KeepAlive && isNear && !_body.IsEnded)
        {
            if (await ReceiveAsync(_deadlineMs) <= 0)
                return false;
            TakeBody();
        }

        return _response.KeepAlive && _body.IsEnded && In == null && !IsPeerClosed;
    }

    private async Job<string?> CheckAnewAsync()
    {
        int fd = StreamSocket.CreatePlain(_target);
        if (fd < 0)
        {
            _wasAsked = false;
            _keeper.NoteNoSocket(fd);
            return null;
        }

        _state.AddDescriptor();
        Open(fd, tryReadFirst: false);
        if (_options.Type == ActiveCheckType.Tcp)
        {
            int connected = await ConnectAsync(_target, _timeoutMs);
            if (connected == 0 && _header.Length > 0)
                connected = await SendAsync(_header, 0, _header.Length, _timeoutMs);
            return connected < 0 ? $"connect: {Errno.Text(connected)}" : null;
        }

        // The request is sent right behind the connect: it waits inside the send until the connection is made, and a near
        // server has made it by then, which saves a turn of the loop for each of thousands of checks.
        int result = StreamSocket.Connect(Fd, _target);
        return result is 0 or Errno.InProgress
            ? await AskAsync(_firstRequest, keep: true)
            : $"connect: {Errno.Text(result)}";
    }

    private async Job<string?> JudgeAsync()
    {
        string? fault = await ReadHeadAsync();
        // 103 may come in front of the answer, as in front of any (RFC 9110 section 15.2).
        for (int interim = 0; fault == null && _response.IsInterim; interim++)
        {
            if (interim == EngineLimits.InterimResponses)
                return $"more than {EngineLimits.InterimResponses} interim responses";
            Consume(_response.Length);
            fault = await ReadHeadAsync();
        }

        fault ??= HeadFault();
        if (fault != null)
            return fault;
        _body.Begin(_response.Framing, _response.ContentLength, _expectation.NeedsBody);
        Consume(_response.Length);
        return _expectation.NeedsBody ? await JudgeBodyAsync() : null;
    }

    /// <summary>Null: a head was parsed.</summary>
    private async Job<string?> ReadHeadAsync()
    {
        _response.Reset();
        while (true)
        {
            if (In is { } buffer)
            {
                var parsed = ResponseParser.Parse(buffer.Data, _response, Method.Get, HeadLimits.Default);
                if (parsed == ParseResult.Done)
                    return null;
                if (parsed != ParseResult.NeedMore)
                    return $"bad response: {HttpError.Name(parsed)}";
            }

            int received = await ReceiveAsync(_deadlineMs);
            if (received <= 0)
                return received == 0 ? "closed without a response" : $"response: {Errno.Text(received)}";
        }
    }

    /// <summary>The text may come in any piece of the body; the verdict falls with it, or with the body's end.</summary>
    private async Job<string?> JudgeBodyAsync()
    {
        while (true)
        {
            TakeBody();
            if (_expectation.HasText(_body.Bytes))
                return null;
            if (_body.Fault is { } fault)
                return $"bad body: {fault}";
            if (_body.IsEnded)
                return $"body of {_body.Length} bytes lacks \"{_expectation.ShownText}\"";
            if (_body.IsFull)
                return $"first {CheckExpectation.MaxBodyBytes} bytes of the body lack \"{_expectation.ShownText}\"";
            int received = await ReceiveAsync(_deadlineMs);
            if (received == 0)
                _body.Close();
            if (received < 0 || (received == 0 && !_body.IsEnded))
                return $"body {(received == 0 ? "cut" : Errno.Text(received))} after {_body.Length} bytes, without \"{_expectation.ShownText}\"";
        }
    }

    private void TakeBody()
    {
        if (In is { } buffer)
            Consume(_body.Take(buffer.Data));
    }

    private string? HeadFault()
    {
        ReadOnlySpan<byte> data = In!.Data;
        List<KeyValuePair<string, string>> headers = [];
        if (_expectation.NeedsHeaders)
        {
            foreach (ref readonly var field in _response.Fields)
                headers.Add(new(Encoding.ASCII.GetString(field.Name(data)), Encoding.UTF8.GetString(field.Value(data))));
        }

        return _expectation.HeadFault(_response.Status, headers);
    }
}
