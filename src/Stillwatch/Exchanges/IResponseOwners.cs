namespace Stillwatch.Exchanges;

/// <summary>
/// Whose the responses are that a model server keeps: accounts share one credential there, so the server itself would hand one's
/// conversation to another who names its id.
/// Safe for use from many threads.
/// </summary>
public interface IResponseOwners
{
    /// <summary>Notes that <paramref name="account"/> was handed the response <paramref name="id"/>.</summary>
    void Add(string id, string account);

    /// <summary>Whether <paramref name="account"/> was handed the response <paramref name="id"/>.</summary>
    bool IsOwner(string id, string account);
}
