namespace Stillwatch.Exchanges.Formats;

/// <summary>Which of the names that a LiteLLM proxy knows its callers by is the account.</summary>
internal enum LiteLlmAccount
{
    /// <summary>The first that is there of team, user and key; a user or team that the proxy makes up for everybody is nobody.</summary>
    First,

    /// <summary>The team.</summary>
    Team,

    /// <summary>The user.</summary>
    User,

    /// <summary>The key.</summary>
    Key,

    /// <summary>The end user that the request names.</summary>
    EndUser,
}
