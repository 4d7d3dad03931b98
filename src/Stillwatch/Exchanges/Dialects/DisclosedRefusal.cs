using System.Text;
using System.Text.Json;

namespace Stillwatch.Exchanges.Dialects;

/// <summary>
/// A refusal that says so: what a customer is told when a countermeasure refuses a request, in no dialect's form. A refusal that looked
/// like a fault of the model, or like a worse answer, would be a degradation in secret.
/// </summary>
/// <param name="ReasonCode">Why, for programs, such as <c>distillation_suspected</c>.</param>
/// <param name="Category">The category in Anthropic's words, such as <c>reasoning_extraction</c>; null for none of theirs.</param>
/// <param name="Case">The reference that the customer quotes, such as <c>case-7k2m9qt</c>.</param>
/// <param name="Message">For the customer: whole sentences.</param>
/// <param name="Appeal">How to appeal: an address or a sentence; null where there is no way.</param>
/// <param name="Id">The exchange's id.</param>
/// <param name="Model">The model as it was asked for; the customer chose it.</param>
/// <param name="At">When the request came.</param>
internal readonly record struct DisclosedRefusal(
    string ReasonCode,
    string? Category,
    string Case,
    string Message,
    string? Appeal,
    string Id,
    string Model,
    EventTime At
)
{
    private const string Prefix = "req_";

    /// <summary>All that the customer has to know in one text, for clients that show nothing else.</summary>
    public string Text
    {
        get
        {
            var text = new StringBuilder(Message);
            text.Append(" Reason: ").Append(ReasonCode).Append(". Case: ").Append(Case).Append('.');
            if (Appeal != null)
            {
                text.Append(" Appeal: ").Append(Appeal); // no full stop behind an address: it would become part of the link
            }

            return text.ToString();
        }
    }

    /// <summary>When the request came, in whole seconds since the Unix epoch.</summary>
    public long Second => At.Tick;

    /// <summary>The answer's id in the dialect's form, made from the exchange's so that one leads to the other.</summary>
    /// <param name="prefix">What ids of the dialect begin with, such as <c>chatcmpl-</c>.</param>
    public string IdAs(string prefix) => prefix + (Id.StartsWith(Prefix, StringComparison.Ordinal) ? Id[Prefix.Length..] : Id);

    /// <summary>
    /// Writes what programs read, under a name of our own. The official clients keep or drop a field that they do not know.
    /// </summary>
    public void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteStartObject("stillwatch");
        json.WriteString("reason_code", ReasonCode);
        json.WriteString("case", Case);
        json.WriteString("appeal", Appeal);
        json.WriteEndObject();
    }
}
