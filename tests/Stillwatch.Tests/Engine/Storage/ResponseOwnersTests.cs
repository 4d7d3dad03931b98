using Stillwatch.Engine.Storage;
using Stillwatch.Tests.Logs;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Engine.Storage;

/// <summary>
/// Whose a response is decides whether its conversation is handed out: never another's, and never forgotten while servers keep it.
/// </summary>
public sealed class ResponseOwnersTests : IDisposable
{
    private readonly LogFolder _folder = new();
    private readonly SteppedClock _clock = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void IsOwner_WhenAResponseWasHandedOut_ThenItIsThatAccountsAlone()
    {
        using var owners = Open();
        owners.Add("resp_1", "alice");
        Assert.True(owners.IsOwner("resp_1", "alice"));
        Assert.False(owners.IsOwner("resp_1", "bob"));
        Assert.False(owners.IsOwner("resp_2", "alice"));
        Assert.False(owners.IsOwner("resp_1 ", "alice"));
        Assert.False(owners.IsOwner("ce", "aliresp_1")); // the name's end is no id's beginning
    }

    [Fact]
    public void IsOwner_WhenTheProgramWasStartedAnew_ThenItIsKnownForAsLongAsServersKeepIt()
    {
        using (var owners = Open())
        {
            owners.Add("resp_1", "alice");
        }

        _clock.Advance(TimeSpan.FromDays(ResponseOwners.Days));
        using (var owners = Open())
        {
            Assert.True(owners.IsOwner("resp_1", "alice"));
            Assert.False(owners.IsOwner("resp_1", "bob"));
        }

        _clock.Advance(TimeSpan.FromDays(1));
        using (var owners = Open())
        {
            Assert.False(owners.IsOwner("resp_1", "alice"));
        }
    }

    [Fact]
    public async Task IsOwner_WhileMuchIsSaved_ThenNoneIsEverForgottenInBetween()
    {
        const int Each = 3_000;
        using (var owners = Open())
        {
            await Task.WhenAll(
                Enumerable
                    .Range(0, 4)
                    .Select(thread =>
                        Task.Run(() =>
                        {
                            for (var i = 0; i < Each; i++)
                            {
                                owners.Add($"resp_{thread}_{i}", $"a{thread}");
                                Assert.True(owners.IsOwner($"resp_{thread}_{i}", $"a{thread}"));
                                // most of these are in the database by now
                                Assert.True(owners.IsOwner($"resp_{thread}_{i / 2}", $"a{thread}"));
                            }
                        })
                    )
            );
        }

        using var after = Open();
        Assert.Equal(4 * Each, Enumerable.Range(0, 4 * Each).Count(i => after.IsOwner($"resp_{i % 4}_{i / 4}", $"a{i % 4}")));
    }

    [Fact]
    public void File_WhenItIsRead_ThenNeitherIdsNorNamesAreInIt()
    {
        using (var owners = Open())
        {
            owners.Add("resp_of_a_secret", "alice-the-customer");
        }

        var text = System.Text.Encoding.Latin1.GetString([.. Directory.GetFiles(_folder.Path).SelectMany(File.ReadAllBytes)]);
        Assert.DoesNotContain("resp_of_a_secret", text, StringComparison.Ordinal);
        Assert.DoesNotContain("alice-the-customer", text, StringComparison.Ordinal);
    }

    private ResponseOwners Open() => new(Path.Combine(_folder.Path, "owners.db"), _clock);
}
