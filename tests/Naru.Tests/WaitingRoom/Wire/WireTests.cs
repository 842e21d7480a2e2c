using System.Buffers;
using System.Collections;
using System.Reflection;
using Naru.Core.WaitingRoom;
using Naru.Core.WaitingRoom.Forecast;
using Naru.Core.WaitingRoom.Wire;
using Naru.Tests.Balancing;

namespace Naru.Tests.WaitingRoom.Wire;

/// <summary>
/// What nodes tell each other comes through whole. The tests fill every property that there is, so one that is added and not
/// written fails here.
/// </summary>
public class WireTests
{
    private const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    [Fact]
    public void EveryFieldOfAReportComesThrough() => Seeded.Run(50, random =>
    {
        var report = Filled<NodeReport>(random);
        var read = Filled<NodeReport>(random);
        NodeReportWire.Read(Bytes(report), read);
        Equal(report, read, "report");
    });

    [Fact]
    public void EveryFieldOfAnUpdateAndItsViewComesThrough() => Seeded.Run(50, random =>
    {
        var update = Filled<RoomUpdate>(random);
        var read = Filled<RoomUpdate>(random);
        RoomUpdateWire.Read(Bytes(update), read);
        Equal(update, read, "update");
    });

    [Fact]
    public void UpdateWithoutAViewComesThrough()
    {
        var read = Filled<RoomUpdate>(new Random(1));
        RoomUpdateWire.Read(Bytes(new RoomUpdate()), read);
        Equal(new RoomUpdate(), read, "update");
    }

    [Fact]
    public void ControlsComeThroughWithAndWithoutTheirParts() => Seeded.Run(50, random =>
    {
        foreach (var controls in new[] { RoomControls.None, Filled<RoomControls>(random), new RoomControls { Message = "" }, new RoomControls { Message = "나루" } })
            Assert.Equal(controls, RoomControlsWire.Read(Bytes(controls)));
    });

    [Fact]
    public void WhatIsCutShortOrLongerIsRefused() => Seeded.Run(5, random =>
    {
        byte[] report = Bytes(Filled<NodeReport>(random));
        byte[] update = Bytes(Filled<RoomUpdate>(random));
        for (int length = 0; length < report.Length; length++)
            Assert.Throws<InvalidDataException>(() => NodeReportWire.Read(report.AsSpan(0, length), new NodeReport()));
        for (int length = 0; length < update.Length; length++)
            Assert.Throws<InvalidDataException>(() => RoomUpdateWire.Read(update.AsSpan(0, length), new RoomUpdate()));
        Assert.Throws<InvalidDataException>(() => NodeReportWire.Read([.. report, 0], new NodeReport()));
        Assert.Throws<InvalidDataException>(() => RoomUpdateWire.Read([.. update, 0], new RoomUpdate()));
    });

    [Fact]
    public void ChangedBytesAreReadOrRefusedAndNothingElse() => Seeded.Run(2_000, random =>
    {
        byte[] report = Changed(Bytes(Filled<NodeReport>(random)), random);
        byte[] update = Changed(Bytes(Filled<RoomUpdate>(random)), random);
        Record.Exception(() => NodeReportWire.Read(report, new NodeReport())).IsRefusalOrNone();
        Record.Exception(() => RoomUpdateWire.Read(update, new RoomUpdate())).IsRefusalOrNone();
    });

    [Fact]
    public void ViewOfAMillionWhoWaitIsThreeKilobytes()
    {
        var view = new RoomView
        {
            Settings = new RoomSettings { Name = "concert" },
            Controls = RoomControls.None,
            AlivePrefix = [.. Enumerable.Range(0, 1_000).Select(i => i * 1_000)],
        };
        Assert.InRange(Bytes(new RoomUpdate { View = view }).Length, 2_000, 3_000);
    }

    [Fact]
    public void GapBehindALostLineTakesAFewBytes()
    {
        int[] prefix = new int[150_000];
        Array.Fill(prefix, 300, 1_000, 100_000);
        Array.Fill(prefix, 500, 101_000, 49_000);
        var update = new RoomUpdate { View = new RoomView { Settings = new RoomSettings { Name = "concert" }, Controls = RoomControls.None, AlivePrefix = prefix } };
        byte[] bytes = Bytes(update);
        Assert.InRange(bytes.Length, 100, 400);
        var read = new RoomUpdate();
        RoomUpdateWire.Read(bytes, read);
        Assert.Equal(prefix, read.View!.AlivePrefix);

        var report = new NodeReport();
        report.Alive.AddRange(new ushort[120_000]);
        report.Alive[70_000] = 12;
        bytes = Bytes(report);
        Assert.InRange(bytes.Length, 10, 200);
        var readReport = new NodeReport();
        NodeReportWire.Read(bytes, readReport);
        Assert.Equal(report.Alive, readReport.Alive);
    }

    private static byte[] Bytes(NodeReport report)
    {
        var target = new ArrayBufferWriter<byte>();
        NodeReportWire.Write(report, target);
        return target.WrittenSpan.ToArray();
    }

    private static byte[] Bytes(RoomUpdate update)
    {
        var target = new ArrayBufferWriter<byte>();
        RoomUpdateWire.Write(update, target);
        return target.WrittenSpan.ToArray();
    }

    private static byte[] Bytes(RoomControls controls)
    {
        var target = new ArrayBufferWriter<byte>();
        RoomControlsWire.Write(controls, target);
        return target.WrittenSpan.ToArray();
    }

    private static byte[] Changed(byte[] bytes, Random random)
    {
        for (int changes = random.Next(1, 4); changes > 0; changes--)
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        return bytes;
    }

    private static T Filled<T>(Random random) => (T)Filled(typeof(T), random);

    private static object Filled(Type type, Random random)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner)
            return Filled(inner, random);
        if (type == typeof(long))
            return random.NextInt64() >> random.Next(63);
        if (type == typeof(int))
            return random.Next(1, int.MaxValue) >> random.Next(30);
        if (type == typeof(ushort))
            return (ushort)random.Next(1, 1_025);
        if (type == typeof(byte))
            return (byte)random.Next(1, 65);
        if (type == typeof(bool))
            return random.Next(2) == 0;
        if (type == typeof(double))
            return random.NextDouble() * 1_000;
        if (type == typeof(string))
            return $"나루 {random.Next()}";
        if (type.IsEnum)
            return Enum.GetValues(type).GetValue(random.Next(Enum.GetValues(type).Length))!;
        if (type == typeof(ReadOnlyMemory<byte>))
            return new ReadOnlyMemory<byte>(Bytes(random));
        if (type == typeof(Draw[]))
            return new[] { new Draw(5, 1_000, Bytes(random)), new Draw(1_000, 1_001, Bytes(random)) };
        if (type == typeof(double[]))
            return Enumerable.Range(0, CallOutlook.TimesS.Length).Select(_ => random.NextDouble()).ToArray();
        if (type == typeof(int[]))
            return Enumerable.Range(0, random.Next(1, 30)).Select(_ => random.Next()).ToArray();
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(List<>))
        {
            var list = (IList)Activator.CreateInstance(type)!;
            for (int left = random.Next(1, 9); left > 0; left--)
                list.Add(Filled(type.GenericTypeArguments[0], random));
            return list;
        }

        if (type.IsValueType)
            return Activator.CreateInstance(type, type.GetConstructors()[0].GetParameters().Select(p => Filled(p.ParameterType, random)).ToArray())!;
        var filled = System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(type) is var empty && type.GetConstructor(Type.EmptyTypes) is { } make
            ? make.Invoke(null)
            : empty;
        foreach (var property in Kept(type))
        {
            object value = Filled(property.PropertyType, random);
            if (property.CanWrite)
                property.SetValue(filled, value);
            else
                foreach (object item in (IList)value)
                    ((IList)property.GetValue(filled)!).Add(item);
        }

        return filled;
    }

    private static byte[] Bytes(Random random)
    {
        var bytes = new byte[Draw.SeedBytes];
        random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>Properties that hold something of their own.</summary>
    private static IEnumerable<PropertyInfo> Kept(Type type) => type.GetProperties(Own).Where(p =>
        p.GetIndexParameters().Length == 0 && p.Name != "EqualityContract"
        && (p.CanWrite || (p.PropertyType.IsGenericType && p.PropertyType.GetGenericTypeDefinition() == typeof(List<>))));

    private static void Equal(object? expected, object? actual, string path)
    {
        switch (expected)
        {
            case null or string or IComparable or ValueType and not ReadOnlyMemory<byte> when expected is not IList:
                Assert.True(Equals(expected, actual), $"{path}: {expected} became {actual}");
                break;
            case ReadOnlyMemory<byte> bytes:
                Assert.True(bytes.Span.SequenceEqual(((ReadOnlyMemory<byte>)actual!).Span), path);
                break;
            case Draw draw:
                Assert.Equal((draw.From, draw.To), (((Draw)actual!).From, ((Draw)actual).To));
                Assert.True(draw.Seed.SequenceEqual(((Draw)actual).Seed), path);
                break;
            case IList list:
                Assert.True(list.Count == ((IList)actual!).Count, $"{path}: {list.Count} became {((IList)actual).Count}");
                for (int i = 0; i < list.Count; i++)
                    Equal(list[i], ((IList)actual)[i], $"{path}[{i}]");
                break;
            default:
                foreach (var property in Kept(expected.GetType()))
                    Equal(property.GetValue(expected), property.GetValue(actual), $"{path}.{property.Name}");
                break;
        }
    }
}

internal static class RefusalExtensions
{
    internal static void IsRefusalOrNone(this Exception? thrown) => Assert.True(thrown is null or InvalidDataException, thrown?.ToString());
}
