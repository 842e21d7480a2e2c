using Naru.Core.Http;

namespace Naru.Core.Config;

/// <summary>The named maxima of a configuration file and of its values. Relations between them are tested.</summary>
public static class ConfigLimits
{
    public const int FileBytesMax = 4 * 1024 * 1024;

    /// <summary>Mappings and lists within each other. The contract needs 7.</summary>
    public const int DepthMax = 32;

    /// <summary>Values of a file after aliases are followed: what a bomb of aliases runs into. A file without aliases cannot reach it by far.</summary>
    public const int NodesMax = 4 * 1024 * 1024;

    public const int ErrorsMax = 100;

    /// <summary>Of a secret file.</summary>
    public const int SecretBytesMax = 64 * 1024;

    /// <summary>Of a signing key: 256 bits, the strength of the MAC it feeds.</summary>
    public const int KeyBytesMin = 32;

    /// <summary>Of an admin token.</summary>
    public const int TokenCharactersMin = 16;

    public const int NameCharactersMax = 64;
    public const int TextCharactersMax = 4096;

    /// <summary>Of a Unix socket path: sun_path of unix(7) holds 108 bytes with the final NUL.</summary>
    public const int UnixPathBytesMax = 107;

    public const int LoopsMax = 256;
    public const int ConnectionsMax = 10_000_000;
    public const int ListenersMax = 1_000;
    public const int BindsPerListenerMax = 64;
    public const int RoutesPerListenerMax = 100_000;
    public const int MethodsPerMatchMax = 32;
    public const int HeadersPerMatchMax = 32;
    public const int NetworksMax = 10_000;
    public const int PoolsMax = 10_000;
    public const int ServersPerPoolMax = 10_000;
    public const int WeightMax = 1_000;

    public const int HeaderBytesMin = HttpLimits.HeadBytesMin;
    public const int HeaderBytesMax = HttpLimits.HeadBytesMax;
    public const int HeadersMax = HttpLimits.FieldsMax;
    public const long BodyBytesMax = 1L << 50;
    public const long MinRateMax = 1_000_000_000;
    public const int RespondBodyBytesMax = 64 * 1024;

    public const int IdleConnectionsMax = 100_000;
    public const int QueueSizeMax = 1_000_000;
    public const int AttemptsMax = 5;
    public const int ChecksInARowMax = 100;
    public const int ExpectRangesMax = 32;
    public const int ConsecutiveFailuresMax = 10_000;

    public const int WaitingRoomsMax = 1_000;
    public const double AdmitPerSecondMax = 1_000_000;
    public const int ActiveMax = 10_000_000;
    public const int RoomMatchesMax = 1_000;
    public const int PriorityClassesMax = 8;
    public const int PageBytesMax = 256 * 1024;
    public const int MessagesBytesMax = 256 * 1024;
    public const int RedisEndpointsMax = 64;
    public const int CertificatesBytesMax = 1024 * 1024;

    public static readonly TimeSpan TimeoutMin = TimeSpan.FromMilliseconds(1);
    public static readonly TimeSpan TimeoutMax = TimeSpan.FromHours(24);
    public static readonly TimeSpan CheckIntervalMin = TimeSpan.FromMilliseconds(100);
    public static readonly TimeSpan CheckIntervalMax = TimeSpan.FromHours(1);
    public static readonly TimeSpan CheckTimeoutMin = TimeSpan.FromMilliseconds(10);

    /// <summary>Below it a visitor is out again before the page they were admitted to has loaded its parts.</summary>
    public static readonly TimeSpan SessionMin = TimeSpan.FromSeconds(1);

    /// <summary>Below it people who read lose their place: good for tests, hardly for visitors.</summary>
    public static readonly TimeSpan SessionUsual = TimeSpan.FromSeconds(30);

    public static readonly TimeSpan GraceMax = TimeSpan.FromHours(1);
}
