namespace Stillwatch.Gateway.Failures;

/// <summary>What is done when memory runs short.</summary>
public enum OnMemoryShort
{
    /// <summary>Connections are not kept from 92 % on, requests refused from 95 %, the largest streams cut from 98 %.</summary>
    Shed,

    /// <summary>Nothing.</summary>
    Ignore,
}
