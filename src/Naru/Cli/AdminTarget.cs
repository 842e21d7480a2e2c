using System.CommandLine;
using System.Text;
using Naru.Admin;
using Naru.Config;
using Naru.Core.Config;

namespace Naru.Cli;

/// <summary>
/// Where the verbs that talk to a running Naru find it: by <c>--admin</c>, else by the configuration file, else at the
/// default address.
/// </summary>
internal sealed class AdminTarget
{
    private readonly Option<string> _config = ConfigOption.Create("The file that the running Naru was started with; its admin section is read.");

    private readonly Option<string?> _admin = new("--admin")
    {
        Description = "Where the admin listens, instead of reading the file: HOST:PORT or unix:/PATH.",
        HelpName = "ADDRESS",
    };

    private readonly Option<string?> _tokenFile = new("--token-file")
    {
        Description = "The file that holds the admin's token.",
        HelpName = "FILE",
    };

    public void AddTo(Command command)
    {
        command.Add(_config);
        command.Add(_admin);
        command.Add(_tokenFile);
    }

    /// <exception cref="CliException">The address or the token file is of no use.</exception>
    public AdminClient Connect(ParseResult parsed)
    {
        var options = parsed.GetValue(_admin) is { } bind
            ? new AdminOptions { Bind = bind }
            : FromFile(parsed.GetRequiredValue(_config), wasGiven: parsed.GetResult(_config) is { Implicit: false });
        if (!AdminAddress.TryParse(options.Bind, out var address))
            throw new CliException($"'{options.Bind}' is not an address; write 127.0.0.1:9900 or unix:/run/naru/admin.sock", ExitCode.Usage);
        var tokenFile = parsed.GetValue(_tokenFile) ?? options.TokenFile;
        try
        {
            return new AdminClient(address, tokenFile is null ? null : AdminToken.Read(tokenFile));
        }
        catch (AdminException e)
        {
            throw new CliException($"{e.Message}; name the file with the token of the running naru (its admin.tokenFile)", ExitCode.Usage);
        }
    }

    private static AdminOptions FromFile(string path, bool wasGiven)
    {
        if (!File.Exists(path))
        {
            return wasGiven
                ? throw new CliException($"{path}: no such file; -c names it, --admin ADDRESS does without one", ExitCode.Usage)
                : new AdminOptions();
        }
        return ConfigFile.Load(path).Snapshot?.Admin ?? FromBadFile(path);
    }

    /// <summary>
    /// Someone is in the middle of editing the file, or wants the running Naru to say what is wrong with it: its admin
    /// section may be good all the same.
    /// </summary>
    private static AdminOptions FromBadFile(string path)
    {
        var (content, _) = BoundedFile.ReadAny(path, ConfigLimits.FileBytesMax);
        var (root, _) = YamlReader.Read(Encoding.UTF8.GetString(content ?? []), path);
        var admin = (root as MappingNode)?.Find("admin") as MappingNode;
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return new AdminOptions
        {
            Bind = Plain(admin, "bind") ?? AdminOptions.DefaultBind,
            TokenFile = Plain(admin, "tokenFile") is { } file ? Path.GetFullPath(file, folder) : null,
        };
    }

    private static string? Plain(MappingNode? admin, string key) => (admin?.Find(key) as ScalarNode)?.Text;
}
