using Stillwatch.Cases;

namespace Stillwatch.Decisions;

/// <summary>Where the gateway finds what customers may know of cases about them.</summary>
public interface ICustomerCases
{
    /// <summary>What <paramref name="customer"/> may know of a case; null where that is nothing, or there is no such case.</summary>
    CustomerCase? Find(CaseId id, Customer customer);

    /// <summary>Takes a customer's appeal.</summary>
    /// <returns>Why it was not taken, for the customer; null where it was.</returns>
    string? Appeal(CaseId id, Customer customer, string text);
}
