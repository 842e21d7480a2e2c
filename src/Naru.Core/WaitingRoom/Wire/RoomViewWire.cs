using Naru.Core.WaitingRoom.Forecast;

namespace Naru.Core.WaitingRoom.Wire;

/// <summary>A view as bytes: two or three for each block of 1,024 who wait, and some hundred.</summary>
internal static class RoomViewWire
{
    internal static void Write(WireWriter writer, RoomView view)
    {
        WriteSettings(writer, view.Settings);
        RoomControlsWire.Write(writer, view.Controls);
        writer.Number((int)view.Phase);
        writer.Number(view.NowMs);
        writer.Number(view.Epoch);
        writer.Number(view.RevokedBelow);
        writer.Number(view.BornEpoch);
        writer.Number(view.BornFrom);
        writer.Number(view.CallsFromMs);
        writer.Number(view.High);
        writer.Number(view.Serving);
        writer.Number(view.CalledTo);
        writer.Number(view.GraceFrom);
        writer.Number(view.UndrawnFrom);
        writer.Bytes(view.NextCommitment.Span);
        writer.Number(view.AdmissionHigh);
        writer.Number(view.Waiting);
        writer.Number(view.Pending);
        writer.Number(view.Active);
        writer.Number(view.Inside);
        writer.Flag(view.Direct);
        writer.Number(view.Nodes);
        writer.Real(view.AdmittedPerSecond);
        writer.Real(view.NoShowShare);
        writer.Real(view.CalledPerSecond);
        writer.Real(view.CallablePerSecond);
        writer.Real(view.ToldHeldShare);
        WriteReals(writer, view.CallsAhead);
        WriteReals(writer, view.SoonestS);
        WriteReals(writer, view.LatestS);
        writer.Number(view.PollFloorMs);
        RoomCountsWire.Write(writer, view.Counts);
        writer.Number(view.DrawTable.Length);
        foreach (var draw in view.DrawTable)
        {
            writer.Number(draw.From);
            writer.Number(draw.To - draw.From);
            writer.Bytes(draw.Seed);
        }

        writer.Number(view.AliveFromBlock);
        var counts = new CountsWriter(writer, view.AlivePrefix.Length);
        int before = 0;
        foreach (int prefix in view.AlivePrefix)
        {
            counts.Add(prefix - before);
            before = prefix;
        }

        counts.End();

        writer.Number(view.AliveFront);
        writer.Number(view.Limit);
        writer.Flag(view.Probation);
    }

    internal static RoomView Read(ref WireReader reader) => new()
    {
        Settings = ReadSettings(ref reader),
        Controls = RoomControlsWire.Read(ref reader),
        Phase = reader.Choice<RoomPhase>(),
        NowMs = reader.Number(),
        Epoch = reader.Number(),
        RevokedBelow = reader.Number(),
        BornEpoch = reader.Number(),
        BornFrom = reader.Number(),
        CallsFromMs = reader.Number(),
        High = reader.Number(),
        Serving = reader.Number(),
        CalledTo = reader.Number(),
        GraceFrom = reader.Number(),
        UndrawnFrom = reader.Number(),
        NextCommitment = reader.Bytes().ToArray(),
        AdmissionHigh = reader.Number(),
        Waiting = reader.Number(),
        Pending = reader.Number(),
        Active = reader.Int(),
        Inside = reader.Int(),
        Direct = reader.Flag(),
        Nodes = reader.Int(),
        AdmittedPerSecond = reader.Real(),
        NoShowShare = reader.Real(),
        CalledPerSecond = reader.Real(),
        CallablePerSecond = reader.Real(),
        ToldHeldShare = reader.Real(),
        CallsAhead = ReadReals(ref reader, 0, CallOutlook.TimesS.Length),
        SoonestS = ReadReals(ref reader, 0, CallOutlook.TimesS.Length),
        LatestS = ReadReals(ref reader, 0, CallOutlook.TimesS.Length),
        PollFloorMs = reader.Int(),
        Counts = RoomCountsWire.Read(ref reader),
        DrawTable = ReadDraws(ref reader),
        AliveFromBlock = reader.Number(),
        AlivePrefix = ReadPrefix(ref reader),
        AliveFront = reader.Int(),
        Limit = reader.Number(),
        Probation = reader.Flag(),
    };

    private static void WriteReals(WireWriter writer, double[] values)
    {
        writer.Number(values.Length);
        foreach (double value in values)
            writer.Real(value);
    }

    private static double[] ReadReals(ref WireReader reader, int countMin, int countMax)
    {
        int count = reader.Count(sizeof(double));
        if (count < countMin || count > countMax)
            throw WireReader.Bad("a row of another length");
        double[] values = new double[count];
        foreach (ref double value in values.AsSpan())
            value = reader.Real();
        return values;
    }

    private static void WriteSettings(WireWriter writer, RoomSettings settings)
    {
        writer.Text(settings.Name);
        writer.Real(settings.AdmitPerSecond);
        writer.Flag(settings.AdmitAuto);
        writer.Number(settings.Active);
        writer.Number(settings.SessionMs);
        writer.Number((int)settings.Mode);
        writer.Flag(settings.Paused);
        writer.Number(settings.OpensMs);
        writer.Number(settings.PrequeueMs);
        writer.Number(settings.GraceMs);
        writer.Real(settings.LocalRatePerSecond);
        writer.Number(settings.LocalAfterMs);
    }

    private static RoomSettings ReadSettings(ref WireReader reader) => new()
    {
        Name = reader.Text() ?? throw WireReader.Bad("a room has no name"),
        AdmitPerSecond = reader.Real(),
        AdmitAuto = reader.Flag(),
        Active = reader.Int(),
        SessionMs = reader.Int(),
        Mode = reader.Choice<RoomMode>(),
        Paused = reader.Flag(),
        OpensMs = reader.Number(),
        PrequeueMs = reader.Int(),
        GraceMs = reader.Int(),
        LocalRatePerSecond = reader.Real(),
        LocalAfterMs = reader.Int(),
    };

    private static Draw[] ReadDraws(ref WireReader reader)
    {
        var draws = new Draw[reader.Count(2 + Draw.SeedBytes)];
        for (int i = 0; i < draws.Length; i++)
        {
            long from = reader.Number();
            long length = reader.Number();
            var seed = reader.Bytes();
            if (length is < 1 or > RoomLimits.LineMax || seed.Length != Draw.SeedBytes)
                throw WireReader.Bad("a draw is none");
            draws[i] = new Draw(from, from + length, seed);
        }

        return draws;
    }

    private static int[] ReadPrefix(ref WireReader reader)
    {
        var counts = new CountsReader(ref reader);
        var prefix = new int[counts.Length];
        int sum = 0;
        for (int i = 0; i < prefix.Length; i++)
            prefix[i] = sum += counts.Next(ref reader);
        return prefix;
    }
}
