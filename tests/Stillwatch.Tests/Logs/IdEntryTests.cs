using System.Text;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Logs;
using Xunit;

namespace Stillwatch.Tests.Logs;

/// <summary>
/// Ids are sorted apart from their exchanges: both orders must be one, or lines with one id would be told from the wrong exchange.
/// </summary>
public sealed class IdEntryTests
{
    [Fact]
    public void ByTime_WhenExchangesAreSetInOrder_ThenTheirIdsAreInTheSame()
    {
        var random = new Random(6);
        for (var run = 0; run < 20_000; run++)
        {
            var ((a, entryA), (b, entryB)) = (Both(random), Both(random));
            Assert.Equal(Math.Sign(LoggedExchange.ByTime(a, b)), Math.Sign(IdEntry.ByTime(entryA, entryB)));
            Assert.Equal(-Math.Sign(IdEntry.ByTime(entryA, entryB)), Math.Sign(IdEntry.ByTime(entryB, entryA)));
            Assert.Equal(a.Line == b.Line && a.File == b.File && a.Part == b.Part, entryA.Is(b));
        }
    }

    [Fact]
    public void ById_WhenLinesHaveOneId_ThenTheRichestThenTheEarliestThenTheFirstByBytesIsFirst()
    {
        IdEntry[] ordered =
        [
            new()
            {
                Id = 1,
                Rank = 9,
                Micros = 9,
            },
            new()
            {
                Id = 2,
                Rank = 0,
                Micros = 9,
            },
            new()
            {
                Id = 2,
                Rank = 1,
                Micros = 1,
                Bytes = 5,
                File = 9,
            },
            new()
            {
                Id = 2,
                Rank = 1,
                Micros = 1,
                Bytes = 6,
                File = 1,
                Line = 9,
            },
            new()
            {
                Id = 2,
                Rank = 1,
                Micros = 1,
                Bytes = 6,
                File = 2,
                Line = 1,
                Part = 9,
            },
            new()
            {
                Id = 2,
                Rank = 1,
                Micros = 1,
                Bytes = 6,
                File = 2,
                Line = 2,
                Part = 1,
            },
            new()
            {
                Id = 2,
                Rank = 1,
                Micros = 1,
                Bytes = 6,
                File = 2,
                Line = 2,
                Part = 2,
            },
        ];
        for (var i = 0; i < ordered.Length; i++)
        {
            for (var j = 0; j < ordered.Length; j++)
            {
                Assert.Equal(i.CompareTo(j), Math.Sign(IdEntry.ById(ordered[i], ordered[j])));
            }
        }
    }

    [Fact]
    public void IdOrder_WhenIdsAreCompared_ThenItIsTheOrderOfTheirFirst32Bytes()
    {
        string[] ids =
        [
            "",
            "a",
            "a\0",
            "aa",
            "ab",
            "b",
            "é",
            "zzzzzzzz",
            "zzzzzzzza",
            "exchange-00000001",
            "exchange-00000010",
            new string('x', 32),
            new string('x', 40),
            "😀",
        ];
        foreach (var one in ids)
        {
            foreach (var other in ids)
            {
                byte[] first = [.. Encoding.UTF8.GetBytes(one).Take(32)],
                    second = [.. Encoding.UTF8.GetBytes(other).Take(32)];
                Array.Resize(ref first, 32);
                Array.Resize(ref second, 32);
                var expected = Math.Sign(first.AsSpan().SequenceCompareTo(second));
                Assert.Equal(
                    expected,
                    Math.Sign(IdOrder.Compare(IdOrder.Of(Encoding.UTF8.GetBytes(one)), IdOrder.Of(Encoding.UTF8.GetBytes(other))))
                );
            }
        }
    }

    private static (LoggedExchange, IdEntry) Both(Random random)
    {
        var (id, order) = ((UInt128)random.Next(3), IdOrder.Of([(byte)random.Next(2)]));
        var (micros, bytes, file, line, part) = (random.Next(2), (ulong)random.Next(2), random.Next(2), random.Next(2), random.Next(2));
        return (
            new LoggedExchange
            {
                Id = id,
                Order = order,
                Bytes = bytes,
                File = file,
                Line = line,
                Part = part,
                Features = new ExchangeFeatures { At = new EventTime(micros) },
            },
            new IdEntry
            {
                Id = id,
                Order = order,
                Bytes = bytes,
                File = file,
                Line = line,
                Part = part,
                Micros = micros,
            }
        );
    }
}
