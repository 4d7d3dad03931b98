using Stillwatch.Cases;
using Stillwatch.Decisions;
using Stillwatch.Engine.Decisions;

namespace Stillwatch.App.Deployment;

/// <summary>What customers may know of cases about them, out of the record of decisions.</summary>
internal sealed class DeskCases(DecisionStore decisions) : ICustomerCases
{
    /// <inheritdoc/>
    public CustomerCase? Find(CaseId id, Customer customer) => CustomerCase.Find(decisions.Standing, id, customer, decisions.Now());

    /// <inheritdoc/>
    public string? Appeal(CaseId id, Customer customer, string text)
    {
        if (CustomerCase.Find(decisions.Standing, id, customer, decisions.Now()) is not { } known)
        {
            return "no case of that reference is about this account";
        }

        var (by, appeal) = (
            Actors.OfCustomer(customer.Account),
            new Decision.AppealFiled(known.Case, new Subject(SubjectKind.Account, customer.Account), text)
        );
        if (decisions.Fault != null)
        {
            return "the record of decisions does not answer now: please try again later";
        }

        // most that is refused is refused here, on what stands: the record is not asked by whoever sends many
        if (decisions.Standing.Refuses(new(decisions.Standing.Number + 1, decisions.Now(), by, "", appeal)) is { } why)
        {
            return why;
        }

        try
        {
            decisions.Decide(by, "", appeal);
            return null;
        }
        catch (DecisionRefusedException refused)
        {
            return refused.Message;
        }
    }
}
