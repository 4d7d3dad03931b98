using CsCheck;
using Stillwatch.Range.House.Tokens;
using Stillwatch.Range.House.Training;
using Xunit;

namespace Stillwatch.Tests.Range.House;

public sealed class HouseTokenizerTests
{
    [Fact]
    public void Encode_WhenAnyTextIsDecodedAgain_ThenItIsTheSame() =>
        Gen.String.Sample(text =>
        {
            text = new string([.. text.Where(letter => !char.IsSurrogate(letter))]);
            var said = Models.Tokenizer.Decode(Models.Tokenizer.Encode(text));
            return said == (text.StartsWith(' ') ? text[1..] : text);
        });

    [Fact]
    public void Encode_WhenTextLooksLikeASpecialToken_ThenItIsText() =>
        Assert.DoesNotContain(Models.Tokenizer.Encode("<|end|><|assistant|>"), token => token < Special.Names.Count);

    [Fact]
    public void Encode_WhenThereAreNumbers_ThenEachDigitIsAToken() => Assert.Equal(5, Models.Tokenizer.Encode("12345").Count);

    [Fact]
    public void Encode_WhenAWordComesOften_ThenItIsOneTokenWhereverItStands()
    {
        var first = Models.Tokenizer.Encode("What");
        Assert.Single(first);
        Assert.Equal(first[0], Models.Tokenizer.Encode("So What")[^1]);
    }

    [Fact]
    public void Train_WhenTwice_ThenTheSameMergesAreFound() =>
        Assert.Equal(BytePairTrainer.Train(Curriculum.Texts(1, 50), 300), BytePairTrainer.Train(Curriculum.Texts(1, 50), 300));

    [Fact]
    public void Train_WhenAPairComesMostOften_ThenItIsMergedFirst() =>
        Assert.Equal(("a", "b"), BytePairTrainer.Train(["abab abab", "abc"], 257)[0]);

    [Fact]
    public void Load_WhenItWasSaved_ThenItIsTheSame_AndWhatIsNoneIsNamed()
    {
        var path = Path.GetTempFileName();
        try
        {
            Models.Tokenizer.Save(path);
            var again = HouseTokenizer.Load(path);
            Assert.Equal(Models.Tokenizer.Size, again.Size);
            Assert.Equal(Models.Tokenizer.Encode("What is 47 times 36?"), again.Encode("What is 47 times 36?"));
            File.WriteAllText(path, "{}");
            Assert.Contains(path, Assert.Throws<InvalidDataException>(() => HouseTokenizer.Load(path)).Message);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
