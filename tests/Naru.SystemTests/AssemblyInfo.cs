// Most tests wait for what lasts seconds: sessions, leases, clocks. Two classes at a time wait together; those that load the machine
// or measure it run by themselves (Harness/Alone.cs).
[assembly: CollectionBehavior(CollectionBehavior.CollectionPerClass, MaxParallelThreads = 2)]
