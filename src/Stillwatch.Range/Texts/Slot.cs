namespace Stillwatch.Range.Texts;

/// <summary>What can stand in a sentence form's slot.</summary>
internal enum Slot
{
    Noun,
    Noun2,
    Noun3,
    Adjective,
    Adjective2,
    Verb,
    Small,
    Other,
    Big,
    Domain,
    City,
    Person,
    Company,
    Month,
    Code,
    Form,
    Audience,
    Sentence,
}
