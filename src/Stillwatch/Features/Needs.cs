namespace Stillwatch.Features;

/// <summary>What a log must hold for a detector or a link to see anything. Numbers never change meaning.</summary>
public enum Needs
{
    /// <summary>Times and accounts, which every exchange has.</summary>
    Nothing = 0,

    /// <summary>The text of requests.</summary>
    Text = 1,

    /// <summary>System prompts.</summary>
    SystemPrompt = 2,

    /// <summary>The length of answers.</summary>
    Answers = 3,

    /// <summary>The client's address.</summary>
    Address = 4,

    /// <summary>The client program: its user agent or its TLS fingerprint.</summary>
    Client = 5,

    /// <summary>The model that was asked for.</summary>
    Model = 6,

    /// <summary>The request's parameters, such as temperature and log-probabilities.</summary>
    Parameters = 7,

    /// <summary>Requests that were told to wait (429).</summary>
    Throttling = 8,

    /// <summary>When accounts were made.</summary>
    Created = 9,

    /// <summary>Accounts' e-mail domains.</summary>
    EmailDomain = 10,

    /// <summary>Accounts' means of payment.</summary>
    Payment = 11,
}
