using Npgsql;
using Stillwatch.Decisions;
using Stillwatch.Engine.Decisions;
using Stillwatch.Reports;
using Stillwatch.Tests.Gateway;
using Xunit;

namespace Stillwatch.Tests.Engine.Decisions;

public sealed class PostgresDecisionLogTests
{
    [Fact]
    public async Task Record_WhenItLiesInPostgres_ThenItIsSharedKeptAndNeverChanged()
    {
        using var server = PostgresServer.TryStart();
        Assert.SkipWhen(server == null, "PostgreSQL is not installed (apt-get install postgresql)");
        using var first = Store(server!, follow: true);
        using var second = Store(server!, follow: true);

        // two processes that decide at once: every number once, none lost
        const int Each = 20;
        await Task.WhenAll(Put(first, "a", Each), Put(second, "b", Each));
        await LiveDeployment.Until(() => first.Standing.People.Count == 2 * Each && second.Standing.People.Count == 2 * Each);
        Assert.Equal(Enumerable.Range(1, 2 * Each), first.Read(0).Select(decided => (int)decided.Number));

        // the database itself refuses to change the record
        await using (var database = new NpgsqlConnection(server!.Connection))
        {
            await database.OpenAsync(TestContext.Current.CancellationToken);
            foreach (
                var sql in new[]
                {
                    "UPDATE stillwatch_decisions SET reason = 'x'",
                    "DELETE FROM stillwatch_decisions",
                    "TRUNCATE stillwatch_decisions",
                }
            )
            {
                await using var command = new NpgsqlCommand(sql, database);
                var fault = await Assert.ThrowsAsync<PostgresException>(() =>
                    command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken)
                );
                Assert.Contains("neither changed nor deleted", fault.Message, StringComparison.Ordinal);
            }
        }

        // an outage: what stood stands, deciding is refused with a reason, and it goes on by itself afterwards
        server.Stop();
        var refused = Assert.Throws<DecisionRefusedException>(() => first.Decide(Actors.Administrator, "", Person("c")));
        Assert.Contains("nothing was decided", refused.Message, StringComparison.Ordinal);
        Assert.Equal(2 * Each, first.Standing.People.Count);
        await LiveDeployment.Until(() => first.Fault != null && first.SecondsSinceAnswer > 0.2);
        server.Start();
        await LiveDeployment.Until(() => first.Fault == null);
        first.Decide(Actors.Administrator, "", Person("c"));
        await LiveDeployment.Until(() => second.Standing.People.ContainsKey("c"));
    }

    [Fact]
    public void Schema_WhenItGoesBackAndForward_ThenTheRecordIsKeptWhereItHasATable()
    {
        using var server = PostgresServer.TryStart();
        Assert.SkipWhen(server == null, "PostgreSQL is not installed (apt-get install postgresql)");
        using (var store = Store(server!, follow: false))
        {
            store.Decide(Actors.Administrator, "why", Person("a"));
        }

        using var database = new NpgsqlConnection(server!.Connection);
        database.Open();
        PostgresDecisionSchema.Migrate(database, 1);
        Assert.Equal(1, PostgresDecisionSchema.VersionOf(database));
        PostgresDecisionSchema.Migrate(database);
        Assert.Equal(PostgresDecisionSchema.Latest, PostgresDecisionSchema.VersionOf(database));
        using (var store = Store(server, follow: false))
        {
            Assert.Equal("why", store.Read(0).Single().Reason);
        }

        using (var later = new NpgsqlCommand("UPDATE stillwatch_schema SET version = 99", database))
        {
            later.ExecuteNonQuery();
        }

        Assert.Contains("a later one made it", Assert.Throws<InvalidDataException>(() => Store(server, follow: false)).Message);
    }

    private static DecisionStore Store(PostgresServer server, bool follow) =>
        new(() => new PostgresDecisionLog(server.Connection), SystemClock.Instance, follow: follow);

    private static Decision.PersonPut Person(string name) => new(name, Role.Analyst);

    private static Task Put(DecisionStore store, string name, int count) =>
        Task.Run(() =>
        {
            for (var i = 0; i < count; i++)
            {
                store.Decide(Actors.Administrator, "", Person($"{name}{i}"));
            }
        });
}
