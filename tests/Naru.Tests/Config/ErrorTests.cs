using Naru.Core.Config;

namespace Naru.Tests.Config;

/// <summary>One mistake, one line that says it.</summary>
public class ErrorTests
{
    [Theory]
    [InlineData("weight: 0", "weight: 0 is not a weight. Give a whole number from 1 to 1000.")]
    [InlineData("weight: 1001", "weight: 1001 is not a weight. Give a whole number from 1 to 1000.")]
    [InlineData("weight: 1.5", "weight: 1.5 is not a weight. Give a whole number from 1 to 1000.")]
    [InlineData("weight:", "weight: has no value. Give a whole number from 1 to 1000, or remove the key.")]
    [InlineData("weight: ~", "weight: has no value. Give a whole number from 1 to 1000, or remove the key.")]
    [InlineData("weight: [1]", "weight: a list cannot stand here. Give a whole number from 1 to 1000.")]
    [InlineData("weight: {}", "weight: a mapping cannot stand here. Give a whole number from 1 to 1000.")]
    [InlineData("weight: ''", "weight: \"\" is not a weight. Give a whole number from 1 to 1000.")]
    [InlineData("maxConnections: -1", "maxConnections: -1 is not a number of connections. Give a whole number from 0 to 10000000.")]
    [InlineData("backup: yes", "backup: yes is neither true nor false. Give true or false.")]
    [InlineData("wieght: 1", "wieght: unknown key. Did you mean weight?")]
    [InlineData("colour: red", "colour: unknown key. The keys here are address, weight, maxConnections and backup.")]
    public void Server(string line, string error) =>
        AssertError(ConfigText.Pool($"servers:\n  - address: 10.0.0.1:80\n    {line}\n  - 10.0.0.2:80"), $"pools.web.servers[0].{error}");

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.1 has no port. Give host:port.")]
    [InlineData("10.0.0.1:0", "10.0.0.1:0 has no port from 1 to 65535. Give host:port.")]
    [InlineData("10.0.0.1:http", "10.0.0.1:http has no port from 1 to 65535. Give host:port.")]
    [InlineData("10.0.0.256:80", "10.0.0.256:80 is not an address or name with a port. Give host:port.")]
    [InlineData("'::1'", "::1 has no port. Write [::1]:80.")]
    [InlineData("'[::1]'", "[::1] has no port. Give host:port.")]
    [InlineData("'[web]:80'", "[web]:80 is not an address or name with a port. Give host:port.")]
    [InlineData("':80'", ":80 is not an address or name with a port. Give host:port.")]
    [InlineData("0.0.0.0:80", "0.0.0.0:80 is not the address of a server. Give the address at which the server listens.")]
    [InlineData("http://a.example/x", "http://a.example/x is a URL. Write a.example:80.")]
    [InlineData("-a.example:80", "-a.example:80 is not an address or name with a port. Give host:port.")]
    [InlineData("[10.0.0.1:80]", "a list cannot stand here. Give host:port, or a mapping with address.")]
    public void ServerAddress(string address, string error) =>
        AssertError(ConfigText.Pool($"servers: [{address}]"), $"pools.web.servers[0]: {error}");

    [Theory]
    [InlineData("servers: []", "servers: is an empty list. Give at least one server, such as 10.0.0.1:8080.")]
    [InlineData("servers: 10.0.0.1:80", "servers: 10.0.0.1:80 cannot stand here. Give a list of servers, each host:port or a mapping.")]
    [InlineData("servers: [a:80, A:80]", "servers[1]: stands in the list already, as [0]. Remove one of the two.")]
    [InlineData("servers: ['[::1]:80', '[0:0::1]:80']", "servers[1]: stands in the list already, as [0]. Remove one of the two.")]
    [InlineData("servers: [{ address: 'a:80', backup: true }]", "servers: are all backups. Leave at least one server without backup: true.")]
    [InlineData("balance: random", "servers: is missing. Give a list of servers, each host:port or a mapping.")]
    public void Servers(string line, string error) => AssertError(ConfigText.Pool(line), $"pools.web.{error}");

    [Theory]
    [InlineData("balance: fastest", "balance: fastest is not a way to balance. Give one of round-robin, random, least-connections, two-choices, least-time, source-hash, consistent-hash and maglev.")]
    [InlineData("balance: leastconn", "balance: leastconn is not a way to balance. Give one of round-robin, random, least-connections, two-choices, least-time, source-hash, consistent-hash and maglev.")]
    [InlineData("balance: maglve", "balance: maglve is not a way to balance. Did you mean maglev?")]
    [InlineData("hash: { on: path }", "hash: belongs to balance: consistent-hash and balance: maglev. Give one of them, or remove hash.")]
    [InlineData("balance: maglev\nhash: { on: uri }", "hash.on: uri is nothing to hash by. Give one of source, path, host, header:NAME, cookie:NAME and query:NAME.")]
    [InlineData("balance: maglev\nhash: { on: 'hedaer:x' }", "hash.on: hedaer:x is nothing to hash by. Did you mean header? Give one of source, path, host, header:NAME, cookie:NAME and query:NAME.")]
    [InlineData("balance: maglev\nhash: { on: 'path:x' }", "hash.on: path takes no name. Write path.")]
    [InlineData("balance: maglev\nhash: { on: 'cookie:' }", "hash.on: cookie: does not name the cookie. Write cookie:NAME.")]
    [InlineData("balance: maglev\nhash: { boundedLoad: 0.5 }", "hash.boundedLoad: 0.5 is out of range. Give a number from 1 to 100, or 0 for off.")]
    [InlineData("balance: maglev\nhash: { boundedLoad: x }", "hash.boundedLoad: x is not a number. Give a number from 1 to 100, or 0 for off.")]
    [InlineData("connections: { idle: -1 }", "connections.idle: -1 is not a number of connections. Give a whole number from 0 to 100000.")]
    [InlineData("connections: { idleTimeout: 60 }", "connections.idleTimeout: 60 has no unit. Write 60s or 60ms.")]
    [InlineData("connections: { maxAge: 25h }", "connections.maxAge: 25h is out of range. Give a duration from 1ms to 24h.")]
    [InlineData("timeouts: { connect: 1d }", "timeouts.connect: 1d is not a duration. The units are ms, s, m and h.")]
    [InlineData("timeouts: { firstByte: 0.5ms }", "timeouts.firstByte: 0.5ms is out of range. Give a duration from 1ms to 24h.")]
    [InlineData("timeouts: { idle: soon }", "timeouts.idle: soon is not a duration. Give a duration from 1ms to 24h.")]
    [InlineData("sendProxyProtocol: v3", "sendProxyProtocol: v3 is not a version of the PROXY protocol. Did you mean v1?")]
    [InlineData("health: { floor: 101% }", "health.floor: 101% is more than all of it. Give a share from 0% to 100%, such as 50%.")]
    [InlineData("health: { floor: 1 }", "health.floor: 1 is not a share. Write 1% or 100%.")]
    [InlineData("health: { floor: half }", "health.floor: half is not a share. Give a share from 0% to 100%, such as 50%.")]
    [InlineData("health: { slowStart: 2h }", "health.slowStart: 2h is out of range. Give a duration from 0s to 1h.")]
    [InlineData("health: { passive: on }", "health.passive: on cannot stand here. Give off, or a mapping of consecutiveFailures, ejectFor and maxEjected.")]
    [InlineData("health: { passive: { consecutiveFailures: -5 } }", "health.passive.consecutiveFailures: -5 is not a number of failures. Give a whole number from 0 to 10000.")]
    [InlineData("health: { active: http }", "health.active: http cannot stand here. Give a mapping such as { type: http, path: /healthz }.")]
    [InlineData("health: { active: { type: icmp } }", "health.active.type: icmp is not a type of check. Give one of http, tcp and none.")]
    [InlineData("health: { active: { path: healthz } }", "health.active.path: healthz does not begin with /. Give a path such as /healthz.")]
    [InlineData("health: { active: { path: '/a b' } }", "health.active.path: \"/a b\" has characters that a request may not have. Write them as %-escapes.")]
    [InlineData("health: { active: { expect: 600 } }", "health.active.expect: 600 is not a status or range of them. Give a status such as 204, or a range such as 200-399, from 100 to 599.")]
    [InlineData("health: { active: { expect: 300-200 } }", "health.active.expect: 300-200 is the wrong way round. Write 200-300.")]
    [InlineData("health: { active: { interval: 50ms } }", "health.active.interval: 50ms is out of range. Give a duration from 100ms to 1h.")]
    [InlineData("health: { active: { timeout: 3s } }", "health.active.timeout: 3s is longer than the interval of 2s. Give at most the interval.")]
    [InlineData("health: { active: { rise: 0 } }", "health.active.rise: 0 is not a number of checks. Give a whole number from 1 to 100.")]
    [InlineData("health: { active: { fall: 101 } }", "health.active.fall: 101 is not a number of checks. Give a whole number from 1 to 100.")]
    [InlineData("health: { active: { port: 0 } }", "health.active.port: 0 is not a port. Give a whole number from 1 to 65535.")]
    [InlineData("health: { active: { type: tcp, expectBody: x } }", "health.active.expectBody: belongs to checks of type http; this one is tcp. Remove expectBody.")]
    [InlineData("health: { active: { expectHeaders: { A: 1, a: 2 } } }", "health.active.expectHeaders.a: stands here already in another case. Remove one of the two.")]
    [InlineData("retry: { attempts: 0 }", "retry.attempts: 0 is not a number of attempts. Give a whole number from 1 to 5.")]
    [InlineData("retry: { on: [connect, connect] }", "retry.on[1]: stands in the list already, as [0]. Remove one of the two.")]
    [InlineData("queue: { size: 1000001 }", "queue.size: 1000001 is not the size of a queue. Give a whole number from 0 to 1000000.")]
    [InlineData("queue: { timeout: 0s }", "queue.timeout: 0s is out of range. Give a duration from 1ms to 24h.")]
    [InlineData("sticky: { cookie: naru }", "sticky.keyFile: is missing. Give the path of a file.")]
    [InlineData("sticky: { cookie: naru, keyFile: no.key }", "sticky.keyFile: no.key cannot be read: there is no such file. Make one, for example by: openssl rand -base64 32 > /etc/naru/no.key && chmod 600 /etc/naru/no.key")]
    public void Pool(string line, string error) => AssertError(ConfigText.PoolOf(line), $"pools.web.{error}");

    [Theory]
    [InlineData("match: { path: /x }", "routes[1]: does nothing with its requests. Give one of pool, redirect and respond.")]
    [InlineData("{ pool: web, redirect: { to: /x } }", "routes[1]: has pool and redirect. Give only one of them.")]
    [InlineData("{ pool: web, waitingRoom: concert }", "routes[1].waitingRoom: there is no waiting room concert. Add it: waitingRooms: { concert: { admit: 100/s, active: 1000 } }.")]
    [InlineData("{ respond: {}, waitingRoom: concert }", "routes[1].waitingRoom: stands in front of no pool. Remove it: Naru itself answers this route, however many come.")]
    [InlineData("{ pool: wep }", "routes[1].pool: there is no pool wep. Did you mean web?")]
    [InlineData("{ pool: images }", "routes[1].pool: there is no pool images. The pools are web.")]
    [InlineData("{ pool: web, match: { host: '*' } }", "routes[1].match.host: * alone matches every host. Leave host out: that matches every host too.")]
    [InlineData("{ pool: web, match: { host: 'https://a.example' } }", "routes[1].match.host: https://a.example is more than a host. Give the host alone; the path has a key of its own.")]
    [InlineData("{ pool: web, match: { host: 'a.example.' } }", "routes[1].match.host: a.example. ends with a dot. Write a.example.")]
    [InlineData("{ pool: web, match: { host: 'b*.example' } }", "routes[1].match.host: b*.example has its * in the wrong place. A * stands for whole labels at the front only: *.example.com.")]
    [InlineData("{ pool: web, match: { host: '나루.example' } }", "routes[1].match.host: \"나루.example\" has letters beyond ASCII. Write xn--910br1n.example.")]
    [InlineData("{ pool: web, match: { host: 'a..b' } }", "routes[1].match.host: a..b is not a host. Give a host such as shop.example.com or *.example.com.")]
    [InlineData("{ pool: web, match: { path: '' } }", "routes[1].match.path: \"\" does not begin with /. Give a path such as /old, or a prefix such as /api/*.")]
    [InlineData("{ pool: web, match: { path: '/a?b' } }", "routes[1].match.path: /a?b has a query or fragment. Give the path alone.")]
    [InlineData("{ pool: web, match: { path: '/api*' } }", "routes[1].match.path: /api* has its * in the wrong place. Write /api/*.")]
    [InlineData("{ pool: web, match: { path: '/a//b/../c' } }", "routes[1].match.path: /a//b/../c is not in the form in which paths are matched. Write /a/c.")]
    [InlineData("{ pool: web, match: { path: '/a/%2e%2e/c/*' } }", "routes[1].match.path: /a/%2e%2e/c/* is not in the form in which paths are matched. Write /c/*.")]
    [InlineData("{ pool: web, match: { path: '/caf%c3%a9' } }", "routes[1].match.path: /caf%c3%a9 is not in the form in which paths are matched. Write /caf%C3%A9.")]
    [InlineData("{ pool: web, match: { path: '/a b' } }", "routes[1].match.path: \"/a b\" is not in the form in which paths are matched. Write /a%20b.")]
    [InlineData("{ pool: web, match: { path: '/a%0' } }", "routes[1].match.path: /a%0 has a % without two hexadecimal digits after it, or a NUL. Write a plain % as %25.")]
    [InlineData("{ pool: web, match: { path: '/a%00' } }", "routes[1].match.path: /a%00 has a % without two hexadecimal digits after it, or a NUL. Write a plain % as %25.")]
    [InlineData("{ pool: web, match: { path: '/a/../..' } }", "routes[1].match.path: /a/../.. leads above the root. Remove the .. segments.")]
    [InlineData("{ pool: web, match: { path: '/a/..%2Fb' } }", "routes[1].match.path: /a/..%2Fb hides a dot segment, and requests for such paths are refused. Remove it.")]
    [InlineData("{ pool: web, match: { method: [GET, CONNECT] } }", "routes[1].match.method: CONNECT is refused before any route is looked at. Remove it.")]
    [InlineData("{ pool: web, match: { method: post } }", "routes[1].match.method: post is not in upper case. Write POST.")]
    [InlineData("{ pool: web, match: { method: [] } }", "routes[1].match.method: is an empty list. Give at least 1 of the methods such as GET and POST.")]
    [InlineData("{ redirect: { status: 308 } }", "routes[1].redirect.to: is missing. Give a path such as /new, or a URL such as https://example.com/new.")]
    [InlineData("{ redirect: { to: new } }", "routes[1].redirect.to: new is neither a path nor a URL. Give a path such as /new, or a URL such as https://example.com/new.")]
    [InlineData("{ redirect: { to: 'ftp://a/b' } }", "routes[1].redirect.to: ftp://a/b is neither a path nor a URL. Give a path such as /new, or a URL such as https://example.com/new.")]
    [InlineData("{ redirect: { to: \"/a\\r\\nSet-Cookie: x\" } }", "routes[1].redirect.to: \"/a?\\nSet-Cookie: x\" has characters that a URL may not have. Write them as %-escapes.")]
    [InlineData("{ redirect: { to: /new, status: 300 } }", "routes[1].redirect.status: 300 is not the status of a redirect. Give one of 301, 302, 303, 307 and 308.")]
    [InlineData("{ respond: { status: 100 } }", "routes[1].respond.status: 100 is not the status of a response. Give a whole number from 200 to 599.")]
    [InlineData("{ respond: { status: 304, body: x } }", "routes[1].respond.body: a response of status 304 has no body. Remove body, or give another status.")]
    public void Route(string route, string error) => AssertError(ConfigText.Route(route), $"listeners[0].{error}");

    [Theory]
    [InlineData("name: 'a b'", "name: \"a b\" is not a name. Give a name of letters, digits, '.', '_' and '-', at most 64 of them; the first a letter or digit.")]
    [InlineData("protocol: udp", "protocol: this version of Naru does not have udp yet. Give one of http and tcp.")]
    [InlineData("protocol: htpp", "protocol: htpp is not a protocol. Did you mean http?")]
    [InlineData("proxyProtocol: {}", "proxyProtocol.from: is missing. Give a list of networks such as 10.0.0.0/8.")]
    [InlineData("proxyProtocol: { from: [] }", "proxyProtocol.from: is an empty list. List the peers, or remove proxyProtocol.")]
    [InlineData("trustedProxies: [10.0.0.0/33]", "trustedProxies[0]: 10.0.0.0/33 has no prefix length from 0 to 32. Give a network such as 10.0.0.0/8, or an address.")]
    [InlineData("allow: []", "allow: is an empty list. An empty list would let nobody in. Remove allow to let everybody in.")]
    [InlineData("deny: ['10.1.2.3/8']", "deny[0]: 10.1.2.3/8 is an address inside a network. Write 10.0.0.0/8 or 10.1.2.3.")]
    [InlineData("deny: ['fd00::1/64']", "deny[0]: fd00::1/64 is an address inside a network. Write fd00::/64 or fd00::1.")]
    [InlineData("deny: [10.1]", "deny[0]: 10.1 is not a network. Give a network such as 10.0.0.0/8, or an address.")]
    [InlineData("timeouts: { minRate: 90/m }", "timeouts.minRate: 90/m is not a whole number a second. Give a rate from 0/s to 1000000000/s.")]
    [InlineData("timeouts: { minRate: 90 }", "timeouts.minRate: 90 has no unit. Write 90/s.")]
    [InlineData("timeouts: { minRate: 9/d }", "timeouts.minRate: 9/d is not a rate. The units are /s and /m.")]
    [InlineData("limits: { headerBytes: 65KiB }", "limits.headerBytes: 65KiB is out of range. Give a size from 1KiB to 64KiB.")]
    [InlineData("limits: { headerBytes: 10 }", "limits.headerBytes: 10 is out of range. Give a size from 1KiB to 64KiB.")]
    [InlineData("limits: { headerBytes: 8k }", "limits.headerBytes: 8k is not a size. Write 8KiB.")]
    [InlineData("limits: { bodyBytes: big }", "limits.bodyBytes: big is not a size. Give a size from 0 to 1024TiB.")]
    [InlineData("limits: { bodyBytes: 9Xi }", "limits.bodyBytes: 9Xi is not a size. The units are B, KiB, MiB, GiB and TiB.")]
    [InlineData("limits: { headers: 1001 }", "limits.headers: 1001 is not a number of header fields. Give a whole number from 1 to 1000.")]
    [InlineData("pool: web", "pool: belongs to tcp listeners. Remove pool.")]
    public void Listener(string line, string error) => AssertError(ConfigText.Http(line), $"listeners[0].{error}");

    [Theory]
    [InlineData("bind: 80", "bind: 80 is a port alone. Write :80.")]
    [InlineData("bind: 10.0.0.1", "bind: 10.0.0.1 has no port. Give an address and port such as 10.0.0.1:80, :80 for all of IPv4, or [::]:80 for all of IPv6.")]
    [InlineData("bind: ':0'", "bind: :0 has no port from 1 to 65535. Give an address and port such as 10.0.0.1:80, :80 for all of IPv4, or [::]:80 for all of IPv6.")]
    [InlineData("bind: '*:80'", "bind: *:80 is not an address. Write :80 or [::]:80.")]
    [InlineData("bind: localhost:80", "bind: localhost:80 is a name, not an address. Write 127.0.0.1:80.")]
    [InlineData("bind: '[]:80'", "bind: []:80 is not an address and port. Give an address and port such as 10.0.0.1:80, :80 for all of IPv4, or [::]:80 for all of IPv6.")]
    [InlineData("bind: []", "bind: is an empty list. Give at least 1 of the addresses and ports.")]
    [InlineData("bind: [':80', '0.0.0.0:80']", "bind[1]: 0.0.0.0:80 is bound already, at listeners[0].bind[0] (line 4). Give another one.")]
    [InlineData("bind: ':9900'", "bind: :9900 is taken by the admin interface, which binds 127.0.0.1:9900. Give another port, or move the admin interface by admin: { bind: … }.")]
    [InlineData("name: x", "bind: is missing. Give an address and port such as 10.0.0.1:80, :80 for all of IPv4, or [::]:80 for all of IPv6, or a list of them.")]
    public void Bind(string line, string error) => AssertError(ConfigText.Listener(line + "\nroutes: [{ pool: web }]"), $"listeners[0].{error}");

    [Theory]
    [InlineData("bind: ':80'", "routes: is missing: an http listener needs routes. Give a list of routes, such as routes: [{ pool: web }].")]
    [InlineData("bind: ':80'\nroutes: []", "routes: is an empty list. Give at least 1 of the routes.")]
    [InlineData("bind: ':80'\nprotocol: tcp", "pool: is missing: a tcp listener needs a pool. Give the name of a pool.")]
    [InlineData("bind: ':80'\nprotocol: tcp\npool: wbe", "pool: there is no pool wbe. Did you mean web?")]
    [InlineData("bind: ':80'\nprotocol: tcp\npool: web\nroutes: [{ pool: web }]", "routes: belongs to http listeners; this one is tcp. Remove routes.")]
    [InlineData("bind: ':80'\nprotocol: tcp\npool: web\nwaitingRoom: concert", "waitingRoom: belongs to a route of an http listener: a room answers requests, which tcp does not have. Write routes: [{ waitingRoom: …, pool: … }].")]
    [InlineData("bind: ':80'\nprotocol: tcp\npool: web\ntrustedProxies: []", "trustedProxies: belongs to http listeners; this one is tcp. Remove trustedProxies.")]
    [InlineData("bind: ':80'\nprotocol: tcp\npool: web\ntimeouts: { body: 1s }", "timeouts.body: belongs to http listeners; this one is tcp. Remove body.")]
    [InlineData("bind: ':80'\nprotocol: tcp\npool: web\nlimits: { headers: 10 }", "limits.headers: belongs to http listeners; this one is tcp. Remove headers.")]
    public void ListenerAsAWhole(string lines, string error) => AssertError(ConfigText.Listener(lines), $"listeners[0].{error}");

    [Fact]
    public void HttpListenerWithAPoolInsteadOfRoutesIsToldBothWaysOut() => Assert.Equal(
        [
            "4:5: listeners[0].routes: is missing: an http listener needs routes. Write routes: [{ pool: … }], or protocol: tcp.",
            "5:11: listeners[0].pool: belongs to tcp listeners. Remove pool.",
        ],
        ConfigText.Errors(ConfigText.Listener("bind: ':80'\npool: web")));

    [Theory]
    [InlineData("process: { loops: 257 }", "process.loops: 257 is not a number of loops. Give a whole number from 1 to 256, or auto.")]
    [InlineData("process: { maxConnections: 0 }", "process.maxConnections: 0 is not a number of connections. Give a whole number from 1 to 10000000.")]
    [InlineData("process: { drainTimeout: 30 }", "process.drainTimeout: 30 has no unit. Write 30s or 30ms.")]
    [InlineData("process:", "process: has no value. Give a mapping of loops, maxConnections and drainTimeout, or remove the key.")]
    [InlineData("process: []", "process: a list cannot stand here. Give a mapping of loops, maxConnections and drainTimeout.")]
    [InlineData("admin: { bind: 10.0.0.1:9900 }", "admin.bind: 10.0.0.1:9900 can be reached from other machines, but there is no token. Give a tokenFile beside it, or bind to 127.0.0.1.")]
    [InlineData("admin: { bind: 'unix:admin.sock' }", "admin.bind: unix:admin.sock does not name a socket by its full path. Write unix:/run/naru/admin.sock.")]
    [InlineData("admin: { tokenFile: no.token }", "admin.tokenFile: no.token cannot be read: there is no such file. Make one, for example by: openssl rand -hex 32 > /etc/naru/no.token && chmod 600 /etc/naru/no.token")]
    [InlineData("accessLog: {}", "accessLog.path: is missing. Give the path of a file, or stdout.")]
    [InlineData("accessLog: { path: /var/log/ }", "accessLog.path: /var/log/ is a folder. Give the path of a file, or stdout.")]
    [InlineData("accessLog: { path: stdout, format: text }", "accessLog.format: text is not a log format. Give json.")]
    [InlineData("frontends: []", "frontends: unknown key. The keys here are process, admin, accessLog, store, listeners, pools and waitingRooms.")]
    [InlineData("\"\\u001b[31m\": x", "\"?[31m\": unknown key. The keys here are process, admin, accessLog, store, listeners, pools and waitingRooms.")]
    public void Root(string line, string error) => AssertError($"{line}\n{ConfigText.Http("deny: []")}", error);

    [Theory]
    [InlineData("pools: {}", "1:1: listeners: is missing. Give a list of listeners.")]
    [InlineData("listeners: []", "1:12: listeners: is an empty list. Give at least one listener, such as { bind: \":80\", routes: [{ pool: web }] }.")]
    [InlineData("hello", "1:1: hello cannot stand here. Give a mapping of listeners and pools.")]
    [InlineData("[]", "1:1: a list cannot stand here. Give a mapping of listeners and pools.")]
    [InlineData("listeners: [{ bind: ':80', routes: [{ pool: web }] }]", "1:45: listeners[0].routes[0].pool: there is no pool web. Add it: pools: { web: { servers: [10.0.0.1:8080] } }.")]
    [InlineData("listeners: [{ bind: ':80', routes: [{ respond: {} }] }]\npools: []", "2:8: pools: a list cannot stand here. Give a mapping of names to pools.")]
    public void FileAsAWhole(string yaml, string error) => Assert.Equal(error, Assert.Single(ConfigText.Errors(yaml)));

    [Fact]
    public void ListenerNamesAreUnique() => AssertError(
        "listeners: [{ name: a, bind: ':80', routes: [{ respond: {} }] }, { name: a, bind: ':81', routes: [{ respond: {} }] }]",
        "listeners[1].name: a names a listener already, at listeners[0].name (line 1). Give another one.");

    [Theory]
    [InlineData("balance: maglev, hash: { on: path }", "the pool p hashes by a part of requests, which tcp does not have. Use hash: { on: source } in a pool of its own.")]
    [InlineData("sticky: { cookie: c, keyFile: key }", "the pool p is sticky by a cookie, which tcp does not have. Use balance: source-hash in a pool of its own.")]
    public void TcpListenerCannotUseWhatNeedsRequests(string line, string error) => AssertError(
        $"listeners: [{{ bind: ':80', protocol: tcp, pool: p }}]\npools: {{ p: {{ servers: [10.0.0.1:80], {line} }} }}",
        $"listeners[0].pool: {error}", new FakeSources().Secret("/etc/naru/key", new string('k', 32)));

    [Fact]
    public void ValueIsInTheProblemAsWritten()
    {
        var error = Assert.Single(ConfigText.Load(ConfigText.PoolOf("balance: fastest")).Errors);
        Assert.Equal(("naru.yaml", 5, 14, "pools.web.balance", "fastest"), (error.File, error.Line, error.Column, error.Path, error.Value));
    }

    [Fact]
    public void ErrorsBeyondTheMaximumAreCounted()
    {
        var result = ConfigText.Load(string.Concat(Enumerable.Range(0, 250).Select(i => $"key{i}: 1\n")));
        Assert.Equal(ConfigLimits.ErrorsMax, result.Errors.Count);
        Assert.Equal(251 - ConfigLimits.ErrorsMax, result.ErrorsOmitted);
        Assert.EndsWith("And 151 more errors.\n", result.Report());
    }

    [Fact]
    public void PoolThatNothingUsesIsAWarning() => Assert.Equal(
        ["2:15: pools.b: no listener or route uses this pool. Remove it, or send traffic to it."],
        ConfigText.Warnings("listeners: [{ bind: ':80', routes: [{ respond: {} }] }]\npools: {      b: { servers: [10.0.0.1:80] } }"));

    [Fact]
    public void RouteBehindItsTwinIsAWarning() => Assert.Equal(
        ["7:7: listeners[0].routes[1]: is never reached: routes[0] matches the same. Remove one of the two."],
        ConfigText.Warnings(ConfigText.Listener("bind: ':80'\nroutes:\n- pool: web\n- { match: { path: /* }, pool: web }")));

    private static void AssertError(string yaml, string error, FakeSources? sources = null)
    {
        var told = Assert.Single(ConfigText.Errors(yaml, sources));
        Assert.Equal(error, told[(told.IndexOf(' ') + 1)..]);
    }
}
