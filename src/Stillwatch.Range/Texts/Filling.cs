namespace Stillwatch.Range.Texts;

/// <summary>
/// What fills the slots of sentence forms: words of one field in one language, drawn by chance, the same word for the same slot until
/// <see cref="Begin"/>. One a worker.
/// </summary>
internal sealed class Filling(Chance chance)
{
    private readonly int[] _nouns = new int[3];
    private int _adjective,
        _adjective2,
        _verb,
        _small,
        _other,
        _big,
        _depth;
    private Lexicon _lexicon = Lexicon.English;
    private Domain _domain = Lexicon.English.Domains[0];

    /// <summary>What is drawn from.</summary>
    public Chance Chance => chance;

    /// <summary>The language.</summary>
    public Lexicon Lexicon => _lexicon;

    /// <summary>The field.</summary>
    public Domain Domain => _domain;

    /// <summary>Draws new words.</summary>
    /// <param name="lexicon">The language.</param>
    /// <param name="domain">The field.</param>
    /// <param name="own">The first so many nouns only, turned by <paramref name="turned"/>: somebody's own things; 0 for all.</param>
    /// <param name="turned">Where somebody's own nouns begin.</param>
    public Filling Begin(Lexicon lexicon, Domain domain, int own = 0, int turned = 0)
    {
        (_lexicon, _domain) = (lexicon, domain);
        Draw(own, turned);
        return this;
    }

    /// <summary>Writes a form of <paramref name="section"/>, drawn by chance.</summary>
    public void Write(string section, Utf8Text into) => chance.Pick(_lexicon.Forms(section)).Write(this, into);

    /// <summary>Writes sentences until <paramref name="bytes"/> are reached.</summary>
    public void Prose(int bytes, Utf8Text into)
    {
        var end = into.Length + bytes;
        while (into.Length < end)
        {
            Draw(0, 0);
            Write("sentence", into);
            if (!_lexicon.Unspaced)
            {
                into.Add(chance.Is(0.12) ? "\n\n"u8 : " "u8);
            }
        }
    }

    /// <summary>Writes what <paramref name="slot"/> holds.</summary>
    public void Fill(Slot slot, Utf8Text into)
    {
        switch (slot)
        {
            case Slot.Noun or Slot.Noun2 or Slot.Noun3:
                into.Add(_domain.Nouns[_nouns[(int)slot]]);
                break;
            case Slot.Adjective:
                into.Add(_domain.Adjectives[_adjective]);
                break;
            case Slot.Adjective2:
                into.Add(_domain.Adjectives[_adjective2]);
                break;
            case Slot.Verb:
                into.Add(_domain.Verbs[_verb]);
                break;
            case Slot.Small:
                into.Add(_small);
                break;
            case Slot.Other:
                into.Add(_other);
                break;
            case Slot.Big:
                into.Add(_big);
                break;
            case Slot.Domain:
                into.Add(_domain.Name);
                break;
            case Slot.City:
                into.Add(chance.Pick(_lexicon.Cities));
                break;
            case Slot.Person:
                into.Add(chance.Pick(_lexicon.Names));
                break;
            case Slot.Company:
                into.Add(chance.Pick(_lexicon.Companies));
                break;
            case Slot.Month:
                into.Add(chance.Pick(_lexicon.Months));
                break;
            case Slot.Code:
                into.Add(chance.Pick(_lexicon.Codes));
                break;
            case Slot.Form:
                Write("form", into);
                break;
            case Slot.Audience:
                Write("audience", into);
                break;
            default:
                Sentence(into);
                break;
        }
    }

    /// <summary>A sentence with words of its own inside a form.</summary>
    private void Sentence(Utf8Text into)
    {
        if (_depth > 0)
        {
            return;
        }

        _depth++;
        var (first, second, third, adjective, verb, small) = (_nouns[0], _nouns[1], _nouns[2], _adjective, _verb, _small);
        Draw(0, 0);
        Write("sentence", into);
        (_nouns[0], _nouns[1], _nouns[2], _adjective, _verb, _small) = (first, second, third, adjective, verb, small);
        _depth--;
    }

    private void Draw(int own, int turned)
    {
        var all = _domain.Nouns.Length;
        var among = own <= 0 || own > all ? all : Math.Max(3, own);
        _nouns[0] = chance.Next(among);
        _nouns[1] = (_nouns[0] + 1 + chance.Next(among - 1)) % among;
        _nouns[2] = (_nouns[0] + 1 + chance.Next(among - 1)) % among;
        for (var i = 0; i < _nouns.Length; i++)
        {
            _nouns[i] = (_nouns[i] + turned) % all;
        }

        _adjective = chance.Next(_domain.Adjectives.Length);
        _adjective2 = chance.Next(_domain.Adjectives.Length);
        _verb = chance.Next(_domain.Verbs.Length);
        _small = chance.Next(2, 40);
        _other = chance.Next(2, 100);
        _big = chance.Next(101, 9_999);
    }
}
