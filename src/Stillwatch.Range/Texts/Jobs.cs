namespace Stillwatch.Range.Texts;

/// <summary>What is asked of documents: by pipelines of every document, by people and by seed sets now and then.</summary>
internal static class Jobs
{
    /// <summary>All of them; the document follows.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "Classify the sentiment of the following text as positive, negative or neutral.\n\nText: ",
        "Summarise the document in one sentence.\n\n",
        "Extract all names and cities as a JSON list.\n\n",
        "Translate the following text into German. Return the translation only.\n\n",
        "Does the text below mention a complaint? Answer yes or no.\n\n",
        "Write a product title of at most eight words for this description:\n",
        "Give the three most important keywords, separated by commas.\n\nDocument:\n",
        "Rate how urgent this message is on a scale of 1 to 5 and answer with the number only.\n\nMessage: ",
        "Remove personal data from the text and return the rest unchanged.\n\n",
        "Which of these departments should handle the message: sales, support, billing, legal?\n\n",
        "Rewrite the description below for a catalogue, in two sentences.\n\n",
        "List the open questions in this meeting note as bullets.\n\n",
    ];
}
