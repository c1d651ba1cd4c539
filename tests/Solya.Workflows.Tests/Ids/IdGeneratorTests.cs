using System.Buffers.Binary;
using Solya.Workflows.Ids;

namespace Solya.Workflows.Tests.Ids;

public class IdGeneratorTests
{
    [Fact]
    public void Eight_threads_never_get_an_id_twice_and_each_sees_its_own_grow()
    {
        var ids = new IdGenerator(TimeProvider.System);
        var made = new Guid[8][];
        var threads = Enumerable.Range(0, 8).Select(index => new Thread(() =>
            made[index] = [.. Enumerable.Range(0, 20_000).Select(_ => ids.NextId())])).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        foreach (var own in made)
        {
            AssertGrow(own);
        }

        // Distinct in their first 64 bits already: the random rest is not what keeps them apart.
        Assert.Equal(160_000, made.SelectMany(own => own).Select(HeadOf).Distinct().Count());
    }

    [Fact]
    public void An_id_carries_the_time_it_tells()
    {
        var clock = new HandClock(new DateTimeOffset(2026, 5, 23, 6, 0, 5, 123, TimeSpan.Zero).AddTicks(4_567));

        var (id, createdAt) = new IdGenerator(clock).Next();

        Assert.Equal(new DateTimeOffset(2026, 5, 23, 6, 0, 5, 123, TimeSpan.Zero), createdAt);
        Assert.Equal(createdAt.ToUnixTimeMilliseconds(), (long)(HeadOf(id) >> 16));
        Assert.Equal(7, id.Version);
        Assert.Equal(0b1000, id.Variant & 0b1100);
        Assert.True(Compare(Uuid7.FloorOf(createdAt.ToUnixTimeMilliseconds()), id) <= 0);
        Assert.True(Compare(id, Uuid7.FloorOf(createdAt.ToUnixTimeMilliseconds() + 1)) < 0);
    }

    [Fact]
    public void Ids_grow_although_the_clock_stands_still()
    {
        var ids = new IdGenerator(new HandClock(new DateTimeOffset(2026, 5, 23, 6, 0, 0, TimeSpan.Zero)));

        // More than the counter of one millisecond holds.
        AssertGrow([.. Enumerable.Range(0, 10_000).Select(_ => ids.NextId())]);
    }

    [Fact]
    public void Ids_grow_although_the_clock_steps_back()
    {
        var clock = new HandClock(new DateTimeOffset(2026, 5, 23, 6, 0, 0, TimeSpan.Zero));
        var ids = new IdGenerator(clock);
        var made = new List<Guid>();
        foreach (var hours in new[] { 0, -1, -24, 0, 1, -1 })
        {
            clock.Now += TimeSpan.FromHours(hours);
            made.AddRange(Enumerable.Range(0, 100).Select(_ => ids.NextId()));
        }

        AssertGrow(made);
    }

    private static void AssertGrow(IReadOnlyList<Guid> made)
    {
        for (var i = 1; i < made.Count; i++)
        {
            Assert.True(Compare(made[i - 1], made[i]) < 0, $"{made[i]} follows {made[i - 1]}.");
        }
    }

    private static ulong HeadOf(Guid id) => BinaryPrimitives.ReadUInt64BigEndian(id.ToByteArray(bigEndian: true));

    private static int Compare(Guid left, Guid right) => left.ToByteArray(bigEndian: true).AsSpan().SequenceCompareTo(right.ToByteArray(bigEndian: true));

    private sealed class HandClock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
