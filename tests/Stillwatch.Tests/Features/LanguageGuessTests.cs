using Stillwatch.Features;
using Xunit;

namespace Stillwatch.Tests.Features;

public sealed class LanguageGuessTests
{
    [Theory]
    [InlineData("What is the best way to clean a lantern?", Language.English, Script.Latin)]
    [InlineData("¿Cómo se limpia una lámpara que está en el jardín?", Language.Spanish, Script.Latin)]
    [InlineData("Comment est-ce que vous faites une lampe dans le jardin?", Language.French, Script.Latin)]
    [InlineData("Wie kann ich das Licht auf der Brücke und nicht im Garten sehen?", Language.German, Script.Latin)]
    [InlineData("怎样清洗灯笼？", Language.Chinese, Script.Han)]
    [InlineData("ランタンをきれいにする方法は？", Language.Japanese, Script.Kana)]
    [InlineData("등불을 어떻게 닦나요?", Language.Korean, Script.Hangul)]
    [InlineData("Как почистить фонарь?", Language.Russian, Script.Cyrillic)]
    [InlineData("12345 !!", Language.Unknown, Script.None)]
    public void Of_WhenAPrompt_ThenItsLanguageAndScript(string prompt, Language language, Script script)
    {
        var features = FeaturesOf.Prompt(prompt);
        var text = new PromptText();
        text.Read(System.Text.Encoding.UTF8.GetBytes(prompt), seed: 42);
        Assert.Equal((language, script), (features.Language, text.Script));
    }
}
