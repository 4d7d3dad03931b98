namespace Stillwatch.Features;

/// <summary>Tells the language by script, and within Latin by counting function words.</summary>
internal sealed class LanguageGuess
{
    private static readonly (Language Language, string Words)[] FunctionWords =
    [
        (Language.English, "the of and to is in that for with you are this what how it be as or not can on do my i'm"),
        (Language.Spanish, "el los las una que es por con para del cómo qué más como pero sus está"),
        (Language.French, "le les des une est dans pour avec sur qui que pas vous nous ce cette comment être"),
        (Language.German, "der die das und ist nicht ein eine mit für auf von wie ich zu den dem sich auch"),
        (Language.Portuguese, "os uma não com para por mais como você são isso está pelo pela seu sua ao"),
        (Language.Italian, "il gli una che per con non sono della nel come più questo cosa alla anche"),
    ];

    private readonly Dictionary<ulong, Language> _words = [];

    /// <summary>Cuts the function words just as prompts are.</summary>
    public LanguageGuess(ulong seed)
    {
        var text = new PromptText();
        foreach (var (language, words) in FunctionWords)
        {
            text.Read(global::System.Text.Encoding.UTF8.GetBytes(words), seed);
            foreach (var word in text.Hashes)
            {
                _words.TryAdd(word, language); // the first language keeps a word that several have: they are ordered by how common they are
            }
        }
    }

    /// <summary>The language of <paramref name="prompt"/>, read from at most its first hundred words.</summary>
    public Language Of(PromptText prompt)
    {
        switch (prompt.Script)
        {
            case Script.Han:
                return Language.Chinese;
            case Script.Kana:
                return Language.Japanese;
            case Script.Hangul:
                return Language.Korean;
            case Script.Cyrillic:
                return Language.Russian;
            case Script.Latin:
                break;
            default:
                return Language.Unknown;
        }

        Span<int> hits = stackalloc int[(int)Language.Korean + 1];
        hits.Clear();
        var words = prompt.Hashes;
        var lengths = prompt.Lengths;
        var read = Math.Min(words.Length, 100);
        for (var i = 0; i < read; i++)
        {
            if (lengths[i] <= 5 && _words.TryGetValue(words[i], out var language))
            {
                hits[(int)language]++;
            }
        }

        var best = 0;
        for (var i = 1; i < hits.Length; i++)
        {
            best = hits[i] > hits[best] ? i : best;
        }

        return (Language)best;
    }
}
