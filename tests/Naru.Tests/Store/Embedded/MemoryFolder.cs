using Naru.Engine.Linux;
using Naru.Engine.Store.Embedded;

namespace Naru.Tests.Store.Embedded;

/// <summary>
/// A folder in memory that keeps apart what was written and what was synced, fails on demand, and can lose power: then each
/// write and each name that was not synced is kept, torn or lost at random.
/// </summary>
internal sealed class MemoryFolder : IStoreFolder
{
    private readonly Dictionary<string, Content> _names = [];
    private Dictionary<string, Content> _durableNames = [];

    public string Path => "/store";

    public long FreeBytes { get; set; } = long.MaxValue;

    /// <summary>Files hold what they have reserved so far, and no more.</summary>
    public bool IsFull { get; set; }

    /// <summary>Called before each operation; a negative answer is its error, and it does nothing.</summary>
    public Func<string, int>? Fault { get; set; }

    /// <summary>Operations so far.</summary>
    public int Operations { get; private set; }

    public IReadOnlyList<string> List() => [.. _names.Keys];

    public bool Exists(string name) => _names.ContainsKey(name);

    public byte[] this[string name]
    {
        get => _names[name].Current;
        set => _durableNames[name] = _names[name] = new Content { Current = value, Durable = value };
    }

    public int CreateNew(string name, out IStoreFile? file)
    {
        file = null;
        if (Ask("create") is var fault and < 0)
            return fault;
        if (_names.ContainsKey(name))
            return Errno.Exists;
        _names[name] = new Content();
        file = new Handle(this, _names[name]);
        return 0;
    }

    public int OpenRead(string name, out IStoreFile? file)
    {
        file = null;
        if (Ask("open") is var fault and < 0)
            return fault;
        if (!_names.TryGetValue(name, out var content))
            return Errno.NoEntry;
        file = new Handle(this, content);
        return 0;
    }

    public int OpenWrite(string name, out IStoreFile? file) => OpenRead(name, out file);

    public int Rename(string from, string to)
    {
        if (Ask("rename") is var fault and < 0)
            return fault;
        if (!_names.Remove(from, out var content))
            return Errno.NoEntry;
        _names[to] = content;
        return 0;
    }

    public int Delete(string name) => Ask("delete") is var fault and < 0 ? fault : _names.Remove(name) ? 0 : Errno.NoEntry;

    public int Sync()
    {
        if (Ask("sync folder") is var fault and < 0)
            return fault;
        _durableNames = new(_names);
        return 0;
    }

    /// <summary>The folder as it is after a power failure; <paramref name="random"/> decides about what was not synced.</summary>
    public MemoryFolder LosePower(Random random)
    {
        var after = new MemoryFolder { FreeBytes = FreeBytes };
        // Names come and go each by itself.
        foreach (string name in _names.Keys.Union(_durableNames.Keys).Order(StringComparer.Ordinal))
        {
            _durableNames.TryGetValue(name, out var old);
            _names.TryGetValue(name, out var now);
            if ((old == now || random.Next(2) == 0 ? now : old) is { } kept)
                after[name] = kept.AfterPowerFailure(random);
        }

        return after;
    }

    /// <summary>The folder as it is after the process was killed: the kernel has every write.</summary>
    public MemoryFolder Copy()
    {
        var copy = new MemoryFolder { FreeBytes = FreeBytes };
        foreach (var (name, content) in _names)
            copy[name] = [.. content.Current];
        return copy;
    }

    private int Ask(string operation)
    {
        Operations++;
        return Fault?.Invoke(operation) ?? 0;
    }

    private sealed class Content
    {
        private readonly List<(long Offset, byte[] Bytes)> _unsynced = [];

        public byte[] Current { get; set; } = [];

        public byte[] Durable { get; set; } = [];

        public long ReservedBytes { get; set; }

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            Current = Written(Current, offset, bytes);
            _unsynced.Add((offset, bytes.ToArray()));
        }

        public void Sync()
        {
            Durable = [.. Current];
            _unsynced.Clear();
        }

        public byte[] AfterPowerFailure(Random random)
        {
            byte[] bytes = [.. Durable];
            foreach (var (offset, written) in _unsynced)
            {
                // Pages of a write reach the disk in any order, or not at all; a longer file may have come before its bytes.
                const int PageBytes = 512;
                if (random.Next(4) == 0)
                    bytes = Written(bytes, offset, new byte[written.Length]);
                for (int i = 0; i < written.Length; i += PageBytes)
                    if (random.Next(2) == 0)
                        bytes = Written(bytes, offset + i, written.AsSpan(i, Math.Min(random.Next(2) == 0 ? PageBytes : random.Next(PageBytes), written.Length - i)));
            }

            return bytes;
        }

        private static byte[] Written(byte[] old, long offset, ReadOnlySpan<byte> bytes)
        {
            byte[] written = new byte[Math.Max(old.Length, offset + bytes.Length)];
            old.CopyTo(written, 0);
            bytes.CopyTo(written.AsSpan((int)offset));
            return written;
        }
    }

    private sealed class Handle(MemoryFolder folder, Content content) : IStoreFile
    {
        public long Length => content.Current.Length;

        public int Read(long offset, Span<byte> into)
        {
            if (folder.Ask("read") is var fault and < 0)
                return fault;
            int count = (int)Math.Clamp(content.Current.Length - offset, 0, into.Length);
            content.Current.AsSpan((int)offset, count).CopyTo(into);
            return count;
        }

        public int Write(long offset, ReadOnlySpan<byte> from)
        {
            if (folder.Ask("write") is var fault and < 0)
            {
                // A part of it may have gone through.
                content.Write(offset, from[..(from.Length / 2)]);
                return fault;
            }

            if (folder.IsFull && offset + from.Length > content.ReservedBytes)
                return Errno.NoSpace;
            content.Write(offset, from);
            return 0;
        }

        public int Sync()
        {
            if (folder.Ask("sync") is var fault and < 0)
                return fault;
            content.Sync();
            return 0;
        }

        public int Reserve(long bytes)
        {
            if (folder.Ask("reserve") is var fault and < 0)
                return fault;
            if (folder.IsFull && bytes > content.ReservedBytes)
                return Errno.NoSpace;
            content.ReservedBytes = Math.Max(content.ReservedBytes, bytes);
            return 0;
        }

        public void Dispose()
        {
        }
    }
}
