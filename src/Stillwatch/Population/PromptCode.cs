using System.Runtime.InteropServices;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Sketches;

namespace Stillwatch.Population;

/// <summary>
/// One prompt in sixteen bytes: a fingerprint that orders a sample, and which cell it falls into in each of seven views. Free of text.
/// </summary>
/// <remarks>The cells are fixed: nothing is learnt of where they lie, so that two watches have the same ones.</remarks>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public readonly struct PromptCode
{
    /// <summary>The views of what is asked, by number: topic, first word, ending, length, kind.</summary>
    public const int Views = 5;

    /// <summary>The number of cells of each view of what is asked.</summary>
    public static readonly int[] Cells = [256, 64, 64, 64, 128];

    private const int TopicBits = 8;
    private const int HoursTogether = 3;
    private const int MostLength = 12;

    /// <summary>
    /// Fingerprint of the newest prompt and of what wrapped it, well mixed: the same prompt has the same one, whatever came before it.
    /// </summary>
    public readonly ulong Prompt;

    private readonly byte _topic;
    private readonly byte _firstWord;
    private readonly byte _ending;
    private readonly byte _length;
    private readonly byte _kind;

    /// <summary>In which eighth of the day it was sent, 0 to 7.</summary>
    public readonly byte TimeOfDay;

    /// <summary>Which system prompt stood before it, 1 to 255 by its fingerprint; 0 where there was none.</summary>
    public readonly byte SystemPrompt;

    /// <summary>Whether it goes on with a conversation.</summary>
    public readonly bool GoesOn;

    /// <summary>Takes the code of an exchange with text.</summary>
    public PromptCode(in ExchangeFeatures features)
    {
        GoesOn = features.Has(ExchangeTraits.FollowUp);
        Prompt = FingerprintOf(features);
        _topic = (byte)features.TopicCell(TopicBits);
        _firstWord = (byte)(features.Form.FirstWord >> 1 & 63);
        _ending = (byte)(EndingClass(features.Form.Ending) << 2 | (int)features.Form.Marks & 3);
        _length = (byte)(Math.Min(MostLength, (int)Math.Log2(1 + features.Words)) << 2 | LinesClass(features.Form.Lines));
        _kind = (byte)(
            ((int)features.Language & 15) << 3
            | (features.Has(ExchangeTraits.Code) ? 4 : 0)
            | (features.Has(ExchangeTraits.HasSystem) ? 2 : 0)
            | (GoesOn ? 1 : 0)
        );
        TimeOfDay = (byte)(features.At.Window(EventTime.Hour) % 24 / HoursTogether);
        SystemPrompt = (byte)(features.System == 0 ? 0 : 1 + (features.System >> 1) % 255);
    }

    /// <summary>The cell that it falls into in view number <paramref name="view"/>, 0 to <see cref="Cells"/> − 1.</summary>
    public int Cell(int view) =>
        view switch
        {
            0 => _topic,
            1 => _firstWord,
            2 => _ending,
            3 => _length,
            _ => _kind,
        };

    /// <summary>What <see cref="Prompt"/> is of an exchange with text.</summary>
    public static ulong FingerprintOf(in ExchangeFeatures features)
    {
        var prompt = KeyedHash.Fold(features.Skeleton, KeyedHash.Fold(features.Opening, KeyedHash.Fold(features.Closing, features.Words)));
        foreach (var part in MemoryMarshal.Cast<sbyte, ulong>(features.Topic))
        {
            prompt = KeyedHash.Fold(prompt, part);
        }

        return KeyedHash.Fold(
            prompt,
            KeyedHash.Fold(features.Form.Fingerprint, features.System + (features.Has(ExchangeTraits.FollowUp) ? 1UL : 0))
        );
    }

    private static int LinesClass(byte lines) =>
        lines switch
        {
            0 => 0,
            1 => 1,
            < 4 => 2,
            _ => 3,
        };

    private static int EndingClass(byte ending) =>
        (char)ending switch
        {
            '\0' => 0,
            'a' => 1,
            '0' => 2,
            '.' => 3,
            '?' => 4,
            ':' => 5,
            '!' => 6,
            ')' => 7,
            '"' => 8,
            '}' => 9,
            ']' => 10,
            '`' => 11,
            '>' => 12,
            ';' => 13,
            _ => 14,
        };
}
